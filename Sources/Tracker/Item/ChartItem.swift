// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// How often an item's key occurred, week by week or day by day, and what happened to it meanwhile. What belongs to the item under a key
/// that took over from its own is counted with it, each exception once.
package struct ItemChart: Sendable {
  /// What is counted together.
  package enum Step: String, Sendable {
    case day, week

    var milliseconds: Int64 { self == .day ? 86_400_000 : 7 * 86_400_000 }
  }

  /// What happened at a time.
  package struct Mark: Sendable {
    package let at: Timestamp
    package let what: What

    package enum What: Sendable {
      case opened(ItemID)
      /// An SOP version took effect.
      case version(SOPReference)
    }
  }

  package let key: RecurrenceKey
  package let step: Step
  /// When the first stretch begins: midnight in the workspace's zone.
  package let start: Timestamp
  /// One after the other; the last one is not over yet, but for items that are looked at later.
  package let counts: [Int]
  /// The stretches in which the occurrences lie that opened the item.
  package let signal: ClosedRange<Int>?
  /// In their order, each within the chart.
  package let marks: [Mark]

  /// When a stretch begins; behind the last one, when it ends.
  package func start(of stretch: Int) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + Int64(stretch) * step.milliseconds)
  }
}

extension LedgerReader {
  /// Stretches that a chart shows at most.
  private static let longestChart = 53

  /// The chart of an item: a year of weeks at most, or where all lies within that, 53 days. It ends now; where the key has not occurred
  /// for long, a while after it last did, so that there is something to see.
  func chart(of item: RemediationItem, in zone: Zone, at now: Timestamp) throws -> ItemChart {
    let because = item.because
    let period = try period(of: item.key) ?? because.first...because.last
    let inherited = try ranges(of: item.id).filter { $0.key != item.key }
    let heirs = try count(inherited, references: 0)
    let first = min(period.lowerBound, because.first)
    let most = Int64(LedgerReader.longestChart) - 2
    func length(_ step: ItemChart.Step) -> Int64 { most * step.milliseconds }
    let last = max(period.upperBound, because.last, heirs.last ?? because.last)
    let isOld = now.milliseconds - last.milliseconds > length(.week) / 4
    let end = isOld ? Timestamp(milliseconds: last.milliseconds + length(.week) / 16) : now
    let step: ItemChart.Step = end.milliseconds - first.milliseconds <= length(.day) ? .day : .week
    // What opened the item is in it, however long ago that was.
    let latest = min(end, Timestamp(milliseconds: because.first.milliseconds + length(step) * 3 / 4))
    let shown = end.milliseconds - because.first.milliseconds <= length(step) ? end : latest
    let start = zone.startOfDay(
      zone.date(of: max(first, Timestamp(milliseconds: shown.milliseconds - length(step)))))
    let count = Int(max(shown.milliseconds - start.milliseconds, 0) / step.milliseconds) + 1
    let counts = try exceptionCounts(
      in: [ExceptionRange(key: item.key)] + inherited, from: start, each: step.milliseconds, count: count)
    func stretch(_ time: Timestamp) -> Int? {
      let place = Int((time.milliseconds - start.milliseconds) / step.milliseconds)
      return time >= start && place < count ? place : nil
    }
    let signal = stretch(because.last).map { last in min(stretch(because.first) ?? 0, last)...last }
    var marks = [ItemChart.Mark(at: item.openedAt, what: .opened(item.id))]
    var known: Set<CommitID> = []
    for key in [item.key] + Set(inherited.map(\.key)).sorted() {
      for interval in try inForceTimeline(of: key).intervals
      where known.insert(interval.version.reference.commit).inserted {
        marks.append(ItemChart.Mark(at: interval.from, what: .version(interval.version.reference)))
      }
    }
    return ItemChart(
      key: item.key, step: step, start: start, counts: counts, signal: signal,
      marks: marks.filter { stretch($0.at) != nil }.sorted { $0.at < $1.at })
  }
}
