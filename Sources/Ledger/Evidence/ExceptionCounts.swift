// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// How many exceptions of a key occurred in each of `count` stretches of `length` milliseconds, one after the other from `start`. Read
  /// from the key's index alone.
  package func exceptionCounts(of key: RecurrenceKey, from start: Timestamp, each length: Int64, count: Int) throws
    -> [Int]
  {
    let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(run) FROM exception_runs")) ?? 0
    let parts = (0...last).map { run in
      """
      SELECT (occurred_at - ?2) / ?4 AS stretch, count(*) AS number
        FROM \(LedgerReader.standing(key.kind, "?1")) AND run = \(run) AND occurred_at >= ?2 AND occurred_at < ?3 GROUP BY 1
      """
    }
    var counts = Array(repeating: 0, count: count)
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: parts.joined(separator: " UNION ALL ")),
      arguments: [key.value, start.milliseconds, start.milliseconds + length * Int64(count), length])
    for row in rows { counts[try row["stretch"]] += try row["number"] as Int }
    return counts
  }

  /// When a key's first and last exceptions that stand occurred; nil where there is none.
  package func period(of key: RecurrenceKey) throws -> ClosedRange<Timestamp>? {
    func end(newestFirst: Bool) throws -> Timestamp? {
      try Int64.fetchOne(
        db.cachedStatement(sql: timesSQL(key.kind, newestFirst: newestFirst) + " LIMIT 1"),
        arguments: [key.value, Int64.min, Int64.max]
      ).map(Timestamp.init(milliseconds:))
    }
    guard let first = try end(newestFirst: false), let last = try end(newestFirst: true) else { return nil }
    return first...last
  }
}
