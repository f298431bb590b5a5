// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

/// Exceptions are cut into runs by their ids, in the order in which they were recorded. The indexes by code and by tag begin with the run,
/// so an import changes the pages of its own run alone, however many exceptions are there already and whatever their times.
/// A question about a key asks each run; some hundred of them are about as far as that goes.
enum ExceptionRun {
  /// A run has 2^18 ids, 262,144: its part of an index fits the page cache.
  static let bits = 18

  static func of(_ id: Int64) -> Int64 { id >> bits }
}

extension LedgerReader {
  /// A query for the times of a key's exceptions that stand, in their order, as one is asked for after the other: nothing is sorted.
  /// Its arguments: the key's value, the first instant, the last one.
  func timesSQL(_ kind: RecurrenceKey.Kind, newestFirst: Bool = false) throws -> String {
    let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(run) FROM exception_runs")) ?? 0
    let parts = (0...last).map { run in
      "SELECT occurred_at FROM \(LedgerReader.standing(kind, "?1")) AND run = \(run) AND occurred_at BETWEEN ?2 AND ?3"
    }
    return parts.joined(separator: " UNION ALL ") + " ORDER BY occurred_at" + (newestFirst ? " DESC" : "")
  }

  /// Table and condition of a key's exceptions that stand, in any order. The argument is the key's value.
  static func listed(_ kind: RecurrenceKey.Kind) -> String {
    standing(kind, "?") + " AND run IN (SELECT run FROM exception_runs)"
  }

  /// The same of several keys of a kind, in any order. The argument is a list of JSON.
  static func standing(_ kind: RecurrenceKey.Kind, among values: String) -> String {
    let list = "IN (SELECT value FROM json_each(\(values))) AND run IN (SELECT run FROM exception_runs)"
    return switch kind {
    case .code: "exceptions WHERE superseded_by IS NULL AND code \(list)"
    case .rootCause: "tags WHERE tag \(list)"
    }
  }

  static func standing(_ kind: RecurrenceKey.Kind, _ value: String) -> String {
    switch kind {
    case .code: "exceptions WHERE superseded_by IS NULL AND code = \(value)"
    case .rootCause: "tags WHERE tag = \(value)"
    }
  }
}
