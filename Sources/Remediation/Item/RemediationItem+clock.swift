// SPDX-License-Identifier: Apache-2.0

// What may happen to an item's clock. The due time moves by an extension that a second person grants, and by pauses, which have a
// limit; by nothing else.
extension RemediationItem {
  /// All pauses of an item since its opening or its last extension together are not longer than this.
  package static let longestPause = Days(30)
  /// An extension reaches no further ahead than this.
  package static let longestExtension = Days(366)

  /// A new proposal replaces one that waits.
  package func proposeExtension(
    until: Timestamp, reason: ErasableText, now: Timestamp, by actor: Actor
  ) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    guard !isClosed else { throw .alreadyClosed(id) }
    guard !reason.text.allSatisfy(\.isWhitespace) else { throw .textMissing("reason") }
    guard until > dueAt, until > now else { throw .extensionNotLater(id, dueAt: max(dueAt, now)) }
    guard until <= now + RemediationItem.longestExtension else {
      throw .extensionTooFar(id, latest: now + RemediationItem.longestExtension)
    }
    return [
      .extensionProposed(
        ExtensionProposal(until: until, reason: reason.digest, proposedBy: actor.id, revision: version + 1))
    ]
  }

  /// - Parameters:
  ///   - revision: what the approver looked at; nil grants what is there.
  ///   - calendar: the one that the item opened under.
  package func approveExtension(
    revision: Int?, calendar: BusinessCalendar, now: Timestamp, by actor: Actor
  ) throws(Rejection) -> [ItemEvent] {
    let rights = try actor.approversRights(over: [key], to: "grant an extension")
    guard !isClosed else { throw .alreadyClosed(id) }
    guard let proposal = clock.extensionProposal else { throw .noExtension(id) }
    // The owner gains by it, whoever asked.
    let right = try actor.right(
      among: rights, notOf: [proposal.proposedBy, owner], subject: "the extension of \(id)")
    guard revision == nil || revision == proposal.revision else {
      throw .revisionMoved(id.description, asked: revision ?? 0, present: proposal.revision)
    }
    guard proposal.until > now else { throw .extensionNotLater(id, dueAt: now) }
    return [
      .extensionApproved(
        GrantedExtension(
          revision: proposal.revision, by: actor.id, until: proposal.until,
          warnAt: clock.warning(from: now, to: proposal.until, calendar), inPlaceOf: right.inPlaceOf))
    ]
  }

  package func returnExtension(note: ErasableText, by actor: Actor) throws(Rejection) -> [ItemEvent] {
    _ = try actor.approversRights(over: [key], to: "return an extension")
    guard !isClosed else { throw .alreadyClosed(id) }
    guard clock.extensionProposal != nil else { throw .noExtension(id) }
    guard !note.text.allSatisfy(\.isWhitespace) else { throw .textMissing("note") }
    return [.extensionReturned(note: note.digest)]
  }

  package func withdrawExtension(by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    guard !isClosed else { throw .alreadyClosed(id) }
    guard let proposal = clock.extensionProposal else { throw .noExtension(id) }
    guard actor.id == proposal.proposedBy || actor.acts(as: owner) else {
      throw .notYoursToWithdraw("the wish to extend \(id)", proposal.proposedBy)
    }
    return [.extensionWithdrawn]
  }

  /// Stops the clock until a limit at most: while a supplier or a law has to move first.
  package func pause(
    until: Timestamp, reason: ErasableText, calendar: BusinessCalendar, now: Timestamp, by actor: Actor
  ) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    guard !isClosed else { throw .alreadyClosed(id) }
    guard actor.acts(as: owner) else { throw .notYoursToPause(id, owner) }
    guard !isOverdue(at: now) else { throw .alreadyOverdue(id, dueAt: dueAt) }
    guard state != .open else { throw .acknowledgeFirst(id) }
    guard !reason.text.allSatisfy(\.isWhitespace) else { throw .textMissing("reason") }
    if let pause = clock.pause(at: now) { throw .alreadyPaused(id, until: pause.until ?? now) }
    guard until > now else { throw .pauseNotAhead(id, now) }
    let before = clock.pauses.reduce(0) { $0 + (($1.until ?? $1.from).milliseconds - $1.from.milliseconds) }
    guard before + until.milliseconds - now.milliseconds <= RemediationItem.longestPause.milliseconds else {
      throw .pauseTooLong(id, RemediationItem.longestPause)
    }
    var running = clock.running(calendar)
    running.pause(from: now, limit: until)
    let schedule = clock.schedule(of: running)
    return [.paused(ItemPause(reason: reason.digest, until: until, dueAt: schedule.dueAt, warnAt: schedule.warnAt))]
  }

  /// Lets the clock go on before the limit of the pause.
  package func resume(calendar: BusinessCalendar, now: Timestamp, by actor: Actor) throws(Rejection) -> [ItemEvent] {
    try actor.mayWork()
    guard !isClosed else { throw .alreadyClosed(id) }
    guard clock.pause(at: now) != nil else { throw .notPaused(id) }
    var running = clock.running(calendar)
    running.resume(at: now)
    let schedule = clock.schedule(of: running)
    return [.resumed(Resumption(dueAt: schedule.dueAt, warnAt: schedule.warnAt))]
  }

  /// What time has brought about and the ledger has not noticed.
  package func milestones(at now: Timestamp) -> [(milestone: ItemClock.Milestone, dueAt: Timestamp)] {
    isClosed ? [] : clock.milestones(at: now, isAcknowledged: state != .open)
  }

  /// The next instant at which time alone may bring something about.
  package var nextMoment: Timestamp? { isClosed ? nil : clock.nextMoment(isAcknowledged: state != .open) }
}

/// An extension that a second person granted.
package struct GrantedExtension: Equatable, Sendable {
  package let revision: Int
  package let by: PersonID
  /// The due time from now on.
  package let until: Timestamp
  package let warnAt: Timestamp?
  /// Who was away, and by whose right it was granted; nil where it was by the approver's own.
  package let inPlaceOf: PersonID?

  package init(
    revision: Int, by: PersonID, until: Timestamp, warnAt: Timestamp?, inPlaceOf: PersonID? = nil
  ) {
    self.revision = revision
    self.by = by
    self.until = until
    self.warnAt = warnAt
    self.inPlaceOf = inPlaceOf
  }
}

/// A pause, and the due time that follows from it if nobody ends it before its limit.
package struct ItemPause: Equatable, Sendable {
  package let reason: Digest
  package let until: Timestamp
  package let dueAt: Timestamp
  package let warnAt: Timestamp?

  package init(reason: Digest, until: Timestamp, dueAt: Timestamp, warnAt: Timestamp?) {
    self.reason = reason
    self.until = until
    self.dueAt = dueAt
    self.warnAt = warnAt
  }
}

/// The end of a pause before its limit.
package struct Resumption: Equatable, Sendable {
  package let dueAt: Timestamp
  package let warnAt: Timestamp?

  package init(dueAt: Timestamp, warnAt: Timestamp?) {
    self.dueAt = dueAt
    self.warnAt = warnAt
  }
}
