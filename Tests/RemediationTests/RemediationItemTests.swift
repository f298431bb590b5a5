// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct RemediationItemTests {
  private typealias Cell = Outcome<ItemEvent>

  /// Every command in every state, in the order of `ItemState`.
  private static let table: [ItemCommand: [Cell]] = {
    let closing = Cell.refused(.closingUnderWay(chg))
    let closed = Cell.refused(.alreadyClosed(rem))
    let changing = Cell.refused(.itemHasChange(rem, chg))
    let known = Cell.refused(.alreadyAcknowledged(rem))
    let assigned = Cell.events([.assigned(to: eve.id)])
    let commented = Cell.events([.commented(text: digest(0xEE))])
    func proposed(_ revision: Int) -> Cell {
      .events([
        .rejectionProposed(
          RejectionProposal(
            rationale: digest(0xEE), expiresOn: date("2027-11-21"), tripwire: nil, proposedBy: ann.id,
            revision: revision))
      ])
    }
    func nothing(_ state: String) -> Cell { .refused(.nothingToApprove("REM-12", state)) }
    func unapproved(_ state: String) -> Cell { .refused(.notApproved("REM-12", state)) }
    let approved = Cell.events([.rejectionApproved(revision: 3, by: bob.id)])
    let returned = Cell.events([.rejectionReturned(note: digest(0xEE))])
    let withdrawn = Cell.events([.rejectionWithdrawn])
    let none = Cell.refused(.nothingToWithdraw("REM-12"))
    let rejected = Cell.events([.rejected(revision: 3)])
    return [
      .acknowledge: [.events([.acknowledged]), known, known, known, closing, known, known, closed, closed],
      .assign: [assigned, assigned, assigned, assigned, closing, assigned, assigned, closed, closed],
      .comment: Array(repeating: commented, count: 9),
      .proposeRejection: [
        proposed(2), proposed(3), changing, changing, closing, proposed(4), proposed(5), closed, closed,
      ],
      .approveRejection: [
        nothing("open"), nothing("acknowledged"), nothing("proposed"), nothing("approved"), nothing("closing"),
        approved, nothing("approved"), nothing("closed"), nothing("closed"),
      ],
      .returnRejection: [
        nothing("open"), nothing("acknowledged"), nothing("proposed"), nothing("approved"), nothing("closing"),
        returned, returned, nothing("closed"), nothing("closed"),
      ],
      .withdrawRejection: [none, none, none, none, none, withdrawn, withdrawn, none, none],
      .closeByRejection: [
        unapproved("open"), unapproved("acknowledged"), unapproved("proposed"), unapproved("approved"),
        unapproved("closing"), unapproved("proposed"), rejected, closed, .events([]),
      ],
    ]
  }()

  @Test(arguments: ItemCommand.allCases, ItemState.allCases)
  func aCommandInAState(command: ItemCommand, state: ItemState) throws {
    let row = try #require(Self.table[command])
    let column = try #require(ItemState.allCases.firstIndex(of: state))
    try #require(row.count == ItemState.allCases.count)
    #expect(command.run(on: state.item, by: command.usualActor) == row[column])
  }

  @Test(arguments: ItemCommand.allCases, ItemState.allCases)
  func anAuditorIsRefusedEverywhere(command: ItemCommand, state: ItemState) {
    #expect(command.run(on: state.item, by: auditor) == .refused(.auditorChangesNothing(auditor.id)))
  }

  @Test(arguments: [ItemCommand.approveRejection, .returnRejection], [ann, cat, eve, root])
  func onlyAnApproverApprovesAndReturns(command: ItemCommand, actor: Actor) {
    let action = command == .approveRejection ? "approve a rejection" : "return a rejection"
    for state in ItemState.allCases {
      #expect(
        command.run(on: state.item, by: actor)
          == .refused(.needsRole(.approver, person: actor.id, action: action)))
    }
  }

  @Test func theProposerCannotApproveTheirOwn() {
    let annWithTheRole = Actor(id: ann.id, roles: [.approver, .administrator])
    #expect(
      ItemCommand.approveRejection.run(on: ItemState.rejectionProposed.item, by: annWithTheRole)
        == .refused(.ownProposal("REM-12", ann.id)))
  }

  @Test(arguments: [(2, false), (3, true), (4, false), (0, false)])
  func anApprovalIsForOneRevision(asked: Int, isThere: Bool) {
    let outcome = Outcome { () throws(Rejection) in
      try ItemState.rejectionProposed.item.approveRejection(revision: asked, today: today, by: bob)
    }
    #expect(
      outcome
        == (isThere
          ? .events([.rejectionApproved(revision: 3, by: bob.id)])
          : .refused(.revisionMoved("REM-12", asked: asked, present: 3))))
  }

  @Test(arguments: [(ann, true), (bob, true), (cat, true), (eve, false), (root, false)])
  func theOwnerTheProposerAndTheApproverMayClose(actor: Actor, may: Bool) {
    #expect(
      ItemCommand.closeByRejection.run(on: ItemState.rejectionApproved.item, by: actor)
        == (may ? .events([.rejected(revision: 3)]) : .refused(.notYoursToClose("REM-12", [cat.id, ann.id, bob.id]))))
  }

  @Test(arguments: [(ann, true), (bob, false), (cat, true), (eve, false), (root, false)])
  func theProposerAndTheOwnerMayWithdraw(actor: Actor, may: Bool) {
    for state in [ItemState.rejectionProposed, .rejectionApproved] {
      #expect(
        ItemCommand.withdrawRejection.run(on: state.item, by: actor)
          == (may ? .events([.rejectionWithdrawn]) : .refused(.notYoursToWithdraw("REM-12", ann.id))))
    }
  }

  @Test func nobodyProposesOverSomebodyElsesRejection() {
    for state in [ItemState.rejectionProposed, .rejectionApproved] {
      #expect(
        ItemCommand.proposeRejection.run(on: state.item, by: eve) == .refused(.rejectionPending(rem, ann.id)))
    }
  }

  @Test(arguments: ["", " ", "\n\t\u{A0}"])
  func anEmptyTextIsRefused(text: String) {
    let item = ItemState.rejectionProposed.item
    let text = erasable(text)
    #expect(Outcome { () throws(Rejection) in try item.comment(text, by: eve) } == .refused(.textMissing("comment")))
    #expect(
      Outcome { () throws(Rejection) in try item.returnRejection(note: text, by: bob) }
        == .refused(.textMissing("note")))
    #expect(
      Outcome { () throws(Rejection) in
        try item.proposeRejection(
          rationale: text, expiresOn: date("2027-01-01"), tripwire: nil, today: opening.date, by: ann)
      } == .refused(.textMissing("rationale")))
  }

  /// Proposed on 2026-11-21: from tomorrow to three years of 365 days from now.
  @Test(arguments: ["2025-01-01", "2026-11-20", "2026-11-21", "2026-11-22", "2029-11-20", "2029-11-21", "9999-12-31"])
  func aRejectionExpiresWithinThreeYears(expiry: String) {
    let rule = RecurrenceRule(count: 10, window: Days(7))
    let outcome = Outcome { () throws(Rejection) in
      try ItemState.open.item.proposeRejection(
        rationale: erasable("why"), expiresOn: date(expiry), tripwire: rule, today: date("2026-11-21"), by: eve)
    }
    let expected: Outcome<ItemEvent> =
      switch expiry {
      case ...("2026-11-21"): .refused(.expiryNotInFuture(date(expiry)))
      case ...("2029-11-20"):
        .events([
          .rejectionProposed(
            RejectionProposal(
              rationale: digest(0xEE), expiresOn: date(expiry), tripwire: rule, proposedBy: eve.id, revision: 2))
        ])
      default: .refused(.expiryTooFar(date(expiry)))
      }
    #expect(outcome == expected)
  }

  @Test func anItemIsNotAssignedToItsOwner() {
    let outcome = Outcome { () throws(Rejection) in try ItemState.open.item.assign(to: cat.id, by: ann) }
    #expect(outcome == .refused(.alreadyOwner(rem, cat.id)))
  }

  /// In the order of `ItemState`: what a change of Ann's hears that is new, and what `chg` itself hears when it is revised.
  @Test func aChangeMayTakeUpAnItemThatNothingElseHolds() {
    let pending = Rejection.rejectionPending(rem, ann.id)
    let held = Rejection.itemHasChange(rem, chg)
    let closed = Rejection.alreadyClosed(rem)
    let closing = Rejection.closingUnderWay(chg)
    let new: [Rejection?] = [nil, nil, held, held, closing, pending, pending, closed, closed]
    let same: [Rejection?] = [nil, nil, nil, nil, closing, pending, pending, closed, closed]
    for (index, state) in ItemState.allCases.enumerated() {
      for (change, expected) in [(nil, new[index]), (ChangeID(8), new[index]), (chg, same[index])] {
        let outcome = Outcome<ItemEvent> { () throws(Rejection) in
          try state.item.mayJoinChange(of: ann.id, replacing: change)
          return []
        }
        #expect(outcome == expected.map(Outcome.refused) ?? .events([]), "\(state) \(String(describing: change))")
      }
    }
  }
}
