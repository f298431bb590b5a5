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
    let choice = HeldBackChoice(file: try file(test), lines: [4, 5])
    #expect(try test.workspace.setAside(choice, because: "Totals of the export.", by: ana) == 2)
    #expect(try test.workspace.held().map(\.row.line) == [2])
    let event = try #require(
      try test.workspace.ledger.read { try $0.newestEvents(about: "held_back", limit: 9).first })
    #expect(event.event.kind == "held_back_set_aside" && event.actor.description == "ana")
    guard case .settled(let settled) = event.event else { throw SettingAsideError.notHeldBack }
    #expect(settled.rows == [2...3] && settled.count == 2)
    let digest = try #require(settled.reason)
    #expect(try test.workspace.ledger.read { try $0.text(digest) } == "Totals of the export.")
    // Neither the file again nor another reading brings them back, and what is left can still be read.
    let again = try test.importText(Row.header + SetAsideTests.totals)
    #expect(again.quarantined == 1 && again.passedOver == 2)
    #expect(try test.workspace.held().map(\.row.line) == [2])
    #expect(try test.workspace.retryQuarantine(mapPath: nil, by: ana).quarantined == 1)
    #expect(throws: SettingAsideError.notHeldBack) {
      try test.workspace.setAside(choice, because: "Totals.", by: ana)
    }
    #expect(try test.findings().isEmpty)
    // Who looks through the record sees it among the decisions.
    let review = try test.workspace.auditReview(by: ana)
    #expect(review.decisions.contains { $0.event.event.kind == "held_back_set_aside" && $0.note.contains("Totals of") })
  }

  @Test func allOfASourceOrOfAFile() throws {
    let test = try workspace()
    #expect(throws: SettingAsideError.notHeldBack) {
      try test.workspace.setAside(HeldBackChoice(source: "others"), because: "Tests.", by: ana)
    }
    let prefix = String(try file(test).prefix(8)).uppercased()
    #expect(try test.workspace.setAside(HeldBackChoice(source: "tests", file: prefix), because: "Tests.", by: ana) == 3)
    #expect(try test.workspace.quarantineCount() == 0)
    #expect(try test.findings().isEmpty)
  }

  @Test func whatIsNotSaidClearlyDoesNothing() throws {
    let test = try workspace()
    _ = try test.importText(Row.header + "9,yesterday,Lost,,,\n")
    let before = try test.workspace.treeState().size
    let all = HeldBackChoice(source: "tests")
    func refusal(_ choice: HeldBackChoice, because reason: String = "Totals.", by caller: Caller? = nil) -> String {
      do {
        _ = try test.workspace.setAside(choice, because: reason, by: caller ?? ana)
        return "done"
      } catch { return sentence(for: error) }
    }
    #expect(refusal(HeldBackChoice()).contains("Say which rows"))
    #expect(refusal(HeldBackChoice(lines: [2])).contains("Say which rows"))
    #expect(refusal(HeldBackChoice(source: "tests", lines: [2])).contains("Several files have rows at these lines."))
    #expect(
      refusal(HeldBackChoice(file: try file(test), lines: [2, 3, 9])).contains("No row is held back at line 3, 9."))
    #expect(refusal(all, because: " \n").contains("reason"))
    #expect(refusal(all, by: TestWorkspace.caller("nobody")).contains("nobody"))
    #expect(throws: RetryError.moved(4)) {
      try test.workspace.setAside(all, seen: SeenQuarantine(count: 3, last: 3), because: "Totals.", by: ana)
    }
    #expect(try test.workspace.treeState().size == before)
    #expect(try test.workspace.quarantineCount() == 4)
  }

  /// What was taken for a total is an exception after all: a map that can read it records it.
  @Test func whatCanBeReadLaterIsRecorded() throws {
    let test = try workspace()
    #expect(try test.workspace.setAside(HeldBackChoice(source: "tests"), because: "Totals.", by: ana) == 3)
    let wider = TestWorkspace.map.replacing(
      "occurred_at: at", with: "occurred_at: {column: at, format: [iso8601, \"d/M/yyyy\"]}")
    let map = "\(test.folder)/ws/taxonomy/maps/tests.yaml"
    try wider.write(toFile: map, atomically: true, encoding: .utf8)
    let report = try test.importText(Row.header + SetAsideTests.totals.replacing("yesterday", with: "2/1/2026"))
    #expect(report.new == 1, "another file, whose rows nobody has set aside")
    #expect(try test.workspace.held().map(\.row.line) == [4, 5])
    #expect(try test.findings().isEmpty)
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
