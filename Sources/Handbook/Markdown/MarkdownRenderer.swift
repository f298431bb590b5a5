// SPDX-License-Identifier: Apache-2.0

/// Writes HTML for what the parser finds.
///
/// Takes the parser's blocks to be nested, but not its spans: md4c 0.4.8 leaves those of `[|](__a)_` in another order
/// than it entered them. A span that is left closes those in it; one that is not open is not left; a block closes its
/// own.
struct MarkdownRenderer {
  /// What the parser has entered and not left.
  struct Element {
    enum Kind {
      case block(MarkdownBlock)
      case span(MarkdownSpan.Kind)
    }

    let kind: Kind
    /// How many elements of HTML it is: none where it is nested too deeply, or has none.
    var tags = 0
    /// Where the writer puts its line.
    var place: Int?
  }

  var writer = HTMLWriter()
  var lines: MarkdownLines
  var elements: [Element] = []
  /// How many spans of each kind are among the elements; they are all in one block.
  var openSpans = Array(repeating: 0, count: MarkdownSpan.Kind.allCases.count)
  /// The image whose text is being read.
  var picture: Picture?
  /// The heading that is being read.
  var heading: Heading?
  /// Columns of indentation of a code block's next line, which the parser tells as spaces.
  var indentation = 0
  /// The line of the table's next row, where the one before has told it.
  var nextRow: Int?
  var ids = HeadingIDs()
  /// Places whose line the next text tells.
  private var waiting: [Int] = []
  /// Places whose line was looked for, not told: those of a thematic break, since the last text.
  private var lookedFor: [Int] = []
  /// Lines of the block before its first text.
  private var emptyLines = 0
  private var spent = 0

  init(_ source: MarkdownSource) {
    lines = MarkdownLines(source)
  }

  /// Nothing more comes of this text: too much was written.
  var isExhausted: Bool { writer.count + spent > MarkdownHTML.largestHTML }

  /// Counts bytes that the parser made of a definition.
  mutating func spend(_ bytes: Int) { spent += bytes }

  mutating func finish() -> String { writer.finish() }

  /// The element is written, and waits for its line.
  mutating func place(_ element: inout Element, _ place: Int) {
    element.tags = 1
    element.place = place
    waiting.append(place)
  }

  /// Text at this place of the source begins what waits for a line.
  mutating func reach(_ offset: Int) {
    let line = lines.reach(offset)
    if heading != nil, heading?.line == nil { heading?.line = line }
    if !lookedFor.isEmpty { forgetBreaks(from: lines.canCount ? line - emptyLines : line) }
    fillWaiting(line)
  }

  mutating func fillWaiting(_ line: Int) {
    guard !waiting.isEmpty else { return }
    let first = lines.canCount ? line - emptyLines : line
    for place in waiting { writer.fill(place, line: lines.source.fileLine(first)) }
    waiting.removeAll(keepingCapacity: true)
    emptyLines = 0
  }

  /// A thematic break was found in this line, and with it what begins there.
  mutating func fillWaiting(_ line: Int, thematicBreak place: Int) {
    lookedFor += waiting
    lookedFor.append(place)
    waiting.append(place)
    fillWaiting(line)
  }

  /// What follows a break begins at this line. A break that was found there or later was another: md4c 0.4.8 takes
  /// `` `--- `` for one after a fence that its item has left open.
  private mutating func forgetBreaks(from line: Int) {
    for place in lookedFor where (writer.line(of: place) ?? 0) >= lines.source.fileLine(line) {
      writer.fill(place, line: nil)
    }
    lookedFor.removeAll(keepingCapacity: true)
  }

  /// Text that the parser made itself: of it, line breaks before the block's first text count, since the block begins
  /// where its first line is, even if that is empty.
  mutating func countLines(_ bytes: UnsafeBufferPointer<UInt8>) {
    if !waiting.isEmpty { emptyLines += bytes.count { $0 == UInt8(ascii: "\n") } }
  }

  /// The element has ended; if it had no text, it stays without a line.
  mutating func stopWaiting(_ element: Element) {
    if let place = element.place, waiting.last == place { waiting.removeLast() }
    emptyLines = 0
  }
}

extension MarkdownRenderer {
  struct Heading {
    var text = ""
    /// Where its text begins.
    var line: Int?
  }

  struct Picture {
    let url: String
    let title: String
    var text = ""
    /// Images can be in an image's text; their text is of it.
    var depth = 1
  }
}
