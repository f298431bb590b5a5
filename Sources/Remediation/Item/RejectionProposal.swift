// SPDX-License-Identifier: Apache-2.0

/// Somebody's proposal to close an item without changing an SOP. It names why, and until when that holds.
package struct RejectionProposal: Equatable, Sendable {
  /// Digest of the rationale; the text stands in an erasable row.
  package let rationale: Digest
  /// The last day on which the rejection holds.
  package let expiresOn: CalendarDate
  /// A recurrence beyond this brings the key back before the expiry.
  package let tripwire: RecurrenceRule?
  package let proposedBy: PersonID
  /// The item's version that the proposal made: an approval names it, so that it is for this proposal and no other.
  package let revision: Int

  package init(
    rationale: Digest, expiresOn: CalendarDate, tripwire: RecurrenceRule?, proposedBy: PersonID, revision: Int
  ) {
    self.rationale = rationale
    self.expiresOn = expiresOn
    self.tripwire = tripwire
    self.proposedBy = proposedBy
    self.revision = revision
  }
}

/// A rejection that a second person signed: the item is closed.
package struct SignedRejection: Equatable, Sendable {
  package let proposal: RejectionProposal
  package let approvedBy: PersonID
  package let signedAt: Timestamp

  package init(proposal: RejectionProposal, approvedBy: PersonID, signedAt: Timestamp) {
    self.proposal = proposal
    self.approvedBy = approvedBy
    self.signedAt = signedAt
  }
}
