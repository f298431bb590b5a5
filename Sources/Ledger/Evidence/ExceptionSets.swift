// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// A stretch of a key's exceptions: from the first instant on, up to but not including the last.
package struct ExceptionRange: Hashable, Sendable {
  package let key: RecurrenceKey
  package let from: Timestamp?
  package let to: Timestamp?

  package init(key: RecurrenceKey, from: Timestamp? = nil, to: Timestamp? = nil) {
    self.key = key
    self.from = from
    self.to = to
  }
}

extension ExceptionRange {
  /// Lower bound, included, and upper bound, not included, in milliseconds.
  var bounds: StatementArguments { [from?.milliseconds ?? Int64.min, to?.milliseconds ?? Int64.max] }

  /// What of it is within the bounds; nil where nothing is.
  package func clipped(from lower: Timestamp?, to upper: Timestamp?) -> ExceptionRange? {
    let start = [from, lower].compactMap { $0 }.max()
    let end = [to, upper].compactMap { $0 }.min()
    if let start, let end, start >= end { return nil }
    return ExceptionRange(key: key, from: start, to: end)
  }
}

/// Exceptions counted, each once.
package struct ExceptionCount: Equatable, Sendable {
  package let count: Int
  package let first: Timestamp?
  package let last: Timestamp?
  /// The earliest ones, as many as were asked for.
  package let references: [String]

  package init(count: Int, first: Timestamp?, last: Timestamp?, references: [String]) {
    self.count = count
    self.first = first
    self.last = last
    self.references = references
  }
}

extension LedgerReader {
  /// Counts the exceptions in any of the ranges, by index.
  /// - Parameter references: how many references to list; nil lists all.
  package func count(_ ranges: [ExceptionRange], references: Int?) throws -> ExceptionCount {
    guard !ranges.isEmpty else { return ExceptionCount(count: 0, first: nil, last: nil, references: []) }
    let (union, arguments) = LedgerReader.union(of: ranges)
    let totals = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT count(*) AS count, min(occurred_at) AS first, max(occurred_at) AS last FROM (\(union))"),
      arguments: arguments)
    let listed =
      references == 0
      ? []
      : try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT ref FROM exceptions JOIN (SELECT * FROM (\(union)) ORDER BY occurred_at, id \
            \(references.map { "LIMIT \($0)" } ?? "")) AS chosen ON chosen.id = exceptions.id
            ORDER BY exceptions.occurred_at, exceptions.id
            """), arguments: arguments)
    return ExceptionCount(
      count: try totals?["count"] ?? 0, first: try totals?.optionalTime("first"),
      last: try totals?.optionalTime("last"),
      references: listed)
  }

  /// The exceptions that belong to an item: of its key, and of the keys that took over from that; none where none does yet.
  package func ranges(of item: ItemID) throws -> [ExceptionRange] {
    try segments(of: item).compactMap { segment in
      segment.start.map { start in
        ExceptionRange(
          key: segment.key, from: Timestamp(milliseconds: start), to: segment.until.map(Timestamp.init(milliseconds:)))
      }
    }
  }

  /// Ids of the exceptions in any of the ranges, each once, in the order in which they occurred.
  package func exceptionIDs(in ranges: [ExceptionRange]) throws -> [Int64] {
    guard !ranges.isEmpty else { return [] }
    let (union, arguments) = LedgerReader.union(of: ranges)
    return try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT id FROM (\(union)) ORDER BY occurred_at, id"), arguments: arguments)
  }

  /// Number and money of the exceptions in any of the ranges, each once; currencies in their order.
  func totals(of ranges: [ExceptionRange]) throws -> (count: Int, money: [(String, Int64)]) {
    guard !ranges.isEmpty else { return (0, []) }
    let (union, arguments) = LedgerReader.union(of: ranges)
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT currency, count(*) AS count, sum(amount) AS amount FROM (\(union)) AS found
          JOIN exceptions ON exceptions.id = found.id GROUP BY currency ORDER BY currency
          """), arguments: arguments)
    return (
      try rows.reduce(0) { $0 + (try $1["count"] as Int) },
      try rows.compactMap { row in
        try (row["currency"] as String?).flatMap { currency in (try row["amount"] as Int64?).map { (currency, $0) } }
      }
    )
  }

  /// A query for id and time of the exceptions in any of the ranges, each once.
  /// - Parameter areDisjoint: whether no exception is in two of them, so that nothing need be remembered.
  static func union(
    of ranges: [ExceptionRange], areDisjoint: Bool = false
  ) -> (sql: String, arguments: StatementArguments) {
    var arguments: StatementArguments = []
    let parts = ranges.map { range in
      arguments += [
        range.key.value, range.from?.milliseconds ?? Int64.min, (range.to?.milliseconds ?? Int64.max) - 1,
      ]
      let id = range.key.kind == .code ? "id" : "exception AS id"
      return "SELECT \(id), occurred_at FROM \(listed(range.key.kind)) AND occurred_at BETWEEN ? AND ?"
    }
    return (parts.joined(separator: areDisjoint ? " UNION ALL " : " UNION "), arguments)
  }

  /// Exceptions that stand, superseded records not counted.
  package func exceptionCount() throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM exceptions WHERE superseded_by IS NULL")) ?? 0
  }
}
