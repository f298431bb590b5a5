// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// A change as somebody saw it who hands in a text that takes its place, as it is written in a form: `CHG-3@5`, or `none` where they saw
/// that there was none.
package struct SeenChange: Equatable, Sendable, LosslessStringConvertible {
  /// Nil where there was none.
  package let id: ChangeID?
  /// How many events it had: also an approval makes another of it.
  package let version: Int

  package init(_ change: SOPChange?) { self.init(change?.id, version: change?.version ?? 0) }

  private init(_ id: ChangeID?, version: Int) { (self.id, self.version) = (id, version) }

  package init?(_ description: String) {
    guard description != "none" else {
      self.init(nil)
      return
    }
    let parts = description.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let id = ChangeID(String(parts[0])), let version = Int(parts[1]) else { return nil }
    self.init(id, version: version)
  }

  package var description: String { id.map { "\($0)@\(version)" } ?? "none" }
}

/// A text that was handed in, and what it took the place of.
package struct HandedIn: Sendable {
  package let change: SOPChange
  /// The change as it was before; nil where it is new.
  package let before: SOPChange?

  /// What became of it, for people.
  package var sentence: String {
    guard let before else { return "\(change.id) waits for a second person." }
    let consequence = before.approvedBy == nil ? "it waits for a second person." : "its approval is void."
    return "\(change.id) is revised (revision \(change.revision)); \(consequence)"
  }
}

/// A change that somebody who wants to propose another has under way themselves.
package struct OwnChange: Sendable {
  package let change: SOPChange
  /// Whether a text that they hand in is its next revision.
  package let isReplaced: Bool
}

extension Workspace {
  /// Proposes a text for one SOP, or hands in the next revision of the open change that it replaces.
  /// - Parameters:
  ///   - seen: what they saw of the change that it replaces; nil replaces whatever there is.
  ///   - others: see `proposeChange`.
  /// - Throws: what `proposeChange` throws; `ProposalError.notSeen` where it would replace something else than they saw.
  package func handIn(
    closing items: [ItemID], path: SOPPath, text: [UInt8], summary: String, base: CommitID? = nil,
    seen: SeenChange? = nil, by caller: Caller
  ) throws -> HandedIn {
    var text = ProposedText(closing: items, path: path, bytes: text, summary: erasable(summary))
    return try command(by: caller) { transaction, actor in
      try adoptPushes(transaction)
      if let base { text.base = .some(try file(at: path, in: base)) }
      let open = try openChange(of: actor.id, at: path, closing: text.closing, transaction.reader)
      if let open, let seen, seen != SeenChange(open) { throw ProposalError.notSeen(open.id, open.approvedBy) }
      return HandedIn(change: try propose(text, revising: open, by: actor, transaction), before: open)
    }
  }

  /// The open changes of the caller at an SOP, and those that close one of the items; none where neither is named.
  package func ownChanges(
    at path: SOPPath?, closing items: [ItemID], by caller: Caller
  ) throws -> [OwnChange] {
    try ledger.read { reader in
      let replaced = try path.flatMap { try openChange(of: caller.person, at: $0, closing: items, reader) }
      let open = try reader.changes(in: ["in_review", "approved", "committing", "conflicted", "returned"])
      return open.filter { change in
        change.proposedBy == caller.person
          && (change.draft.path == path || !Set(change.draft.closes).isDisjoint(with: items))
      }.map { OwnChange(change: $0, isReplaced: $0.id == replaced?.id) }
    }
  }

  /// The change of which a text that somebody hands in is the next revision.
  func openChange(
    of person: PersonID, at path: SOPPath, closing items: [ItemID], _ reader: LedgerReader
  ) throws -> SOPChange? {
    try reader.changes(at: path).last { change in
      !change.isOver && change.proposedBy == person
        && (change.draft.closes.isEmpty ? items.isEmpty : !Set(change.draft.closes).isDisjoint(with: items))
    }
  }

  /// Whether a commit of the handbook has a file at a path.
  /// - Throws: `ProposalError.baseUnknown` where the commit is none of the branch.
  package func has(_ path: SOPPath, in commit: CommitID) throws -> Bool { try file(at: path, in: commit) != nil }
}
