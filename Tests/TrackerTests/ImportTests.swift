// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

@Suite struct ImportTests {
  private func test() throws -> TestWorkspace {
    try TestWorkspace([Row("a", day: 1, "Damaged"), Row("b", day: 2, "Lost", amount: "3.00")])
  }

  private func checkSum(_ report: ImportReport) {
    #expect(
      report.received == report.new + report.amended + report.duplicate + report.quarantined + report.passedOver)
  }

  @Test func theSameFileAgainChangesNothing() throws {
    let test = try test()
    let before = try test.workspace.ledger.read { try $0.treeHead().size }
    let report = try test.importRows(
      [Row("a", day: 1, "Damaged"), Row("b", day: 2, "Lost", amount: "3.00")], after: 60)
    #expect(report.duplicate == 2)
    #expect(report.batches.isEmpty)
    #expect(try test.workspace.ledger.read { try $0.treeHead().size } == before)
    checkSum(report)
  }

  @Test func aChangedValueIsAnAmendmentAndTheOldRecordStays() throws {
    let test = try test()
    let report = try test.importRows([Row("b", day: 2, "Lost", amount: "4.00")], after: 60)
    #expect(report.amended == 1)
    var seen: [ExceptionView] = []
    try test.workspace.forEachException(ExceptionQuery()) { seen.append($0) }
    #expect(seen.map(\.record.amount) == [nil, 400])
    #expect(seen.map(\.revisions) == [1, 2])
    #expect(try test.findings().isEmpty)
  }

  @Test(arguments: [
    ("c,not a time,Lost,,,", "at", "is not a time"),
    ("c,,Lost,,,", "at", "is missing"),
    (",2026-01-01,Lost,,,", "id", "id is missing"),
    ("c,2026-01-01,Lost,,1.2.3,", "amount", "is not an amount"),
    ("c,2026-01-01,Lost,unheard,,", "tags", "not in the taxonomy"),
    ("c,2026-01-01,Lost,,,,x", "(row)", "7 fields"),
    ("c,2026-01-01,Lost", "(row)", "3 fields"),
    ("c,2026-01-01,Lost\u{0},,,", "(row)", "NUL"),
  ])
  func aRowThatCannotBeReadIsHeldBackWithLineFieldAndReason(row: String, field: String, reason: String) throws {
    let test = try TestWorkspace(
      [Row("a", day: 1, "Damaged")],
      map: TestWorkspace.map.replacing(#"split: ";""#, with: #"split: ";", values: {late: LATE}"#))
    let report = try test.importText(
      Row.header + "x,2026-01-01,Damaged,,,\n" + row + "\n" + "y,2026-01-02,Damaged,,,\n")
    checkSum(report)
    #expect(report.new == 2)
    #expect(report.quarantined == 1)
    #expect(report.cutAtLine == nil)
    let held = try #require(try test.workspace.held().first?.row)
    #expect(held.line == 3)
    #expect(held.field == field)
    #expect(held.reason.contains(reason), "\(held.reason)")
    #expect(String(decoding: held.raw, as: UTF8.self) == row)
    #expect(try test.findings().isEmpty)
  }

  @Test func anUnknownCodeIsHeldBackWhereTheMapNamesNoOther() throws {
    let test = try test()
    let map = test.folder + "/strict.yaml"
    try "source: strict\nid: id\noccurred_at: at\ncode: code\n".write(toFile: map, atomically: true, encoding: .utf8)
    let file = test.folder + "/strict.csv"
    try Row.csv([Row("s1", day: 1, "damaged"), Row("s2", day: 1, "Burnt")]).write(
      toFile: file, atomically: true, encoding: .utf8)
    let report = try test.workspace.importExceptions(
      from: file, map: ExportMap(at: map), by: TestWorkspace.caller("ana"))
    #expect(report.new == 1, "values match with case folded")
    #expect(report.quarantined == 1)
    #expect(try test.workspace.held().first?.row.reason.contains("\"Burnt\" is not in the taxonomy") == true)
  }

  @Test func anIdThatOccursTwiceWithDifferingContentIsHeldBack() throws {
    let test = try test()
    let report = try test.importRows([
      Row("p", day: 1, "Lost"), Row("q", day: 1, "Lost"), Row("p", day: 1, "Damaged"), Row("q", day: 1, "Lost"),
      Row("p", day: 1, "Lost"),
    ])
    checkSum(report)
    #expect(report.quarantined == 3)
    #expect(report.new == 1)
    #expect(report.duplicate == 1)
  }

  @Test(arguments: [
    "a,2026-01-01,Dam", "a,2026-01-01,\"Damaged;\nin tran",
  ])
  func aFileCutInTheMiddleKeepsTheRowsBefore(end: String) throws {
    let test = try test()
    let report = try test.importText(Row.header + "x,2026-01-01,Damaged,,,\n" + end)
    checkSum(report)
    #expect(report.new == 1)
    #expect(report.quarantined == 1)
    #expect(report.cutAtLine == 3)
  }

  @Test func aLastRowWithoutLineEndThatIsWrongOtherwiseIsNoCut() throws {
    let test = try test()
    let report = try test.importText(Row.header + "x,not a time,Damaged,,,")
    #expect(report.quarantined == 1)
    #expect(report.cutAtLine == nil)
  }

  @Test func aLastRowWithoutLineEndIsWhole() throws {
    let test = try test()
    let report = try test.importText(Row.header + "x,2026-01-01,Damaged,,,")
    #expect(report.new == 1)
    #expect(report.cutAtLine == nil)
  }

  @Test func ofRowsThatAreChangesTheLastCountsAndAnOlderOneIsADuplicate() throws {
    let map = """
      source: tests
      id: id
      rows: last
      updated_at: amount
      occurred_at: at
      code: code

      """
    func row(_ id: String, _ code: String, _ updated: String) -> String { "\(id),2026-01-01,\(code),,\(updated),\n" }
    let test = try TestWorkspace([Row("a", day: 1, "Damaged"), Row("b", day: 1, "Lost")], map: map, importing: false)
    let report = try test.importText(
      Row.header + row("x", "Damaged", "2026-01-03") + row("x", "Lost", "2026-01-05")
        + row("x", "Damaged", "2026-01-04"))
    #expect(report.new == 1)
    #expect(report.passedOver == 2)
    let older = try test.importText(Row.header + row("x", "Damaged", "2026-01-02"))
    #expect(older.duplicate == 1)
    var codes: [String] = []
    try test.workspace.forEachException(ExceptionQuery()) { codes.append($0.record.code) }
    #expect(codes == ["LOST"])
  }

  @Test func withoutAnIdEqualRowsCountEachOnceAndAgainNot() throws {
    let map = "source: tests\noccurred_at: at\ncode: code\n"
    let rows = [Row("same", day: 1, "Damaged"), Row("same", day: 1, "Damaged"), Row("other", day: 1, "Lost")]
    let test = try TestWorkspace(rows, map: map)
    #expect(try test.workspace.ledger.read { try $0.exceptionCount() } == 3)
    #expect(try test.importRows(rows).duplicate == 3)
  }

  @Test func rowsHeldBackAreReleasedWhenTheSameFileCanBeRead() throws {
    let test = try test()
    let text = Row.header + "x,31.01.2026,Damaged,,,\n"
    #expect(try test.importText(text).quarantined == 1)
    let path = "\(test.folder)/ws/taxonomy/maps/tests.yaml"
    let map = try String(contentsOfFile: path, encoding: .utf8)
    try map.replacing("occurred_at: at", with: "occurred_at: {column: at, format: d.M.yyyy}").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try test.importText(text).new == 1)
    #expect(try test.workspace.held().isEmpty)
    #expect(try test.findings().isEmpty)
  }

  @Test func aMapThatReadsAnAbsentColumnSaysWhichThereAre() throws {
    let test = try test()
    #expect {
      try test.importText("id,when,code\nx,2026-01-01,Damaged\n")
    } throws: { error in
      sentence(for: error).contains("\"at\", which the file does not have. It has: id, when, code")
    }
  }

  @Test func recordingWithAReferenceIsIdempotent() throws {
    let test = try test()
    let record = ExceptionRecord(
      source: "", reference: "", occurredAt: Timestamp(seconds: 1_780_000_000), code: "DAMAGED", rawCode: "DAMAGED")
    let caller = TestWorkspace.caller("ana")
    let personal = PersonalFields(fields: ["requester": "Eve"])
    #expect(try test.workspace.recordException(record, personal: personal, reference: "r-1", by: caller).isNew)
    #expect(try !test.workspace.recordException(record, personal: personal, reference: "r-1", by: caller).isNew)
    let numbered = try test.workspace.recordException(record, personal: personal, reference: nil, by: caller)
    #expect(numbered.reference == "EXC-2")
    #expect(numbered.opened.count == 0)
    #expect(numbered.isNew)
    #expect(try test.findings().isEmpty)
  }
}
