// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct ItemEvolutionTests {
  @Test func anItemOpensAsItsOpeningSays() {
    var event = opened
    event.sla = SLAPolicy(id: "fast", title: "Fast", acknowledgeWithin: .days(Days(1)), closeWithin: .days(Days(5)))
    event.cause = .ineffective
    event.isHistoric = true
    event.follows = ItemID(3)
    event.failed = reference
    let item = RemediationItem(id: rem, opened: event, at: opening)
    #expect(
      item
        == RemediationItem(
          id: rem, version: 1, key: duplicateCharge, owner: cat.id, severity: .major, openedAt: opening,
          clock: ItemClock(
            event.sla, calendar: nil, openedAt: opening,
            ItemClock.Schedule(
              acknowledgeBy: opening + Days(1), warnAt: Timestamp(milliseconds: opening.milliseconds + 324_000_000),
              dueAt: opening + Days(5))), isHistoric: true, cause: .ineffective,
          because: because, follows: ItemID(3), failed: reference, state: .open))
  }

  @Test(arguments: ItemState.allCases)
  func aStateHasTheWordOfTheInterface(state: ItemState) {
    let item = state.item
    switch state {
    case .open: #expect(item.stateWord == "open" && item.state == .open)
    case .acknowledged: #expect(item.stateWord == "acknowledged" && item.state == .acknowledged)
    case .changeProposed: #expect(item.stateWord == "proposed" && item.state == .inChange(chg, .proposed))
    case .changeApproved: #expect(item.stateWord == "approved" && item.state == .inChange(chg, .approved))
    case .changeClosing: #expect(item.stateWord == "closing" && item.state == .inChange(chg, .closing))
    case .rejectionProposed:
      #expect(item.stateWord == "proposed" && item.state == .rejectionProposed(ItemState.proposal))
    case .rejectionApproved:
      #expect(item.stateWord == "approved" && item.state == .rejectionApproved(ItemState.proposal, by: bob.id))
    case .closedByChange:
      #expect(
        item.state
          == .closed(
            .sopChanged(
              .init(change: chg, sop: reference, closedAt: opening + Days(1), takesEffect: opening + Days(2)))))
    case .closedByRejection:
      #expect(
        item.state
          == .closed(
            .rejected(
              SignedRejection(proposal: ItemState.proposal, approvedBy: bob.id, signedAt: opening + Days(1)))))
    }
    let isClosed = state == .closedByChange || state == .closedByRejection
    #expect(item.isClosed == isClosed && (item.stateWord == "closed") == isClosed)
    let hasChange = [.changeProposed, .changeApproved, .changeClosing, .closedByChange].contains(state)
    #expect(item.change == (hasChange ? chg : nil))
    let hasProposal = state == .rejectionProposed || state == .rejectionApproved
    #expect(item.rejectionProposal == (hasProposal ? ItemState.proposal : nil))
  }

  /// given, event, state afterwards
  @Test(arguments: [
    (ItemState.open, Happening.item(.acknowledged), RemediationItem.State.acknowledged),
    (.open, .item(.commented(text: digest(1))), .open),
    (.open, .item(.assigned(to: eve.id)), .open),
    (.open, .item(.rejectionProposed(ItemState.proposal)), .rejectionProposed(ItemState.proposal)),
    (.open, .change(.proposed(draft)), .inChange(chg, .proposed)),
    (.acknowledged, .change(.proposed(draft)), .inChange(chg, .proposed)),
    (.acknowledged, .change(.revised(draft)), .inChange(chg, .proposed)),
    (.rejectionProposed, .item(.rejectionReturned(note: digest(1))), .acknowledged),
    (.rejectionProposed, .item(.rejectionWithdrawn), .acknowledged),
    (.rejectionApproved, .item(.rejectionReturned(note: digest(1))), .acknowledged),
    (.rejectionApproved, .item(.rejectionWithdrawn), .acknowledged),
    (.rejectionApproved, .item(.rejectionProposed(ItemState.proposal)), .rejectionProposed(ItemState.proposal)),
    (.changeProposed, .change(.approved(revision: 1, content: digest(1), by: bob.id)), .inChange(chg, .approved)),
    (.changeProposed, .change(.returned(note: digest(1))), .acknowledged),
    (.changeProposed, .change(.withdrawn), .acknowledged),
    (.changeApproved, .change(.revised(draft)), .inChange(chg, .proposed)),
    (.changeApproved, .change(.returned(note: digest(1))), .acknowledged),
    (.changeApproved, .change(.closingIntended(intent)), .inChange(chg, .closing)),
    (.changeClosing, .change(.closingAbandoned(intent: "CHG-7.1")), .inChange(chg, .approved)),
    (.changeClosing, .change(.conflicted(intent: "CHG-7.1", tip: commit(1))), .acknowledged),
    (.changeClosing, .change(.committed(committed)), .inChange(chg, .closing)),
  ])
  func anEventMovesTheState(given: ItemState, event: Happening, expected: RemediationItem.State) {
    var item = given.item
    let version = item.version
    item.apply(event, at: opening + Days(3))
    #expect(item.state == expected)
    if case .item = event { #expect(item.version == version + 1) } else { #expect(item.version == version) }
  }

  @Test func anAssignmentChangesTheOwnerOnly() {
    var item = ItemState.changeApproved.item
    var expected = item
    item.apply(.assigned(to: eve.id), at: opening)
    expected.owner = eve.id
    expected.version += 1
    #expect(item == expected)
  }

  @Test(arguments: [ItemState.closedByChange, .closedByRejection])
  func whatHappensToAChangeLeavesAClosedItemAlone(state: ItemState) {
    let events: [ChangeEvent] = [
      .proposed(draft), .revised(draft), .approved(revision: 1, content: digest(1), by: bob.id),
      .returned(note: digest(1)), .withdrawn, .closingIntended(intent), .conflicted(intent: "CHG-7.1", tip: commit(1)),
      .closingAbandoned(intent: "CHG-7.1"), .committed(committed),
    ]
    for event in events {
      var item = state.item
      item.apply(event, of: chg)
      item.apply(event, of: ChangeID(8))
      #expect(item == state.item)
    }
  }

  /// A change that was returned lets go of its items, and others may take them up.
  @Test(
    arguments: [ItemState.changeProposed, .changeApproved, .changeClosing, .rejectionProposed, .rejectionApproved],
    [ChangeEvent.withdrawn, .returned(note: digest(1)), .conflicted(intent: "CHG-3.1", tip: commit(1))])
  func aChangeThatDoesNotHoldTheItemDoesNotMoveIt(state: ItemState, event: ChangeEvent) {
    var item = state.item
    item.apply(event, of: ChangeID(3))
    #expect(item == state.item)
  }

  @Test func exceptionsBelongToAClosedItemUntilItTakesEffect() throws {
    guard case .closed(let changed) = ItemState.closedByChange.item.state,
      case .closed(let rejected) = ItemState.closedByRejection.item.state
    else { throw TestFailure() }
    #expect(changed.closedAt == opening + Days(1) && changed.takesEffect == opening + Days(2))
    #expect(rejected.closedAt == opening + Days(1) && rejected.takesEffect == opening + Days(1))
  }

  @Test func anItemIsOverdueOneMillisecondAfterItsDueTime() {
    let item = ItemState.open.item
    #expect(item.dueAt == opening + Days(14) && item.acknowledgeBy == opening + Days(2))
    #expect(!item.isOverdue(at: item.dueAt))
    #expect(item.isOverdue(at: Timestamp(milliseconds: item.dueAt.milliseconds + 1)))
    #expect(!ItemState.closedByChange.item.isOverdue(at: item.dueAt + Days(1)))
  }

  private struct TestFailure: Error {}
}
