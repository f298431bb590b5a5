// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// How many exceptions of a key occurred in each of `count` stretches of `length` milliseconds, one after the other from `start`.
  package func exceptionCounts(of key: RecurrenceKey, from start: Timestamp, each length: Int64, count: Int) throws
    -> [Int]
  {
    try exceptionCounts(of: [key], from: start, each: length, count: count)[key]
      ?? Array(repeating: 0, count: count)
  }

  /// The same of the exceptions in any of the ranges, each once.
  package func exceptionCounts(
    in ranges: [ExceptionRange], from start: Timestamp, each length: Int64, count: Int
  ) throws -> [Int] {
    let end = Timestamp(milliseconds: start.milliseconds + length * Int64(count))
    var counts = Array(repeating: 0, count: count)
    let (union, arguments) = LedgerReader.union(of: ranges.compactMap { $0.clipped(from: start, to: end) })
    guard !union.isEmpty else { return counts }
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT (occurred_at - ?) / ? AS stretch, count(*) AS number FROM (\(union)) GROUP BY stretch"),
      arguments: [start.milliseconds, length] + arguments)
    while let row = try rows.next() { counts[try row["stretch"]] = try row["number"] }
    return counts
  }

  /// The same of many keys at once, each of which is in the answer. Read from their indexes alone, by one query.
  package func exceptionCounts(
    of keys: Set<RecurrenceKey>, from start: Timestamp, each length: Int64, count: Int
  ) throws -> [RecurrenceKey: [Int]] {
    var counts = Dictionary(uniqueKeysWithValues: keys.map { ($0, Array(repeating: 0, count: count)) })
    func values(_ kind: RecurrenceKey.Kind) -> String {
      JSONValue.array(keys.filter { $0.kind == kind }.map { .string($0.value) }).compactText
    }
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: LedgerReader.countsSQL),
      arguments: [
        values(.code), values(.rootCause), start.milliseconds, start.milliseconds + length * Int64(count), length,
      ])
    while let row = try rows.next() {
      let key = RecurrenceKey(try row.choice("kind"), try row["value"])
      counts[key]?[try row["stretch"]] = try row["number"]
    }
    return counts
  }

  /// Its arguments: the codes and the tags, as lists of JSON; the first instant, the one after the last, and the length of a stretch.
  static let countsSQL = [(RecurrenceKey.Kind.code, "code", "?1"), (.rootCause, "tag", "?2")].map {
    kind, column, values in
    """
    SELECT '\(kind.rawValue)' AS kind, \(column) AS value, (occurred_at - ?3) / ?5 AS stretch, count(*) AS number
    FROM \(standing(kind, among: values)) AND occurred_at >= ?3 AND occurred_at < ?4 GROUP BY value, stretch
    """
  }.joined(separator: " UNION ALL ")

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
