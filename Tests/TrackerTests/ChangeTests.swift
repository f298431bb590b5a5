// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// SOP changes: the gate, the second person, conflicts with what people push, and retries.
@Suite struct ChangeTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")

  private func test() throws -> (test: TestWorkspace, item: ItemID) {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    return (test, try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id)
  }

  private func propose(_ test: TestWorkspace, _ item: ItemID, _ text: String, at path: String = "a.md") throws
    -> SOPChange
  {
    try test.workspace.proposeChange(
      closing: [item], path: SOPPath(path), text: Array(text.utf8), summary: "Because", by: ana)
  }

  @Test func theGateRefusesWhatDoesNotCoverTheItemOrSaysNothingNew() throws {
    let (test, item) = try test()
    #expect(throws: Rejection.notCovered(RecurrenceKey(.code, "DAMAGED"), try SOPPath("a.md"))) {
      try propose(test, item, "---\ncodes: [LOST]\n---\nText\n")
    }
    #expect(throws: Rejection.bodyEmpty(try SOPPath("a.md"))) {
      try propose(test, item, "---\ncodes: [DAMAGED]\n---\n \n")
    }
    #expect(throws: Rejection.self) {
      try propose(test, item, "---\ncodes: [DAMAGED]\neffective: 2026-09-01\n---\nText\n")
    }
    let first = try propose(test, item, "---\ncodes: [DAMAGED]\n---\nText\n")
    try test.workspace.approveChange(first.id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(first.id, by: ben)
    #expect(throws: Rejection.bodyUnchanged(try SOPPath("a.md"))) {
      try test.workspace.proposeChange(
        closing: [], path: SOPPath("a.md"), text: Array("---\ncodes: [DAMAGED]\n---\n\n  Text\n".utf8), summary: "x",
        by: ana)
    }
    let second = try test.workspace.proposeChange(
      closing: [], path: SOPPath("a.md"), text: Array("---\ncodes: [DAMAGED]\nversion: 99\n---\nMore text\n".utf8),
      summary: "x",
      by: ana)
    #expect(second.draft.sopVersion == 2, "the tool raises the version by one, whatever the text says")
  }

  @Test func anApprovalIsForOneRevisionAndBySomebodyElse() throws {
    let (test, item) = try test()
    let change = try propose(test, item, "---\ncodes: [DAMAGED]\n---\nOne\n")
    #expect(throws: Rejection.ownProposal("CHG-1", ana.person)) {
      try test.workspace.approveChange(change.id, revision: nil, by: ana)
    }
    let revised = try propose(test, item, "---\ncodes: [DAMAGED]\n---\nTwo\n")
    #expect(revised.id == change.id)
    #expect(revised.revision == 2)
    #expect(throws: Rejection.revisionMoved("CHG-1", asked: 1, present: 2)) {
      try test.workspace.approveChange(change.id, revision: 1, by: ben)
    }
    try test.workspace.approveChange(change.id, revision: 2, by: ben)
    _ = try propose(test, item, "---\ncodes: [DAMAGED]\n---\nThree\n")
    #expect(throws: Rejection.notApproved("CHG-1", "in_review")) { try test.workspace.closeChange(change.id, by: ben) }
  }

  @Test func closingAgainIsSuccessAndMakesNoSecondCommit() throws {
    let (test, item) = try test()
    let change = try test.close(item)
    let tip = try test.workspace.handbook.tip()
    let again = try test.workspace.closeChange(change.id, by: ben)
    #expect(again == change)
    #expect(try test.workspace.handbook.tip() == tip)
  }

  @Test func aPushToTheSameFileVoidsTheApprovalAndIsTakenUp() throws {
    let (test, item) = try test()
    try test.close(item)
    let change = try test.workspace.proposeChange(
      closing: [], path: SOPPath("sops/damaged.md"), text: Array("---\ncodes: [DAMAGED]\n---\nMine\n".utf8),
      summary: "Mine",
      by: ana)
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    try push(test, "sops/damaged.md", "---\ncodes: [DAMAGED]\nversion: 1\n---\nTheirs\n")
    #expect(throws: ClosingError.conflicted(change.id, try SOPPath("sops/damaged.md"))) {
      try test.workspace.closeChange(change.id, by: ben)
    }
    #expect(try test.workspace.change(change.id, by: ana).change.state == .conflicted)
    let history = try test.workspace.history(of: "sops/damaged.md")
    #expect(history.map { $0.change == nil } == [true, false])
    #expect(test.workspace.label(of: history[0], among: history).hasPrefix("v1+"))
    #expect(try test.findings().isEmpty)
  }

  @Test func aPushToAnotherFileDoesNotStandInTheWay() throws {
    let (test, item) = try test()
    let change = try test.propose(item)
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    try push(test, "other.md", "Theirs\n")
    let closed = try test.workspace.closeChange(change.id, by: ben)
    #expect(closed.stateWord == "committed")
    #expect(try test.workspace.sops().map(\.reference.path.text).contains("other.md"))
    #expect(try test.findings().isEmpty)
    try shell("/usr/bin/git", ["-C", "\(test.folder)/ws/sop.git", "fsck", "--strict"])
  }

  @Test func anItemThatIsNamedTwiceIsClosedOnce() throws {
    let (test, item) = try test()
    let change = try test.workspace.proposeChange(
      closing: [item, item], path: SOPPath("a.md"), text: Array("---\ncodes: [DAMAGED]\n---\nText\n".utf8),
      summary: "Because", by: ana)
    #expect(change.draft.closes == [item] && change.draft.keys.count == 1)
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(change.id, by: ben)
    #expect(try test.workspace.item(item, by: ana).view.item.isClosed)
    #expect(try test.findings().isEmpty)
  }

  /// The commits of both are on the branch, and neither outcome is recorded: a lock lies on the ledger's ref. The one with the smaller
  /// number was committed last.
  @Test func whatIsFinishedTogetherStandsInTheBranchsOrder() throws {
    let (test, item) = try test()
    let first = try test.propose(item)
    let second = try test.workspace.proposeChange(
      closing: [], path: SOPPath("b.md"), text: Array("Text\n".utf8), summary: "More", by: ana)
    for change in [first, second] { try test.workspace.approveChange(change.id, revision: nil, by: ben) }
    let lock = "\(test.folder)/ws/sop.git/refs/ledger/tip.lock"
    for change in [second, first] {
      #expect(FileManager.default.createFile(atPath: lock, contents: nil))
      #expect(throws: ClosingError.notFinished(change.id)) { try test.workspace.closeChange(change.id, by: ben) }
    }
    try FileManager.default.removeItem(atPath: lock)
    let caught = try #require(try test.workspace.catchUp(by: ana))
    #expect(caught.finished.count == 2 && caught.unfinished.isEmpty)
    #expect(try test.workspace.history(of: "b.md").map(\.change) == [second.id])
    #expect(try test.workspace.history(of: "sops/damaged.md").map(\.change) == [first.id])
    #expect(try test.workspace.unapproved().isEmpty)
    #expect(try test.workspace.item(item, by: ana).view.item.isClosed)
    #expect(try test.findings().isEmpty)
  }

  @Test func namesThatCannotStandBesideOthersAreRefused() throws {
    let (test, item) = try test()
    try test.close(item)
    for path in ["SOPS/damaged.md", "sops/damaged.md/x.md", "Sops/Damaged.md"] {
      #expect(throws: ProposalError.self, "\(path)") {
        try test.workspace.proposeChange(
          closing: [], path: SOPPath(path), text: Array("Text\n".utf8), summary: "x", by: ana)
      }
    }
  }

  @Test func whoMayDoWhatIsAskedOfTheTaxonomyInForce() throws {
    let (test, item) = try test()
    let cyd = TestWorkspace.caller("cyd")
    #expect(throws: Rejection.unknownPerson("cyd")) { try test.workspace.acknowledge(item, by: cyd) }
    #expect(
      try test.workspace.addPerson(cyd.person, roles: [.auditor], logins: [], by: ana) == .waitsForSecondAdministrator)
    #expect(throws: Rejection.secondAdministratorNeeded(ana.person)) { try test.workspace.adoptTaxonomy(by: ana) }
    #expect(try test.workspace.adoptTaxonomy(by: ben) == .adopted(version: 2, opened: []))
    #expect(throws: Rejection.auditorChangesNothing(cyd.person)) { try test.workspace.acknowledge(item, by: cyd) }
    #expect(throws: Rejection.auditorChangesNothing(cyd.person)) {
      try test.workspace.importExceptions(from: "/dev/null", map: test.map, by: cyd)
    }
  }

  /// Somebody's own commit, pushed to the branch with plain git.
  private func push(_ test: TestWorkspace, _ path: String, _ text: String) throws {
    try PersonWithGit("dora", cloning: test).push(path, text)
  }
}
