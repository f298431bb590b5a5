// SPDX-License-Identifier: Apache-2.0

/// Keeps track of the source's line while the parser goes through it. Lines are the text's, from 0.
///
/// The parser says where text is, and nothing else. So the line of what has no text is found from the text before it.
struct MarkdownLines {
  let source: MarkdownSource
  /// The line that the parser is known to have reached; nil where only later text can tell.
  private var reached: Int? = -1
  /// Set where a break was not found, so that no text is searched twice.
  private var isLost = false

  init(_ source: MarkdownSource) {
    self.source = source
    if source.hasLoneReturn { reached = nil }
  }

  /// Counting lines from one that is known works only where the parser and the file agree on what a line is.
  var canCount: Bool { !source.hasLoneReturn }

  /// The line of the byte, which the parser has reached now.
  mutating func reach(_ offset: Int) -> Int {
    let line = source.line(at: offset)
    if canCount, !isLost { reached = line }
    return line
  }

  /// The line of the thematic break that the parser has reached: the first that looks like one, because all text before
  /// it is behind, and the underline of a heading is skipped by `leaveHeading`.
  mutating func reachThematicBreak() -> Int? {
    guard let last = reached else { return nil }
    var line = last + 1
    while line < source.lineCount {
      if isThematicBreak(line) {
        reached = line
        return line
      }
      line += 1
    }
    isLost = true
    reached = nil
    return nil
  }

  /// Skips the underline, if the heading has one.
  ///
  /// - Parameter first: the line where the heading's text begins, if it has text.
  mutating func leaveHeading(from first: Int?) {
    guard let last = reached else { return }
    guard let first else {
      reached = nil
      return
    }
    guard !isHashHeading(first) else { return }
    var line = last + 1
    while line < source.lineCount, !isUnderline(line) {
      guard !source.bytes(ofLine: line).allSatisfy(MarkdownLines.isBlank) else { break }
      line += 1
    }
    reached = line < source.lineCount && isUnderline(line) ? line : nil
  }

  /// The marks of a break end its line, so the first text that begins among them is the longest that can be one. It is
  /// looked for from the end, because marks of lists look the same: testing each text would take quadratic time.
  private func isThematicBreak(_ line: Int) -> Bool {
    let bytes = source.bytes(ofLine: line)
    guard let mark = bytes.last(where: { !MarkdownLines.isBlank($0) }), "-_*".utf8.contains(mark) else { return false }
    let start = bytes.lastIndex { $0 != mark && !MarkdownLines.isBlank($0) }.map { $0 + 1 } ?? bytes.startIndex
    var marks = 0
    _ = matches(line) { text in
      guard text.startIndex >= start else { return false }
      marks = text.count { $0 == mark }
      return true
    }
    return marks >= 3
  }

  private func isHashHeading(_ line: Int) -> Bool {
    matches(line) { text in
      let rest = text.drop { $0 == UInt8(ascii: "#") }
      return (1...6).contains(rest.startIndex - text.startIndex) && (rest.first.map(MarkdownLines.isBlank) ?? true)
    }
  }

  private func isUnderline(_ line: Int) -> Bool {
    matches(line) { text in
      guard let mark = text.first, "=-".utf8.contains(mark) else { return false }
      return text.drop { $0 == mark }.allSatisfy(MarkdownLines.isBlank)
    }
  }

  /// Whether what is left of the line after the marks of some of its containers is such a text.
  private func matches(_ line: Int, _ isSuch: (ArraySlice<UInt8>) -> Bool) -> Bool {
    var text = source.bytes(ofLine: line)
    while true {
      text = text.drop(while: MarkdownLines.isBlank)
      if isSuch(text) { return true }
      guard let rest = MarkdownLines.afterContainerMark(text) else { return false }
      text = rest
    }
  }

  private static func afterContainerMark(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = text.first else { return nil }
    if first == UInt8(ascii: ">") { return text.dropFirst() }
    var rest = text
    if "-+*".utf8.contains(first) {
      rest = rest.dropFirst()
    } else {
      rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard (1...9).contains(rest.startIndex - text.startIndex), let end = rest.first, ".)".utf8.contains(end)
      else { return nil }
      rest = rest.dropFirst()
    }
    return rest.first.map(isBlank) ?? true ? rest : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
}
