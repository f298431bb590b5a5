// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// A key whose rule holds, or whose rejection has expired, and for which no item is open.
package struct PendingOpening: Sendable {
  package let key: RecurrenceKey
  /// When the closing before took effect; nil where there was none.
  package let since: Timestamp?
  package let because: OpenedBecause
  /// When the rule came to hold.
  package let heldAt: Timestamp
  /// When the last window ended that satisfies the rule; nil where none does.
  package let lastWindowEnded: Timestamp?
  /// The closed item before this one.
  package let previous: ItemID?
  /// Exceptions that will belong to it.
  package let occurrences: Int
  /// Whether a rejection of that item holds: then the rule is its tripwire, or it has expired.
  package let isSuppressed: Bool
}

extension LedgerReader {
  /// Keys whose rule holds without an open item, ordered as items are numbered: by when the rule held, then kind, then value.
  package func pendingOpenings() throws -> [PendingOpening] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM segments WHERE until IS NULL AND item IS NULL AND held_at IS NOT NULL"))
    guard !rows.isEmpty else { return [] }
    let earliest = try earliestOccurrence()
    return try rows.map { row in
      let segment = try Segment(row)
      return try opening(of: segment, first: segment.start ?? 0, heldAt: segment.heldAt ?? 0, earliest)
    }.sorted { ($0.heldAt, $0.key) < ($1.heldAt, $1.key) }
  }

  /// Whether there is any, which is all that most commands want to know.
  package func hasPendingOpenings() throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM segments WHERE until IS NULL AND item IS NULL AND held_at IS NOT NULL)"))
      ?? false
  }

  /// Keys whose rejection has expired before a day, with what has happened since it was signed.
  package func expiredRejections(before day: CalendarDate) throws -> [(
    opening: PendingOpening, expiredOn: CalendarDate
  )] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT segments.*, json_extract(rejection, '$.expires_on') AS expires_on
          FROM segments JOIN items ON items.number = suppressed_by
          WHERE until IS NULL AND item IS NULL AND suppressed_by IS NOT NULL AND expires_on < ? ORDER BY expires_on, segments.kind, segments.value
          """), arguments: [day.description])
    guard !rows.isEmpty else { return [] }
    let (taxonomy, earliest) = (try requiredTaxonomy().taxonomy, try earliestOccurrence())
    return try rows.compactMap { row in
      // What took the item over from a retired key opens it instead.
      let key = RecurrenceKey(try row.choice("kind"), try row["value"])
      let heirs = taxonomy.entry(key)?.retired == nil ? [] : taxonomy.heirs(of: key)
      guard try heirs.isEmpty || !isSuppressed(in: heirs, by: row["suppressed_by"]) else { return nil }
      guard let expiry = CalendarDate(try row["expires_on"] as String) else { return nil }
      var segment = try Segment(row)
      segment.rule = segment.rule ?? taxonomy.entry(segment.key)?.recurrence
      return (try opening(of: segment, first: segment.since, heldAt: segment.since, earliest), expiry)
    }
  }

  /// Whether the rejection of an item holds, or held, for one of some keys.
  private func isSuppressed(in keys: [RecurrenceKey], by item: Int) throws -> Bool {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT kind, value FROM segments WHERE suppressed_by = ?"), arguments: [item]
    ).contains { keys.contains(RecurrenceKey(try $0.choice("kind"), try $0["value"])) }
  }

  /// - Parameter earliest: when the history begins; the same for all, and dear to find where codes are many.
  private func opening(
    of segment: Segment, first: Int64, heldAt: Int64, _ earliest: Timestamp?
  ) throws -> PendingOpening {
    let rule = segment.rule ?? RecurrenceRule(count: 1, window: Days(30))
    let inWindow = try Int64.fetchAll(
      db.cachedStatement(sql: try timesSQL(segment.key.kind)),
      arguments: [segment.key.value, first, first + rule.window.milliseconds])
    let earlier = try earlierThan(first, segment.key, earliest)
    return PendingOpening(
      key: segment.key,
      since: segment.ordinal == 1 ? nil : Timestamp(milliseconds: segment.since),
      because: OpenedBecause(
        rule: rule, count: inWindow.count, first: Timestamp(milliseconds: first),
        last: Timestamp(milliseconds: inWindow.last ?? first),
        expectedThousandths: OpenedBecause.expectedThousandths(
          events: earlier.events, in: earlier.baseline, rule: rule)),
      heldAt: Timestamp(milliseconds: heldAt),
      lastWindowEnded: try lastWindowEnd(of: segment, rule).map(Timestamp.init(milliseconds:)),
      previous: segment.ordinal == 1
        ? nil
        : try Int.fetchOne(
          db.cachedStatement(sql: "SELECT item FROM segments WHERE kind = ? AND value = ? AND ordinal = ?"),
          arguments: [segment.key.kind.rawValue, segment.key.value, segment.ordinal - 1]
        ).map(ItemID.init),
      occurrences: segment.occurrences, isSuppressed: segment.suppressedBy != nil)
  }

  /// The key's exceptions before an instant, and how long the workspace's history goes back before it.
  private func earlierThan(
    _ instant: Int64, _ key: RecurrenceKey, _ earliest: Timestamp?
  ) throws -> (events: Int, baseline: Int64) {
    guard let earliest = earliest?.milliseconds, earliest < instant else { return (0, 0) }
    let events = try Int.fetchOne(
      db.cachedStatement(sql: "SELECT count(*) FROM (\(try timesSQL(key.kind)))"),
      arguments: [key.value, Int64.min, instant - 1])
    return (events ?? 0, instant - earliest)
  }

  /// When the earliest exception of any code of the taxonomy occurred: where the history begins that rates are taken from.
  func earliestOccurrence() throws -> Timestamp? {
    let times = try db.cachedStatement(sql: try timesSQL(.code))
    return try requiredTaxonomy().taxonomy.codes.compactMap { code in
      try Int64.fetchOne(times, arguments: [code.id, Int64.min, Int64.max])
    }.min().map(Timestamp.init(milliseconds:))
  }

  private func lastWindowEnd(of segment: Segment, _ rule: RecurrenceRule) throws -> Int64? {
    let cursor = try Int64.fetchCursor(
      db, sql: try timesSQL(segment.key.kind, newestFirst: true),
      arguments: [segment.key.value, segment.since, (segment.until ?? Int64.max) - 1])
    var recent: [Int64] = []
    while let time = try cursor.next() {
      recent.append(time)
      guard recent.count >= rule.count else { continue }
      let last = recent[recent.count - rule.count]
      if last - time <= rule.window.milliseconds { return last }
    }
    return nil
  }
}
