// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// A closing or a push in the middle of a backup: what is restored is the workspace of one moment.
@Suite struct BackupMomentTests {
  enum Moment: CaseIterable { case beforeDatabase, afterDatabase }

  /// Backs up, does something at a moment of it, and restores.
  private func restored(_ test: TestWorkspace, doing work: @escaping () throws -> Void, at moment: Moment) throws
    -> Workspace
  {
    let result = Outcome()
    _ = try test.workspace.backUp(to: "\(test.folder)/backup", at: TestWorkspace.caller("ana").now) { step in
      switch (step, moment) {
      case (.copyingDatabase(0, _), .beforeDatabase), (.copyingObjects(0, _), .afterDatabase): result.run(work)
      default: break
      }
    }
    try result.check()
    _ = try Workspace.restore(
      RestoreOrder(backup: "\(test.folder)/backup", place: "\(test.folder)/restored"), predecessor: nil,
      by: TestWorkspace.caller("ana", after: 900), checkHandbook: { try Workspace.open($0).verifyHandbook() })
    return try Workspace.open("\(test.folder)/restored")
  }

  @Test(arguments: Moment.allCases)
  func aClosingInTheMiddleIsThereWholeOrNotAtAll(moment: Moment) throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let workspace = try restored(test, doing: { try test.close(item, after: 60) }, at: moment)
    let caller = TestWorkspace.caller("ben", after: 1_000)
    let found = try #require(try workspace.catchUp(by: caller))
    #expect(!found.adoptedPush, "no closing is taken for a push")
    #expect(try workspace.item(item, by: caller).view.item.isClosed == (moment == .beforeDatabase))
    #expect(try workspace.verifyRecord().findings.isEmpty)
    #expect(try workspace.verifyHandbook().isEmpty)
  }

  @Test func anApprovedChangeOfWhichOnlyTheCommitIsLaterClosesAfterTheRestore() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let change = try test.propose(item)
    let ben = TestWorkspace.caller("ben", after: 60)
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    let workspace = try restored(
      test, doing: { _ = try test.workspace.closeChange(change.id, by: ben) }, at: .afterDatabase)
    _ = try workspace.closeChange(change.id, by: TestWorkspace.caller("ben", after: 1_000))
    #expect(try workspace.verifyRecord().findings.isEmpty)
    #expect(try workspace.verifyHandbook().isEmpty)
  }

  /// What happened in a callback that cannot throw.
  private final class Outcome {
    private var isDone = false
    private var error: (any Error)?

    func run(_ work: () throws -> Void) {
      guard !isDone else { return }
      isDone = true
      do { try work() } catch { self.error = error }
    }

    func check() throws {
      if let error { throw error }
      try #require(isDone)
    }
  }
}
