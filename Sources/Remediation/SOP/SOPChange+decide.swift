// SPDX-License-Identifier: Apache-2.0

// What may happen to an SOP change. Each function returns the events that a command leads to, or throws the sentence that
// says why not. The gate (`SOPGate`) judges the text itself.
extension SOPChange {
  /// A new draft by the proposer replaces the one before; an approval of that one is void.
  package func revise(_ draft: ChangeDraft, by actor: Actor) throws(Rejection) -> [ChangeEvent] {
    try actor.mayWork()
    try mustBeLive()
    guard actor.id == proposedBy else { throw .notYoursToRevise(id, proposedBy) }
    return [.revised(draft)]
  }

  /// More items that the same text closes; an approval is void, because it was given for fewer.
  package func join(_ items: [RemediationItem], by actor: Actor) throws(Rejection) -> [ChangeEvent] {
    try actor.mayWork()
    try mustBeLive()
    guard !items.isEmpty else { return [] }
    var draft = draft
    draft.closes += items.map(\.id)
    draft.authors = Set(draft.authors + (actor.id == proposedBy ? [] : [actor.id])).sorted()
    draft.keys = draft.keys + items.map(\.key).filter { !draft.keys.contains($0) }
    return [.revised(draft)]
  }

  /// - Parameters:
  ///   - revision: what the approver looked at; nil approves the present one.
  ///   - concerning: the codes and tags whose playbook the SOP is, or that it says it covers, before or after: the change concerns them besides those
  ///     of its items.
  package func approve(
    revision asked: Int?, concerning keys: [RecurrenceKey], by actor: Actor
  ) throws(Rejection) -> [ChangeEvent] {
    let rights = try actor.approversRights(over: draft.keys + keys, to: "approve an SOP change")
    guard case .inReview = state else { throw .nothingToApprove(id.description, stateWord) }
    let right = try actor.right(among: rights, notOf: [proposedBy] + draft.authors, subject: id.description)
    guard asked == nil || asked == revision else {
      throw .revisionMoved(id.description, asked: asked ?? 0, present: revision)
    }
    return [
      .approved(revision: revision, content: draft.content, by: actor.id, inPlaceOf: right.inPlaceOf)
    ]
  }

  package func returnForWork(
    note: ErasableText, concerning keys: [RecurrenceKey], by actor: Actor
  ) throws(Rejection) -> [ChangeEvent] {
    _ = try actor.approversRights(over: draft.keys + keys, to: "return an SOP change")
    switch state {
    case .inReview, .approved: break
    default: throw .nothingToApprove(id.description, stateWord)
    }
    guard !note.text.allSatisfy(\.isWhitespace) else { throw .textMissing("note") }
    return [.returned(note: note.digest)]
  }

  package func withdraw(by actor: Actor) throws(Rejection) -> [ChangeEvent] {
    try actor.mayWork()
    try mustBeLive()
    guard actor.id == proposedBy || actor.roles.contains(.administrator) else {
      throw .notYoursToWithdraw(id.description, proposedBy)
    }
    return [.withdrawn]
  }

  /// The intent to commit what was approved. `owners` are the owners of the items that it closes.
  package func intendClosing(
    by actor: Actor, owners: [PersonID], at time: Timestamp, base: CommitID?, domain: String
  ) throws(Rejection) -> [ChangeEvent] {
    try actor.mayWork()
    switch state {
    case .approved(let approver):
      let allowed = [proposedBy, approver] + owners
      guard allowed.contains(where: actor.acts(as:)) else { throw .notYoursToClose(id.description, allowed) }
      return [
        .closingIntended(
          ClosingIntent(
            id: "\(id).\(attempts + 1)", revision: revision, approvedBy: approver, closedBy: actor.id,
            time: time.wholeSecond, base: base, domain: domain))
      ]
    case .committing: throw .closingUnderWay(id)
    case .committed: throw .alreadyCommitted(id)
    default: throw .notApproved(id.description, stateWord)
    }
  }

  /// The outcome of an intent. Finding it recorded already is success, so it then returns no event.
  package func commit(_ committed: ChangeCommitted) throws(Rejection) -> [ChangeEvent] {
    switch state {
    case .committing(let intent) where intent.id == committed.intent: return [.committed(committed)]
    case .committed(let before) where before.intent == committed.intent: return []
    default: throw .notApproved(id.description, stateWord)
    }
  }

  package func conflict(intent: String, tip: CommitID) -> [ChangeEvent] {
    if case .committing(let pending) = state, pending.id == intent { return [.conflicted(intent: intent, tip: tip)] }
    return []
  }

  /// Gives an intent up. The caller has made sure, under the lock, that no commit of it is reachable.
  package func abandonClosing(by actor: Actor) throws(Rejection) -> [ChangeEvent] {
    try actor.mayWork()
    guard case .committing(let intent) = state else { throw .nothingToAbandon(id.description) }
    return [.closingAbandoned(intent: intent.id)]
  }

  private func mustBeLive() throws(Rejection) {
    switch state {
    case .committed: throw .alreadyCommitted(id)
    case .committing: throw .closingUnderWay(id)
    case .withdrawn: throw .withdrawnAlready(id)
    default: break
    }
  }
}
