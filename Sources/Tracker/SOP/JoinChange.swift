// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

extension Workspace {
  /// Lets a change close more items, whose codes or tags its text covers: its next revision, with the same text.
  /// - Throws: `Rejection` where the text does not cover them, or an item is in another change. That holds for what it closed before,
  ///   too: a change that was returned let its items go.
  package func join(_ id: ChangeID, closing items: [ItemID], by caller: Caller) throws -> SOPChange {
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      var closes = change.draft.closes
      let joining = try items.compactMap { id -> RemediationItem? in
        guard !closes.contains(id) else { return nil }
        closes.append(id)
        return try transaction.reader.requiredItem(id)
      }
      let events = try change.join(joining, by: actor)
      if !events.isEmpty {
        for id in closes {
          try transaction.reader.requiredItem(id).mayJoinChange(of: actor.id, replacing: change.id)
        }
      }
      guard let text = try transaction.reader.document(change.draft.content) else { throw ClosingError.textMissing(id) }
      try ParsedSOP(bytes: text).gateVersion().mustCover(
        joining.map(\.key), by: transaction.reader.requiredTaxonomy().taxonomy, at: change.draft.path)
      try transaction.append(events, on: change)
      return try transaction.reader.requiredChange(id)
    }
  }

  /// The changes that could close an item besides what they close, because their text covers it, in the order of their numbers.
  func changesToJoin(for item: RemediationItem, by actor: Actor, _ reader: LedgerReader) throws -> [SOPChange] {
    guard !item.isClosed, item.change == nil else { return [] }
    let taxonomy = try reader.requiredTaxonomy().taxonomy
    return try reader.changes(in: ["in_review", "approved", "conflicted", "returned"]).filter { change in
      // What waits for whoever proposed it is theirs to go on with.
      let waits = change.state == .returned || change.state == .conflicted
      guard !waits || change.proposedBy == actor.id else { return false }
      do {
        _ = try change.join([item], by: actor)
        for closed in change.draft.closes {
          try reader.requiredItem(closed).mayJoinChange(of: actor.id, replacing: change.id)
        }
        try item.mayJoinChange(of: actor.id, replacing: nil)
        // What a text covers follows from its digest, so each is read once, not for every item that is looked at.
        let versions = try reader.once("gate", change.draft.content.description) {
          try reader.document(change.draft.content).map { [try ParsedSOP(bytes: $0).gateVersion()] } ?? []
        }
        guard let version = versions.first else { return false }
        try version.mustCover([item.key], by: taxonomy, at: change.draft.path)
        return true
      } catch is Rejection { return false }
    }
  }

  /// Changes to an SOP that others have under way.
  package func othersChanging(_ change: SOPChange) throws -> [SOPChange] {
    try ledger.read { reader in
      try reader.changes(at: change.draft.path).filter {
        !$0.isOver && $0.id != change.id && $0.proposedBy != change.proposedBy
      }
    }
  }
}
