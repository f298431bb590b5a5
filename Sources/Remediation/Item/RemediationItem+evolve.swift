// SPDX-License-Identifier: Apache-2.0

extension RemediationItem {
  /// The item that an opening makes.
  package init(id: ItemID, opened: ItemEvent.ItemOpened, at time: Timestamp) {
    self.init(
      id: id, version: 1, key: opened.key, owner: opened.owner, severity: opened.severity, openedAt: time,
      clock: ItemClock(
        opened.sla, calendar: opened.calendar, openedAt: time,
        // The first workspaces did not keep the times; their policies were in days of 24 hours.
        opened.schedule ?? ItemClock.Schedule(opened.sla, .always, openedAt: time)),
      isHistoric: opened.isHistoric, cause: opened.cause, because: opened.because, follows: opened.follows,
      failed: opened.failed, state: .open)
  }

  /// Applies an event of this item that happened. It decides nothing: what is in the ledger is so.
  package mutating func apply(_ event: ItemEvent, at time: Timestamp) {
    version += 1
    clock.apply(event, at: time)
    switch event {
    case .opened, .commented, .extensionProposed, .extensionApproved, .extensionReturned, .extensionWithdrawn,
      .paused, .resumed, .reached:
      break
    case .acknowledged: state = .acknowledged
    case .assigned(let person): owner = person
    case .rejectionProposed(let proposal): state = .rejectionProposed(proposal)
    case .rejectionReturned, .rejectionWithdrawn: state = .acknowledged
    case .rejectionApproved(_, let approver, _):
      guard case .rejectionProposed(let proposal) = state else { return }
      state = .rejectionApproved(proposal, by: approver)
    case .rejected:
      guard case .rejectionApproved(let proposal, let approver) = state else { return }
      state = .closed(.rejected(SignedRejection(proposal: proposal, approvedBy: approver, signedAt: time)))
    case .closed(let closed):
      state = .closed(
        .sopChanged(
          SOPChanged(change: closed.change, sop: closed.sop, closedAt: time, takesEffect: closed.takesEffect)))
    }
  }

  /// Applies what happened to a change that names this item. The item's own version does not move. Only a proposal takes the item
  /// up; everything else of a change that no longer holds the item passes it by.
  package mutating func apply(_ event: ChangeEvent, of change: ChangeID) {
    switch event {
    case .proposed, .revised:
      if !isClosed { state = .inChange(change, .proposed) }
      return
    default: guard case .inChange(change, _) = state else { return }
    }
    switch event {
    case .proposed, .revised: break
    case .approved, .closingAbandoned: state = .inChange(change, .approved)
    case .closingIntended: state = .inChange(change, .closing)
    case .returned, .withdrawn, .conflicted: state = .acknowledged
    case .committed: break  // The item's own `closed` follows in the same transaction.
    }
  }

  /// A revision of a change no longer names the item.
  package mutating func release(from change: ChangeID) {
    if case .inChange(change, _) = state { state = .acknowledged }
  }

  /// The rejection that is proposed or approved at the moment.
  package var rejectionProposal: RejectionProposal? {
    switch state {
    case .rejectionProposed(let proposal), .rejectionApproved(let proposal, _): proposal
    default: nil
    }
  }
}
