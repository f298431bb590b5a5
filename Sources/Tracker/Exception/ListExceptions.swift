// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Which exceptions a person asks for.
package struct ExceptionQuery: Sendable {
  package var key: RecurrenceKey?
  package var item: ItemID?
  package var since: Timestamp?
  package var limit: Int?

  package init() {}
}

/// An exception as lists show it.
package struct ExceptionView: Sendable {
  package let record: ExceptionRecord
  package let receivedAt: Timestamp
  package let taxonomyVersion: Int
  package let revisions: Int
  package let amendment: StoredException.Amendment?
  package let items: [ItemID]
  package let sopInForce: SOPReference?

  package var json: JSONValue {
    .fields([
      "source": .string(record.source),
      "ref": .string(record.reference),
      "occurred_at": .text(record.occurredAt),
      "received_at": .text(receivedAt),
      "code": .string(record.code),
      "raw_code": .string(record.rawCode),
      "taxonomy_version": .int(taxonomyVersion),
      "root_causes": .array(record.rootCauses.map(JSONValue.string)),
      "team": .optional(record.team),
      "severity": .optional(record.severity),
      "status": .optional(record.status),
      "case": .optional(record.caseReference),
      "amount": record.amount.flatMap { amount in record.currency.map { ItemViews.money(amount, $0) } } ?? .null,
      "deviation": .optional(record.deviation),
      "resolved_at": .text(record.resolvedAt),
      "items": .array(items.map(JSONValue.text)),
      "sop_in_force": sopInForce.map(ExceptionView.reference) ?? .null,
      "revisions": .int(revisions),
      "amendment": .optional(amendment?.rawValue),
    ])
  }

  static func reference(_ sop: SOPReference) -> JSONValue {
    .fields([
      "id": .string(sop.id), "path": .text(sop.path), "version": .int(sop.version), "commit": .text(sop.commit),
    ])
  }
}

extension Workspace {
  /// Calls `body` with each exception, in the order in which they occurred.
  package func forEachException(
    _ query: ExceptionQuery, progress: (Int, Int) -> Void = { _, _ in }, _ body: (ExceptionView) throws -> Void
  ) throws {
    try readOldVersions(progress: progress)
    try ledger.read { reader in
      if let key = query.key, try reader.requiredTaxonomy().taxonomy.entry(key) == nil {
        throw Rejection.unknownEntry(key)
      }
      if let item = query.item { _ = try reader.requiredItem(item) }
      var timelines: [RecurrenceKey: InForceTimeline] = [:]
      var lookup = ItemLookup(reader)
      let filter = ExceptionFilter(key: query.key, item: query.item, since: query.since, limit: query.limit)
      try reader.forEachException(filter) { stored in
        let key = RecurrenceKey(.code, stored.record.code)
        let timeline: InForceTimeline
        if let known = timelines[key] {
          timeline = known
        } else {
          timeline = try reader.inForceTimeline(of: key)
          timelines[key] = timeline
        }
        try body(
          ExceptionView(
            record: stored.record, receivedAt: stored.receivedAt, taxonomyVersion: stored.taxonomy,
            revisions: stored.revisions, amendment: stored.amendment, items: try lookup.items(of: stored.record),
            sopInForce: timeline.version(at: stored.record.occurredAt)?.reference))
      }
    }
  }

  /// Rows that were held back, oldest first.
  package func quarantine() throws -> [(batch: Digest, row: QuarantinedRow)] {
    try ledger.read { try $0.quarantine() }
  }
}
