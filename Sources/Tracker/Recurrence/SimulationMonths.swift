// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// When a rule would have opened how many items, beside those that are open now: by the month, or the year where there are many months, in
/// which each one's rule came to hold.
package struct SimulationMonths: Equatable, Sendable {
  package struct Stretch: Equatable, Sendable {
    /// `2026-03`, or `2026`.
    package let name: String
    package internal(set) var wouldOpen = 0
    package internal(set) var isOpen = 0
  }

  package let isByYear: Bool
  /// One after the other, those without any too; at most `most`, the latest.
  package private(set) var stretches: [Stretch]
  /// Of stretches before these.
  package private(set) var earlier = Stretch(name: "")

  package static let most = 60

  /// - Parameters:
  ///   - start: the first instant of the period for which exceptions are recorded.
  ///   - end: the last one.
  ///   - open: when the rules of the items that are open now came to hold.
  init(from start: Timestamp, to end: Timestamp, wouldOpen: [Timestamp], open: [Timestamp], _ zone: Zone) {
    func month(_ time: Timestamp) -> Int {
      let (year, month, _) = zone.date(of: time).components
      return year * 12 + month - 1
    }
    let isByYear = month(end) - month(start) >= SimulationMonths.most
    func place(_ time: Timestamp) -> Int { isByYear ? month(time) / 12 : month(time) }
    let last = place(end)
    let first = max(place(start), last - SimulationMonths.most + 1)
    self.isByYear = isByYear
    stretches = (first...last).map { Stretch(name: SimulationMonths.name($0, isByYear)) }
    func add(_ times: [Timestamp], to count: WritableKeyPath<Stretch, Int>) {
      for time in times {
        let place = min(place(time), last)
        if place < first { earlier[keyPath: count] += 1 } else { stretches[place - first][keyPath: count] += 1 }
      }
    }
    add(wouldOpen, to: \.wouldOpen)
    add(open, to: \.isOpen)
  }

  private static func name(_ place: Int, _ isByYear: Bool) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return isByYear ? padded(place, 4) : "\(padded(place / 12, 4))-\(padded(place % 12 + 1, 2))"
  }
}
