// SPDX-License-Identifier: Apache-2.0

package import Yams

/// YAML that somebody else wrote, composed without harm to whoever reads it: without aliases, anchors, tags and keys behind a question
/// mark, and not nested deeply.
///
/// The parser follows aliases while it composes, and compares keys by all that they hold, so that a few lines of aliases of aliases, or
/// keys within keys, would keep it busy for ever. Where such a sign stands only the parser can tell: quotes, comments and texts hide the
/// same signs. So it reads a text with these signs twice, first with each made a letter. What began with one is a word then, in its place,
/// and refused.
package struct HarmlessYAML {
  package enum Harm: Error, Equatable {
    /// An alias or an anchor.
    case alias(line: Int)
    /// `? key`, which may be longer than a line, and hold more keys.
    case explicitKey(line: Int)
    case tag(line: Int)
    case tooDeep(line: Int)
  }

  let text: [UInt8]
  /// Where each line begins, as the parser counts them.
  let lines: [Int]
  private let deepest: Int

  /// - Parameter deepest: how many levels a value may be nested.
  package init(_ text: [UInt8], deepest: Int) {
    self.text = text
    self.deepest = deepest
    self.lines = [0] + HarmlessYAML.lineStarts(in: text)
  }

  /// - Returns: nil where there are only comments, or nothing.
  /// - Throws: `Harm`, or Yams' `YamlError`. Lines are the text's, from 1.
  package func compose() throws -> Node? {
    let yaml = String(decoding: text, as: UTF8.self)
    if hasSigns { try refuseHarm(in: disarmed(yaml)) }
    let root = try parsed(yaml)
    try refuseHarm(in: root)
    return root
  }

  /// Whether a sign stands where anything can begin at all: behind a letter or a digit nothing does.
  private var hasSigns: Bool {
    text.indices.contains { index in
      guard text[index] == UInt8(ascii: "*") || text[index] == UInt8(ascii: "?") else { return false }
      return index == 0 || !isLetterOrDigit(text[index - 1])
    }
  }

  private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  /// Of no meaning to YAML, and in no text of anybody's, so that no two words become the same.
  private static let letters: [Unicode.Scalar: Unicode.Scalar] = ["*": "\u{E000}", "?": "\u{E001}"]

  private func disarmed(_ yaml: String) throws -> Node? {
    func replacing(_ letters: [Unicode.Scalar: Unicode.Scalar], in text: String) -> String {
      var replaced = String.UnicodeScalarView()
      for scalar in text.unicodeScalars { replaced.append(letters[scalar] ?? scalar) }
      return String(replaced)
    }
    do {
      return try parsed(replacing(HarmlessYAML.letters, in: yaml))
    } catch let YamlError.duplicatedKeysInMapping(keys, context) {
      let signs = Dictionary(uniqueKeysWithValues: HarmlessYAML.letters.map { ($1, $0) })
      throw YamlError.duplicatedKeysInMapping(duplicates: keys.map { replacing(signs, in: $0) }, context: context)
    } catch let error as YamlError {
      // A word on the line above its colon is no YAML.
      guard let line = firstLineOfAKey else { throw error }
      throw Harm.explicitKey(line: line)
    }
  }

  /// The first line that begins with a question mark and a blank.
  private var firstLineOfAKey: Int? {
    let line = lines.firstIndex { start in
      let written = text[start...].drop { "- \t".utf8.contains($0) }
      return written.first == UInt8(ascii: "?") && written.dropFirst().first.map { $0 <= 0x20 } != false
    }
    return line.map { $0 + 1 }
  }

  private func parsed(_ yaml: String) throws -> Node? {
    do {
      return try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
    } catch YamlError.parser(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting level") {
      throw Harm.tooDeep(line: mark.line)
    }
  }

  private func refuseHarm(in root: Node?) throws(Harm) {
    guard let root else { return }
    var reached = Place()
    try refuseHarm(in: root, depth: 0, &reached)
  }

  /// - Parameter reached: where the node before it begins, so that a long line is walked once.
  private func refuseHarm(in node: Node, depth: Int, _ reached: inout Place) throws(Harm) {
    guard let mark = node.mark else { return }
    switch byte(at: mark, from: &reached) {
    case UInt8(ascii: "&"), UInt8(ascii: "*"): throw .alias(line: mark.line)
    case UInt8(ascii: "?"): throw .explicitKey(line: mark.line)
    case UInt8(ascii: "!"): throw .tag(line: mark.line)
    default: break
    }
    guard depth <= deepest else { throw .tooDeep(line: mark.line) }
    switch node {
    case .scalar, .alias: break
    case .sequence(let sequence):
      for child in sequence { try refuseHarm(in: child, depth: depth + 1, &reached) }
    case .mapping(let mapping):
      for (key, value) in mapping {
        try refuseHarm(in: key, depth: depth + 1, &reached)
        try refuseHarm(in: value, depth: depth + 1, &reached)
      }
    }
  }

  // MARK: Places

  /// A line and a column of the parser, which counts columns in Unicode scalars, from 1; and the offset in the text.
  private struct Place {
    var line = 1
    var column = 1
    var offset = 0
  }

  /// The first byte of what the node was read from; nil for one without any.
  func byte(at node: Node) -> UInt8? {
    var start = Place()
    return node.mark.flatMap { byte(at: $0, from: &start) }
  }

  /// The offset in the text.
  func offset(of mark: Mark) -> Int? {
    var start = Place()
    return move(&start, to: mark) ? start.offset : nil
  }

  private func byte(at mark: Mark, from place: inout Place) -> UInt8? {
    move(&place, to: mark) && place.offset < text.count ? text[place.offset] : nil
  }

  private func move(_ place: inout Place, to mark: Mark) -> Bool {
    guard lines.indices.contains(mark.line - 1) else { return false }
    if mark.line != place.line || mark.column < place.column {
      place = Place(line: mark.line, column: 1, offset: lines[mark.line - 1])
    }
    while place.column < mark.column {
      guard place.offset < text.count else { return false }
      place.column += 1
      place.offset += 1
      while place.offset < text.count, text[place.offset] & 0xC0 == 0x80 { place.offset += 1 }
    }
    return true
  }

  /// After LF, CR LF, CR, U+0085, U+2028 and U+2029 (YAML 1.1, 4.2, b-char).
  private static func lineStarts(in text: [UInt8]) -> [Int] {
    text.indices.compactMap { index in
      switch text[index] {
      case 0x0A: index + 1
      case 0x0D: index + 1 < text.count && text[index + 1] == 0x0A ? nil : index + 1
      case 0x85: index >= 1 && text[index - 1] == 0xC2 ? index + 1 : nil
      case 0xA8, 0xA9: index >= 2 && text[index - 1] == 0x80 && text[index - 2] == 0xE2 ? index + 1 : nil
      default: nil
      }
    }
  }
}
