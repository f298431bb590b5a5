// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Rows that were held back, read again; and rows that another map or taxonomy reads otherwise.
@Suite struct RetryTests {
  private let ana = TestWorkspace.caller("ana")

  /// Two rows with a code that nobody knows, one with a time that is none, one that is cut.
  private let export = """
    id,at,code,tags,amount,requester
    1,2026-01-01T00:00:00Z,Lost,,1.00,Eve
    2,2026-01-02T00:00:00Z,"Brand new, and quoted",,2.00,Eve
    3,yesterday,Lost,,3.00,Eve
    4,2026-01-04T00:00:00Z,"Brand new, and quoted",,4.00,Eve
    5,2026-01-05
    """

  private func workspace() throws -> TestWorkspace {
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    try writeMap(test, TestWorkspace.map)
    #expect(try test.importText(export).quarantined == 4)
    return test
  }

  private func writeMap(_ test: TestWorkspace, _ text: String) throws {
    try text.write(toFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", atomically: true, encoding: .utf8)
  }

  private func references(_ test: TestWorkspace, code: String) throws -> [String] {
    var query = ExceptionQuery()
    query.key = RecurrenceKey(.code, code)
    var found: [String] = []
    try test.workspace.forEachException(query) { found.append($0.record.reference) }
    return found
  }

  @Test func whatAnotherMapCanReadIsRecordedAndTheRestStays() throws {
    let test = try workspace()
    #expect(try test.workspace.held().map(\.row.line) == [3, 4, 5, 6])
    // Nothing has changed: nothing is read.
    let same = try test.workspace.retryQuarantine(mapPath: nil, by: ana)
    #expect(same.received == 3 && same.quarantined == 3 && same.new == 0)

    try writeMap(
      test,
      TestWorkspace.map.replacing("code: code", with: "code: {column: code, otherwise: LOST}")
        .replacing("occurred_at: at", with: "occurred_at: {column: at, format: [iso8601, \"d/M/yyyy\"]}"))
    let report = try test.workspace.retryQuarantine(mapPath: nil, by: ana)
    #expect(report.received == 3 && report.new == 2 && report.quarantined == 1)
    #expect(try test.workspace.held().map(\.row.line) == [4, 6])
    #expect(try references(test, code: "LOST") == ["0", "1", "2", "4"])
    let again = try test.workspace.retryQuarantine(mapPath: nil, by: ana)
    #expect(again.received == 1 && again.quarantined == 1)
    #expect(try test.findings().isEmpty)
    // The file itself, imported again, is the same exceptions.
    let whole = try test.importText(export, after: 20)
    #expect(whole.new == 0 && whole.duplicate == 3 && whole.quarantined == 2)
    #expect(try test.workspace.held().map(\.row.line) == [4, 6])
  }

  @Test func whatTheTaxonomyKnowsByNowIsRecordedAndOpensItems() throws {
    let test = try workspace()
    let path = "\(test.folder)/ws/taxonomy/codes.yaml"
    let playbook = try #require(try test.workspace.taxonomy(at: nil).taxonomy.codes.first?.playbook)
    let entry = """
        - id: BRAND-NEW-AND-QUOTED
          title: Brand new, and quoted
          owner: ana
          playbook: \(playbook)
          recurrence: 2/30d

      """.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.dropFirst(2)) }
    try (String(contentsOfFile: path, encoding: .utf8) + entry.map { "  " + $0 }.joined(separator: "\n"))
      .replacing("    - id: BRAND", with: "  - id: BRAND").replacing("      ", with: "    ")
      .write(toFile: path, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: ana)
    let report = try test.workspace.retryQuarantine(mapPath: nil, by: ana)
    #expect(report.new == 2 && report.opened.count == 1)
    let item = try #require(try test.item(of: RecurrenceKey(.code, "BRAND-NEW-AND-QUOTED"))).item.id
    #expect(try test.members(of: item) == ["2", "4"])
    #expect(try test.findings().isEmpty)
  }

  @Test func rowsThatContradictEachOtherWaitForAMapThatSaysWhichCounts() throws {
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    let text = """
      id,at,code,tags,amount,requester
      1,2026-01-01T00:00:00Z,Lost,,1.00,Eve
      1,2026-01-02T00:00:00Z,Lost,,2.00,Eve

      """
    #expect(try test.importText(text).quarantined == 2)
    #expect(try test.workspace.retryQuarantine(mapPath: nil, by: ana).quarantined == 2)
    let map = try String(contentsOfFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", encoding: .utf8)
    try writeMap(test, map.replacing("id: id", with: "id: id\nrows: last"))
    let report = try test.workspace.retryQuarantine(mapPath: nil, by: ana)
    #expect(report.new == 1 && report.passedOver == 1)
    #expect(try test.findings().isEmpty)
  }

  @Test func jsonLinesAreReadAgainToo() throws {
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    try writeMap(test, TestWorkspace.map)
    let path = "\(test.folder)/more.jsonl"
    try """
    {"id": "a", "at": "2026-01-01T00:00:00Z", "code": "Lost"}
    {"id": "b", "at": "2026-01-02T00:00:00Z", "code": "Unknown"}

    """.write(toFile: path, atomically: true, encoding: .utf8)
    let report = try test.workspace.importExceptions(from: path, map: test.map, by: ana)
    #expect(report.new == 1 && report.quarantined == 1)
    try writeMap(test, TestWorkspace.map.replacing("code: code", with: "code: {column: code, otherwise: LOST}"))
    #expect(try test.workspace.retryQuarantine(mapPath: nil, by: ana).new == 1)
    #expect(try references(test, code: "LOST") == ["0", "a", "b"])
    #expect(try test.workspace.held().isEmpty)
    #expect(try test.findings().isEmpty)
  }

  @Test func theSameRowsByAnotherMapAreReclassified() throws {
    let rows =
      (1...3).map { Row("\($0)", day: $0, "Lost", tags: ["Courier"], requester: "Eve") }
      + [Row("9", day: 9, "Damaged")]
    let test = try TestWorkspace(rows)
    let item = try #require(try test.item(of: RecurrenceKey(.code, "LOST"))).item.id
    let map = try String(contentsOfFile: "\(test.folder)/ws/taxonomy/maps/tests.yaml", encoding: .utf8)
    try writeMap(test, map.replacing("\"Lost\": LOST", with: "\"Lost\": DAMAGED"))
    let report = try test.importRows(rows + [Row("9", day: 10, "Damaged")].prefix(0), after: 10)
    #expect(report.amended == 3 && report.reclassified == 3 && report.duplicate == 1)
    #expect(try test.members(of: item).isEmpty)
    #expect(try !test.workspace.item(item, by: ana).view.ruleHolds)
    #expect(try test.item(of: RecurrenceKey(.code, "DAMAGED")) != nil)
    func amendments() throws -> [String?] {
      var found: [String?] = []
      try test.workspace.forEachException(ExceptionQuery()) { found.append($0.amendment?.rawValue) }
      return found
    }
    #expect(try amendments() == ["reclassified", "reclassified", "reclassified", nil])
    // Other columns changed as well: that is an amendment like any other.
    try writeMap(test, map)
    var changed = rows
    changed[0].amount = "5.00"
    let second = try test.importRows(changed, after: 20)
    #expect(second.amended == 3 && second.reclassified == 2)
    #expect(try amendments() == ["changed", "reclassified", "reclassified", nil])
    let events = try test.workspace.ledger.read { try $0.auditChain().events }
    #expect(
      events.compactMap { if case .batch(let batch) = $0.event { batch.reclassified } else { nil } } == [0, 3, 2])
    #expect(try test.findings().isEmpty)
  }
}
