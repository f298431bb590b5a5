// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What rules would have opened.
package struct Simulation: Sendable {
  package let query: SimulationQuery
  /// Exceptions of the period: of whatever code, or of the keys that were asked for.
  package let exceptions: Int
  package let first: Timestamp?
  package let last: Timestamp?
  package let span: Span?
  /// The most occurrences first, then by when they would have opened, kind and value.
  package let items: [SimulatedItem]
  /// For each item, where in the list the one stands that it follows.
  package let follows: [Int?]
  package let compared: [RuleComparison]
  /// Nil where nothing is recorded in the period.
  package let months: SimulationMonths?

  /// Rules that are always counted, to choose by.
  package static let comparedRules = [3, 5, 10].map { RecurrenceRule(count: $0, window: Days(30)) }

  /// What of the period exceptions are recorded for: the first instant, and the last.
  package struct Span: Equatable, Sendable {
    package let from: Timestamp
    package let to: Timestamp

    /// Nil where nothing is recorded, or the period lies before or after all that is.
    init?(_ query: SimulationQuery, _ recorded: RecordedPeriod) {
      guard let earliest = recorded.earliest, let latest = recorded.latest else { return nil }
      from = query.since.map { max($0, earliest) } ?? earliest
      to = query.until.map { min($0, latest) } ?? latest
      guard from <= to else { return nil }
    }
  }

  init(
    query: SimulationQuery, counted: ExceptionCount, span: Span?, items: [SimulatedItem], months: SimulationMonths?,
    compared: [RuleComparison]
  ) {
    self.query = query
    exceptions = counted.count
    first = counted.first
    last = counted.last
    self.span = span
    let ranked = items.sorted {
      ($1.occurrences, $0.openedAt, $0.key, $0.ordinal) < ($0.occurrences, $1.openedAt, $1.key, $1.ordinal)
    }
    self.items = ranked
    var places: [Place: Int] = [:]
    for (index, item) in ranked.enumerated() { places[Place(key: item.key, ordinal: item.ordinal)] = index }
    follows = ranked.map { places[Place(key: $0.key, ordinal: $0.ordinal - 1)] }
    self.compared = compared
    self.months = months
  }

  private struct Place: Hashable {
    let key: RecurrenceKey
    let ordinal: Int
  }

  /// Items that would have opened within so many days of the beginning.
  package func items(within days: Days) -> Int {
    guard let span else { return 0 }
    return items.count { $0.openedAt < span.from + days }
  }
}

/// An item that would have opened.
package struct SimulatedItem: Sendable {
  package let key: RecurrenceKey
  package let title: String
  /// Its number among those of its key, from 0 on.
  let ordinal: Int
  package let openedAt: Timestamp
  package let because: OpenedBecause
  package let occurrences: Int
  package let money: [(currency: String, amount: Int64)]
  /// The real item that watched at the time.
  package let real: ItemID?

  init(key: RecurrenceKey, title: String, ordinal: Int, _ simulated: SimulatedOpening) {
    self.key = key
    self.title = title
    self.ordinal = ordinal
    openedAt = simulated.opening.heldAt
    because = simulated.because
    occurrences = simulated.occurrences
    money = simulated.money
    real = simulated.real
  }
}

/// How much work a rule would have made.
package struct RuleComparison: Sendable {
  package let rule: RecurrenceRule
  package let items: Int
  /// Items a month on the average, in hundredths; a period shorter than a month counts as one.
  package let perMonthHundredths: Int
  /// The calendar month of the workspace's zone in which the most opened, the earliest of several; nil where none opened.
  package let busiest: (month: String, items: Int)?

  /// A twelfth of a Gregorian year of 365.2425 days.
  private static let month: Int64 = 2_629_746_000

  init(_ rule: RecurrenceRule, openings: [Timestamp], _ span: Simulation.Span?, _ zone: Zone) {
    self.rule = rule
    items = openings.count
    let length = max(span.map { $0.to.milliseconds - $0.from.milliseconds } ?? 0, RuleComparison.month)
    perMonthHundredths = Int(
      (Double(openings.count) * 100 * Double(RuleComparison.month) / Double(length)).rounded())
    var months: [String: Int] = [:]
    for opening in openings { months[String(zone.date(of: opening).description.prefix(7)), default: 0] += 1 }
    busiest = months.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { (month: $0.key, items: $0.value) }
  }
}

extension Simulation {
  package var json: JSONValue {
    .fields([
      "rule": .text(query.rule),
      "since": .text(query.since),
      "until": .text(query.until),
      "closing_after": .optional(query.closingAfter.map { "\($0.count)d" }),
      "exceptions": .int(exceptions),
      "first": .text(first),
      "last": .text(last),
      "items": .array(zip(items, follows).map { item, follows in item.json(follows) }),
      "compared": .array(compared.map(\.json)),
    ])
  }
}

extension SimulatedItem {
  fileprivate func json(_ follows: Int?) -> JSONValue {
    .fields([
      "key": .fields([
        "kind": .string(key.kind.rawValue), "value": .string(key.value), "title": .string(title),
      ]),
      "rule": .text(because.rule),
      "opened_at": .text(openedAt),
      "window": .fields([
        "first": .text(because.first), "last": .text(because.last), "count": .int(because.count),
      ]),
      "occurrences": .int(occurrences),
      "money": .array(money.map { ItemViews.money($0.amount, $0.currency) }),
      "expected": because.expectedThousandths.map(ItemViews.thousandths) ?? .null,
      "follows": follows.map(JSONValue.int) ?? .null,
      "real": .text(real),
    ])
  }
}

extension RuleComparison {
  fileprivate var json: JSONValue {
    .fields([
      "rule": .text(rule),
      "items": .int(items),
      "per_month": .decimal(ExactDecimal(unscaled: Int64(perMonthHundredths), scale: 2)?.description ?? "0"),
      "busiest_month": busiest.map { .fields(["month": .string($0.month), "items": .int($0.items)]) } ?? .null,
    ])
  }
}
