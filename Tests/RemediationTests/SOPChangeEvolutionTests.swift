// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct SOPChangeEvolutionTests {
  @Test func aProposalMakesAChangeInReview() {
    #expect(
      ChangeState.inReview.change
        == SOPChange(
          id: chg, version: 1, draft: draft, proposedBy: ann.id, proposedAt: opening, revision: 1, attempts: 0,
          state: .inReview))
  }

  /// state, its word, its approver, whether it has ended, its version, its attempts
  @Test(
    arguments: [
      (ChangeState.inReview, SOPChange.State.inReview, "in_review", nil, false, 1, 0),
      (.approved, .approved(by: bob.id), "approved", bob.id, false, 2, 0),
      (.committing, .committing(intent), "committing", bob.id, false, 3, 1),
      (.committed, .committed(committed), "committed", bob.id, true, 4, 1),
      (.conflicted, .conflicted, "conflicted", nil, false, 4, 1),
      (.returned, .returned, "returned", nil, false, 2, 0),
      (.withdrawn, .withdrawn, "withdrawn", nil, true, 2, 0),
    ] as [(ChangeState, SOPChange.State, String, PersonID?, Bool, Int, Int)])
  func eventsMoveTheState(
    given: ChangeState, state: SOPChange.State, word: String, approver: PersonID?, isOver: Bool, version: Int,
    attempts: Int
  ) {
    let change = given.change
    #expect(change.state == state && change.stateWord == word)
    #expect(change.approvedBy == approver && change.isOver == isOver)
    #expect(change.version == version && change.attempts == attempts && change.revision == 1)
  }

  @Test func anAbandonedClosingIsApprovedAgainAndTheNextAttemptHasAnotherName() {
    var change = ChangeState.committing.change
    change.apply(.closingAbandoned(intent: "CHG-7.1"))
    #expect(change.state == .approved(by: bob.id))
    guard case .events(let events) = ChangeCommand.intendClosing.run(on: change, by: bob),
      case .closingIntended(let second)? = events.first
    else {
      Issue.record("it cannot be closed")
      return
    }
    #expect(second.id == "CHG-7.2" && second.closedBy == bob.id && second.approvedBy == bob.id)
  }

  @Test(arguments: [ChangeState.approved, .conflicted, .returned])
  func aRevisionIsReviewedAgain(state: ChangeState) {
    var change = state.change
    change.apply(.revised(ChangeCommand.revised))
    #expect(change.state == .inReview && change.revision == 2 && change.draft == ChangeCommand.revised)
    #expect(change.proposedBy == ann.id && change.id == chg)
  }

  @Test(
    arguments: [
      ("REM-12", 12, nil), ("rem-12", 12, nil), ("Rem-1", 1, nil), ("CHG-7", nil, 7), ("chg-7", nil, 7),
      ("REM-0", nil, nil), ("REM-012", nil, nil), ("REM--1", nil, nil), ("REM-+1", nil, nil), ("REM-", nil, nil),
      ("REM12", nil, nil), (" REM-1", nil, nil), ("REM-1 ", nil, nil), ("REM-99999999999999999999", nil, nil),
      ("REM-\u{0661}", nil, nil), ("12", nil, nil), ("", nil, nil),
    ] as [(String, Int?, Int?)])
  func idsAreReadInAnyCase(text: String, item: Int?, change: Int?) {
    #expect(ItemID(text)?.number == item)
    #expect(ChangeID(text)?.number == change)
    if let item { #expect(ItemID(item).description == text.uppercased()) }
    if let change { #expect(ChangeID(change).description == text.uppercased()) }
  }
}
