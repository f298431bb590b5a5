// SPDX-License-Identifier: Apache-2.0

/// Where exceptions go that are reported under a code or tag after its retirement: to the one that took over, if it is one. Without
/// this they would be recorded under a name by which nothing opens any more.
package struct RetiredEntries: Sendable {
  package enum Successor: Equatable, Sendable {
    /// The one entry in force that took over.
    case heir(String)
    /// Nothing took over, or several did, and nobody but a person can choose: these.
    case undecided([String])
  }

  private struct Retirement: Sendable {
    let from: Timestamp
    let successor: Successor
  }

  private let retirements: [RecurrenceKey: Retirement]

  /// - Parameter zone: in which a retirement's date begins.
  package init(_ taxonomy: Taxonomy, zone: Zone) {
    var retirements: [RecurrenceKey: Retirement] = [:]
    for kind in RecurrenceKey.Kind.allCases {
      for entry in taxonomy.entries(kind) {
        guard let date = entry.retired else { continue }
        let key = RecurrenceKey(kind, entry.id)
        let heirs = taxonomy.heirs(of: key).filter { taxonomy.entry($0)?.retired == nil }.map(\.value)
        retirements[key] = Retirement(
          from: zone.startOfDay(date), successor: heirs.count == 1 ? .heir(heirs[0]) : .undecided(heirs))
      }
    }
    self.retirements = retirements
  }

  /// What is to be recorded instead of a key for an exception that occurred at a time; nil where the key itself is.
  package func successor(of key: RecurrenceKey, at time: Timestamp) -> Successor? {
    guard !retirements.isEmpty, let retirement = retirements[key], retirement.from <= time else { return nil }
    return retirement.successor
  }
}
