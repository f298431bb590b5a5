// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

/// How many exceptions a list has, and what they come to.
package struct ExceptionTotals: Equatable, Sendable {
  package struct Sum: Equatable, Sendable {
    package let currency: String
    /// Minor units.
    package let amount: Int64
  }

  package let count: Int
  /// Whether there are more than `count`, which nobody counted.
  package let isMore: Bool
  /// By currency, in their order; nil where there are too many to add up.
  package let money: [Sum]?
}

extension LedgerReader {
  /// How many exceptions that stand a list has, and their money, once for each state. Of an item both are known always.
  /// - Parameters:
  ///   - counted: of a code or a tag no more are counted, by its index.
  ///   - added: more are not added up, which reads each of them.
  package func totals(of scope: ExceptionScope, countingTo counted: Int, addingUpTo added: Int) throws
    -> ExceptionTotals
  {
    if case .item(let item) = scope {
      let summary = try summary(of: item)
      return ExceptionTotals(
        count: summary.occurrences, isMore: false,
        money: summary.money.map { ExceptionTotals.Sum(currency: $0.currency, amount: $0.amount) })
    }
    let name = if case .key(let key) = scope { "\(key.kind) \(key.value)" } else { "all" }
    return try once("totals", "\(name) \(counted) \(added)") {
      let ids: String
      let arguments: StatementArguments
      let count: Int
      switch scope {
      case .all, .item:
        (ids, arguments) = ("SELECT id FROM exceptions WHERE superseded_by IS NULL", [])
        count = try standingCount()
      case .key(let key):
        let id = key.kind == .code ? "id" : "exception AS id"
        (ids, arguments) = ("SELECT \(id) FROM \(LedgerReader.listed(key.kind))", [key.value])
        count =
          try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM (\(ids) LIMIT ?)"), arguments: arguments + [counted + 1]) ?? 0
        if count > counted { return ExceptionTotals(count: counted, isMore: true, money: nil) }
      }
      return ExceptionTotals(count: count, isMore: false, money: count > added ? nil : try money(of: ids, arguments))
    }
  }

  /// All that were recorded but for those that others took the place of: no row is read.
  private func standingCount() throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT (SELECT coalesce(sum(records), 0) FROM batches)
            - (SELECT count(*) FROM exceptions WHERE superseded_by IS NOT NULL)
          """)) ?? 0
  }

  /// By currency, in their order.
  private func money(of ids: String, _ arguments: StatementArguments) throws -> [ExceptionTotals.Sum] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT currency, sum(amount) AS amount FROM (\(ids)) AS found
          JOIN exceptions ON exceptions.id = found.id GROUP BY currency ORDER BY currency
          """), arguments: arguments
    ).compactMap { row in
      guard let currency = try row["currency"] as String?, let amount = try row["amount"] as Int64? else { return nil }
      return ExceptionTotals.Sum(currency: currency, amount: amount)
    }
  }
}
