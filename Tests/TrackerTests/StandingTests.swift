// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What people push past the tool: taken up, shown as unapproved, ratified or restored; and what rests on it.
@Suite struct StandingTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben", after: 60)
  private let path = "sops/damaged.md"

  /// An item closed by an SOP, whose file ana then changes with plain git.
  private func pushed() throws -> (TestWorkspace, ItemID, CommitID) {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.close(item)
    let git = try PersonWithGit("ana", cloning: test)
    let commit = try git.push(path, "---\ncodes: [DAMAGED]\nversion: 1\n---\n\nDo as you like.\n")
    _ = try test.workspace.catchUp(by: ana)
    return (test, item, commit)
  }

  @Test func aPushIsInForceAndUnapprovedUntilASecondPersonRatifiesIt() throws {
    let (test, item, commit) = try pushed()
    let workspace = test.workspace
    #expect(try workspace.history(of: path).map(\.isApproved) == [false, true])
    #expect(try workspace.history(of: path).first?.reference.commit == commit)
    #expect(try workspace.unapproved().map(\.reference.commit) == [commit])
    #expect(
      try workspace.inForce(RecurrenceKey(.code, "DAMAGED"), at: Timestamp(seconds: 4_000_000_000))?.reference.commit
        == commit)
    let suspects = try workspace.suspects(by: ana)
    #expect(suspects.contains { $0.subject == .item(item) })
    #expect(suspects.contains { $0.subject == .key(RecurrenceKey(.code, "DAMAGED")) })
    let view = try workspace.item(item, by: ana).view.json
    #expect(view["suspect"] != .null)

    #expect(throws: Rejection.ownPush(try SOPPath(path), ana.person)) {
      try workspace.ratify(path, note: "Fine", by: ana)
    }
    #expect(throws: Rejection.textMissing("note")) { try workspace.ratify(path, note: " ", by: ben) }
    let ratified = try workspace.ratify(path, note: "Fine", by: ben)
    #expect(ratified.isApproved && ratified.ratifiedBy == ben.person)
    #expect(try workspace.unapproved().isEmpty)
    #expect(try workspace.suspects(by: ana).isEmpty)
    #expect(throws: Rejection.nothingToRatify(try SOPPath(path))) {
      try workspace.ratify(path, note: "Again", by: ben)
    }
    #expect(try test.findings().isEmpty)
  }

  @Test func restoringProposesTheTextThatWasApprovedLast() throws {
    let (test, _, _) = try pushed()
    let workspace = test.workspace
    let change = try workspace.restore(path, summary: nil, by: ben)
    #expect(change.draft.sopVersion == 2 && change.draft.closes.isEmpty)
    try workspace.approveChange(change.id, revision: nil, by: ana)
    _ = try workspace.closeChange(change.id, by: ana)
    let newest = try #require(try workspace.history(of: path).first)
    #expect(String(decoding: try workspace.text(of: newest).bytes, as: UTF8.self).contains("Do it better."))
    #expect(try workspace.unapproved().isEmpty)
    #expect(throws: StandingError.nothingToRestore(try SOPPath(path))) {
      try workspace.restore(path, summary: nil, by: ben)
    }
    #expect(try test.findings().isEmpty)
  }

  @Test func frontMatterAloneCanBeRestored() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    try test.close(try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id)
    let git = try PersonWithGit("ana", cloning: test)
    let approved = try shell("/usr/bin/git", ["-C", git.folder, "show", "HEAD:\(path)"])
    try git.push(path, approved.replacing("codes: [DAMAGED]", with: "id: other\nowner: ben"))
    _ = try test.workspace.catchUp(by: ana)
    let change = try test.workspace.restore(path, summary: nil, by: ben)
    try test.workspace.approveChange(change.id, revision: nil, by: ana)
    _ = try test.workspace.closeChange(change.id, by: ana)
    let newest = try #require(try test.workspace.history(of: path).first)
    #expect(newest.keys == [RecurrenceKey(.code, "DAMAGED")] && newest.isApproved)
    #expect(throws: Rejection.bodyUnchanged(try SOPPath(path))) {
      let text = try test.workspace.text(of: newest).bytes
      _ = try test.workspace.proposeChange(
        closing: [], path: SOPPath(path),
        text: Array(String(decoding: text, as: UTF8.self).replacing("version", with: "owner: ben\nversion").utf8),
        summary: "Owner", by: ana)
    }
  }

  @Test func revertingAPushWithGitNeedsNobodyToRatifyIt() throws {
    let (test, _, _) = try pushed()
    let git = try PersonWithGit("ana", cloning: test)
    try git.git("revert", "--no-edit", "HEAD")
    try git.git("push", "-q", "origin", "HEAD")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try test.workspace.history(of: path).map(\.isApproved) == [true, false, true])
    #expect(try test.workspace.unapproved().isEmpty)
  }

  @Test func nobodyWhoWroteSomethingOfItRatifiesIt() throws {
    let (test, _, _) = try pushed()
    let git = try PersonWithGit("eve", cloning: test)
    try git.push(path, "---\ncodes: [DAMAGED]\nversion: 1\n---\n\nDo as you like. Really.\n")
    _ = try test.workspace.catchUp(by: ana)
    #expect(throws: Rejection.ownPush(try SOPPath(path), ana.person), "ana's push is below it") {
      try test.workspace.ratify(path, note: "Fine", by: ana)
    }
    #expect(try test.workspace.ratify(path, note: "Fine", by: ben).isApproved)
  }

  @Test(arguments: [Data([0x23, 0x20, 0xFF, 0xFE, 0x0A]), Data(repeating: 0x61, count: 2 << 20)])
  func aFileThatCanNoLongerBeReadIsUnapprovedAndCanBeRestored(bytes: Data) throws {
    let (test, _, _) = try pushed()
    let git = try PersonWithGit("ana", cloning: test)
    try git.write(path, bytes)
    let commit = try git.commit("Broken")
    try git.git("push", "-q", "origin", "HEAD")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try test.workspace.unapproved().map(\.reference.commit) == [commit])
    #expect(try test.workspace.sops().contains { $0.reference.path.text == path })
    #expect(try test.workspace.leftAlone().map(\.path) == [path])
    let change = try test.workspace.restore(path, summary: nil, by: ben)
    #expect(change.draft.sopVersion == 2)
    try test.workspace.approveChange(change.id, revision: nil, by: ana)
    _ = try test.workspace.closeChange(change.id, by: ana)
    #expect(try test.workspace.unapproved().isEmpty && test.workspace.leftAlone().isEmpty)
    #expect(try test.findings().isEmpty)
  }

  @Test func aMovedFileIsRatifiedOnceAndIsStillThePlaybook() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let playbook = try #require(
      try test.workspace.taxonomy(at: nil).taxonomy.codes.first { $0.id == "DAMAGED" }?.playbook)
    let git = try PersonWithGit("ana", cloning: test)
    try git.git("mv", playbook.text, "moved.md")
    try git.commit("Move it")
    try git.git("mv", "moved.md", "moved-again.md")
    try git.commit("Move it again")
    try git.git("push", "-q", "origin", "HEAD")
    _ = try test.workspace.catchUp(by: ana)
    let key = RecurrenceKey(.code, "DAMAGED")
    let later = Timestamp(seconds: 4_000_000_000)
    #expect(try test.workspace.inForce(key, at: later)?.reference.path.text == "moved-again.md")
    #expect(try test.workspace.unapproved().count == 3)
    _ = try test.workspace.ratify("moved-again.md", note: "Fine", by: ben)
    #expect(try test.workspace.unapproved().map(\.reference.path) == [playbook])
    _ = try test.workspace.ratify(playbook.text, note: "Fine", by: ben)
    #expect(try test.workspace.unapproved().isEmpty)
    #expect(try test.workspace.standing(of: "moved-again.md").history.map(\.note) == ["moved-again.md: Fine"])
    #expect(try test.findings().isEmpty)
  }

  @Test func aDeletedFileIsUnapprovedAndCanBeRestored() throws {
    let (test, item, _) = try pushed()
    let git = try PersonWithGit("ana", cloning: test)
    try git.git("rm", "-q", path)
    try git.commit("Away with it")
    try git.git("push", "-q", "origin", "HEAD")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try test.workspace.unapproved().map(\.blob) == [nil])
    for act in [
      { _ = try test.workspace.acknowledgeReading(of: path, by: ana) },
      { _ = try test.workspace.text(of: try #require(test.workspace.history(of: path).first)) },
    ] as [() throws -> Void] {
      #expect(throws: ProposalError.self) { try act() }
    }
    #expect(try test.workspace.retired().map(\.reference.path.text) == [path])
    #expect(try test.workspace.suspects(by: ana).contains { $0.subject == .item(item) })
    let change = try test.workspace.restore(path, summary: "It is needed", by: ben)
    try test.workspace.approveChange(change.id, revision: nil, by: ana)
    _ = try test.workspace.closeChange(change.id, by: ana)
    #expect(try test.workspace.unapproved().isEmpty)
    #expect(try test.findings().isEmpty)
  }

  @Test func anOpenItemIsSuspectOnceItsSOPChangedUntilSomebodyWorksOnIt() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged", tags: ["Courier"]) })
    let code = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let tag = try #require(try test.item(of: RecurrenceKey(.rootCause, "COURIER"))).item.id
    #expect(try test.workspace.suspects(by: ana).isEmpty)
    let text = "---\ncodes: [DAMAGED]\nroot_causes: [COURIER]\n---\n\nDo it better.\n"
    let change = try test.workspace.proposeChange(
      closing: [code], path: SOPPath(path), text: Array(text.utf8), summary: "Better", by: ana)
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(change.id, by: TestWorkspace.caller("ben", after: 100))
    let later = TestWorkspace.caller("ana", after: 200)
    #expect(try test.workspace.suspects(by: later).map(\.subject) == [.item(tag)])
    try test.workspace.comment(on: tag, "Seen", by: later)
    #expect(try test.workspace.suspects(by: later).isEmpty)
  }

  @Test func readingAndReviewingAreRecordedPerVersion() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.close(item)
    let workspace = test.workspace
    _ = try workspace.acknowledgeReading(of: path, by: ana)
    let size = try workspace.ledger.read { try $0.treeHead().size }
    _ = try workspace.acknowledgeReading(of: path, by: ana)
    #expect(try workspace.ledger.read { try $0.treeHead().size } == size, "saying so twice is one acknowledgement")
    #expect(try workspace.readership(of: path).people.map { $0.at != nil } == [true, false])

    #expect(try workspace.reviewsDue(within: 30, by: ana).isEmpty)
    let inAYear = TestWorkspace.caller("ana", after: 366 * 86_400)
    #expect(
      try workspace.reviewsDue(within: 30, by: inAYear).filter(\.isOverdue).map(\.version.reference.path.text).contains(
        path))
    #expect(throws: Rejection.self) {
      try workspace.review(path, note: "Right", next: CalendarDate("2026-05-01"), by: ana)
    }
    let next = try workspace.review(path, note: "Right", next: nil, by: inAYear)
    #expect(next == CalendarDate("2028-06-01"))
    #expect(try !workspace.reviewsDue(within: 30, by: inAYear).contains { $0.version.reference.path.text == path })
    #expect(try workspace.readership(of: path).people.first?.at != nil, "a review is no new version")
    #expect(try test.findings().isEmpty)
  }
}
