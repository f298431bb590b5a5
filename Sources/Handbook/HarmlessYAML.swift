// SPDX-License-Identifier: Apache-2.0

internal import Remediation
package import Yams

/// YAML that somebody else wrote, composed without harm to whoever reads it: without aliases, anchors, tags, keys behind a question mark
/// and keys that hold more than a word, and not nested deeply.
///
/// The parser follows aliases while it composes, and compares keys by all that they hold, so that a few lines of aliases of aliases, or
/// of keys within keys, would keep it busy for ever. Where such a sign stands only the parser can tell: quotes, comments and texts hide
/// the same signs. So it reads a text with these signs twice, first disarmed, see `Disarmed`.
package struct HarmlessYAML {
  let text: [UInt8]
  /// Where each line begins.
  let lines: [Int]
  private let deepest: Int

  /// - Parameters:
  ///   - text: UTF-8 without a byte order mark.
  ///   - deepest: how many levels a value may be nested.
  /// - Throws: where the text has characters that YAML cannot hold, or line breaks that editors do not count.
  package init(_ text: [UInt8], deepest: Int) throws(YAMLRefusal) {
    try HarmlessYAML.refuseCharacters(in: text)
    self.text = text
    self.deepest = deepest
    self.lines = [0] + text.indices.lazy.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }

  /// - Returns: nil where there are only comments, or nothing.
  package func compose() throws(YAMLRefusal) -> Node? {
    let yaml = String(decoding: text, as: UTF8.self)
    if let disarmed = Disarmed(yaml) { try refuseHarm(in: compose(disarmed), isDisarmed: true) }
    let root: Node?
    do { root = try parsed(yaml) } catch let error as YamlError { throw refusal(error) } catch {
      throw YAMLRefusal(.notYAML("\(error)"), line: nil)
    }
    try refuseHarm(in: root, isDisarmed: false)
    return root
  }

  /// The parser counts other line breaks too; with LF and CR LF alone its line numbers are the file's. And what YAML cannot hold at all
  /// is named here, with its line, which the parser does not say.
  private static func refuseCharacters(in text: [UInt8]) throws(YAMLRefusal) {
    var offset = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let next = offset + UTF8.width(scalar)
      let isLoneReturn = scalar == "\r" && (next >= text.count || text[next] != UInt8(ascii: "\n"))
      if isLoneReturn || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}" {
        throw YAMLRefusal(.lineBreak(HiddenCharacter.name(of: scalar)), line: SOPText.line(of: offset, in: text))
      }
      if !isOfYAML(scalar) {
        throw YAMLRefusal(.character(HiddenCharacter.name(of: scalar)), line: SOPText.line(of: offset, in: text))
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

  private func parsed(_ yaml: String) throws -> Node? {
    try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
  }

  private func compose(_ disarmed: Disarmed) throws(YAMLRefusal) -> Node? {
    do { return try parsed(disarmed.text) } catch let error as YamlError {
      let refusal = refusal(error)
      if case .duplicate(let key) = refusal.reason {
        throw YAMLRefusal(.duplicate(disarmed.armed(key)), line: refusal.line)
      }
      throw refusal
    } catch {
      throw YAMLRefusal(.notYAML("\(error)"), line: nil)
    }
  }

  private func refuseHarm(in root: Node?, isDisarmed: Bool) throws(YAMLRefusal) {
    guard let root else { return }
    var reached = Place()
    try refuseHarm(in: root, Surroundings(isDisarmed: isDisarmed), &reached)
  }

  /// What is around a node.
  private struct Surroundings {
    let isDisarmed: Bool
    var depth = 0
    var isFlow = false
    /// A word may stand there, and nothing else.
    var isKey = false
  }

  /// - Parameter reached: where the node before it begins, so that a long line is walked once.
  private func refuseHarm(in node: Node, _ around: Surroundings, _ reached: inout Place) throws(YAMLRefusal) {
    guard let mark = node.mark else { return }
    let first = byte(at: mark, from: &reached)
    switch first {
    case UInt8(ascii: "&"), UInt8(ascii: "*"): throw YAMLRefusal(.alias, line: mark.line)
    case UInt8(ascii: "?") where around.isDisarmed && (around.isFlow || isBlank(after: reached.offset)):
      throw YAMLRefusal(.explicitKey, line: mark.line)
    case UInt8(ascii: "!"): throw YAMLRefusal(.tag, line: mark.line)
    default: break
    }
    guard around.depth <= deepest else { throw YAMLRefusal(.tooDeep, line: mark.line) }
    var inner = around
    // Yams does not say it: it asks the event that ends a list.
    inner.isFlow = around.isFlow || first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    switch node {
    case .scalar, .alias: break
    case .sequence(let sequence):
      guard !around.isKey else { throw YAMLRefusal(.collectionAsKey, line: mark.line) }
      inner.depth += 1
      // Of braces that were made brackets: what has no colon in them is a key.
      inner.isKey = around.isDisarmed && first == UInt8(ascii: "{")
      for child in sequence { try refuseHarm(in: child, inner, &reached) }
    case .mapping(let mapping):
      guard !around.isKey || around.isDisarmed else { throw YAMLRefusal(.collectionAsKey, line: mark.line) }
      // Among the disarmed, one in brackets is a key with its value and no level of its own.
      if !around.isDisarmed || !around.isFlow { inner.depth += 1 }
      for (key, value) in mapping {
        inner.isKey = true
        try refuseHarm(in: key, inner, &reached)
        inner.isKey = false
        try refuseHarm(in: value, inner, &reached)
      }
    }
  }

  private func isBlank(after offset: Int) -> Bool { offset + 1 >= text.count || text[offset + 1] <= 0x20 }

  // MARK: The parser's errors

  private func refusal(_ error: YamlError) -> YAMLRefusal {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      refusal(problem, at: mark, context)
    case .duplicatedKeysInMapping(let keys, let context):
      YAMLRefusal(.duplicate(keys.map(String.init(describing:)).joined(separator: ", ")), line: context.mark.line)
    case .reader(let problem, _, _, _): YAMLRefusal(.notYAML(problem), line: nil)
    default: YAMLRefusal(.notYAML("\(error)"), line: nil)
    }
  }

  private func refusal(_ problem: String, at mark: Mark, _ context: YamlError.Context?) -> YAMLRefusal {
    let words = "\(context?.text ?? "") \(problem)"
    if problem.hasPrefix("Maximum nesting level") { return YAMLRefusal(.tooDeep, line: mark.line) }
    if words.contains("a quoted scalar"), problem.contains("end of stream"), let opening = context?.mark {
      return YAMLRefusal(.openQuote, line: opening.line)
    }
    if words.contains("anchor") || words.contains("alias") { return YAMLRefusal(.alias, line: mark.line) }
    if words.contains("a tag") { return YAMLRefusal(.tag, line: mark.line) }
    if problem.contains("a tab character") { return YAMLRefusal(.tab, line: mark.line) }
    if problem.contains("another document") { return YAMLRefusal(.secondDocument, line: mark.line) }
    if problem.contains("cannot start any token") { return YAMLRefusal(.reservedSign, line: mark.line) }
    if let line = lineOfExplicitKey(mark, context) { return YAMLRefusal(.explicitKey, line: line) }
    if isDisarmedColon(at: mark) { return YAMLRefusal(.collectionAsKey, line: mark.line) }
    let opening = context.flatMap { offset(of: $0.mark) }.flatMap { text.indices.contains($0) ? text[$0] : nil }
    let isBehindKey = problem.hasPrefix("could not find expected ':'")
    if isBehindKey, opening == UInt8(ascii: "[") || opening == UInt8(ascii: "{"), let line = context?.mark.line {
      return YAMLRefusal(.collectionAsKey, line: line)
    }
    // Braces were brackets when it was read.
    let said = opening == UInt8(ascii: "{") ? problem.replacing("']'", with: "'}'") : problem
    // What is missing at the end, or behind a key, is missing where it began.
    let end = offset(of: mark) ?? text.count
    let isAtEnd = text[end...].allSatisfy { $0 <= 0x20 }
    return YAMLRefusal(.notYAML(said), line: (isAtEnd || isBehindKey ? context?.mark.line : nil) ?? mark.line)
  }

  /// What was behind a question mark and a blank is a word that has no colon, or has it on a line of its own.
  private func lineOfExplicitKey(_ mark: Mark, _ context: YamlError.Context?) -> Int? {
    if let opening = context?.mark, let place = offset(of: opening), place < text.count, isExplicitKey(at: place) {
      return opening.line
    }
    guard let place = offset(of: mark), place < text.count, text[place] == UInt8(ascii: ":"),
      beginning(ofLine: mark.line - 1) == place
    else { return nil }
    let before = (0..<mark.line - 1).last { line in
      let place = beginning(ofLine: line)
      return place < text.count && isExplicitKey(at: place)
    }
    return before.map { $0 + 1 }
  }

  private func isExplicitKey(at place: Int) -> Bool { text[place] == UInt8(ascii: "?") && isBlank(after: place) }

  /// Where the line's text begins, behind blanks and dashes of lists.
  private func beginning(ofLine line: Int) -> Int {
    text[lines[line]...].firstIndex { !"- \t".utf8.contains($0) } ?? text.count
  }

  /// A colon behind a bracket: what the bracket ends is a key.
  private func isDisarmedColon(at mark: Mark) -> Bool {
    guard let place = offset(of: mark), place < text.count, text[place] == UInt8(ascii: ":") else { return false }
    let before = text[..<place].last { $0 != 0x20 && $0 != 0x09 }
    return before == UInt8(ascii: "]") || before == UInt8(ascii: "}")
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
}

extension Node.Scalar {
  /// YAML's ways to write nothing, none of them in quotes.
  package var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(string) }
}
