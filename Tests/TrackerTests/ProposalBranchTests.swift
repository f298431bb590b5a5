// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Proposing with an editor and plain git; several people at one SOP.
@Suite struct ProposalBranchTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")
  private let path = "sops/damaged.md"
  private let covering = "---\ncodes: [DAMAGED]\nroot_causes: [COURIER]\n---\n\nOne.\nTwo.\nThree.\nFour.\n"

  private func workspace() throws -> (TestWorkspace, code: ItemID, tag: ItemID) {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged", tags: ["Courier"]) })
    return (
      test, try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id,
      try #require(try test.item(of: RecurrenceKey(.rootCause, "COURIER"))).item.id
    )
  }

  private func push(_ git: PersonWithGit, _ branch: String, _ files: [String: String], message: String = "Better")
    throws
  {
    try git.git("checkout", "-q", "-B", branch, "origin/main")
    for (path, text) in files { try git.write(path, text) }
    try git.commit(message)
    try git.git("push", "-q", "-f", "origin", branch)
  }

  @Test func aPushedBranchIsAProposalAndEachPushARevision() throws {
    let (test, item, _) = try workspace()
    let git = try PersonWithGit("ana", cloning: test)
    try push(git, "proposals/\(item)", [path: covering])
    _ = try test.workspace.catchUp(by: ben)
    let branch = try #require(try test.workspace.proposalBranches().first)
    let id = try #require(branch.change)
    let change = try test.workspace.change(id, by: ben).change
    #expect(change.proposedBy == ana.person && change.draft.closes == [item] && change.draft.base == nil)
    #expect(change.draft.pushed?.branch == "proposals/\(item)")
    try test.workspace.approveChange(id, revision: nil, by: ben)
    try push(git, "proposals/\(item)", [path: covering + "Five.\n"])
    _ = try test.workspace.catchUp(by: ben)
    let revised = try test.workspace.change(id, by: ben).change
    #expect(revised.revision == 2 && revised.state == .inReview, "a push voids the approval")
    #expect(try test.workspace.catchUp(by: ben) != nil)
    #expect(try test.workspace.change(id, by: ben).change.revision == 2, "looking again changes nothing")
    #expect(throws: Rejection.ownProposal(id.description, ana.person)) {
      try test.workspace.approveChange(id, revision: nil, by: ana)
    }
    try test.workspace.approveChange(id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(id, by: ben)
    let committed = try #require(try test.workspace.history(of: path).first)
    #expect(committed.change == id && committed.author.hasPrefix("ana <ana@"))
    _ = try test.workspace.catchUp(by: ben)
    #expect(try test.workspace.proposalBranches().first?.change == id, "a branch that is over stays what it was")
    #expect(try test.findings().isEmpty)
  }

  @Test func aBranchThatCouldNotBeReadIsLookedAtAgain() throws {
    let (test, item, _) = try workspace()
    let git = try PersonWithGit("ana", cloning: test)
    try push(git, "proposals/\(item)", [path: covering])
    let tree = try git.git("rev-parse", "HEAD^{tree}").trimmingCharacters(in: .newlines)
    let object = "\(test.folder)/ws/sop.git/objects/\(tree.prefix(2))/\(tree.dropFirst(2))"
    try FileManager.default.moveItem(atPath: object, toPath: "\(test.folder)/away")
    _ = try test.workspace.catchUp(by: ben)
    #expect(try test.workspace.proposalBranches().first?.problem != nil)
    #expect(try test.workspace.proposalBranches().first?.change == nil)
    try FileManager.default.moveItem(atPath: "\(test.folder)/away", toPath: object)
    _ = try test.workspace.catchUp(by: ben)
    #expect(try test.workspace.proposalBranches().first?.change != nil)
  }

  @Test func anAuthorOfACommitMayNotApprove() throws {
    let (test, item, _) = try workspace()
    let git = try PersonWithGit("ben", cloning: test)
    try push(git, "proposals/\(item)", [path: covering])
    let other = try PersonWithGit("ana", cloning: test)
    try other.git("checkout", "-q", "-b", "mine", "origin/proposals/\(item)")
    try other.write(path, covering + "Five.\n")
    try other.commit()
    try other.git("push", "-q", "origin", "mine:proposals/\(item)")
    _ = try test.workspace.catchUp(by: ana)
    let id = try #require(try test.workspace.proposalBranches().first?.change)
    #expect(try test.workspace.change(id, by: ana).change.draft.authors == [ben.person])
    #expect(throws: Rejection.ownProposal(id.description, ben.person)) {
      try test.workspace.approveChange(id, revision: nil, by: ben)
    }
  }

  @Test func aStrangersBranchWaitsToBeClaimed() throws {
    let (test, item, _) = try workspace()
    let git = try PersonWithGit("zoe", cloning: test)
    try push(git, "proposals/\(item)", [path: covering])
    _ = try test.workspace.catchUp(by: ben)
    let waiting = try #require(try test.workspace.proposalBranches().first)
    #expect(waiting.change == nil && waiting.problem == nil)
    let change = try test.workspace.claim("proposals/\(item)", by: ana)
    #expect(change.proposedBy == ana.person && change.draft.closes == [item])
    let kept = try test.workspace.proposeChange(
      closing: [item], path: SOPPath(path), text: Array((covering + "By hand.\n").utf8), summary: "Edited", by: ana)
    #expect(kept.id == change.id && kept.draft.pushed?.branch == "proposals/\(item)", "the branch stays the change's")
    #expect(throws: ProposalError.claimedAlready("proposals/\(item)", change.id)) {
      try test.workspace.claim("\(item)", by: ben)
    }
    try push(git, "proposals/\(item)", [path: covering + "Five.\n"])
    _ = try test.workspace.catchUp(by: ben)
    #expect(try test.workspace.change(change.id, by: ben).change.revision == 3, "the claimer's, whoever pushes")
    #expect(throws: ProposalError.unknownBranch("proposals/nothing")) { try test.workspace.claim("nothing", by: ana) }
  }

  @Test func whatIsNoProposalSaysWhy() throws {
    let (test, item, _) = try workspace()
    let git = try PersonWithGit("ana", cloning: test)
    try push(git, "proposals/two", ["a.md": "One\n", "b.md": "Two\n"])
    try push(git, "proposals/none", [:])
    try push(git, "proposals/picture", ["a.png": "x"])
    try push(git, "proposals/REM-99", [path: covering])
    try push(git, "proposals/\(item)", [path: "Covers nothing.\n"])
    try push(git, "proposals/correction", ["a.md": "A correction.\n"])
    try git.git("checkout", "-q", "--orphan", "alone")
    try git.commit("Alone")
    try git.git("push", "-q", "origin", "alone:proposals/alone")
    _ = try test.workspace.catchUp(by: ben)
    let branches = try Dictionary(uniqueKeysWithValues: test.workspace.proposalBranches().map { ($0.name, $0) })
    for name in ["two", "none", "picture", "REM-99", "\(item)", "alone"] {
      #expect(branches["proposals/\(name)"]?.problem != nil, "\(name)")
    }
    #expect(branches["proposals/correction"]?.change != nil, "a branch of another name closes no item")
    let correction = branches["proposals/correction"]?.change
    #expect(
      try test.workspace.openChanges(isToApprove: true, by: ben).map(\.change.id) == [correction].compactMap { $0 })
    #expect(try test.workspace.openChanges(isToApprove: true, by: ana).isEmpty, "nobody approves their own")
    try git.git("push", "-q", "origin", ":proposals/two")
    _ = try test.workspace.catchUp(by: ben)
    #expect(try !test.workspace.proposalBranches().contains { $0.name == "proposals/two" })
  }

  @Test func aConflictIsMergedWhereOthersChangedOtherLines() throws {
    let (test, code, tag) = try workspace()
    let first = try test.workspace.proposeChange(
      closing: [code], path: SOPPath(path), text: Array(covering.utf8), summary: "First", by: ana)
    try test.workspace.approveChange(first.id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(first.id, by: ben)
    let git = try PersonWithGit("dora", cloning: test)
    let second = try test.workspace.proposeChange(
      closing: [tag], path: SOPPath(path), text: Array(covering.replacing("Four.", with: "Four, better.").utf8),
      summary: "Second", by: ana)
    try test.workspace.approveChange(second.id, revision: nil, by: ben)
    let there = try shell("/usr/bin/git", ["-C", git.folder, "show", "HEAD:\(path)"])
    try git.push(path, there.replacing("One.", with: "One, otherwise."))
    #expect(throws: ClosingError.conflicted(second.id, try SOPPath(path))) {
      try test.workspace.closeChange(second.id, by: ben)
    }
    #expect(throws: Rejection.notYoursToRevise(second.id, ana.person)) {
      _ = try test.workspace.mergeChange(second.id, by: ben)
    }
    guard case .revised(let merged) = try test.workspace.mergeChange(second.id, by: ana) else {
      Issue.record("it merges cleanly")
      return
    }
    #expect(merged.revision == 2 && merged.state == .inReview)
    try test.workspace.approveChange(second.id, revision: 2, by: ben)
    _ = try test.workspace.closeChange(second.id, by: ben)
    let newest = try #require(try test.workspace.history(of: path).first)
    let text = String(decoding: try test.workspace.text(of: newest).bytes, as: UTF8.self)
    #expect(text.contains("One, otherwise.") && text.contains("Four, better.") && newest.reference.version == 2)
    #expect(throws: (any Error).self) { try test.workspace.mergeChange(second.id, by: ana) }
    #expect(try test.findings().isEmpty)
  }

  @Test func frontMatterThatTheBaseHadNotIsNoConflict() throws {
    let (test, code, _) = try workspace()
    let git = try PersonWithGit("dora", cloning: test)
    try git.push(path, "One.\nTwo.\nThree.\nFour.\n")
    _ = try test.workspace.catchUp(by: ana)
    let change = try test.workspace.proposeChange(
      closing: [code], path: SOPPath(path),
      text: Array("---\ncodes: [DAMAGED]\n---\nOne.\nTwo.\nThree.\nFour, mine.\n".utf8), summary: "Mine", by: ana)
    try git.push(path, "One, theirs.\nTwo.\nThree.\nFour.\n")
    guard case .revised(let merged) = try test.workspace.mergeChange(change.id, by: ana) else {
      Issue.record("it merges cleanly")
      return
    }
    try test.workspace.approveChange(change.id, revision: merged.revision, by: ben)
    _ = try test.workspace.closeChange(change.id, by: ben)
    let newest = try #require(try test.workspace.history(of: path).first)
    let text = String(decoding: try test.workspace.text(of: newest).bytes, as: UTF8.self)
    #expect(
      text.hasSuffix("---\nOne, theirs.\nTwo.\nThree.\nFour, mine.\n")
        && newest.keys == [RecurrenceKey(.code, "DAMAGED")])
  }

  @Test func aBranchIsLookedAtAgainOnceItsAuthorIsKnown() throws {
    let (test, _, _) = try workspace()
    let git = try PersonWithGit("ana.at.home", cloning: test)
    try push(git, "proposals/correction", ["a.md": "A correction.\n"])
    _ = try test.workspace.catchUp(by: ben)
    #expect(try test.workspace.proposalBranches().map(\.change) == [nil])
    _ = try test.workspace.addPerson(ana.person, roles: [], logins: [], address: git.address, by: ana)
    _ = try test.workspace.catchUp(by: ben)
    #expect(try test.workspace.proposalBranches().compactMap(\.change).count == 1)
  }

  @Test func theSameLinesComeBackBetweenMarks() throws {
    let (test, code, _) = try workspace()
    let git = try PersonWithGit("dora", cloning: test)
    try git.push(path, "One.\nTwo.\n")
    _ = try test.workspace.catchUp(by: ana)
    let change = try test.workspace.proposeChange(
      closing: [code], path: SOPPath(path), text: Array("---\ncodes: [DAMAGED]\n---\nOne, mine.\nTwo.\n".utf8),
      summary: "Mine", by: ana)
    #expect(throws: ProposalError.nothingToMerge(change.id)) { try test.workspace.mergeChange(change.id, by: ana) }
    try git.push(path, "One, theirs.\nTwo.\n")
    guard case .conflicting(let text) = try test.workspace.mergeChange(change.id, by: ana) else {
      Issue.record("it does not merge")
      return
    }
    let marked = String(decoding: text, as: UTF8.self)
    #expect(marked.contains("<<<<<<<") && marked.contains("One, mine.") && marked.contains("One, theirs."))
  }

  @Test func anotherItemJoinsAChangeWhoseTextCoversIt() throws {
    let (test, code, tag) = try workspace()
    let change = try test.workspace.proposeChange(
      closing: [code], path: SOPPath(path), text: Array(covering.utf8), summary: "First", by: ana)
    let other = try test.workspace.proposeChange(
      closing: [], path: SOPPath(path), text: Array(covering.utf8), summary: "A correction", by: ben)
    #expect(try test.workspace.othersChanging(other).map(\.id) == [change.id])
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    let joined = try test.workspace.join(change.id, closing: [tag], by: ben)
    #expect(joined.draft.closes == [code, tag] && joined.state == .inReview, "the approval was for fewer items")
    #expect(throws: Rejection.itemHasChange(tag, change.id)) {
      try test.workspace.join(other.id, closing: [tag], by: ben)
    }
    #expect(throws: Rejection.ownProposal(change.id.description, ben.person), "who lets it close more has a hand in it")
    {
      try test.workspace.approveChange(change.id, revision: nil, by: ben)
    }
    let both = try test.workspace.proposeChange(
      closing: [code, tag], path: SOPPath(path), text: Array((covering + "Five.\n").utf8), summary: "First", by: ana)
    #expect(both.id == change.id && both.draft.authors == [ben.person], "a hand in an earlier revision stays one")
    #expect(
      try test.workspace.addPerson(TestWorkspace.person("cyd"), roles: [.approver], logins: [], by: ana)
        == .waitsForSecondAdministrator)
    _ = try test.workspace.adoptTaxonomy(by: ben)
    let cyd = TestWorkspace.caller("cyd")
    try test.workspace.approveChange(change.id, revision: nil, by: cyd)
    _ = try test.workspace.closeChange(change.id, by: cyd)
    #expect(try test.workspace.item(tag, by: ana).view.item.isClosed)
    #expect(try test.findings().isEmpty)
  }

  @Test func aReturnedChangeThatMoreJoinTakesNothingFromAnother() throws {
    let (test, code, tag) = try workspace()
    let first = try test.workspace.proposeChange(
      closing: [code], path: SOPPath(path), text: Array(covering.utf8), summary: "First", by: ana)
    try test.workspace.returnChange(first.id, note: "Say more.", by: ben)
    let second = try test.workspace.proposeChange(
      closing: [code], path: SOPPath("sops/other.md"), text: Array(covering.utf8), summary: "Second", by: ben)
    #expect(throws: Rejection.itemHasChange(code, second.id)) {
      try test.workspace.join(first.id, closing: [tag], by: ana)
    }
    try test.workspace.approveChange(second.id, revision: nil, by: ana)
    _ = try test.workspace.closeChange(second.id, by: ana)
    let closed = try test.workspace.item(code, by: ana).view.item
    #expect(throws: Rejection.alreadyClosed(code)) { try test.workspace.join(first.id, closing: [tag], by: ana) }
    #expect(try test.workspace.item(code, by: ana).view.item == closed)
    #expect(try test.findings().isEmpty)
  }

  @Test func aBranchThatNamesAnItemTwiceClosesItOnceAndKeepsNobodyFromWorking() throws {
    let (test, code, tag) = try workspace()
    let git = try PersonWithGit("ana", cloning: test)
    try push(git, "proposals/\(code)+\(code)", [path: covering])
    _ = try test.workspace.catchUp(by: ben)
    let id = try #require(try test.workspace.proposalBranches().first?.change)
    #expect(try test.workspace.change(id, by: ben).change.draft.closes == [code])
    let joined = try test.workspace.join(id, closing: [tag, tag, code], by: ana)
    #expect(joined.draft.closes == [code, tag])
    try test.workspace.approveChange(id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(id, by: ben)
    #expect(try test.workspace.item(code, by: ana).history.filter { $0.kind == "item_closed" }.count == 1)
    #expect(try test.findings().isEmpty)
  }
}
