// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

@Suite struct TryImportTests {
  private func test() throws -> TestWorkspace {
    try TestWorkspace(
      [Row("a", day: 1, "Damaged"), Row("b", day: 2, "Lost"), Row("c", day: 3, "Lost"), Row("d", day: 4, "Lost")])
  }

  private func write(_ text: String, _ test: TestWorkspace, _ name: String = "try.csv") throws -> String {
    try text.write(toFile: "\(test.folder)/\(name)", atomically: true, encoding: .utf8)
    return "\(test.folder)/\(name)"
  }

  /// Names and bytes of everything in the workspace, but for the index of the log, which every reader touches.
  private func state(_ test: TestWorkspace) throws -> [String: Data] {
    let folder = "\(test.folder)/ws"
    var state: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasSuffix("-shm") {
      state[name] = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
    }
    return state
  }

  @Test func itSaysWhatTheImportThenDoesAndChangesNothing() throws {
    let test = try test()
    let text =
      Row.csv([
        Row("a", day: 1, "Damaged"), Row("b", day: 2, "Lost", amount: "4.00"), Row("e", day: 5, "Damaged"),
        Row("f", day: 6, "Damaged"), Row("g", day: 7, "Lost"), Row("h", day: 7, "Burnt", tags: ["late"]),
        Row("p", day: 7, "Lost"), Row("p", day: 8, "Lost"),
      ]) + "i,not a time,Lost,,,\nj,2026-01-01,Lost\n"
    let file = try write(text, test)
    let before = try state(test)
    let trial = try test.workspace.tryImport(from: file, map: test.map, by: TestWorkspace.caller("ana", after: 60))
    #expect(try state(test) == before)
    let report = try test.workspace.importExceptions(
      from: file, map: test.map, by: TestWorkspace.caller("ana", after: 60))
    #expect(report.new == 4)
    #expect(report.amended == 1)
    #expect(report.duplicate == 1)
    #expect(report.quarantined == 4)
    #expect(report.opened.map(\.description) == ["REM-2"])
    #expect(report.joined.map(\.description) == ["REM-1"])
    #expect(trial.json["dry_run"] == true)
    #expect(report.json["dry_run"] == nil)
    #expect(trial.batches.isEmpty)
    #expect(trial.dryRun?.map { "\($0.key) \($0.value)" }.sorted() == ["REM-1 code:LOST", "REM-2 code:DAMAGED"])
    var same = trial
    same.batches = report.batches
    same.dryRun = nil
    #expect(same == report)
    #expect(try test.findings().isEmpty)
  }

  @Test func nothingStaysWhereItFails() throws {
    let test = try test()
    let before = try state(test)
    let caller = TestWorkspace.caller("ana", after: 60)
    #expect(throws: FileProblem.self) {
      try test.workspace.tryImport(from: write("id,when\nx,1\n", test), map: test.map, by: caller)
    }
    #expect(throws: CSVError.self) {
      try test.workspace.tryImport(from: "\(test.folder)/none.csv", map: test.map, by: caller)
    }
    #expect(throws: Rejection.self) {
      try test.workspace.tryImport(
        from: write(Row.csv([]), test), map: test.map, by: TestWorkspace.caller("mallory", after: 60))
    }
    #expect(try state(test) == before)
    #expect(try test.importRows([Row("z", day: 9, "Lost")], after: 60).new == 1)
  }

  @Test func whatIsHeldBackIsCountedByReasonAndTheFirstAreNamed() throws {
    let test = try test()
    let rows = (0..<30).map { "x\($0),\($0).1.2026,Lost,,,\n" }.joined() + "y,2026-01-01,Lost,,1.2.3,\n"
    let report = try test.workspace.tryImport(
      from: write(Row.header + rows, test), map: test.map, by: TestWorkspace.caller("ana", after: 60))
    #expect(report.heldBack.first.map(\.line) == Array(2...21))
    #expect(report.heldBack.first[0].reason.hasPrefix("\"0.1.2026\" is not a time"))
    let ranked = report.heldBack.ranked
    #expect(ranked.map(\.count) == [30, 1])
    #expect(ranked.map(\.kind.field) == ["at", "amount"])
    #expect(ranked[0].kind.reason.hasPrefix("\"…\" is not a time as the map's occurred_at writes it,"))
  }

  @Test func aCutFileIsToldAndNothingKept() throws {
    let test = try test()
    let before = try state(test)
    let file = try write(Row.header + "x,2026-01-01,Damaged,,,\ny,2026", test)
    let report = try test.workspace.tryImport(from: file, map: test.map, by: TestWorkspace.caller("ana", after: 60))
    #expect(report.new == 1)
    #expect(report.cutAtLine == 3)
    #expect(try state(test) == before)
  }

  /// What a rejection that has expired opens is not the import's doing.
  @Test func whatTimeOpensIsNotToldAsTheImports() throws {
    let test = try test()
    let item = try #require(try test.item(of: RecurrenceKey(.code, "LOST"))).item.id
    let expiry = test.workspace.date(TestWorkspace.caller("ana").now) + Days(10)
    try test.workspace.proposeRejection(
      of: item, rationale: "Cheap", expiresOn: expiry, tripwire: nil, by: TestWorkspace.caller("ana"))
    try test.workspace.approveRejection(of: item, revision: nil, by: TestWorkspace.caller("ben"))
    try test.workspace.closeRejected(item, by: TestWorkspace.caller("ben"))
    let later = TestWorkspace.caller("ana", after: 20 * 86_400)
    let file = try write(Row.csv([Row("x", day: 165, "Lost")]), test)
    let trial = try test.workspace.tryImport(from: file, map: test.map, by: later)
    #expect(trial.opened.isEmpty)
    #expect(trial.joined.map(\.description) == ["REM-2"])
    _ = try test.workspace.catchUp(by: later)
    let report = try test.workspace.importExceptions(from: file, map: test.map, by: later)
    #expect(report.opened == trial.opened)
    #expect(report.joined == trial.joined)
  }
}
