// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

/// What catch-up found to do.
package struct CaughtUp: Equatable, Sendable {
  package var finished: [ChangeID] = []
  package var unfinished: [ChangeID] = []
  package var adoptedPush = false
  package var opened: [ItemID] = []
  /// Warnings, breaches and reviews that came due.
  package var noticed = 0
  /// The size of the tree that was signed.
  package var published: Int?
  /// Why no checkpoint was signed or copied that was due: a sentence.
  package var checkpointProblem: String?

  package init() {}
}

extension Workspace {
  /// Does what a crash, a push or the passing of time has left to do: finishes closings, adopts pushes, opens items, signs a checkpoint
  /// once an hour, moves a large write-ahead log into the database. Every command but those that only check begins with it.
  /// - Parameter leaves: whether an interrupted closing of the change is left as it is, because it is to be given up.
  /// - Returns: nil where somebody else holds the lock, and will do it.
  package func catchUp(by caller: Caller, leaving leaves: (SOPChange) -> Bool = { _ in false }) throws -> CaughtUp? {
    guard let lock = try WorkspaceLock.ifFree(ledger.lockPath) else { return nil }
    var result = CaughtUp()
    let look = try lookAtHandbook()
    for change in try ledger.read({ try $0.changes(in: ["committing"]) }) where !leaves(change) {
      do {
        _ = try finishClosing(change, holding: lock, by: caller)
        result.finished.append(change.id)
      } catch is ClosingError {
        result.unfinished.append(change.id)
      }
    }
    let hasWork = try hasWork(look, at: caller.now)
    if hasWork {
      try ledger.write(holding: lock, by: caller.authorship, at: caller.now) { transaction in
        result.adoptedPush = try adoptPushes(transaction)
        result.opened = try openItems(transaction)
        result.noticed = try noticeTime(transaction) + noticeReviews(transaction)
        try takeUpProposals(transaction)
      }
    }
    do {
      result.published = try publishIfDue(holding: lock, isCopied: look.isAsSeen, by: caller)
      if !hasWork, result == CaughtUp() { remember(look) }
    } catch {
      // What cannot be signed is said, and keeps nobody from working.
      result.checkpointProblem = sentence(for: error)
    }
    try ledger.checkpoint(holding: lock, ifLargerThan: 4 << 20)
    return result
  }

  /// Whether a write is due; most commands find none, and then write nothing.
  private func hasWork(_ look: HandbookLook, at now: Timestamp) throws -> Bool {
    try ledger.read { reader in
      if try handbookHasNews(look, reader) { return true }
      if try !reader.itemsWithMilestones(at: now).isEmpty || reader.mustLookForReviews(on: date(now)) { return true }
      return try reader.hasPendingOpenings() || !reader.expiredRejections(before: date(now)).isEmpty
    }
  }
}
