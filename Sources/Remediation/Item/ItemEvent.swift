// SPDX-License-Identifier: Apache-2.0

/// What happened to a remediation item. Its encoded names never change; a new meaning is a new kind.
package enum ItemEvent: Equatable, Sendable {
  case opened(ItemOpened)
  case acknowledged
  case assigned(to: PersonID)
  case commented(text: Digest)
  case rejectionProposed(RejectionProposal)
  /// `inPlaceOf` is who was away, and by whose right it was approved; nil where it was by the approver's own.
  case rejectionApproved(revision: Int, by: PersonID, inPlaceOf: PersonID? = nil)
  case rejectionReturned(note: Digest)
  case rejectionWithdrawn
  case extensionProposed(ExtensionProposal)
  /// The item may take longer.
  case extensionApproved(GrantedExtension)
  case extensionReturned(note: Digest)
  case extensionWithdrawn
  /// The clock stands still.
  case paused(ItemPause)
  case resumed(Resumption)
  /// Time brought something about; `escalatedTo` is told besides the owner.
  case reached(ItemClock.Milestone, escalatedTo: PersonID?)
  /// The approved rejection is recorded: the item is closed.
  case rejected(revision: Int)
  /// The change that names the item is committed: the item is closed.
  case closed(ItemClosed)

  package struct ItemOpened: Equatable, Sendable {
    package var key: RecurrenceKey
    package var owner: PersonID
    package var severity: Severity
    package var sla: SLAPolicy
    /// Of the canonical bytes of the policy's calendar; nil counts around the clock.
    package var calendar: Digest?
    /// When it has to be acknowledged and closed; nil in the first workspaces, where that follows from the policy.
    package var schedule: ItemClock.Schedule?
    package var isHistoric: Bool
    package var cause: RemediationItem.Cause
    package var because: OpenedBecause
    /// The time from which on exceptions of the key count for this item: when the closing of the last one took effect.
    package var since: Timestamp?
    package var follows: ItemID?
    package var failed: SOPReference?
    /// Version of the taxonomy in force, whose rule and owner these are.
    package var taxonomy: Int

    package init(
      key: RecurrenceKey, owner: PersonID, severity: Severity, sla: SLAPolicy, calendar: Digest? = nil,
      schedule: ItemClock.Schedule? = nil, isHistoric: Bool,
      cause: RemediationItem.Cause, because: OpenedBecause, since: Timestamp?, follows: ItemID?,
      failed: SOPReference?, taxonomy: Int
    ) {
      self.key = key
      self.owner = owner
      self.severity = severity
      self.sla = sla
      self.calendar = calendar
      self.schedule = schedule
      self.isHistoric = isHistoric
      self.cause = cause
      self.because = because
      self.since = since
      self.follows = follows
      self.failed = failed
      self.taxonomy = taxonomy
    }
  }

  package struct ItemClosed: Equatable, Sendable {
    package var change: ChangeID
    package var sop: SOPReference
    package var takesEffect: Timestamp

    package init(change: ChangeID, sop: SOPReference, takesEffect: Timestamp) {
      self.change = change
      self.sop = sop
      self.takesEffect = takesEffect
    }
  }
}
