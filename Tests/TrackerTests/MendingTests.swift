// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Rows that are held back, corrected by hand.
@Suite struct MendingTests {
  private let ana = TestWorkspace.caller("ana")

  private func workspace(_ rows: String) throws -> TestWorkspace {
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    _ = try test.importText(Row.header + rows)
    return test
  }

  private func place(_ test: TestWorkspace) throws -> (file: Digest, line: Int) {
    let held = try #require(try test.workspace.quarantine().first)
    #expect(held.source == "tests")
    return (try #require(held.file), held.row.line)
  }

  @Test func itIsRecordedAsTheRowThatItIs() throws {
    let test = try workspace("7,yesterday,Lost,,\"2.50\",Eve\n8,2026-01-03,Lost,,,\n")
    let (file, line) = try place(test)
    let row = try test.workspace.mendableRow(file: file, line: line)
    #expect(row.report.reference == "7")
    #expect(row.report.code == "LOST")
    #expect(row.report.occurredAt == "yesterday")
    #expect(row.report.amount == "2.50" && row.report.currency == "EUR")
    #expect(row.report.requester == "Eve")
    var report = row.report
    report.occurredAt = "2026-01-02"
    let recorded = try test.workspace.mendRow(file: file, line: line, as: report, by: ana)
    #expect(recorded.isNew && recorded.reference == "7")
    #expect(try test.workspace.quarantineCount() == 0)
    #expect(throws: MendingError.notHeldBack(line: line)) {
      try test.workspace.mendRow(file: file, line: line, as: report, by: ana)
    }
    let sources = try test.workspace.ledger.read { try $0.sources(of: "7") }
    #expect(sources == ["tests"])
    // The file again, and the same row corrected where it comes from: the same exception.
    let again = try test.importText(Row.header + "7,yesterday,Lost,,\"2.50\",Eve\n8,2026-01-03,Lost,,,\n")
    #expect(again.new == 0 && again.amended == 0)
    #expect(try test.workspace.quarantineCount() == 0)
    let corrected = try test.importText(Row.header + "7,2026-01-02,Lost,,\"2.50\",Eve\n")
    #expect(corrected.new == 0)
    #expect(try test.findings().isEmpty)
  }

  @Test func whatIsWrongStaysHeldBack() throws {
    let test = try workspace("7,yesterday,Lost,,,\n")
    let (file, line) = try place(test)
    let report = try test.workspace.mendableRow(file: file, line: line).report
    #expect(throws: TimeProblem.self) { try test.workspace.mendRow(file: file, line: line, as: report, by: ana) }
    var nameless = report
    (nameless.occurredAt, nameless.reference) = ("2026-01-02", nil)
    #expect(throws: MendingError.noReference) {
      try test.workspace.mendRow(file: file, line: line, as: nameless, by: ana)
    }
    #expect(throws: MendingError.notHeldBack(line: 99)) { try test.workspace.mendableRow(file: file, line: 99) }
    #expect(try test.workspace.quarantineCount() == 1)
  }

  /// Of a row that is cut nothing can be known, and a person may know all of it.
  @Test func aRowThatIsCutCanBeCorrected() throws {
    let test = try workspace("7,2026-01")
    let (file, line) = try place(test)
    var report = try test.workspace.mendableRow(file: file, line: line).report
    #expect(report.code.isEmpty && report.reference == nil)
    (report.code, report.reference, report.occurredAt) = ("LOST", "7", "2026-01-02")
    #expect(try test.workspace.mendRow(file: file, line: line, as: report, by: ana).isNew)
    #expect(try test.workspace.quarantineCount() == 0)
    #expect(try test.findings().isEmpty)
  }

  @Test func theRowsOfOneSourceAreReadAlone() throws {
    let test = try workspace("7,soon,Lost,,,\n")
    let none = try test.workspace.retryQuarantine(mapPath: nil, source: "nowhere", by: ana)
    #expect(none.received == 0)
    #expect(try test.workspace.retryQuarantine(mapPath: nil, source: "tests", by: ana).received == 1)
    #expect(try test.workspace.heldBackSources() == ["tests"])
  }

  @Test func anAmendmentIsNotNew() throws {
    let test = try workspace("8,2026-01-03,Lost,,,\n")
    var report = ExceptionReport()
    (report.code, report.reference, report.occurredAt) = ("LOST", "r", "2026-01-02")
    let first = try test.workspace.record(report, by: ana)
    #expect(first.isNew && !first.isAmended)
    report.team = "Blue"
    let second = try test.workspace.record(report, by: ana)
    #expect(!second.isNew && second.isAmended)
    #expect(second.json["new"] == false && second.json["amended"] == true)
    let third = try test.workspace.record(report, by: ana)
    #expect(!third.isNew && !third.isAmended)
  }
}
