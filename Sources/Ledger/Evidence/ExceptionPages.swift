// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// Where a page of a list of exceptions ends: what comes after it is older.
package struct ExceptionPlace: Hashable, Sendable {
  package let occurredAt: Timestamp
  package let id: Int64

  package init(occurredAt: Timestamp, id: Int64) {
    self.occurredAt = occurredAt
    self.id = id
  }
}

/// What a page of a list of exceptions is of.
package enum ExceptionScope: Hashable, Sendable {
  /// All of them, by when they were recorded.
  case all
  case key(RecurrenceKey)
  case item(ItemID)
}

extension LedgerReader {
  /// A page of the exceptions that stand, the newest first, and where it ends. Of a key it costs as much as it is long, wherever it
  /// begins; of all it is read by their ids, in the order in which they were recorded, and passes over those that were amended since.
  package func page(of scope: ExceptionScope, after place: ExceptionPlace?, limit: Int) throws -> [ExceptionPlace] {
    switch scope {
    case .all:
      return try places(
        "SELECT occurred_at, id FROM exceptions WHERE superseded_by IS NULL AND id < ?1 ORDER BY id DESC LIMIT ?2",
        [place?.id ?? Int64.max, limit])
    case .key(let key): return try page(of: ExceptionRange(key: key), after: place, limit: limit)
    case .item(let item):
      let pages = try ranges(of: item).map { try page(of: $0, after: place, limit: limit) }
      if pages.count == 1 { return pages[0] }
      // One exception may carry several keys of an item.
      return Set(pages.joined()).sorted { ($1.occurredAt, $1.id) < ($0.occurredAt, $0.id) }.prefix(limit).map { $0 }
    }
  }

  private func page(of range: ExceptionRange, after place: ExceptionPlace?, limit: Int) throws -> [ExceptionPlace] {
    // Each run's index is read backwards, and the runs are merged as they are read; nothing is sorted.
    let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(run) FROM exception_runs")) ?? 0
    let id = range.key.kind == .code ? "id" : "exception"
    let parts = (0...last).map { run in
      """
      SELECT occurred_at, \(id) AS id FROM \(LedgerReader.standing(range.key.kind, "?1")) AND run = \(run)
        AND occurred_at >= ?2 AND occurred_at < ?3 AND (occurred_at, \(id)) < (?4, ?5)
      """
    }
    return try places(
      parts.joined(separator: " UNION ALL ") + " ORDER BY occurred_at DESC, id DESC LIMIT ?6",
      [range.key.value] + range.bounds
        + [place?.occurredAt.milliseconds ?? Int64.max, place?.id ?? Int64.max, limit])
  }

  private func places(_ sql: String, _ arguments: StatementArguments) throws -> [ExceptionPlace] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
      ExceptionPlace(occurredAt: try row.time("occurred_at"), id: try row["id"])
    }
  }
}
