// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

extension Workspace {
  /// How many weeks a list shows of each item.
  package static let listedWeeks = 12

  /// How often each item's code or tag occurred in each of the last twelve weeks, the oldest first: the last week ends with today.
  package func weeks(of items: [ListedItem], at now: Timestamp) throws -> [RecurrenceKey: [Int]] {
    let week = ItemChart.Step.week.milliseconds
    let end = settings.zone.startOfDay(date(now) + Days(1))
    let start = Timestamp(milliseconds: end.milliseconds - Int64(Workspace.listedWeeks) * week)
    return try ledger.read { reader in
      try reader.once(
        "weeks", each: Set(items.map(\.item.key)), name: { "\($0.kind) \($0.value) \(end.milliseconds)" },
        { try reader.exceptionCounts(of: $0, from: start, each: week, count: Workspace.listedWeeks) })
    }
  }
}
