// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// That each item was opened for exceptions that there were: as many of its key as its opening says, within the time that it says, among all
  /// that were ever received. Whether they were enough is the rule's matter, which stands beside them.
  /// - Parameter events: the ledger's, from `auditChain`.
  package func auditOpenings(_ events: [RecordedEvent]) throws -> [Finding] {
    try events.compactMap { recorded in
      guard case .item(let id, .opened(let opened)) = recorded.event else { return nil }
      let because = opened.because
      var count = try standing(opened.key, because)
      // What was amended since has stood then.
      if count < because.count { count += try superseded(opened.key, because) }
      guard count < because.count else { return nil }
      return Finding(
        "opening", "\(id)",
        "Event \(recorded.position) opened it for \(because.count) exceptions of \(opened.key) from \(because.first) to \(because.last), and "
          + "\(count == 0 ? "none" : "no more than \(count)") were ever received.")
    }
  }

  private func standing(_ key: RecurrenceKey, _ because: OpenedBecause) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT count(*) FROM \(LedgerReader.listed(key.kind)) AND occurred_at BETWEEN ? AND ?"),
      arguments: [key.value, because.first.milliseconds, because.last.milliseconds]) ?? 0
  }

  private func superseded(_ key: RecurrenceKey, _ because: OpenedBecause) throws -> Int {
    let column =
      switch key.kind {
      case .code: "code = ?"
      case .rootCause: "instr(' ' || root_causes || ' ', ' ' || ? || ' ')"
      }
    return try Int.fetchOne(
      db.cachedStatement(
        sql:
          "SELECT count(*) FROM exceptions WHERE superseded_by IS NOT NULL AND \(column) AND occurred_at BETWEEN ? AND ?"
      ), arguments: [key.value, because.first.milliseconds, because.last.milliseconds]) ?? 0
  }
}
