// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension Workspace {
  /// Records which reviews have come due, once for each version and date. SOPs that name no date and were never reviewed are listed as
  /// due after a year, and make no event: a handbook of ten years would begin with a thousand.
  /// - Returns: how many there were.
  func noticeReviews(_ transaction: LedgerTransaction) throws -> Int {
    let today = date(transaction.time)
    guard try transaction.reader.mustLookForReviews(on: today) else { return 0 }
    let decisions = try Dictionary(grouping: transaction.reader.decisions(), by: \.path)
    var due: [(sop: SOPReference, on: CalendarDate)] = []
    for version in try transaction.reader.newestVersions() where !version.isRetired {
      let said = (decisions[version.reference.path] ?? []).filter { $0.commit == version.reference.commit }
      guard let next = said.last(where: { $0.kind == .reviewed })?.next ?? version.reviewBy, next <= today,
        !said.contains(where: { $0.kind == .reviewDue && $0.next == next })
      else { continue }
      due.append((version.reference, next))
    }
    for (sop, day) in due.sorted(by: { ($0.on, $0.sop.path) < ($1.on, $1.sop.path) }) {
      try transaction.append(
        .sop(sop.path, .reviewDue(sop, due: day)), actor: .rules, dueAt: settings.zone.startOfDay(day))
    }
    try transaction.noteReviews(lookedForOn: today)
    return due.count
  }

  /// Records what time has brought about for items: not acknowledged in time, due soon, breached. Each once for a due time, with when
  /// it was due and when it was noticed; after a month without a process all of it, in the order in which it came due.
  /// - Returns: how many there were.
  func noticeTime(_ transaction: LedgerTransaction) throws -> Int {
    var noticed: [(item: ItemID, milestone: ItemClock.Milestone, dueAt: Timestamp)] = []
    for id in try transaction.reader.itemsWithMilestones(at: transaction.time) {
      let item = try transaction.reader.requiredItem(id)
      noticed += item.milestones(at: transaction.time).map { (id, $0.milestone, $0.dueAt) }
    }
    for (id, milestone, dueAt) in noticed.sorted(by: { ($0.dueAt, $0.item) < ($1.dueAt, $1.item) }) {
      let item = try transaction.reader.requiredItem(id)
      try transaction.append(
        .item(id, .reached(milestone, escalatedTo: item.clock.sla.escalateTo)), expecting: item.version, actor: .rules,
        dueAt: dueAt)
    }
    return noticed.count
  }
}
