// SPDX-License-Identifier: Apache-2.0

import Remediation
import Yams

/// The front matter's bytes, and how a place that the YAML parser names is found in them.
struct FrontMatterSource {
  static let deepest = 16

  let text: [UInt8]
  /// Where in the file the text begins. It is the file's second line.
  let offset: Int
  private let yaml: HarmlessYAML
  /// Where each line begins.
  private var lines: [Int] { yaml.lines }

  init(text: [UInt8], offset: Int) throws(HandbookError) {
    self.text = text
    self.offset = offset
    do { yaml = try HarmlessYAML(text, deepest: FrontMatterSource.deepest) } catch {
      throw FrontMatterSource.refusal(error)
    }
  }

  /// What the parser would take for another document.
  func refuseDashes() throws(HandbookError) {
    for (index, start) in lines.enumerated() {
      let begins = Array(text[start...].prefix(4))
      if [Array("--- ".utf8), Array("---\t".utf8), Array("... ".utf8), Array("...\t".utf8)].contains(begins) {
        throw .notAnSOP(line: index + 2, "a line that begins with --- or ... may hold nothing else; remove the rest")
      }
    }
  }

  /// Nil where there are only comments, or nothing.
  func compose() throws(HandbookError) -> Node? {
    do { return try yaml.compose() } catch { throw FrontMatterSource.refusal(error) }
  }

  // MARK: Places

  /// The line of the file.
  func line(of node: Node) -> Int? { node.mark.map { $0.line + 1 } }

  /// The first byte of what the node was read from; nil for one without any.
  func byte(at node: Node) -> UInt8? { yaml.byte(at: node) }

  /// Whether the node is something, and only spaces are before it on its line: no `? key`, which hides where lines can
  /// be added.
  func beginsItsLine(_ node: Node) -> Bool {
    guard let mark = node.mark, let place = yaml.offset(of: mark), byte(at: node) != UInt8(ascii: ":") else {
      return false
    }
    return text[lines[mark.line - 1]..<place].allSatisfy { $0 == UInt8(ascii: " ") }
  }

  /// Where in the text the line of a key begins.
  func lineStart(of key: Node) -> Int {
    let line = (key.mark?.line ?? 1) - 1
    return lines.indices.contains(line) ? lines[line] : text.count
  }

  /// Of the lines from a key to the next one those in the file that are the key's: not the blank lines and comments before the next.
  func linesOfKey(from start: Int, before end: Int) -> Range<Int> {
    var last = end
    var next = firstLine(at: end)
    while next > 0, lines[next - 1] > start {
      next -= 1
      let line = lines[next]
      let first = text[line..<last].first { !" \t\r\n".utf8.contains($0) }
      guard first == nil || first == UInt8(ascii: "#") else { break }
      last = line
    }
    return offset + start..<offset + max(last, start)
  }

  /// The index of the first line that begins at this place or later.
  private func firstLine(at place: Int) -> Int {
    var range = 0..<lines.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = lines[middle] < place ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// Where in the file the scalar stands, with its quotes; nil where it is not on its key's line or is not written as
  /// it is read. Empty, after the colon, where there is nothing.
  func range(of scalar: Node.Scalar, key: Node) -> Range<Int>? {
    guard let mark = scalar.mark, mark.line == key.mark?.line, let start = yaml.offset(of: mark) else { return nil }
    if scalar.string.isEmpty, scalar.style == .plain {
      return start > 0 && text[start - 1] == UInt8(ascii: ":") ? offset + start..<offset + start : nil
    }
    let quote: String
    switch scalar.style {
    case .plain: quote = ""
    case .singleQuoted: quote = "'"
    case .doubleQuoted: quote = "\""
    default: return nil
    }
    let written = Array((quote + scalar.string + quote).utf8)
    guard text[start...].starts(with: written) else { return nil }
    return offset + start..<offset + start + written.count
  }

  // MARK: What is refused

  private static func refusal(_ refusal: YAMLRefusal) -> HandbookError {
    .notAnSOP(line: refusal.line.map { $0 + 1 }, sentence(refusal.reason))
  }

  private static func sentence(_ reason: YAMLRefusal.Reason) -> String {
    switch reason {
    case .alias:
      "anchors and aliases (&name, *name) are not taken; write the value out, or put a text that begins so into quotes"
    case .explicitKey, .collectionAsKey: "a key must be a word at the beginning of a line; write key: value"
    case .tag: "tags (!name, !!name) are not taken; write the plain value, or put a text that begins so into quotes"
    case .tooDeep: "it is nested deeper than \(FrontMatterSource.deepest) levels; write key: value"
    case .lineBreak(let name): "it holds an unusual line break, \(name); end lines with LF or CRLF"
    case .character(let name): "the front matter is not YAML: it holds \(name); remove the character"
    case .openQuote: "the front matter is not YAML: a quotation mark opens here and is not closed; close it"
    case .tab: "the front matter is not YAML: a line is indented by a tab; use spaces"
    case .secondDocument: "the front matter is not YAML: it has a second document; keep one"
    case .reservedSign:
      "the front matter is not YAML: a value begins with @, %, ` or a tab; put it into quotes, and indent with spaces"
    case .duplicate(let key): "\(key) stands more than once; keep one"
    case .notYAML(let problem):
      "the front matter is not YAML: \(problem); put a text that holds : or # or quotes into quotes"
    }
  }

  static func notAKey(line: Int?) -> HandbookError { .notAnSOP(line: line, sentence(.explicitKey)) }
}
