// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// An SOP change that an approver sent back, and that waits for whoever proposed it.
package struct ReturnedChange: Sendable {
  package let change: SOPChange
  /// Who sent it back.
  package let by: PersonID
  package let at: Timestamp
  /// What they wrote; nil where it was erased.
  package let note: String?
  fileprivate let view: JSONValue

  package var json: JSONValue {
    view.with("returned_by", .text(by)).with("returned_at", .text(at)).with("note", .optional(note))
  }
}

extension Workspace {
  /// Changes that were sent back and neither revised nor withdrawn since, in the order of their numbers.
  /// - Parameter person: whose proposals.
  package func returnedChanges(of person: PersonID, by caller: Caller) throws -> [ReturnedChange] {
    try ledger.read { try $0.returnedChanges(at: caller.now) { $0.proposedBy == person } }
  }

  /// Changes of a person whose SOP somebody else changed before they were committed, in the order of their numbers.
  package func conflictedChanges(of person: PersonID) throws -> [SOPChange] {
    try ledger.read { try $0.changes(in: ["conflicted"]).filter { $0.proposedBy == person } }
  }

  /// How a change was sent back; nil where it is not.
  package func returned(_ change: SOPChange, by caller: Caller) throws -> ReturnedChange? {
    try ledger.read { try $0.returnedChange(change, ItemViews($0, now: caller.now)) }
  }

  /// The final bytes that a change proposes.
  /// - Throws: `ClosingError.textMissing` where the workspace has lost them.
  package func proposedText(of change: SOPChange) throws -> [UInt8] {
    guard let text = try ledger.read({ try $0.document(change.draft.content) }) else {
      throw ClosingError.textMissing(change.id)
    }
    return text
  }

  /// Hands in the next revision of a change, for the same SOP and the same items. It is in review again, and an approval is void.
  /// - Parameter base: the commit of the handbook that the text was made from (`RevisableText.base`): what others changed since is a
  ///   conflict when the change is closed, and is never undone. Nil says that the text was made from the draft alone; then the draft's
  ///   base stays.
  /// - Throws: `Rejection` where the caller did not propose it, where it is over, where one of its items is in another change
  ///   meanwhile, and from the gate; `ProposalError.baseMissing` where the change is in conflict and nobody says what the text was joined
  ///   with; `HandbookError` where the front matter cannot be read.
  package func reviseChange(
    _ id: ChangeID, text: [UInt8], summary: String, base: CommitID? = nil, by caller: Caller
  ) throws -> SOPChange {
    try handIn(revising: id, text: text, summary: summary, base: base, by: caller).change
  }

  /// The same.
  /// - Parameter seen: what they saw of the change; nil replaces whatever it says.
  /// - Throws: also `ProposalError.notSeen` where somebody has approved it since.
  package func handIn(
    revising id: ChangeID, text: [UInt8], summary: String, base: CommitID? = nil, seen: SeenChange? = nil,
    by caller: Caller
  ) throws -> HandedIn {
    let summary = erasable(summary)
    return try command(by: caller) { transaction, actor in
      try adoptPushes(transaction)
      let change = try transaction.reader.requiredChange(id)
      // Whether the caller may, before the text is judged.
      _ = try change.revise(change.draft, by: actor)
      if let approver = change.approvedBy, let seen, seen != SeenChange(change) {
        throw ProposalError.notSeen(id, approver)
      }
      var text = ProposedText(closing: change.draft.closes, path: change.draft.path, bytes: text, summary: summary)
      let known = change.draft.base
      if let base, base != known?.commit {
        text.base = .some(try file(at: change.draft.path, in: base))
      } else if base == nil, change.state == .conflicted {
        throw ProposalError.baseMissing(id)
      } else {
        text.base = .some(known.map { (blob: $0.blob, commit: $0.commit) })
      }
      return HandedIn(change: try propose(text, revising: change, by: actor, transaction), before: change)
    }
  }
}

extension LedgerReader {
  /// Those of the changes that were sent back and neither revised nor withdrawn since, in the order of their numbers.
  func returnedChanges(at now: Timestamp, _ isMeant: (SOPChange) -> Bool) throws -> [ReturnedChange] {
    let returned = try changes(in: ["returned"]).filter(isMeant)
    guard !returned.isEmpty else { return [] }
    let views = try ItemViews(self, now: now)
    return try returned.compactMap { try returnedChange($0, views) }
  }

  fileprivate func returnedChange(_ change: SOPChange, _ views: ItemViews) throws -> ReturnedChange? {
    guard change.state == .returned else { return nil }
    for recorded in try history(of: change.id.description).reversed() {
      guard case .change(_, .returned(let note)) = recorded.event else { continue }
      return ReturnedChange(
        change: change, by: recorded.actor, at: recorded.at, note: try text(note), view: try views.change(change))
    }
    return nil
  }
}
