// SPDX-License-Identifier: Apache-2.0

import Foundation

/// When the clocks of a zone were and will be moved, from 1900 to 2100. Everything in milliseconds.
final class ZoneTransitions: Sendable {
  /// `offsets[i]` holds from `starts[i]` on, and before `starts[i + 1]`. The first start is the beginning of time.
  private let starts: [Int64]

  /// East of Greenwich.
  private let offsets: [Int64]

  /// The local time from which on `offsets[i]` is the one to take: when both the clock before the transition and the clock
  /// after it have passed the transition. In an overlap, that leaves the earlier instant; in a gap, the offset before, which
  /// moves a time forward by the gap.
  private let localStarts: [Int64]

  /// Asks Foundation for every transition.
  init(of rules: TimeZone) {
    let first = Date(timeIntervalSince1970: -2_208_988_800)  // 1900-01-01
    let last = Date(timeIntervalSince1970: 4_133_980_800)  // 2101-01-01
    var starts: [Int64] = [.min]
    var offsets = [Int64(rules.secondsFromGMT(for: first)) * 1000]
    var localStarts: [Int64] = [.min]
    var date = first
    while let next = rules.nextDaylightSavingTimeTransition(after: date), next > date, next < last {
      date = next
      let offset = Int64(rules.secondsFromGMT(for: next)) * 1000
      let before = offsets[offsets.count - 1]
      guard offset != before else { continue }
      let start = Int64(next.timeIntervalSince1970) * 1000
      starts.append(start)
      offsets.append(offset)
      localStarts.append(start + max(before, offset))
    }
    self.starts = starts
    self.offsets = offsets
    self.localStarts = localStarts
  }

  /// The offset in force at an instant.
  func offset(at instant: Int64) -> Int64 {
    offsets[Self.lastIndex(in: starts, notAfter: instant)]
  }

  /// See `Zone.instant(ofLocal:)`.
  func instant(ofLocal local: Int64) -> Int64 {
    local - offsets[Self.lastIndex(in: localStarts, notAfter: local)]
  }

  /// The first instant at which clocks showed a local time or, where it is in a gap, the end of the gap.
  func firstInstant(from local: Int64) -> Int64 {
    let index = Self.lastIndex(in: localStarts, notAfter: local)
    let instant = local - offsets[index]
    return index + 1 < starts.count ? min(instant, starts[index + 1]) : instant
  }

  /// The last element that is at most `value`; the first element always is.
  private static func lastIndex(in sorted: [Int64], notAfter value: Int64) -> Int {
    var low = 0
    var high = sorted.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if sorted[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
