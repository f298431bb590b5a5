// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What to simulate.
package struct SimulationQuery: Hashable, Sendable {
  /// One rule for every key; nil for each key's own in the taxonomy in force.
  package var rule: RecurrenceRule?
  /// The period: from the first instant on, up to but not including the last; nil for no bound.
  package var since: Timestamp?
  package var until: Timestamp?
  /// As if each item were closed so long after it opened, by a change that did not help; nil closes nothing.
  package var closingAfter: Days?
  /// Only these; empty for every code and tag that opens items.
  package var keys: [RecurrenceKey] = []

  package init() {}
}

extension Workspace {
  /// What a rule would have opened over the exceptions that are recorded. Writes nothing and takes no lock; one consistent state.
  ///
  /// Judged are the codes and tags of the taxonomy in force but for catch-alls. What was recorded under a retired one counts for those
  /// that took over from it, and by itself where nobody did. A window lies in the period as a whole.
  /// - Throws: `Rejection` for a period that ends before it begins, and for keys that open nothing.
  package func simulate(_ query: SimulationQuery) throws -> Simulation {
    if let since = query.since, let until = query.until, until < since { throw Rejection.periodReversed(since, until) }
    return try ledger.read { reader in
      let taxonomy = try reader.requiredTaxonomy().taxonomy
      let keys =
        query.keys.isEmpty ? taxonomy.simulatedKeys : Set(try query.keys.map(taxonomy.simulated)).sorted()
      let recorded = try reader.recordedPeriod(from: query.since, to: query.until)
      let (simulated, openings) = try query.watch(keys, taxonomy, reader)
      let described = try reader.describe(simulated, from: query.since, to: query.until)
      let items = zip(simulated, described).flatMap { simulated, openings in
        let key = simulated.lineage[0]
        return openings.enumerated().map { ordinal, opening in
          SimulatedItem(key: key, title: taxonomy.entry(key)?.title ?? key.value, ordinal: ordinal, opening)
        }
      }
      let span = Simulation.Span(query, recorded)
      return Simulation(
        query: query,
        counted: query.keys.isEmpty
          ? ExceptionCount(count: recorded.count, first: recorded.first, last: recorded.last, references: [])
          : try reader.count(query.ranges(of: Set(keys.flatMap(taxonomy.lineage)).sorted()), references: 0),
        span: span, items: items,
        months: try span.map { span in
          SimulationMonths(
            from: span.from, to: span.to, wouldOpen: items.map(\.openedAt),
            open: try reader.openItemsHeld(query, keys.flatMap(taxonomy.lineage)),
            settings.zone)
        },
        compared: zip(Simulation.comparedRules, openings).map { RuleComparison($0, openings: $1, span, settings.zone) })
    }
  }
}

extension SimulationQuery {
  /// Each key with its simulation, and for each of the rules that are always compared when it would have opened items.
  fileprivate func watch(
    _ keys: [RecurrenceKey], _ taxonomy: Taxonomy, _ reader: LedgerReader
  ) throws -> (simulated: [SimulatedKey], compared: [[Timestamp]]) {
    var simulated: [SimulatedKey] = []
    var compared = Simulation.comparedRules.map { _ in [Timestamp]() }
    for key in keys {
      guard let rule = rule ?? taxonomy.entry(key)?.recurrence else { continue }
      let lineage = taxonomy.lineage(of: key)
      var simulations = ([rule] + Simulation.comparedRules).map { OpeningSimulation($0, closingAfter: closingAfter) }
      try reader.watch(ranges(of: lineage), by: &simulations)
      for (index, simulation) in simulations.dropFirst().enumerated() {
        compared[index] += simulation.openings.map(\.heldAt)
      }
      simulated.append(SimulatedKey(lineage: lineage, simulation: simulations[0]))
    }
    return (simulated, compared)
  }

  fileprivate func ranges(of lineage: [RecurrenceKey]) -> [ExceptionRange] {
    lineage.map { ExceptionRange(key: $0, from: since, to: until) }
  }
}

extension LedgerReader {
  /// When the rules of the items that are open now came to hold, of these keys and in the period.
  fileprivate func openItemsHeld(_ query: SimulationQuery, _ keys: [RecurrenceKey]) throws -> [Timestamp] {
    let known = Set(keys)
    return try openItemsHeld().filter { held in
      (query.keys.isEmpty || known.contains(held.key)) && query.since.map { $0 <= held.at } != false
        && query.until.map { held.at < $0 } != false
    }.map(\.at)
  }
}

extension Taxonomy {
  /// Codes and tags whose exceptions are judged: not the catch-alls, and not the retired ones that others took over from.
  fileprivate var simulatedKeys: [RecurrenceKey] {
    RecurrenceKey.Kind.allCases.flatMap { kind in
      entries(kind).filter { !$0.isCatchAll }.map { RecurrenceKey(kind, $0.id) }
        .filter { entry($0)?.retired == nil || heirs(of: $0).isEmpty }
    }.sorted()
  }

  /// A key that somebody asks for.
  /// - Throws: `Rejection` where it is unknown, opens nothing, or counts under another.
  func simulated(_ key: RecurrenceKey) throws(Rejection) -> RecurrenceKey {
    guard let entry = entry(key) else { throw .unknownEntry(key) }
    if entry.isCatchAll { throw .catchAllOpensNothing(key) }
    if entry.retired != nil, !heirs(of: key).isEmpty { throw .countsUnderHeirs(key, heirs(of: key)) }
    return key
  }

  /// A key and the retired ones whose exceptions count for it.
  fileprivate func lineage(of key: RecurrenceKey) -> [RecurrenceKey] {
    [key]
      + predecessors(of: key).filter { before in
        entry(before).map { $0.retired != nil && !$0.isCatchAll } ?? false
      }
  }
}
