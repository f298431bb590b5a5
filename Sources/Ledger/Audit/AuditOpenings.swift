// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// That each item was opened for exceptions that there were: as many of its key as its opening says, within the time that it says, among all
  /// that were ever received. Whether they were enough is the rule's matter, which stands beside them.
  /// - Parameter events: the ledger's, from `auditChain`.
  package func auditOpenings(_ events: [RecordedEvent]) throws -> [Finding] {
    var short: [(position: Int, item: ItemID, opened: ItemEvent.ItemOpened, count: Int)] = []
    for recorded in events {
      guard case .item(let id, .opened(let opened)) = recorded.event else { continue }
      let count = try standing(opened.key, opened.because)
      if count < opened.because.count { short.append((recorded.position, id, opened, count)) }
    }
    // What was amended since has stood then.
    let superseded = try supersededTimes(of: Set(short.map(\.opened.key)))
    return short.compactMap { position, item, opened, standing in
      let because = opened.because
      let span = because.first.milliseconds...max(because.first, because.last).milliseconds
      let count = standing + (superseded[opened.key] ?? []).count(where: span.contains)
      guard count < because.count else { return nil }
      return Finding(
        "opening", "\(item)",
        "Event \(position) opened it for \(because.count) exceptions of \(opened.key) from \(because.first) to \(because.last), and "
          + "\(count == 0 ? "none" : "no more than \(count)") were ever received.")
    }
  }

  private func standing(_ key: RecurrenceKey, _ because: OpenedBecause) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT count(*) FROM \(LedgerReader.listed(key.kind)) AND occurred_at BETWEEN ? AND ?"),
      arguments: [key.value, because.first.milliseconds, because.last.milliseconds]) ?? 0
  }

  /// When the exceptions of the keys occurred that others superseded: read once, however many keys there are.
  private func supersededTimes(of keys: Set<RecurrenceKey>) throws -> [RecurrenceKey: [Int64]] {
    guard !keys.isEmpty else { return [:] }
    var times: [RecurrenceKey: [Int64]] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT code, root_causes, occurred_at FROM exceptions WHERE superseded_by IS NOT NULL"))
    while let row = try rows.next() {
      let tags = try (row["root_causes"] as String?)?.split(separator: " ") ?? []
      let own = try [RecurrenceKey(.code, row["code"])] + tags.map { RecurrenceKey(.rootCause, String($0)) }
      for key in own where keys.contains(key) { times[key, default: []].append(try row["occurred_at"]) }
    }
    return times
  }
}
