// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// A key that was simulated.
package struct SimulatedKey: Sendable {
  /// The key itself, and then the retired ones whose exceptions count for it.
  package let lineage: [RecurrenceKey]
  /// Has watched all of them.
  package let simulation: OpeningSimulation

  package init(lineage: [RecurrenceKey], simulation: OpeningSimulation) {
    self.lineage = lineage
    self.simulation = simulation
  }
}

/// What the evidence says of an item that would have opened.
package struct SimulatedOpening: Sendable {
  package let opening: OpeningSimulation.Opening
  /// As a real item would say why it opened, but that nothing after the period counts.
  package let because: OpenedBecause
  /// Exceptions that belong to it.
  package let occurrences: Int
  /// Their amounts, by currency; never added up across currencies.
  package let money: [(currency: String, amount: Int64)]
  /// The first real item of the key that was watching at any time while this one would have been open.
  package let real: ItemID?
}

/// What is recorded, and what of it occurred in a period.
package struct RecordedPeriod: Equatable, Sendable {
  /// Exceptions of the period; the first and the last of them.
  package let count: Int
  package let first: Timestamp?
  package let last: Timestamp?
  /// The first and the last exception of all.
  package let earliest: Timestamp?
  package let latest: Timestamp?
}

extension LedgerReader {
  /// Counts the exceptions that stand, of whatever code: one pass over an index.
  package func recordedPeriod(from since: Timestamp?, to until: Timestamp?) throws -> RecordedPeriod {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT count(*) FILTER (WHERE occurred_at >= :since AND occurred_at < :until) AS count,
            min(occurred_at) FILTER (WHERE occurred_at >= :since AND occurred_at < :until) AS first,
            max(occurred_at) FILTER (WHERE occurred_at >= :since AND occurred_at < :until) AS last,
            min(occurred_at) AS earliest, max(occurred_at) AS latest
          FROM exceptions INDEXED BY exceptions_by_code WHERE superseded_by IS NULL
          """),
      arguments: ["since": since?.milliseconds ?? Int64.min, "until": until?.milliseconds ?? Int64.max])
    return RecordedPeriod(
      count: try row?["count"] ?? 0, first: try row?.optionalTime("first"), last: try row?.optionalTime("last"),
      earliest: try row?.optionalTime("earliest"), latest: try row?.optionalTime("latest"))
  }

  /// Shows the instants of the exceptions in any of the ranges, taken as of one key, each exception once, to several simulations, until
  /// none of them can open anything more. Reads by index; memory does not grow with the number of exceptions of one range.
  package func watch(_ ranges: [ExceptionRange], by simulations: inout [OpeningSimulation]) throws {
    let cursor = try times(of: ranges)
    while let time = try cursor.next() {
      var areFinished = true
      for index in simulations.indices {
        simulations[index].see(Timestamp(milliseconds: time))
        areFinished = areFinished && simulations[index].isFinished
      }
      if areFinished { return }
    }
  }

  private func times(of ranges: [ExceptionRange]) throws -> FastDatabaseValueCursor<Int64> {
    if ranges.count == 1 {
      let bounds = ranges[0].inclusiveBounds
      return try Int64.fetchCursor(
        db.cachedStatement(sql: try timesSQL(ranges[0].key.kind)),
        arguments: [ranges[0].key.value, bounds.lower, bounds.upper])
    }
    let (union, arguments) = LedgerReader.union(of: ranges)
    return try Int64.fetchCursor(
      db.cachedStatement(sql: "SELECT occurred_at FROM (\(union)) ORDER BY occurred_at"), arguments: arguments)
  }

  /// What the evidence says of the openings of each key, in a period, by one pass over the evidence, whatever their number: looking
  /// the amounts up by index takes several times as long where most exceptions belong to an item, as they do.
  package func describe(
    _ keys: [SimulatedKey], from since: Timestamp?, to until: Timestamp?
  ) throws -> [[SimulatedOpening]] {
    var tally = OpeningTally(keys)
    try tally.count(db, from: since, to: until)
    let earliest = try earliestOccurrence()
    return try zip(keys, tally.openings).map { key, tallied in
      // What occurred before the period opens nothing in it, but counts for the rate.
      let before =
        tallied.isEmpty || since == nil
        ? 0 : try count(key.lineage.map { ExceptionRange(key: $0, to: since) }, references: 0).count
      return try tallied.map { counted in
        let opening = counted.opening
        let rule = key.simulation.rule
        let baseline = earliest.map { opening.first.milliseconds - $0.milliseconds } ?? 0
        return SimulatedOpening(
          opening: opening,
          because: OpenedBecause(
            rule: rule, count: counted.inWindow, first: opening.first, last: counted.lastInWindow,
            expectedThousandths: OpenedBecause.expectedThousandths(
              events: before + opening.earlier, in: baseline, rule: rule)),
          occurrences: counted.occurrences,
          money: counted.money.sorted { $0.key < $1.key }.map { (currency: $0.key, amount: $0.value) },
          real: try realItem(of: key.lineage, during: opening))
      }
    }
  }

  private func realItem(of keys: [RecurrenceKey], during opening: OpeningSimulation.Opening) throws -> ItemID? {
    for key in keys {
      let item = try Int.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT item FROM segments WHERE kind = ? AND value = ? AND item IS NOT NULL
              AND start < ? AND (until IS NULL OR until > ?) ORDER BY ordinal LIMIT 1
            """),
        arguments: [
          key.kind.rawValue, key.value, opening.closed?.milliseconds ?? Int64.max, opening.first.milliseconds,
        ])
      if let item { return ItemID(item) }
    }
    return nil
  }
}

extension ExceptionRange {
  fileprivate var inclusiveBounds: (lower: Int64, upper: Int64) {
    (from?.milliseconds ?? Int64.min, (to?.milliseconds ?? Int64.max) - 1)
  }
}
