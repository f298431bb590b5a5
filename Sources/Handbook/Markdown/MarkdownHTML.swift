// SPDX-License-Identifier: Apache-2.0

/// The body of an SOP as an HTML fragment that is safe to put into a page, whoever wrote the Markdown.
///
/// CommonMark as md4c reads it, with tables, `~~struck~~` and task lists. Only the renderer makes a value of this type,
/// and it guarantees of `html`:
///
/// - Elements are nested and closed as in XML, at most 128 deep; what is nested deeper appears without the elements
///   around it. Tags and attributes come from a fixed list, without script, style or handler.
/// - Raw HTML of the Markdown is shown as text.
/// - A link goes to http, https, mailto, or within the site, as `LinkDestination` decides; any other is its text only.
///   Nothing is loaded from another site: an image of one is a link to it.
/// - An `id` begins with `sop-` and is there once. A link to `#steps` goes to `#sop-steps`.
/// - Characters that reorder the text around them, and control characters, are shown as U+FFFD with their code.
///
/// `p`, `h1` to `h6`, `li`, `pre`, `blockquote`, `table`, `tr` and `hr` carry `data-line`: the line of the file where
/// their text begins, lines being ended by LF as git counts them. In document order the numbers never fall. Line k of a
/// `pre`, from 0, is line `data-line` + k of the file. The attribute can be missing
///
/// - where an element has no text: an empty heading, item, quotation or code block, or the empty first rows of a table;
/// - on an `hr` after a heading without text, or where the parser takes another line for a break;
/// - on any `hr` and empty row of a body that has a CR without LF; there a `pre` may also begin a line early or late.
package struct MarkdownHTML: Equatable, Sendable {
  package let html: String
  /// Why `html` is the source in one `pre`, its hidden characters as U+FFFD; nil where the Markdown is rendered.
  package let shownAsSource: Reason?

  /// The Markdown is parsed only as long as that is cheap and the result is small. Authors do not meet the limits.
  package enum Reason: Error, Equatable, Sendable {
    /// The body has more bytes than `largest`.
    case tooLong(bytes: Int)
    /// Parsing could take seconds: thousands of brackets in one paragraph, or of nested lists.
    case tooCostly
    /// The HTML, or the link definitions that are used again and again, would have more bytes than `largestHTML`.
    case tooMuchHTML
    /// The parser failed; it does so only without memory.
    case parserFailed

    /// One sentence for a person.
    package var sentence: String {
      switch self {
      case .tooLong(let bytes):
        "The text has \(bytes) bytes; only texts of up to \(MarkdownHTML.largest) bytes are shown formatted."
      case .tooCostly: "The text nests or repeats brackets, lists or quotations too often to be shown formatted."
      case .tooMuchHTML: "The text would become too large a page to be shown formatted."
      case .parserFailed: "The text could not be read as Markdown."
      }
    }
  }

  /// The most bytes that are parsed.
  package static let largest = 1 << 20
  /// About the most bytes of the rendered form; the source in a `pre` can have six times the body's.
  package static let largestHTML = 8 << 20

  /// Renders Markdown in time that grows no faster than its length, up to the limits of `Reason`.
  ///
  /// Bytes that are not UTF-8 become U+FFFD, as NUL does; a byte order mark at the start is dropped; lines end in LF or
  /// CR LF.
  ///
  /// - Parameters:
  ///   - body: an SOP without its front matter.
  ///   - firstLine: the line of the file, from 1, on which the body begins.
  package init(rendering body: [UInt8], firstLine: Int = 1) {
    let source = MarkdownSource(body, firstLine: firstLine)
    do {
      html = try MarkdownHTML.render(source, length: body.count)
      shownAsSource = nil
    } catch {
      html = source.preformatted()
      shownAsSource = error
    }
  }

  private static func render(_ source: MarkdownSource, length: Int) throws(Reason) -> String {
    guard length <= largest else { throw .tooLong(bytes: length) }
    guard source.isCheapToParse else { throw .tooCostly }
    var renderer = MarkdownRenderer(source)
    let succeeded = MarkdownParser.parse(source, into: &renderer)
    guard !renderer.isExhausted else { throw .tooMuchHTML }
    guard succeeded else { throw .parserFailed }
    return renderer.finish()
  }
}
