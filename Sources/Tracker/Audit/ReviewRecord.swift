// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// A review of the record, as it was written down.
package struct AuditReview: Sendable {
  package let at: Timestamp
  package let by: PersonID
  package let review: AuditReviewed
  /// Empty where nothing was written, `(erased)` where it was erased.
  package let note: String

  package var json: JSONValue {
    .fields([
      "at": .text(at), "by": .text(by), "from": .int(review.from), "to": .int(review.to),
      "root": .string(review.root.base64), "result": .string(review.result.rawValue), "note": .string(note),
    ])
  }
}

/// What a reviewer of the record looks at: what was decided since the review before.
package struct AuditReviewState: Sendable {
  /// A decision that an auditor looks at one by one.
  package struct Decision: Sendable {
    package let event: RecordedEvent
    package let note: String

    package var json: JSONValue {
      .fields([
        "position": .int(event.position), "at": .text(event.at), "actor": .text(event.actor),
        "kind": .string(event.event.kind), "subject": .string(event.event.subject), "note": .string(note),
      ])
    }
  }

  /// The first event that nobody has reviewed.
  package let from: Int
  package let size: Int
  package let root: Digest
  /// When it has to be done.
  package let dueAt: Timestamp
  package let isDue: Bool
  package let kinds: [(kind: String, count: Int)]
  /// The newest first, at most `most`.
  package let decisions: [Decision]
  package let hasMore: Bool
  /// The newest first, at most `most`.
  package let reviews: [AuditReview]

  package static let most = 100

  package var json: JSONValue {
    .fields([
      "from": .int(from), "size": .int(size), "root": .string(root.base64), "due_at": .text(dueAt), "due": .bool(isDue),
      "kinds": .array(kinds.map { .fields(["kind": .string($0.kind), "count": .int($0.count)]) }),
      "decisions": .array(decisions.map(\.json)), "more": .bool(hasMore), "reviews": .array(reviews.map(\.json)),
    ])
  }
}

// The weekly review of the record: somebody looks through what was decided, and that is a part of the record, too (decisions/0066).
extension Workspace {
  fileprivate static let reviewLasts: Int64 = 7 * 86_400_000

  /// Where people made an exception to the rules, decided without a new SOP, changed who decides, or took something away.
  package static let kindsToReview = [
    "taxonomy_adopted", "handbook_tip_adopted", "sop_ratified", "rejection_approved", "extension_approved",
    "item_paused", "item_breached", "closing_abandoned", HeldBackSettled.setAsideKind, HeldBackSettled.takenBackKind,
    "personal_data_erased",
    "workspace_restored",
  ]

  /// What was decided since the last review, and the reviews before. The time that it takes grows with the events since.
  package func auditReview(by caller: Caller) throws -> AuditReviewState {
    try ledger.read { reader in
      let head = try reader.treeHead()
      let (from, dueAt) = try reader.auditReviewDue()
      let most = AuditReviewState.most
      let decisions = try reader.newestEvents(of: Workspace.kindsToReview, from: from, limit: most + 1)
      return AuditReviewState(
        from: from, size: head.size, root: head.root, dueAt: dueAt,
        isDue: try dueAt <= caller.now && reader.hasEvents(from: from, but: AuditReviewed.kind),
        kinds: try reader.kinds(from: from),
        decisions: try decisions.prefix(most).map { .init(event: $0, note: try reader.note(on: $0)) },
        hasMore: decisions.count > most,
        reviews: try reader.newestEvents(about: AuditReviewed.subject, limit: most).compactMap { event in
          guard case .audited(let review) = event.event else { return nil }
          return AuditReview(
            at: event.at, by: event.actor, review: review,
            note: try review.note.map { try reader.text($0) ?? "(erased)" } ?? "")
        })
    }
  }

  /// Since when a review waits for this auditor; nil for others, and where none is due.
  package func auditReviewDue(for caller: Caller) throws -> Timestamp? {
    try ledger.read { reader in
      guard try reader.actor(caller).roles.contains(.auditor) else { return nil }
      let (from, dueAt) = try reader.auditReviewDue()
      return try dueAt <= caller.now && reader.hasEvents(from: from, but: AuditReviewed.kind) ? dueAt : nil
    }
  }

  /// - Throws: `Rejection.needsRole` for whom it is not.
  package func mustReviewRecord(_ caller: Caller) throws {
    try ledger.read { try $0.actor(caller).mayReviewRecord() }
  }

  /// Records that somebody looked through the record.
  /// - Parameters:
  ///   - size: of the tree that was looked at: events that came meanwhile are not in the review.
  ///   - note: what was found; may be empty where everything is in order.
  /// - Throws: `Rejection`, `.notRecordedYet` where the ledger is smaller than that.
  @discardableResult
  package func recordAuditReview(
    upTo size: Int, result: AuditReviewed.Result, note: String, by caller: Caller
  ) throws -> AuditReviewed {
    let note = erasable(note)
    return try command(by: caller) { transaction, actor in
      let reader = transaction.reader
      let present = try reader.treeHead().size
      guard size <= present else { throw Rejection.notRecordedYet(size, present: present) }
      let review = try AuditReviewed(
        after: reader.lastAuditReview()?.review, upTo: size, root: reader.root(ofSize: max(size, 0)), result: result,
        note: note, by: actor)
      if review.note != nil { try transaction.keep(note) }
      try transaction.append(.audited(review))
      return review
    }
  }
}

extension LedgerReader {
  /// Where the next review begins, and when it has to be done: a week after the one before, or after the workspace was made.
  fileprivate func auditReviewDue() throws -> (from: Int, dueAt: Timestamp) {
    let last = try lastAuditReview()
    let since = try last?.event.at ?? event(at: 0)?.at ?? Timestamp(seconds: 0)
    return (last?.review.to ?? 0, Timestamp(milliseconds: since.milliseconds + Workspace.reviewLasts))
  }
}
