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

  init(text: [UInt8], offset: Int) {
    self.text = text
    self.offset = offset
    yaml = HarmlessYAML(text, deepest: FrontMatterSource.deepest)
  }

  /// What the parser would take for something else than it is, or refuse without its line.
  func refuseWhatIsMistaken() throws(HandbookError) {
    try refuseCharacters()
    for (index, start) in lines.enumerated() {
      let begins = Array(text[start...].prefix(4))
      if [Array("--- ".utf8), Array("---\t".utf8), Array("... ".utf8), Array("...\t".utf8)].contains(begins) {
        throw .notAnSOP(line: index + 2, "a line that begins with --- or ... may hold nothing else; remove the rest")
      }
    }
  }

  /// The parser counts other line breaks too; with LF and CRLF alone its line numbers are the file's. And what YAML cannot hold at all
  /// is named here, with its line, which the parser does not say.
  private func refuseCharacters() throws(HandbookError) {
    var offset = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let next = offset + UTF8.width(scalar)
      let isLoneReturn = scalar == "\r" && (next >= text.count || text[next] != UInt8(ascii: "\n"))
      if isLoneReturn || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}" {
        throw .notAnSOP(
          line: SOPText.line(of: offset, in: text) + 1,
          "it holds an unusual line break, \(HiddenCharacter.name(of: scalar)); end lines with LF or CRLF")
      }
      if !FrontMatterSource.isOfYAML(scalar) {
        throw .notAnSOP(
          line: SOPText.line(of: offset, in: text) + 1,
          "the front matter is not YAML: it holds \(HiddenCharacter.name(of: scalar)); remove the character")
      }
      offset = next
    }
  }

  /// What may stand in YAML 1.1 (5.1, c-printable); the parser takes no other.
  private static func isOfYAML(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
  }

  /// Nil where there are only comments, or nothing.
  func compose() throws(HandbookError) -> Node? {
    do { return try yaml.compose() } catch let harm as HarmlessYAML.Harm {
      throw refusal(harm)
    } catch let error as YamlError {
      throw refusal(error)
    } catch {
      throw .notAnSOP("its front matter is not YAML: \(error)")
    }
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
    let starts = lines.filter { start < $0 && $0 < end }
    for line in starts.reversed() {
      let first = text[line..<last].first { !" \t\r\n".utf8.contains($0) }
      guard first == nil || first == UInt8(ascii: "#") else { break }
      last = line
    }
    return offset + start..<offset + max(last, start)
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

  static func notAKey(line: Int?) -> HandbookError {
    .notAnSOP(line: line, "a key must be a word at the beginning of a line; write key: value")
  }

  // MARK: The parser's errors

  private func refusal(_ harm: HarmlessYAML.Harm) -> HandbookError {
    switch harm {
    case .alias(let line):
      .notAnSOP(line: line + 1, "anchors and aliases (&name, *name) are not taken; write the value out")
    case .explicitKey(let line): FrontMatterSource.notAKey(line: line + 1)
    case .tag(let line): .notAnSOP(line: line + 1, "tags (!name, !!name) are not taken; write the plain value")
    case .tooDeep(let line):
      .notAnSOP(line: line + 1, "it is nested deeper than \(FrontMatterSource.deepest) levels; write key: value")
    }
  }

  private func refusal(_ error: YamlError) -> HandbookError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let isAlias = problem.contains("alias") || problem.contains("anchor")
      let remedy = isAlias ? "write the value out" : "put a text that holds : or # or quotes into quotes"
      return .notAnSOP(line: mark.line + 1, "the front matter is not YAML: \(problem); \(remedy)")
    case .reader(let problem, _, _, _):
      return .notAnSOP("the front matter is not YAML: \(problem); remove the character")
    case .duplicatedKeysInMapping(let keys, let context):
      return .notAnSOP(line: context.mark.line + 1, "\(keys.joined(separator: ", ")) stands more than once; keep one")
    default: return .notAnSOP("the front matter is not YAML")
    }
  }
}
