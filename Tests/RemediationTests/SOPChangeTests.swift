// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct SOPChangeTests {
  private typealias Cell = Outcome<ChangeEvent>

  /// Every command in every state, in the order of `ChangeState`.
  private static let table: [ChangeCommand: [Cell]] = {
    let over = Cell.refused(.alreadyCommitted(chg))
    let closing = Cell.refused(.closingUnderWay(chg))
    let gone = Cell.refused(.withdrawnAlready(chg))
    let revised = Cell.events([.revised(ChangeCommand.revised)])
    let approved = Cell.events([.approved(revision: 1, content: draft.content, by: bob.id)])
    let returned = Cell.events([.returned(note: digest(0xEE))])
    let withdrawn = Cell.events([.withdrawn])
    func nothing(_ state: String) -> Cell { .refused(.nothingToApprove("CHG-7", state)) }
    func unapproved(_ state: String) -> Cell { .refused(.notApproved("CHG-7", state)) }
    let settled = Cell.refused(.nothingToAbandon("CHG-7"))
    return [
      .revise: [revised, revised, closing, over, revised, revised, gone],
      .approve: [
        approved, nothing("approved"), nothing("committing"), nothing("committed"), nothing("conflicted"),
        nothing("returned"), nothing("withdrawn"),
      ],
      .returnForWork: [
        returned, returned, nothing("committing"), nothing("committed"), nothing("conflicted"), nothing("returned"),
        nothing("withdrawn"),
      ],
      .withdraw: [withdrawn, withdrawn, closing, over, withdrawn, withdrawn, gone],
      .intendClosing: [
        unapproved("in_review"), .events([.closingIntended(intent)]), closing, over, unapproved("conflicted"),
        unapproved("returned"), unapproved("withdrawn"),
      ],
      .commit: [
        unapproved("in_review"), unapproved("approved"), .events([.committed(committed)]), .events([]),
        unapproved("conflicted"), unapproved("returned"), unapproved("withdrawn"),
      ],
      .conflict: [
        .events([]), .events([]), .events([.conflicted(intent: "CHG-7.1", tip: commit(0xC9))]), .events([]),
        .events([]), .events([]), .events([]),
      ],
      .abandonClosing: [
        settled, settled, .events([.closingAbandoned(intent: "CHG-7.1")]), settled, settled, settled, settled,
      ],
    ]
  }()

  @Test(arguments: ChangeCommand.allCases, ChangeState.allCases)
  func aCommandInAState(command: ChangeCommand, state: ChangeState) throws {
    let row = try #require(Self.table[command])
    let column = try #require(ChangeState.allCases.firstIndex(of: state))
    try #require(row.count == ChangeState.allCases.count)
    #expect(command.run(on: state.change, by: command.usualActor) == row[column])
  }

  @Test(arguments: ChangeCommand.allCases.filter(\.isGivenByPeople), ChangeState.allCases)
  func anAuditorIsRefusedEverywhere(command: ChangeCommand, state: ChangeState) {
    #expect(command.run(on: state.change, by: auditor) == .refused(.auditorChangesNothing(auditor.id)))
  }

  @Test(arguments: [ChangeCommand.approve, .returnForWork], [ann, cat, eve, root])
  func onlyAnApproverApprovesAndReturns(command: ChangeCommand, actor: Actor) {
    let action = command == .approve ? "approve an SOP change" : "return an SOP change"
    for state in ChangeState.allCases {
      #expect(
        command.run(on: state.change, by: actor) == .refused(.needsRole(.approver, person: actor.id, action: action)))
    }
  }

  @Test func theProposerCannotApproveTheirOwn() {
    let annWithTheRole = Actor(id: ann.id, roles: [.approver, .administrator])
    #expect(
      ChangeCommand.approve.run(on: ChangeState.inReview.change, by: annWithTheRole)
        == .refused(.ownProposal("CHG-7", ann.id)))
  }

  @Test(arguments: [bob, cat, eve, root])
  func onlyTheProposerRevises(actor: Actor) {
    for state in [ChangeState.inReview, .approved, .conflicted, .returned] {
      #expect(ChangeCommand.revise.run(on: state.change, by: actor) == .refused(.notYoursToRevise(chg, ann.id)))
    }
  }

  @Test(arguments: [(ann, true), (root, true), (bob, false), (cat, false), (eve, false)])
  func theProposerAndAnAdministratorMayWithdraw(actor: Actor, may: Bool) {
    for state in [ChangeState.inReview, .approved, .conflicted, .returned] {
      #expect(
        ChangeCommand.withdraw.run(on: state.change, by: actor)
          == (may ? .events([.withdrawn]) : .refused(.notYoursToWithdraw("CHG-7", ann.id))))
    }
  }

  @Test(arguments: [(ann, true), (bob, true), (cat, true), (eve, false), (root, false)])
  func theOwnerTheProposerAndTheApproverMayClose(actor: Actor, may: Bool) {
    let outcome = ChangeCommand.intendClosing.run(on: ChangeState.approved.change, by: actor)
    let expected = ClosingIntent(
      id: "CHG-7.1", revision: 1, approvedBy: bob.id, closedBy: actor.id, time: opening, base: commit(0xC3),
      domain: "example.org")
    #expect(
      outcome
        == (may
          ? .events([.closingIntended(expected)]) : .refused(.notYoursToClose("CHG-7", [ann.id, bob.id, cat.id]))))
  }

  @Test func whereNoItemIsClosedNobodyElseMay() {
    let outcome = Outcome { () throws(Rejection) in
      try ChangeState.approved.change.intendClosing(by: cat, owners: [], at: opening, base: nil, domain: "x")
    }
    #expect(outcome == .refused(.notYoursToClose("CHG-7", [ann.id, bob.id])))
  }

  @Test(arguments: [(1, true), (0, false), (2, false)])
  func anApprovalIsForOneRevision(asked: Int, isThere: Bool) {
    let outcome = Outcome { () throws(Rejection) in
      try ChangeState.inReview.change.approve(revision: asked, concerning: [], by: bob)
    }
    #expect(
      outcome
        == (isThere
          ? .events([.approved(revision: 1, content: draft.content, by: bob.id)])
          : .refused(.revisionMoved("CHG-7", asked: asked, present: 1))))
  }

  @Test(arguments: ["", " \n", "\u{2003}"])
  func aReturnSaysWhy(note: String) {
    for state in [ChangeState.inReview, .approved] {
      let outcome = Outcome { () throws(Rejection) in
        try state.change.returnForWork(note: erasable(note), concerning: [], by: bob)
      }
      #expect(outcome == .refused(.textMissing("note")))
    }
  }

  /// Approved, then revised: nobody may commit, the old approval names what is gone, the new one the new text.
  @Test func anApprovalIsVoidAfterARevision() {
    var change = ChangeState.approved.change
    #expect(change.approvedBy == bob.id)
    change.apply(.revised(ChangeCommand.revised))
    #expect(change.approvedBy == nil && change.state == .inReview && change.revision == 2)
    #expect(ChangeCommand.intendClosing.run(on: change, by: ann) == .refused(.notApproved("CHG-7", "in_review")))
    #expect(
      Outcome { () throws(Rejection) in try change.approve(revision: 1, concerning: [], by: bob) }
        == .refused(.revisionMoved("CHG-7", asked: 1, present: 2)))
    #expect(
      Outcome { () throws(Rejection) in try change.approve(revision: 2, concerning: [], by: bob) }
        == .events([.approved(revision: 2, content: digest(0x55), by: bob.id)]))
  }

  @Test(arguments: ["CHG-7.2", "CHG-7", "", "CHG-17.1"])
  func theOutcomeOfAnotherIntentIsRefused(other: String) {
    let foreign = ChangeCommitted(
      intent: other, approvedBy: bob.id, sop: reference, tree: "7e", blob: "b4", parent: nil, takesEffect: opening)
    for (state, word) in [(ChangeState.committing, "committing"), (.committed, "committed")] {
      #expect(
        Outcome { () throws(Rejection) in try state.change.commit(foreign) } == .refused(.notApproved("CHG-7", word)))
      #expect(state.change.conflict(intent: other, tip: commit(1)).isEmpty)
    }
  }
}
