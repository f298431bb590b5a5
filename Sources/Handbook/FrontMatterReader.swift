// SPDX-License-Identifier: Apache-2.0

import Remediation
import Yams

/// Reads the lines between the two lines of dashes: a YAML mapping of a harmless kind.
struct FrontMatterReader {
  static let versions = 0...1_000_000
  /// What is read; other keys are other programs'.
  static let keys: Set = [
    "id", "title", "owner", "version", "effective", "review_by", "codes", "root_causes", "status",
  ]

  /// What was read, and where the values stand that a new version changes; offsets are the file's.
  struct Reading {
    var frontMatter = SOPFrontMatter()
    var indentation = 0
    var version: Range<Int>?
    var effective: Range<Int>?
    /// The whole lines of each key with its value.
    var keys: [String: Range<Int>] = [:]
  }

  private let source: FrontMatterSource

  /// - Parameter offset: where in the file the text begins; it is the file's second line.
  static func read(_ text: [UInt8], startingAt offset: Int) throws(HandbookError) -> Reading {
    let source = try FrontMatterSource(text: text, offset: offset)
    try source.refuseDashes()
    guard let root = try source.compose() else { return Reading() }
    return try FrontMatterReader(source: source).read(root)
  }

  private func read(_ root: Node) throws(HandbookError) -> Reading {
    guard case .mapping(let mapping) = root, source.byte(at: root) != UInt8(ascii: "{") else {
      throw .notAnSOP(
        line: source.line(of: root), "front matter must be lines such as title: Duplicate charge; write key: value")
    }
    var reading = Reading()
    let column = root.mark?.column ?? 1
    reading.indentation = column - 1
    let begins = mapping.map { source.lineStart(of: $0.key) } + [source.text.count]
    for (place, (key, value)) in mapping.enumerated() {
      guard case .scalar(let name) = key, source.beginsItsLine(key), key.mark?.column == column else {
        throw FrontMatterSource.notAKey(line: source.line(of: key))
      }
      let field = Field(name: name.string, key: key, value: value, source: source)
      try read(field, into: &reading)
      reading.keys[name.string] = source.linesOfKey(from: begins[place], before: begins[place + 1])
    }
    return reading
  }

  private func read(_ field: Field, into reading: inout Reading) throws(HandbookError) {
    switch field.name {
    case "id": reading.frontMatter.id = try field.text()
    case "title": reading.frontMatter.title = try field.text()
    case "owner": reading.frontMatter.owner = try field.text()
    case "version":
      reading.frontMatter.version = try field.version()
      reading.version = try field.range()
    case "effective":
      reading.frontMatter.effective = try field.date()
      reading.effective = try field.range()
    case "review_by": reading.frontMatter.reviewBy = try field.date()
    case "codes": reading.frontMatter.codes = try field.list()
    case "root_causes": reading.frontMatter.rootCauses = try field.list()
    case "status":
      if case .scalar(let status) = field.value { reading.frontMatter.isRetired = status.string == "retired" }
    default: break
    }
  }
}

/// One key of the front matter, with its value.
private struct Field {
  let name: String
  let key: Node
  let value: Node
  let source: FrontMatterSource

  /// Nil where nothing, `~` or `null` is written.
  func text() throws(HandbookError) -> String? {
    guard let scalar = try scalar(example: "\(name): some text") else { return nil }
    try refuseControls(scalar.string)
    return scalar.string
  }

  func version() throws(HandbookError) -> Int {
    guard let scalar = try scalar(example: "version: 3") else { return 0 }
    let digits = scalar.string.utf8
    guard (1...7).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.count == 1 || digits.first != UInt8(ascii: "0"), let number = Int(scalar.string),
      FrontMatterReader.versions.contains(number)
    else { throw wrong("\(shown(scalar)) is not a whole number from 0 to 1000000; write version: 3") }
    return number
  }

  /// `yyyy-MM-dd`; of a longer YAML timestamp, the date as written.
  func date() throws(HandbookError) -> CalendarDate? {
    guard let scalar = try scalar(example: "\(name): 2026-11-30") else { return nil }
    let bytes = Array(scalar.string.utf8)
    let timeOfDay = Set("0123456789:.+-TtZz \t".utf8)
    if let date = CalendarDate(String(decoding: bytes.prefix(10), as: UTF8.self)),
      bytes.count == 10
        || (bytes.count >= 16 && "Tt \t".utf8.contains(bytes[10]) && bytes[10...].allSatisfy(timeOfDay.contains))
    {
      return date
    }
    throw wrong("\(shown(scalar)) is not a date; write \(name): 2026-11-30")
  }

  func list() throws(HandbookError) -> [String] {
    let example = "write \(name): [RF-01, RF-02]"
    switch value {
    case .scalar:
      return try text().map { (text) throws(HandbookError) in
        // What is listed has no commas: the brackets were forgotten.
        let entries = text.split(separator: ",", omittingEmptySubsequences: false)
          .map { $0.split(separator: " ").joined(separator: " ") }
        guard entries.allSatisfy({ !$0.isEmpty }) else { throw wrong("an entry is empty; \(example)") }
        return entries
      } ?? []
    case .sequence(let sequence):
      var list: [String] = []
      for node in sequence {
        guard case .scalar(let scalar) = node, !scalar.isNull, !scalar.string.isEmpty else {
          throw .notAnSOP(line: source.line(of: node), "\(name): an entry is not a text; \(example)")
        }
        try refuseControls(scalar.string)
        list.append(scalar.string)
      }
      return list
    default: throw wrong("it must be a list; \(example)")
    }
  }

  /// Where the value stands in the file. The value of a field that a new version changes has to be on its key's line,
  /// and as it is read.
  func range() throws(HandbookError) -> Range<Int> {
    guard case .scalar(let scalar) = value, let range = source.range(of: scalar, key: key) else {
      throw wrong("it must stand on one line with its value, plainly; write \(name): and the value")
    }
    return range
  }

  private func scalar(example: String) throws(HandbookError) -> Node.Scalar? {
    guard case .scalar(let scalar) = value else { throw wrong("it must be one value; write \(example)") }
    return scalar.isNull ? nil : scalar
  }

  private func refuseControls(_ text: String) throws(HandbookError) {
    guard let control = text.unicodeScalars.first(where: { $0.properties.generalCategory == .control }) else { return }
    throw wrong(
      "it holds the control character \(HiddenCharacter.name(of: control)); write it on one line, without that")
  }

  private func shown(_ scalar: Node.Scalar) -> String {
    "\"\(String(String.UnicodeScalarView(scalar.string.unicodeScalars.prefix(40).filter { $0.value >= 32 })))\""
  }

  private func wrong(_ message: String) -> HandbookError {
    .notAnSOP(line: source.line(of: value), "\(name): \(message)")
  }
}
