// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What exports and maps have been seen to hold, one test each. Single rows that are held back are in `ImportTests` and
/// `JSONLinesImportTests`; the readers have tests of their own.
@Suite struct BadImportTests {
  private func test(map: String = TestWorkspace.map) throws -> TestWorkspace {
    try TestWorkspace([Row("a", day: 1, "Damaged"), Row("b", day: 1, "Lost", tags: ["late", "policy"])], map: map)
  }

  private func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing is wrong"
    } catch {
      return sentence(for: error)
    }
  }

  private func records(_ test: TestWorkspace) throws -> [String: ExceptionRecord] {
    var records: [String: ExceptionRecord] = [:]
    try test.workspace.forEachException(ExceptionQuery()) { records[$0.record.reference] = $0.record }
    return records
  }

  // MARK: The file

  @Test(arguments: [
    (Array("id,at\0,code\nx\n".utf8), ":1: The header holds a NUL byte. If the file is UTF-16"),
    ([0xFF, 0xFE, 0x69, 0x00], "is UTF-16, not UTF-8"),
    ([0xFE, 0xFF, 0x00, 0x69], "is UTF-16, not UTF-8"),
    (Array("id,\"at,code\nx,y,z\n".utf8), ":1: A quotation mark in the header is not closed"),
    (
      Array(("id" + String(repeating: ",c", count: 1_000_000) + "\nx\n").utf8),
      ":1: The header has more than 10000 columns"
    ),
    ([0x69, 0x64, 0x2C, 0xE9, 0x0A], ":1: The header is not UTF-8. Name its encoding in the map"),
    (
      Array("code,title\nR01,Insufficient Funds\n".utf8),
      "reads the column \"id\", which the file does not have. It has: code, title."
    ),
    (
      Array("\"id\";at;code\r\nx;y;z\n".utf8),
      "does not have. Its fields are separated otherwise: write delimiter: \";\" into"
    ),
    (Array("id\tat\tcode\nx\ty\tz\n".utf8), "write delimiter: \"\\\\t\" into the map."),
    ([], "The file is empty. Export it again."),
  ])
  func aFileThatCannotBeMeantIsRefused(bytes: [UInt8], expected: String) throws {
    let test = try test()
    let path = "\(test.folder)/bad.csv"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let found = problem {
      _ = try test.workspace.importExceptions(from: path, map: test.map, by: TestWorkspace.caller("ana"))
    }
    #expect(found.contains(expected), "\(found)")
    #expect(found.count < 600)
  }

  @Test func aFileOfOneJSONTextIsRefusedWithTheRemedy() throws {
    let test = try test()
    let path = "\(test.folder)/bad.json"
    try "[{\"id\": 1}]".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      problem {
        _ = try test.workspace.importExceptions(from: path, map: test.map, by: TestWorkspace.caller("ana"))
      }.contains("jq -c '.[]' OLD.json > NEW.jsonl"))
  }

  /// A line of 1 GB is the same, only longer: what is over the limit is passed over, in memory that does not grow.
  @Test(arguments: ["csv", "jsonl"]) func aLineOver16MiBIsHeldBackAndTheOthersGoOn(ending: String) throws {
    let test = try test()
    let long = String(repeating: "x", count: 17 << 20)
    let text =
      ending == "csv"
      ? Row.header + "x,2026-01-01,\(long),,,\ny,2026-01-01,Lost,,,\n"
      : "{\"id\": \"x\", \"at\": \"2026-01-01\", \"code\": \"\(long)\"}\n{\"id\": \"y\", \"at\": \"2026-01-01\", \"code\": \"Lost\"}\n"
    let path = "\(test.folder)/long.\(ending)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let report = try test.workspace.importExceptions(from: path, map: test.map, by: TestWorkspace.caller("ana"))
    #expect(report.new == 1)
    #expect(report.quarantined == 1)
    let held = try #require(try test.workspace.held().first?.row)
    #expect(held.reason.hasPrefix("The row is too long."))
    #expect(held.raw.count == 16 << 20)
  }

  @Test func columnsThatOccurSeveralTimesGiveTheFirstValueAndAllTags() throws {
    let test = try test(map: TestWorkspace.map)
    try test.importText(
      """
      id,at,code,code,tags,tags,amount,amount,requester
      r1,2026-01-01,,Lost,late,policy,,3.00,
      r2,2026-01-01,Damaged,Lost,,policy,1.00,3.00,
      r3,2026-01-01,Damaged,Lost,,late;policy,,,

      """, after: 60)
    let records = try records(test)
    #expect(["r1", "r2", "r3"].map { records[$0]?.code } == ["LOST", "DAMAGED", "DAMAGED"])
    #expect(
      ["r1", "r2", "r3"].map { records[$0]?.rootCauses } == [["LATE", "POLICY"], ["POLICY"], ["LATE", "POLICY"]])
    #expect(["r1", "r2", "r3"].map { records[$0]?.amount } == [300, 100, nil])
  }

  // MARK: Values

  @Test(arguments: ["csv", "jsonl"]) func idsThatLookLikeNoValueAreData(ending: String) throws {
    let test = try test()
    let ids = ["NA", "NAN", "nan", "INF", "NO", "null", "None", "true", "0", "-0", "00", "1e5", "=1+1"]
    let path = "\(test.folder)/ids.\(ending)"
    let lines = ids.map { id in
      ending == "csv"
        ? "\(id),2026-01-01,Lost,,,\n" : "{\"id\": \"\(id)\", \"at\": \"2026-01-01\", \"code\": \"Lost\"}\n"
    }
    try ((ending == "csv" ? Row.header : "") + lines.joined()).write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      try test.workspace.importExceptions(from: path, map: test.map, by: TestWorkspace.caller("ana")).new == ids.count)
    #expect(try records(test).keys.sorted() == (ids + ["a", "b"]).sorted())
  }

  @Test func codesThatDifferInCaseOnlyAreOne() throws {
    let test = try test()
    try test.importText(
      Row.header + ["lost", "LOST", " Lost ", "lOsT"].enumerated().map { "c\($0),2026-01-01,\($1),,,\n" }.joined())
    #expect(try (0..<4).map { try records(test)["c\($0)"]?.code } == Array(repeating: "LOST", count: 4))
    #expect(try records(test)["c1"]?.rawCode == "LOST")
  }

  @Test func zonesThatAreMixedInOneFileAreEachTakenAtTheirWord() throws {
    let test = try test(
      map: TestWorkspace.map.replacing("occurred_at: at", with: "occurred_at: {column: at, zone: Europe/Berlin}"))
    let times = [
      "2026-01-01T12:00:00", "2026-01-01T12:00:00Z", "2026-01-01 12:00:00+05:30", "2026-05-01 12:00",
      "2026-01-01T12:00:00-0800",
    ]
    try test.importText(Row.header + times.enumerated().map { "z\($0),\($1),Lost,,,\n" }.joined())
    #expect(
      try times.indices.map { try records(test)["z\($0)"]?.occurredAt.description } == [
        "2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z", "2026-01-01T06:30:00Z", "2026-05-01T10:00:00Z",
        "2026-01-01T20:00:00Z",
      ])
  }

  @Test func datesOfTwoKindsInOneFileAreReadOnlyWhereTheMapNamesBoth() throws {
    let text = Row.header + "d1,29/2/2016,Lost,,,\nd2,2016-02-29,Lost,,,\nd3,30/2/2016,Lost,,,\n"
    let one = try test(
      map: TestWorkspace.map.replacing("occurred_at: at", with: "occurred_at: {column: at, format: [iso8601]}"))
    #expect(try one.importText(text).quarantined == 2)
    let both = try test(
      map: TestWorkspace.map.replacing(
        "occurred_at: at", with: "occurred_at: {column: at, format: [d/M/yyyy, iso8601]}"))
    #expect(try both.importText(text).quarantined == 1, "there is no 30th of February")
    #expect(try records(both)["d1"]?.occurredAt == records(both)["d2"]?.occurredAt)
  }

  @Test(arguments: [
    (
      "amount: {column: amount, currency: EUR, decimal: \",\"}", ["1.234,50", "-0,5", "12,3-", "(7)"],
      [123_450, -50, -1230, -700]
    ),
    ("amount: {column: amount, currency: EUR, unit: minor}", ["1234", "-5", "+7"], [1234, -5, 7]),
    ("amount: {column: amount, currency: JPY, unit: minor}", ["1234"], [1234]),
    ("amount: {column: amount, currency: EUR, sign: absolute}", ["-12.505", "12.515"], [1250, 1252]),
    ("amount: {column: amount, currency: EUR, sign: negated}", ["-12.50", "3"], [1250, -300]),
    ("amount: {column: amount, currency: EUR}", ["1.234,50", "1,234.50", "NaN", "1e3"], [nil, 123_450, nil, nil]),
  ])
  func amountsAsTheMapSays(amount: String, texts: [String], expected: [Int64?]) throws {
    let map = TestWorkspace.map.replacing("amount: {column: amount, currency: EUR}", with: amount)
    let test = try test(map: map)
    let rows = texts.enumerated().map { "m\($0),2026-01-01,Lost,,\"\($1)\",\n" }
    let report = try test.importText(Row.header + rows.joined())
    let records = try records(test)
    #expect(texts.indices.map { records["m\($0)"]?.amount } == expected)
    #expect(report.quarantined == expected.count { $0 == nil })
  }

  @Test func aFileInTwoLanguagesGroupsAlike() throws {
    let map = TestWorkspace.map.replacing(
      "code: code",
      with:
        "code: {column: code, values: {Fire: FIRE, Incendie: FIRE, \"Rejet de substance\": RELEASE, Release of Substance: RELEASE}}"
    )
    let test = try TestWorkspace([Row("a", day: 1, "Fire"), Row("b", day: 1, "Release of Substance")], map: map)
    let report = try test.importRows([
      Row("c", day: 2, "incendie"), Row("d", day: 2, "Rejet de substance"), Row("e", day: 2, "Feu"),
    ])
    #expect(report.quarantined == 1)
    let records = try records(test)
    #expect(["a", "b", "c", "d"].map { records[$0]?.code } == ["FIRE", "RELEASE", "FIRE", "RELEASE"])
    #expect(records["c"]?.rawCode == "incendie")
  }

  // MARK: The same export again

  @Test func aLaterExportChangesAddsAndForgets() throws {
    let test = try test()
    let report = try test.importRows(
      [Row("b", day: 1, "Damaged", tags: ["late", "policy"]), Row("c", day: 5, "Lost")], after: 60)
    #expect(report.new == 1)
    #expect(report.amended == 1)
    #expect(try records(test).mapValues(\.code) == ["a": "DAMAGED", "b": "DAMAGED", "c": "LOST"], "what is gone stays")
    #expect(try test.importRows([Row("a", day: 1, "Damaged")], after: 120).duplicate == 1)
    #expect(try test.findings().isEmpty)
  }

  /// An audit log in which the closing is filled in on every earlier row: only the last row of an id is read.
  @Test func fieldsThatAreFilledInAfterTheFactCountOnce() throws {
    let map = """
      source: tests
      id: id
      rows: last
      updated_at: requester
      occurred_at: at
      code: code
      root_cause: tags

      """
    let test = try test(map: map)
    let report = try test.importText(
      Row.header
        + "x,2026-01-01,Lost,late,,2026-01-01\nx,2026-01-01,Lost,late,,2026-01-02\ny,2026-01-01,Lost,late,,2026-01-01\n"
        + "x,2026-01-01,Lost,late,,2026-01-03\n")
    #expect(report.new == 2)
    #expect(report.passedOver == 2)
  }

  // MARK: The map

  /// Nine lines that are 9^10 words to whoever follows them.
  private static let aliasesOfAliases =
    "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    + (1...9).map { "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", ") + "]\n" }
    .joined()

  @Test(arguments: [
    ("a: &a [x,x]\nb: &b [*a,*a]\nsource: s\n", ":1: Anchors, aliases, tags"),
    ("source: !!python/object s\n", ":1: Anchors, aliases, tags"),
    ("source: *bold* text\n", ":1: Anchors, aliases, tags"),
    ("source: s\nid: & x\n", ":2: Anchors, aliases, tags"),
    ("source: s\nid: !<a b\n", ":2: Anchors, aliases, tags"),
    ("source: the \"s\n" + aliasesOfAliases + "*a9 : x\n", ":2: Anchors, aliases, tags"),
    ("source: don't\n" + aliasesOfAliases + "*a9 : x\n", ":2: Anchors, aliases, tags"),
    ("source: \"\\\" \"\n" + aliasesOfAliases + "*a9 : x\n", ":2: Anchors, aliases, tags"),
    ("source: s\nid: \u{85}" + aliasesOfAliases + "*a9 : x\n", ":2: There is an unusual line break, U+0085"),
    ("source: s\n\"id*\": a\n\"id*\": b\n" + aliasesOfAliases + "*a9 : x\n", ":2: A key stands twice: id*."),
    ("? source\n: s\n", ":1: Anchors, aliases, tags and keys behind a question mark"),
    ("source: what?\nid: {?a: b}\n", ":2: Anchors, aliases, tags"),
    (
      "source: s\n" + (0..<900).map { String(repeating: " ", count: $0) + "?\n" }.joined()
        + String(repeating: " ", count: 900) + "[" + String(repeating: "x,", count: 1_500_000) + "x]\n",
      ":2: Anchors, aliases, tags"
    ),
    ("source: [" + String(repeating: "x,", count: 200_000) + "x]\n", ":1: A single value is expected here."),
    ("source: s\nsource: t\n", "source"),
    ("source: s\nid: " + String(repeating: "[\u{301},", count: 100_000), ":2: The text is nested too deep."),
    ("source: s\nid:\n" + String(repeating: "- ", count: 900) + "x\n", ":3: The text is nested too deep."),
    ("source: s\nid: " + String(repeating: "[", count: 100_000), ":2: The text is nested too deep."),
    ("source: \"s\nid: x\n", ":"),
    ("source: s\noccured_at: at\n", ":2:"),
    ("source: a/b\noccurred_at: at\ncode: c\n", ":1: Name the source with letters"),
    ("source: s\noccurred_at: {column: at, format: QQQ}\ncode: c\n", ":2:"),
    ("source: s\noccurred_at: {column: at, zone: Mars/Base}\ncode: c\n", ":2: This is not a time zone."),
    ("source: s\noccurred_at: at\ncode: c\ndelimiter: ab\n", ":4: A delimiter is one character"),
    ("source: s\noccurred_at: at\ncode: c\nrows: last\n", "needs an id"),
    ("source: s\noccurred_at: at\ncode: c\npersonal: [at]\n", "cannot be personal"),
    ("\0", ":1: There is a character that YAML cannot hold"),
    ("", ":1: The file says nothing."),
  ])
  func aMapThatCannotBeMeantNamesItsLine(text: String, expected: String) throws {
    let path = NSTemporaryDirectory() + "map-\(UUID().uuidString).yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }  // what stays is in the system's temporary folder
    let found = problem { _ = try ExportMap(at: path) }
    #expect(found.hasPrefix(path))
    #expect(found.contains(expected), "\(found)")
    #expect(found.count < 600)
  }
}
