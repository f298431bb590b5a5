// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// When an SOP is to be looked at again.
package struct ReviewDue: Sendable {
  package let version: SOPVersion
  package let due: CalendarDate
  package let isOverdue: Bool
  /// The last review that found it right as it was; nil where there was none of this version.
  package let lastReview: SOPDecision?

  package var json: JSONValue {
    .fields([
      "id": .string(version.reference.id), "path": .text(version.reference.path),
      "version": .int(version.reference.version), "owner": .optional(version.owner), "due": .text(due),
      "overdue": .bool(isOverdue), "last_review": .text(lastReview?.at), "reviewed_by": .text(lastReview?.person),
    ])
  }
}

extension Workspace {
  /// An SOP that gives no date is due a year after its version came into force, or after its last review.
  static let reviewCycle = Days(365)

  /// The SOPs whose review is due within some days, overdue ones first.
  package func reviewsDue(within days: Int, by caller: Caller) throws -> [ReviewDue] {
    try ledger.read { reader in
      let today = date(caller.now)
      let reviews = Dictionary(grouping: try reader.decisions().filter { $0.kind == .reviewed }, by: \.path)
      return try reader.newestVersions().filter { !$0.isRetired }.map { version in
        let last = reviews[version.reference.path]?.last { $0.commit == version.reference.commit }
        let due = last?.next ?? version.reviewBy ?? date(version.inForceFrom) + Workspace.reviewCycle
        return ReviewDue(version: version, due: due, isOverdue: due < today, lastReview: last)
      }
      .filter { $0.due <= today + Days(days) }
      .sorted { ($0.due, $0.version.reference.path) < ($1.due, $1.version.reference.path) }
    }
  }

  /// Records that somebody read the newest version and found it right as it is.
  /// - Parameters:
  ///   - next: when it is due again; a year from now where nil.
  ///   - seen: the commit of the version that was looked at; nil takes the newest, whichever it is.
  package func review(
    _ sop: String, note: String, next: CalendarDate?, seen: CommitID? = nil, by caller: Caller
  ) throws -> CalendarDate {
    let note = erasable(note)
    return try command(by: caller) { transaction, actor in
      try adoptPushes(transaction)
      let version = try newestText(sop, transaction.reader, seen: seen)
      let today = date(transaction.time)
      let next = next ?? today + Workspace.reviewCycle
      let events = try standing(of: version, transaction.reader).review(
        note: note, next: next, today: today, by: actor)
      try transaction.keep(note)
      for event in events { try transaction.append(.sop(version.reference.path, event)) }
      return next
    }
  }
}
