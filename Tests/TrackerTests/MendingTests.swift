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
    let held = try #require(try test.workspace.held().first)
    #expect(held.source == "tests")
    return (try #require(held.file), held.row.line)
  }

  @Test func itIsRecordedAsTheRowThatItIs() throws {
    let test = try workspace("7,yesterday,Lost,,\"2.50\",Eve\n8,2026-01-03,Lost,,,\n")
    let (file, line) = try place(test)
    let row = try test.workspace.mendableRow(file: file, line: line, by: ana)
    #expect(row.report.reference == "7")
    #expect(row.report.rootCauses == ["OTHER"], "as the map says of rows without a tag")
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
    #expect(corrected.new == 0 && corrected.amended == 0 && corrected.duplicate == 1)
    #expect(try test.findings().isEmpty)
  }

  /// What the map calls personal, by its field or its column, is in no hash; code and tags stay as the row writes them.
  @Test func itIsRecordedAsAnImportWouldRecordIt() throws {
    let map = """
      source: tests
      id: id
      occurred_at: at
      code: code
      root_cause: {column: tags, split: ";"}
      case: requester
      team: amount
      personal: [case, amount]

      """
    let test = try TestWorkspace([Row("0", day: 1, "Lost", tags: ["Too late"])], map: map)
    _ = try test.importText(Row.header + "7,yesterday,Lost,Too late,Blue,Eve\n")
    let (file, line) = try place(test)
    var report = try test.workspace.mendableRow(file: file, line: line, by: ana).report
    #expect(report.caseReference == "Eve" && report.team == "Blue")
    report.occurredAt = "2026-01-02"
    report.status = "done"
    _ = try test.workspace.mendRow(file: file, line: line, as: report, by: ana)
    let kept = try #require(try test.workspace.exception("7", source: nil, by: ana).revisions.first)
    let (record, _) = try ExceptionRecord.read(canonicalBytes: kept.record.canonicalBytes)
    #expect(record.caseReference == nil && record.team == nil && record.status == "done")
    #expect(record.rawCode == "Lost" && record.rawRootCause == "Too late")
    guard case .kept(let personal) = kept.personal else { throw DecodingFailure(field: "personal", problem: "none") }
    #expect(personal.map(\.name) == ["case", "team"])
    // Another code: what the export said stays.
    _ = try test.importText(Row.header + "8,yesterday,Stolen,,,\n")
    let other = try #require(try test.workspace.held().first { $0.row.reason.contains("yesterday") })
    var second = ExceptionReport()
    (second.code, second.reference, second.occurredAt) = ("LOST", "8", "2026-01-02")
    _ = try test.workspace.mendRow(file: #require(other.file), line: other.row.line, as: second, by: ana)
    let stolen = try #require(try test.workspace.exception("8", source: nil, by: ana).revisions.first)
    #expect(try ExceptionRecord.read(canonicalBytes: stolen.record.canonicalBytes).0.rawCode == "Stolen")
    #expect(try test.findings().isEmpty)
  }

  /// A file that came again as another system's: nobody but a person knows which one a row of it is of.
  @Test func whoCorrectsARowOfAFileOfSeveralSourcesSaysItsSource() throws {
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    let path = "\(test.folder)/both.csv"
    try (Row.header + "7,yesterday,Lost,,,\n8,2026-01-03,Lost,,,\n9,soon,Lost,,,\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    for source in ["export", "zendesk"] {
      let map = "\(test.folder)/\(source).yaml"
      try TestWorkspace.map.replacing("source: tests", with: "source: \(source)")
        .write(toFile: map, atomically: true, encoding: .utf8)
      _ = try test.workspace.importExceptions(from: path, map: ExportMap(at: map), by: ana)
    }
    let held = try test.workspace.held()
    #expect(held.map(\.source) == ["export", "export"], "the batches that held them back say so")
    let file = try #require(held.first?.file)
    var row = try test.workspace.mendableRow(file: file, line: 2, by: ana)
    #expect(row.sources == ["zendesk", "export", "tests"])
    var report = row.report
    report.occurredAt = "2026-01-02"
    #expect(throws: MendingError.otherSource("nowhere", row.sources)) {
      try test.workspace.mendRow(file: file, line: 2, as: report, from: "nowhere", by: ana)
    }
    #expect(throws: MendingError.severalSources(["zendesk", "export"])) {
      try test.workspace.mendRow(file: file, line: 2, as: report, by: ana)
    }
    #expect(try test.workspace.quarantineCount() == 2)
    _ = try test.workspace.mendRow(file: file, line: 2, as: report, from: "zendesk", by: ana)
    #expect(try test.workspace.ledger.read { try $0.sources(of: "7") } == ["zendesk"])
    row = try test.workspace.mendableRow(file: file, line: 4, by: ana)
    report.reference = "9"
    _ = try test.workspace.mendRow(file: file, line: 4, as: report, from: "export", by: ana)
    #expect(try test.workspace.ledger.read { try $0.sources(of: "9") } == ["export"])
    #expect(try test.findings().isEmpty)
  }

  @Test func whatIsWrongStaysHeldBack() throws {
    let test = try workspace("7,yesterday,Lost,,,\n")
    let (file, line) = try place(test)
    let report = try test.workspace.mendableRow(file: file, line: line, by: ana).report
    #expect(throws: TimeProblem.self) { try test.workspace.mendRow(file: file, line: line, as: report, by: ana) }
    var nameless = report
    (nameless.occurredAt, nameless.reference) = ("2026-01-02", nil)
    #expect(throws: MendingError.noReference) {
      try test.workspace.mendRow(file: file, line: line, as: nameless, by: ana)
    }
    #expect(throws: MendingError.notHeldBack(line: 99)) {
      try test.workspace.mendableRow(file: file, line: 99, by: ana)
    }
    #expect(try test.workspace.quarantineCount() == 1)
  }

  /// Of a row that is cut nothing can be known, and a person may know all of it.
  @Test func aRowThatIsCutCanBeCorrected() throws {
    let test = try workspace("7,2026-01")
    let (file, line) = try place(test)
    var report = try test.workspace.mendableRow(file: file, line: line, by: ana).report
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
    #expect(try test.workspace.heldBackSources().map(\.source) == ["tests"])
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
