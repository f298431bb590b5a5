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
  /// How many exceptions that stand a list has, and their money, once for each state. Of an item both are known always; of a code or a
  /// tag, what its stretches count is known, and what occurred in none of them is counted.
  /// - Parameters:
  ///   - counted: of what no stretch counts no more are counted, by the index.
  ///   - added: more of that, or of all, are not added up, which reads each of them.
  package func totals(of scope: ExceptionScope, countingTo counted: Int, addingUpTo added: Int) throws
    -> ExceptionTotals
  {
    switch scope {
    case .item(let item):
      let summary = try summary(of: item)
      return ExceptionTotals(
        count: summary.occurrences, isMore: false,
        money: summary.money.map { ExceptionTotals.Sum(currency: $0.currency, amount: $0.amount) })
    case .all:
      return try once("totals", "all \(added)") {
        let count = try standingCount()
        let standing = "SELECT id FROM exceptions WHERE superseded_by IS NULL"
        return ExceptionTotals(
          count: count, isMore: false, money: count > added ? nil : sums(try money(of: standing, []), [:]))
      }
    case .key(let key):
      return try once("totals", "\(key.kind) \(key.value) \(counted) \(added)") {
        try totals(of: key, countingTo: counted, addingUpTo: added)
      }
    }
  }

  private func totals(of key: RecurrenceKey, countingTo counted: Int, addingUpTo added: Int) throws -> ExceptionTotals {
    let segments = try segments(of: key)
    let (known, knownMoney) = segments.reduce(into: (0, [String: Int64]())) { sum, segment in
      sum.0 += segment.occurrences
      sum.1.merge(segment.money, uniquingKeysWith: +)
    }
    let outside = segments.isEmpty ? [ExceptionRange(key: key)] : segments.compactMap(\.uncounted)
    guard !outside.isEmpty else { return ExceptionTotals(count: known, isMore: false, money: sums(knownMoney, [:])) }
    let (ids, arguments) = LedgerReader.union(of: outside, areDisjoint: true)
    let more =
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT count(*) FROM (\(ids) LIMIT ?)"),
        arguments: arguments + [counted + 1]) ?? 0
    if more > counted { return ExceptionTotals(count: known + counted, isMore: true, money: nil) }
    return ExceptionTotals(
      count: known + more, isMore: false,
      money: more > added ? nil : sums(knownMoney, more == 0 ? [:] : try money(of: ids, arguments)))
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

  /// By currency.
  private func money(of ids: String, _ arguments: StatementArguments) throws -> [String: Int64] {
    var money: [String: Int64] = [:]
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT currency, sum(amount) AS amount FROM (\(ids)) AS found
          JOIN exceptions ON exceptions.id = found.id GROUP BY currency
          """), arguments: arguments)
    for row in rows {
      if let currency = try row["currency"] as String? { money[currency] = try row["amount"] }
    }
    return money
  }

  private func sums(_ one: [String: Int64], _ other: [String: Int64]) -> [ExceptionTotals.Sum] {
    one.merging(other, uniquingKeysWith: +).filter { $0.value != 0 }.sorted { $0.key < $1.key }
      .map { ExceptionTotals.Sum(currency: $0.key, amount: $0.value) }
  }
}

extension Segment {
  /// What of its time it counts nothing of: until its window begins, or all of it where there is none; nil where that is nothing.
  fileprivate var uncounted: ExceptionRange? {
    // An item keeps what it opened with, which may be after it was closed.
    let end = [start, until].compactMap(\.self).min()
    if let end, end <= since { return nil }
    return ExceptionRange(
      key: key, from: since == Int64.min ? nil : Timestamp(milliseconds: since),
      to: end.map(Timestamp.init(milliseconds:)))
  }
}
