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
    var arguments: StatementArguments = []
    let union = ranges.map { range in
      arguments += [
        range.key.value, range.from?.milliseconds ?? Int64.min, (range.to?.milliseconds ?? Int64.max) - 1,
      ]
      switch range.key.kind {
      case .code:
        return """
          SELECT id, occurred_at FROM exceptions
          WHERE superseded_by IS NULL AND code = ? AND occurred_at BETWEEN ? AND ?
          """
      case .rootCause:
        return "SELECT exception AS id, occurred_at FROM tags WHERE tag = ? AND occurred_at BETWEEN ? AND ?"
      }
    }.joined(separator: " UNION ")
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
      count: totals?["count"] ?? 0, first: totals?.optionalTime("first"), last: totals?.optionalTime("last"),
      references: listed)
  }

  /// The exceptions that belong to an item; nil where none does yet.
  package func range(of item: ItemID) throws -> ExceptionRange? {
    guard let segment = try segment(of: item), let start = segment.start else { return nil }
    return ExceptionRange(
      key: segment.key, from: Timestamp(milliseconds: start), to: segment.until.map(Timestamp.init(milliseconds:)))
  }

  /// Exceptions that stand, superseded records not counted.
  package func exceptionCount() throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM exceptions WHERE superseded_by IS NULL")) ?? 0
  }
}
