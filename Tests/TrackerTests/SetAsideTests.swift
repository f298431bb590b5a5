// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Rows that are held back and are no exceptions.
@Suite struct SetAsideTests {
  private let ana = TestWorkspace.caller("ana")
  private static let totals = "7,yesterday,Lost,,\"2.50\",Eve\n8,2026-01-03,Lost,,,\nTotal,,,,,\nTotal 2,,,,,\n"

  private func workspace() throws -> TestWorkspace {
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    _ = try test.importText(Row.header + SetAsideTests.totals)
    #expect(try test.workspace.held().map(\.row.line) == [2, 4, 5])
    return test
  }

  private func file(_ test: TestWorkspace) throws -> String {
    try #require(try test.workspace.held().first?.file).description
  }

  @Test func theyAreListedNoMoreAndTheRecordSaysWhy() throws {
    let test = try workspace()
    let choice = try HeldBackChoice(file: file(test), lines: [4, 5])
    #expect(try test.workspace.setAside(choice, because: "Totals of the export.", by: ana) == 2)
    #expect(try test.workspace.held().map(\.row.line) == [2])
    let event = try #require(
      try test.workspace.ledger.read { try $0.newestEvents(about: "held_back", limit: 9).first })
    #expect(event.event.kind == "held_back_set_aside" && event.actor.description == "ana")
    guard case .settled(let settled) = event.event else { throw SettingAsideError.notThere }
    #expect(settled.rows == [2...3] && settled.count == 2)
    let digest = try #require(settled.reason)
    #expect(try test.workspace.ledger.read { try $0.text(digest) } == "Totals of the export.")
    // Neither the file again nor another reading brings them back, and what is left can still be read.
    let again = try test.importText(Row.header + SetAsideTests.totals)
    #expect(again.quarantined == 1 && again.passedOver == 2)
    #expect(try test.workspace.held().map(\.row.line) == [2])
    #expect(try test.workspace.retryQuarantine(mapPath: nil, by: ana).quarantined == 1)
    #expect(throws: SettingAsideError.notThere) {
      try test.workspace.setAside(choice, because: "Totals.", by: ana)
    }
    #expect(try test.findings().isEmpty)
    // Who looks through the record sees it among the decisions.
    let review = try test.workspace.auditReview(by: ana)
    #expect(review.decisions.contains { $0.event.event.kind == "held_back_set_aside" && $0.note.contains("Totals of") })
  }

  @Test func allOfASourceOrOfAFile() throws {
    let test = try workspace()
    #expect(throws: SettingAsideError.notThere) {
      try test.workspace.setAside(try HeldBackChoice(source: "others"), because: "Tests.", by: ana)
    }
    let prefix = String(try file(test).prefix(8)).uppercased()
    #expect(
      try test.workspace.setAside(try HeldBackChoice(source: "tests", file: prefix), because: "Tests.", by: ana) == 3)
    #expect(try test.workspace.quarantineCount() == 0)
    #expect(try test.findings().isEmpty)
  }

  @Test func whatIsNotSaidClearlyDoesNothing() throws {
    let test = try workspace()
    _ = try test.importText(Row.header + "9,yesterday,Lost,,,\n")
    let before = try test.workspace.treeState().size
    func refusal(
      source: String? = nil, file: String? = nil, lines: Set<Int> = [], because reason: String = "Totals.",
      by caller: Caller? = nil
    ) -> String {
      do {
        let choice = try HeldBackChoice(source: source, file: file, lines: lines)
        _ = try test.workspace.setAside(choice, because: reason, by: caller ?? ana)
        return "done"
      } catch { return sentence(for: error) }
    }
    #expect(refusal().contains("Say which rows"))
    #expect(refusal(lines: [2]).contains("Say which rows"))
    #expect(refusal(source: "").contains("Say which rows"))
    for file in ["", "4", "0123456", "export.csv"] {
      #expect(refusal(file: file).contains("is no SHA-256 of a file"), "\(file)")
    }
    #expect(refusal(source: "tests", lines: [2]).contains("Several files have such rows"))
    #expect(refusal(file: try file(test), lines: [2, 3, 9]).contains("There is no such row at line 3, 9."))
    #expect(refusal(source: "others").contains("There is no such row"))
    #expect(refusal(source: "tests", because: " \n").contains("reason"))
    #expect(refusal(source: "tests", by: TestWorkspace.caller("nobody")).contains("nobody"))
    #expect(throws: RetryError.moved(4)) {
      try test.workspace.setAside(
        HeldBackChoice(source: "tests"), seen: SeenQuarantine(count: 3, last: 3, squares: 14), because: "Totals.",
        by: ana)
    }
    #expect(try test.workspace.treeState().size == before)
    #expect(try test.workspace.quarantineCount() == 4)
  }

  /// What was taken for no exception is one after all: a map that can read the row of that file records it.
  @Test func whatCanBeReadLaterIsRecorded() throws {
    let test = try workspace()
    let rows = Row.header + SetAsideTests.totals.replacing("yesterday", with: "2/1/2026")
    #expect(try test.importText(rows).quarantined == 3)
    #expect(try test.workspace.setAside(HeldBackChoice(source: "tests"), because: "Totals.", by: ana) == 6)
    let wider = TestWorkspace.map.replacing(
      "occurred_at: at", with: "occurred_at: {column: at, format: [iso8601, \"d/M/yyyy\"]}")
    let map = "\(test.folder)/ws/taxonomy/maps/tests.yaml"
    try wider.write(toFile: map, atomically: true, encoding: .utf8)
    let report = try test.importText(rows)
    #expect(report.new == 1 && report.quarantined == 0 && report.settled == 2)
    #expect(try test.workspace.rowsSetAside(by: ana).count == 5, "it is no longer said to be no exception")
    let newest = try test.workspace.ledger.read { try $0.newestEvents(about: "held_back", limit: 1) }
    #expect(newest.map(\.event.kind) == ["held_back_read"])
    #expect(try test.findings().isEmpty)
  }

  /// Set aside under a wrong map, they would be lost under the right one: the import says so, the list says who, and they come back.
  @Test func theyAreTakenBack() throws {
    let test = try workspace()
    let choice = try HeldBackChoice(source: "tests")
    #expect(try test.workspace.setAside(choice, because: "Wrong export.", by: ana) == 3)
    let again = try test.importText(Row.header + SetAsideTests.totals)
    #expect(again.settled == 3 && again.passedOver == 3 && again.quarantined == 0)
    #expect(again.json["settled"] == .int(3))
    let aside = try test.workspace.rowsSetAside(by: ana)
    #expect(aside.map(\.held.row.line) == [2, 4, 5] && aside.allSatisfy { $0.by == ana.person })
    #expect(aside.first?.reason == "Wrong export." && aside.first?.at == ana.now)
    #expect(try test.workspace.takeBackRows(HeldBackChoice(file: file(test, aside), lines: [2]), by: ana) == 1)
    #expect(try test.workspace.held().map(\.row.line) == [2])
    #expect(try test.workspace.setAsideCount() == 2)
    #expect(try test.workspace.takeBackRows(choice, by: ana) == 2)
    #expect(throws: SettingAsideError.notThere) { try test.workspace.takeBackRows(choice, by: ana) }
    #expect(try test.workspace.setAside(choice, because: "Totals after all.", by: ana) == 3)
    #expect(try test.workspace.rowsSetAside(by: ana).allSatisfy { $0.reason == "Totals after all." })
    #expect(try test.findings().isEmpty)
  }

  private func file(_ test: TestWorkspace, _ aside: [SetAsideRow]) throws -> String {
    try #require(aside.first?.held.file).description
  }

  /// An event about rows that nobody held back was made up.
  @Test func rowsThatWereNeverHeldBackAreFound() throws {
    let test = try workspace()
    _ = try test.workspace.ledger.write(by: ana.authorship, at: ana.now) {
      try $0.append(.settled(HeldBackSettled([4], .read)))
    }
    #expect(try test.findings().map(\.check) == ["held_back_rows"])
  }

  /// Every way out of the list is an event, so none can be written into the table.
  @Test func whatIsReadIsAnEventToo() throws {
    let test = try workspace()
    let (file, line) = (try #require(try test.workspace.held().first?.file), 2)
    var report = try test.workspace.mendableRow(file: file, line: line, by: ana).report
    report.occurredAt = "2026-01-02"
    _ = try test.workspace.mendRow(file: file, line: line, as: report, by: ana)
    let events = try test.workspace.ledger.read { try $0.newestEvents(about: "held_back", limit: 9) }
    #expect(events.map(\.event.kind) == ["held_back_read"])
    #expect(try test.findings().isEmpty)
  }
}
