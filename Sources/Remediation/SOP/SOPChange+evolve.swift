// SPDX-License-Identifier: Apache-2.0

extension SOPChange {
  /// The change that a proposal makes.
  package init(id: ChangeID, draft: ChangeDraft, proposedBy: PersonID, at time: Timestamp) {
    self.init(
      id: id, version: 1, draft: draft, proposedBy: proposedBy, proposedAt: time, revision: 1, attempts: 0,
      state: .inReview)
  }

  /// Applies an event that happened. It decides nothing: what is in the ledger is so.
  package mutating func apply(_ event: ChangeEvent) {
    version += 1
    switch event {
    case .proposed: break
    case .revised(let draft):
      self.draft = draft
      revision += 1
      state = .inReview
    case .approved(_, _, let approver, _): state = .approved(by: approver)
    case .returned: state = .returned
    case .withdrawn: state = .withdrawn
    case .closingIntended(let intent):
      attempts += 1
      state = .committing(intent)
    case .conflicted: state = .conflicted
    case .closingAbandoned:
      guard case .committing(let intent) = state else { return }
      state = .approved(by: intent.approvedBy)
    case .committed(let committed): state = .committed(committed)
    }
  }
}
