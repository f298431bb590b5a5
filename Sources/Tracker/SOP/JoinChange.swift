// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

extension Workspace {
  /// Lets a change close more items, whose codes or tags its text covers: its next revision, with the same text.
  /// - Throws: `Rejection` where the text does not cover them, or an item is in another change.
  package func join(_ id: ChangeID, closing items: [ItemID], by caller: Caller) throws -> SOPChange {
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      let joining = try items.filter { !change.draft.closes.contains($0) }.map { id in
        let item = try transaction.reader.requiredItem(id)
        try item.mayJoinChange(of: actor.id, replacing: change.id)
        return item
      }
      let events = try change.join(joining, by: actor)
      guard let text = try transaction.reader.document(change.draft.content) else { throw ClosingError.textMissing(id) }
      try ParsedSOP(bytes: text).gateVersion().mustCover(
        joining.map(\.key), by: transaction.reader.requiredTaxonomy().taxonomy, at: change.draft.path)
      try transaction.append(events, on: change)
      return try transaction.reader.requiredChange(id)
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
