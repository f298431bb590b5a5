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
  /// How many exceptions that stand a list has, and their money, once for each state. It costs as much as `most` of them at most: more
  /// are not added up, and of a code or a tag not counted either. Of an item both are known always.
  package func totals(of scope: ExceptionScope, atMost most: Int) throws -> ExceptionTotals {
    switch scope {
    case .item(let item):
      let summary = try summary(of: item)
      return ExceptionTotals(
        count: summary.occurrences, isMore: false,
        money: summary.money.map { ExceptionTotals.Sum(currency: $0.currency, amount: $0.amount) })
    case .key(let key):
      return try once("totals", "\(key.kind) \(key.value) \(most)") {
        let source =
          switch key.kind {
          case .code: "SELECT id FROM \(LedgerReader.listed(.code)) LIMIT ?"
          case .rootCause: "SELECT exception AS id FROM \(LedgerReader.listed(.rootCause)) LIMIT ?"
          }
        return try addedUp(source, [key.value, most + 1], most)
          ?? ExceptionTotals(count: most, isMore: true, money: nil)
      }
    case .all:
      return try once("totals", "all \(most)") {
        try addedUp("SELECT id FROM exceptions WHERE superseded_by IS NULL LIMIT ?", [most + 1], most)
          ?? ExceptionTotals(count: exceptionCount(), isMore: false, money: nil)
      }
    }
  }

  /// Nil where the query gives more than `most` ids.
  private func addedUp(_ ids: String, _ arguments: StatementArguments, _ most: Int) throws -> ExceptionTotals? {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT currency, count(*) AS count, sum(amount) AS amount FROM (\(ids)) AS found
          JOIN exceptions ON exceptions.id = found.id GROUP BY currency ORDER BY currency
          """), arguments: arguments)
    let count = try rows.reduce(0) { $0 + (try $1["count"] as Int) }
    guard count <= most else { return nil }
    return ExceptionTotals(
      count: count, isMore: false,
      money: try rows.compactMap { row in
        guard let currency = try row["currency"] as String?, let amount = try row["amount"] as Int64? else {
          return nil
        }
        return ExceptionTotals.Sum(currency: currency, amount: amount)
      })
  }
}
