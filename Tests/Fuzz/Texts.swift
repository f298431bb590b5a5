// SPDX-License-Identifier: Apache-2.0

import GRDB
import Judge

@testable import Handbook
@testable import Ledger
@testable import Remediation
@testable import Tracker

extension FuzzTarget {
  /// What can be read can be written canonically, which says the same and never changes again.
  static let json = FuzzTarget(name: "json") { bytes in
    let value = try JSONValue(parsing: bytes)
    try require(try JSONValue(parsing: Array(value.compactText.utf8)) == value, "it is not read as it is written")
    _ = try? RecordedEvent(canonicalBytes: bytes)  // most JSON is none
    guard value.isOfTheLedger else { return }
    let canonical = value.canonicalBytes
    try require(try JSONValue(parsing: canonical).canonicalBytes == canonical, "the canonical bytes are not canonical")
  }

  /// Raising the version of a file that can be read gives one that can be read, with that version, and with the same body.
  static let frontMatter = FuzzTarget(name: "front-matter") { bytes in
    let parsed = try ParsedSOP(bytes: bytes)
    let next = parsed.frontMatter.version + 1
    guard next <= 1_000_000 else { return }
    let raised = try ParsedSOP(bytes: parsed.raised(to: next, effective: CalendarDate("2026-11-21")))
    try require(raised.frontMatter.version == next, "the version was not raised")
    try require(raised.frontMatter.effective == CalendarDate("2026-11-21"), "the date was not set")
    try require(raised.body == parsed.body, "the body changed")
    try require(raised.frontMatter.codes == parsed.frontMatter.codes, "other codes are covered")
  }

  /// The HTML is what `MarkdownHTML` promises, as the tests of the renderer judge it.
  static let markdown = FuzzTarget(name: "markdown") { bytes in
    let judge = MarkdownJudge(bytes)
    try require(judge.faults.isEmpty, judge.faults.joined(separator: "; "))
  }

  static let map = FuzzTarget(name: "map") { bytes in _ = try ExportMap(YAMLFile(bytes, named: "map")) }

  /// The first byte chooses the file; the others say nothing. What can be read has one canonical form, which says the same.
  static let taxonomy = FuzzTarget(name: "taxonomy") { bytes in
    guard let choice = bytes.first else { return }
    let names = [
      TaxonomyFiles.codesFile, TaxonomyFiles.rootCausesFile, TaxonomyFiles.peopleFile, TaxonomyFiles.policiesFile,
      TaxonomyFiles.calendarsFile,
    ]
    let chosen = names[Int(choice) % names.count]
    let files = try TaxonomyFiles { name in
      name == chosen ? try YAMLFile(Array(bytes.dropFirst()), named: name) : nil
    }
    let read = try Taxonomy(json: JSONValue(parsing: files.taxonomy.json.canonicalBytes))
    try require(
      read.json.canonicalBytes == files.taxonomy.json.canonicalBytes, "the canonical form says something else")
    _ = read.check(handbook: [], usage: [:], today: today)
  }

  private static let today = Timestamp(seconds: 1_795_000_000).date

  static let path = FuzzTarget(name: "path") { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let path = try SOPPath(text)
    try require(path.text.utf8.elementsEqual(text.utf8), "the path was changed")
    try require(try SOPPath(path.text) == path, "the path is not one")
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    try require(text.utf8.count <= 240 && text.hasSuffix(".md"), "too long, or not Markdown")
    try require(
      parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasPrefix("-") && !$0.hasPrefix(" ") }, "a part")
    try require(
      text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" && $0 != ":" && $0 != "*" },
      "a character")
  }

  private static let index: DatabaseQueue = {
    do {
      let index = try DatabaseQueue()
      try index.write { try $0.execute(sql: "CREATE VIRTUAL TABLE sop USING fts5(title, body)") }
      return index
    } catch { fatalError("\(error)") }
  }()

  /// What a person types is never an error of FTS5's syntax.
  static let search = FuzzTarget(name: "search") { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let query = try SearchQuery(text)
    do {
      _ = try index.read {
        try Row.fetchAll($0, sql: "SELECT rowid FROM sop WHERE sop MATCH ?", arguments: [query.fullText])
      }
    } catch { throw Broken(description: "\(query.fullText): \(error)") }
  }

  /// Times, amounts, durations, working hours, rules, zones and ids.
  static let values = FuzzTarget(name: "values") { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if let pattern = try? TimePattern(parts[0]), parts.count > 1 {  // most patterns are none
      if let time = pattern.parse(Array(parts[1].utf8), zone: .utc) {
        try require(Timestamp(canonical: time.description) == time, "\(time) is not read as it is written")
      }
    }
    for separator in ".,".utf8 {
      if let number = ExactDecimal(text.utf8, decimalSeparator: separator) {
        try require(ExactDecimal(number.description) == number, "\(number) is not read as it is written")
      }
    }
    if let duration = try? WorkingDuration(text) {
      try require(try WorkingDuration(duration.description) == duration, "\(duration)")
    }
    if let rule = try? RecurrenceRule(text) { try require(try RecurrenceRule(rule.description) == rule, "\(rule)") }
    if let date = CalendarDate(text) { try require(CalendarDate(date.description) == date, "\(date)") }
    _ = try? WorkingHours(parts)
    _ = Zone(text)
    if let person = PersonID(text) { try require(person.text.utf8.elementsEqual(text.utf8), "\(person)") }
  }

  /// Signed notes, checkpoints, receipts and keys: whatever is accepted is written back as it was.
  static let note = FuzzTarget(name: "note") { bytes in
    if let text = String(validating: bytes, as: UTF8.self), let key = try? VerifierKey(text) {
      try require(try VerifierKey(key.description) == key, "a key is not read as it is written")
    }
    if let receipt = try? Receipt(bytes) {
      try require(receipt.bytes == bytes, "a receipt is not written as it was read")
    }
    let note = try SignedNote(bytes)
    try require(note.bytes == bytes, "a note is not written as it was read")
    let checkpoint = try Checkpoint(text: note.text)
    try require(note.text.starts(with: checkpoint.text), "a checkpoint is not written as it was read")
  }
}

extension JSONValue {
  /// Whether it has a canonical form: neither a broken number nor one beyond 2^53.
  fileprivate var isOfTheLedger: Bool {
    switch self {
    case .decimal: false
    case .integer(let number): number.magnitude < 1 << 53
    case .array(let values): values.allSatisfy(\.isOfTheLedger)
    case .object(let members): members.allSatisfy(\.value.isOfTheLedger)
    default: true
    }
  }
}
