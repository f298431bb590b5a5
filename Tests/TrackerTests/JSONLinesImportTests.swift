// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// JSON Lines from the file to the record. What becomes of rows is in `ImportTests`.
@Suite struct JSONLinesImportTests {
  private static let map = """
    source: tests
    id: id
    occurred_at: at
    code: kind.code
    root_cause: tags
    amount: {column: price.amount, currency: {column: price.currency}}
    team: team
    requester: people.name
    inputs: [people.0.name, flags.urgent]
    missing: ["?"]

    """

  private static func line(_ id: String, _ rest: String = #""kind": {"code": "Damaged"}"#) -> String {
    #"{"id": "\#(id)", "at": "2026-01-01T10:00:00Z", \#(rest)}"# + "\n"
  }

  private func test(map: String = JSONLinesImportTests.map) throws -> LinesWorkspace {
    try LinesWorkspace(
      map: map,
      lines: JSONLinesImportTests.line("a", #""kind": {"code": "Damaged"}, "tags": ["late", "lost"]"#)
        + JSONLinesImportTests.line("b", #""kind": {"code": "Lost"}, "tags": "late""#))
  }

  @Test func aLineBecomesARecord() throws {
    let test = try test()
    let report = try test.importLines(
      JSONLinesImportTests.line(
        "x\\u0031",
        #""kind": {"code": "lost"}, "tags": ["late", null, "", "?", "Lost", "late"], "team": null, "#
          + #""price": {"amount": 12.50, "currency": "JPY"}, "people": [{"name": "Eve"}, {"name": "Bob"}], "#
          + #""flags": {"urgent": true}"#))
    #expect(report.new == 1)
    var seen: [ExceptionRecord] = []
    try test.workspace.forEachException(ExceptionQuery()) { seen.append($0.record) }
    let record = try #require(seen.first { $0.reference == "x1" })
    #expect(record.occurredAt.description == "2026-01-01T10:00:00Z")
    #expect(record.rawCode == "lost")
    #expect(record.rootCauses == ["LATE", "LOST"])
    #expect(record.rawRootCause == "late, Lost, late")
    #expect(record.team == nil)
    #expect(record.amount == 12, "half a yen goes to the even one")
    #expect(record.currency == "JPY")
    let fields = try shell(
      "/usr/bin/sqlite3",
      [
        "\(test.folder)/ws/sopwright.sqlite",
        "SELECT CAST(fields AS TEXT) FROM personal ORDER BY exception DESC LIMIT 1",
      ])
    #expect(fields == #"{"inputs":{"flags.urgent":"true","people.0.name":"Eve"},"requester":"Eve"}"# + "\n")
    #expect(try test.findings().isEmpty)
  }

  @Test func theSameLinesAgainAreDuplicatesAndChangedOnesAmendments() throws {
    let test = try test()
    let reordered =
      #"{"kind":{"code":"Lost"},"tags":["late"],"id":"b","at":"2026-01-01T10:00:00Z","new":{"k":[]}}"# + "\n"
    #expect(try test.importLines(reordered).duplicate == 1, "nothing changed that the map reads")
    let report = try test.importLines(JSONLinesImportTests.line("b", #""kind": {"code": "Damaged"}"#))
    #expect(report.amended == 1)
    #expect(try test.findings().isEmpty)
  }

  @Test(arguments: [
    ("[1, 2]", "(row)", "is not a JSON object"),
    ("{\"id\": \"c\", \"at\": }", "(row)", "at its byte 19, a value is expected"),
    ("{\"id\": \"c\", \"id\": \"d\"}", "(row)", "The key \"id\" occurs twice"),
    ("{\"id\": \"c\", \"z\": \"\\ud800\"}", "(row)", "half of a character"),
    ("{\"id\": \"c\", \"z\": \"\\u0000\"}", "(row)", "NUL"),
    ("{\"id\": \"c\", \"at\": \"2026-01-01\"", "(row)", "not closed at the end of the line"),
    ("{\"at\": \"2026-01-01\", \"kind\": {\"code\": \"Lost\"}}", "id", "The id is missing"),
    ("{\"id\": \"c\", \"kind\": {\"code\": \"Lost\"}}", "at", "is missing"),
    ("{\"id\": \"c\", \"at\": 5, \"kind\": {\"code\": \"Lost\"}}", "at", "\"5\" is not a time"),
    ("{\"id\": \"c\", \"at\": \"2026-01-01\", \"kind\": {\"code\": {\"x\": 1}}}", "kind.code", "The code is missing"),
    (
      "{\"id\": \"c\", \"at\": \"2026-01-01\", \"kind\": {\"code\": \"Burnt\"}}", "kind.code",
      "\"Burnt\" is not in the taxonomy"
    ),
    (
      "{\"id\": \"c\", \"at\": \"2026-01-01\", \"kind\": {\"code\": \"Lost\"}, \"tags\": [\"late\", \"new\"]}", "tags",
      "\"new\" is not in the taxonomy"
    ),
    (
      "{\"id\": \"c\", \"at\": \"2026-01-01\", \"kind\": {\"code\": \"Lost\"}, \"price\": {\"amount\": 1e400, \"currency\": \"EUR\"}}",
      "price.amount", "without an exponent"
    ),
    (
      "{\"id\": \"c\", \"at\": \"2026-01-01\", \"kind\": {\"code\": \"Lost\"}, \"price\": {\"amount\": 9007199254740993, "
        + "\"currency\": \"EUR\"}}", "price.amount", "too large"
    ),
    (
      "{\"id\": \"c\", \"at\": \"2026-01-01\", \"kind\": {\"code\": \"Lost\"}, \"price\": {\"amount\": 1}}",
      "price.currency", "no currency"
    ),
  ])
  func aLineThatCannotBeReadIsHeldBackAndTheOthersGoOn(line: String, field: String, reason: String) throws {
    let test = try test(map: JSONLinesImportTests.strict)
    let report = try test.importLines(
      JSONLinesImportTests.line("x") + "\n" + line + "\r\n" + JSONLinesImportTests.line("y"))
    #expect(report.received == 3)
    #expect(report.new == 2)
    #expect(report.quarantined == 1)
    #expect(report.cutAtLine == nil)
    let held = try #require(try test.workspace.held().first?.row)
    #expect(held.line == 3)
    #expect(held.field == field)
    #expect(held.reason.contains(reason), "\(held.reason)")
    #expect(String(decoding: held.raw, as: UTF8.self) == line)
    #expect(try test.findings().isEmpty)
  }

  /// Values are given, so that others are not taken for `OTHER`.
  private static let strict = map.replacing(
    "code: kind.code", with: "code: {column: kind.code, values: {Damaged: DAMAGED, Lost: LOST}}"
  )
  .replacing("root_cause: tags", with: "root_cause: {column: tags, values: {late: LATE, lost: LOST}}")

  @Test func aTornLastLineIsHeldBackAndSaysThatTheFileIsCut() throws {
    let test = try test()
    let whole = JSONLinesImportTests.line("x") + JSONLinesImportTests.line("y")
    for length in [2, 12, 30, 60] {
      let report = try test.importLines(String(whole.dropLast(length)))
      #expect(report.quarantined == 1)
      #expect(report.cutAtLine == 2)
    }
    #expect(try test.importLines(String(whole.dropLast())).cutAtLine == nil, "whole without a line end")
    #expect(try test.importLines(whole.dropLast(3) + "]}").cutAtLine == nil, "wrong, but not torn")
  }

  @Test func aKeyMayBeAbsentButNotEverywhere() throws {
    let test = try test()
    #expect(try test.importLines(JSONLinesImportTests.line("x")).new == 1)
    func problem(_ lines: String) throws -> String {
      do {
        try test.importLines(lines)
      } catch {
        return sentence(for: error)
      }
      return "none"
    }
    #expect(
      try problem(#"{"id": "x", "when": 5, "kind": {"code": 1, "a": [{"b": 1}]}}"#).hasSuffix(
        "The map reads the key \"at\", which no line of the file has. The first lines have: id, kind.a.0.b, kind.code, when."
      ))
    #expect(try problem(#"{"id": "x", "at": null}"#).contains("\"kind.code\", which no line"))
    #expect(
      try problem("[\n{\"id\": 1},\n").contains(
        "No line of the file can be read. Line 1 cannot be read. The line is not"))
    #expect(try problem("").hasSuffix("The file is empty. Export it again."))
    #expect(try problem("id,at,code\n1,2,3\n").contains("No line of the file can be read. Line 1"))
  }

  @Test func anEncodingThatJSONDoesNotHaveIsRefused() throws {
    let test = try test()
    let path = "\(test.folder)/latin.yaml"
    try (JSONLinesImportTests.map + "encoding: windows-1252\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect {
      try test.importLines(JSONLinesImportTests.line("x"), map: ExportMap(at: path))
    } throws: { sentence(for: $0).contains("JSON is always UTF-8") }
  }

  @Test func withoutAnIdALineIsKnownByWhatItSaysInAnyOrder() throws {
    let map = "source: tests\noccurred_at: at\ncode: kind.code\n"
    let test = try test(map: map)
    let line = #"{"at": "2026-01-02", "kind": {"code": "Lost"}, "n": 1, "gone": null}"#
    let same = #"{"n":1,"kind":{"code":"Lost"},"at":"2026-01-02"}"#
    let report = try test.importLines(
      line + "\n" + same + "\n" + #"{"at": "2026-01-02", "kind": {"code": "Lost"}, "n": 2}"#)
    #expect(report.new == 3)
    #expect(try test.importLines(same + "\n" + line + "\n").duplicate == 2)
    var references: [String] = []
    try test.workspace.forEachException(ExceptionQuery()) { references.append($0.record.reference) }
    // SHA-256 of "at", 1F, "2026-01-02", 1F, "kind.code", 1F, "Lost", 1F, "n", 1F, "1", 1F
    #expect(references.contains("17eaa3d09158b23ece143b596b4d6e76-1"))
    #expect(try test.findings().isEmpty)
  }

  @Test func ofLinesThatAreChangesTheLastCounts() throws {
    let map = """
      source: tests
      id: id
      rows: last
      updated_at: {column: meta.updated, format: unix}
      occurred_at: at
      code: kind.code

      """
    let test = try test(map: map)
    func line(_ code: String, _ updated: Int) -> String {
      JSONLinesImportTests.line("x", #""kind": {"code": "\#(code)"}, "meta": {"updated": \#(updated)}"#)
    }
    let report = try test.importLines(
      line("Damaged", 1_780_000_000) + line("Lost", 1_780_000_002) + line("Damaged", 1_780_000_001))
    #expect(report.new == 1)
    #expect(report.passedOver == 2)
    #expect(try test.importLines(line("Damaged", 1_779_999_999)).duplicate == 1)
  }

  @Test func anIdThatOccursTwiceWithDifferingContentIsHeldBack() throws {
    let test = try test()
    let report = try test.importLines(
      JSONLinesImportTests.line("p", #""kind": {"code": "Lost"}, "tags": ["late"]"#)
        + JSONLinesImportTests.line("q", #""tags": ["late"], "kind": {"code": "Lost"}"#)
        + JSONLinesImportTests.line("p", #""kind": {"code": "Lost"}, "team": "late""#)
        + JSONLinesImportTests.line("q", #""kind": {"code": "Lost"}, "tags": ["late"], "other": 1"#))
    #expect(report.quarantined == 2)
    #expect(report.new == 1)
    #expect(report.duplicate == 1)
  }
}

/// A workspace made out of lines.
private final class LinesWorkspace {
  let folder = NSTemporaryDirectory() + "sopwright-lines-\(UUID().uuidString)"
  let workspace: Workspace
  let map: ExportMap

  init(map: String, lines: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let export = "\(folder)/first.jsonl"
    try lines.write(toFile: export, atomically: true, encoding: .utf8)
    try map.write(toFile: "\(folder)/map.yaml", atomically: true, encoding: .utf8)
    let caller = TestWorkspace.caller("ana")
    let proposal = try Workspace.proposeTaxonomy(
      from: export, mapPath: "\(folder)/map.yaml", top: 29, rule: RecurrenceRule("3/30d"))
    (workspace, self.map) = try Workspace.make(
      at: "\(folder)/ws", from: proposal, people: [TestWorkspace.ana, TestWorkspace.ben], by: caller)
    _ = try workspace.importExceptions(from: export, map: self.map, by: caller)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)  // what stays is in the system's temporary folder
  }

  @discardableResult
  func importLines(_ lines: String, map: ExportMap? = nil) throws -> ImportReport {
    let path = "\(folder)/\(UUID().uuidString).ndjson"
    try lines.write(toFile: path, atomically: true, encoding: .utf8)
    return try workspace.importExceptions(from: path, map: map ?? self.map, by: TestWorkspace.caller("ana", after: 60))
  }

  func findings() throws -> [Finding] { try workspace.verifyRecord().findings }
}
