// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Which SOP version was in force for a key, over time. Intervals are half-open; before the first there was none.
///
/// For a key that several SOPs cover, the one that took effect last counts. Where none covers it, its playbook does, also after
/// somebody moved its file.
package struct InForceTimeline: Sendable {
  package struct Interval: Sendable {
    package let from: Timestamp
    package let to: Timestamp?
    package let version: SOPVersion
  }

  package let intervals: [Interval]

  /// The version in force at a time; nil where there was none.
  package func version(at time: Timestamp) -> SOPVersion? {
    intervals.last { $0.from <= time }.flatMap { interval in
      interval.to.map { time < $0 } ?? true ? interval.version : nil
    }
  }
}

extension LedgerReader {
  /// The timeline of a key.
  func inForceTimeline(of key: RecurrenceKey) throws -> InForceTimeline {
    try once("timeline \(key.kind.rawValue)", key.value) { try makeTimeline(of: key) }
  }

  private func makeTimeline(of key: RecurrenceKey) throws -> InForceTimeline {
    var paths = Set(try paths(covering: key))
    let playbook = try requiredTaxonomy().taxonomy.entry(key)?.playbook.map { try moves(of: $0) } ?? []
    paths.formUnion(playbook)
    let histories = try paths.sorted().map { (path: $0, versions: try versions(at: $0)) }
    let moments = Set(histories.flatMap { $0.versions.map(\.inForceFrom) }).sorted()
    var intervals: [(from: Timestamp, version: SOPVersion?)] = []
    for moment in moments {
      // Of each path the newest version whose time has come; of those the one that took effect last.
      let present = histories.compactMap { history in history.versions.last { $0.inForceFrom <= moment } }
        .filter { !$0.isRetired }
      let covering = present.filter { $0.keys.contains(key) }
      let chosen =
        covering.max { ($0.inForceFrom, $1.reference.path) < ($1.inForceFrom, $0.reference.path) }
        ?? present.first { playbook.contains($0.reference.path) }
      if intervals.last?.version != chosen { intervals.append((moment, chosen)) }
    }
    return InForceTimeline(
      intervals: intervals.enumerated().compactMap { index, interval in
        interval.version.map { version in
          InForceTimeline.Interval(
            from: interval.from, to: index + 1 < intervals.count ? intervals[index + 1].from : nil, version: version)
        }
      })
  }
}

extension Workspace {
  /// The SOP version in force for a code or tag at a time.
  package func inForce(
    _ key: RecurrenceKey, at time: Timestamp, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> SOPVersion? {
    try readOldVersions(progress: progress)
    return try ledger.read { reader in
      guard try reader.requiredTaxonomy().taxonomy.entry(key) != nil else { throw Rejection.unknownEntry(key) }
      return try reader.inForceTimeline(of: key).version(at: time)
    }
  }
}
