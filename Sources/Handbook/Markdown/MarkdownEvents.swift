// SPDX-License-Identifier: Apache-2.0

/// A block that begins.
enum MarkdownBlock {
  case document
  case quotation
  /// Nil where the list is not numbered.
  case list(start: Int?)
  case item(Task?)
  case thematicBreak
  /// 1 to 6.
  case heading(level: Int)
  /// The language is what the author wrote after the fence, up to the first blank; it may be empty.
  case code(language: String)
  case paragraph
  case table
  case tableHead
  case tableBody
  case tableRow
  case tableCell(isHeader: Bool, alignment: String?)

  struct Task {
    let isDone: Bool
    /// Of the character between the brackets.
    let offset: Int
  }
}

/// A piece of a line that begins. URLs and titles are decoded.
enum MarkdownSpan {
  case emphasis
  case strong
  case struck
  case code
  case link(url: String, title: String)
  case image(url: String, title: String)

  enum Kind: Int, CaseIterable {
    case emphasis, strong, struck, code, link, image
  }

  var kind: Kind {
    switch self {
    case .emphasis: .emphasis
    case .strong: .strong
    case .struck: .struck
    case .code: .code
    case .link: .link
    case .image: .image
    }
  }
}

/// What a piece of text is. Its bytes are the author's, but for breaks.
enum MarkdownText {
  case plain
  /// `&amp;` or what looks like it.
  case reference
  case softBreak
  case hardBreak
}
