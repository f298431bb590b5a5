// SPDX-License-Identifier: Apache-2.0

// What may happen to an item. Each function returns the events that a command leads to, or throws the sentence that says
// why not. Nothing is changed here.
extension RemediationItem {
  package func acknowledge(by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    try mustBeLive()
    guard state == .open else { throw .alreadyAcknowledged(id) }
    return [.acknowledged]
  }

  package func assign(to person: PersonID, by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    try mustBeLive()
    guard person != owner else { throw .alreadyOwner(id, person) }
    return [.assigned(to: person)]
  }

  /// Comments are welcome for ever, also on a closed item.
  package func comment(_ text: ErasableText, by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    guard !text.text.allSatisfy(\.isWhitespace) else { throw .textMissing("comment") }
    return [.commented(text: text.digest)]
  }

  /// A new proposal to reject replaces one of the same person that is still in review.
  package func proposeRejection(
    rationale: ErasableText, expiresOn: CalendarDate, tripwire: RecurrenceRule?, today: CalendarDate, by actor: Actor
  ) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    try mustBeLive()
    guard !rationale.text.allSatisfy(\.isWhitespace) else { throw .textMissing("rationale") }
    guard expiresOn > today else { throw .expiryNotInFuture(expiresOn) }
    guard expiresOn <= today + RejectionProposal.longest else { throw .expiryTooFar(expiresOn) }
    if case .inChange(let change, _) = state { throw .itemHasChange(id, change) }
    if let pending = rejectionProposal, pending.proposedBy != actor.id {
      throw .rejectionPending(id, pending.proposedBy)
    }
    return [
      .rejectionProposed(
        RejectionProposal(
          rationale: rationale.digest, expiresOn: expiresOn, tripwire: tripwire, proposedBy: actor.id,
          revision: version + 1))
    ]
  }

  /// - Parameter revision: what the approver looked at; nil approves what is there.
  package func approveRejection(
    revision: Int?, today: CalendarDate, by actor: Actor
  ) throws(Rejection) -> [ItemEvent] {
    let rights = try actor.approversRights(over: [key], to: "approve a rejection")
    guard case .rejectionProposed(let proposal) = state else {
      if let wish = clock.extensionProposal { throw .onlyAnExtension(id, wish.proposedBy) }
      throw .nothingToApprove(id.description, stateWord)
    }
    let right = try actor.right(among: rights, notOf: [proposal.proposedBy], subject: id.description)
    guard revision == nil || revision == proposal.revision else {
      throw .revisionMoved(id.description, asked: revision ?? 0, present: proposal.revision)
    }
    guard proposal.expiresOn > today else { throw .expiryNotInFuture(proposal.expiresOn) }
    return [.rejectionApproved(revision: proposal.revision, by: actor.id, inPlaceOf: right.inPlaceOf)]
  }

  package func returnRejection(note: ErasableText, by actor: Actor) throws(Rejection) -> [ItemEvent] {
    _ = try actor.approversRights(over: [key], to: "return a rejection")
    guard rejectionProposal != nil else { throw .nothingToApprove(id.description, stateWord) }
    guard !note.text.allSatisfy(\.isWhitespace) else { throw .textMissing("note") }
    return [.rejectionReturned(note: note.digest)]
  }

  package func withdrawRejection(by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    guard let proposal = rejectionProposal else { throw .nothingToWithdraw(id.description) }
    guard proposal.proposedBy == actor.id || actor.acts(as: owner) else {
      throw .notYoursToWithdraw(id.description, proposal.proposedBy)
    }
    return [.rejectionWithdrawn]
  }

  /// Records the approved rejection. An SOP change closes its items itself, by `SOPChange.commit`.
  package func closeByRejection(today: CalendarDate, by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    // Whoever was interrupted before the answer gives the command again.
    if case .closed(.rejected) = state { return [] }
    guard case .rejectionApproved(let proposal, let approver) = state else {
      throw isClosed ? .alreadyClosed(id) : .notApproved(id.description, stateWord)
    }
    guard [owner, proposal.proposedBy, approver].contains(where: actor.acts(as:)) else {
      throw .notYoursToClose(id.description, [owner, proposal.proposedBy, approver])
    }
    guard proposal.expiresOn > today else { throw .expiryNotInFuture(proposal.expiresOn) }
    return [.rejected(revision: proposal.revision)]
  }

  /// - Throws: unless an SOP change by this person may take the item up.
  package func mayJoinChange(of proposer: PersonID, replacing change: ChangeID?) throws(Rejection) {
    try mustBeLive()
    switch state {
    case .inChange(let other, _) where other != change: throw .itemHasChange(id, other)
    case .rejectionProposed(let proposal), .rejectionApproved(let proposal, _):
      throw .rejectionPending(id, proposal.proposedBy)
    default: break
    }
  }

  private func mustBeLive() throws(Rejection) {
    guard !isClosed else { throw .alreadyClosed(id) }
    if case .inChange(let change, .closing) = state { throw .closingUnderWay(change) }
  }
}

extension RejectionProposal {
  /// A rejection holds for three years at most; nobody remembers longer why.
  package static let longest = Days(3 * 365)
}
