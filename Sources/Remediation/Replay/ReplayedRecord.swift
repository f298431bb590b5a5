// SPDX-License-Identifier: Apache-2.0

/// The state that the events of a ledger come to, one after the other. It decides nothing: what is in the ledger is so.
package struct ReplayedRecord: Sendable {
  package private(set) var items: [ItemID: RemediationItem] = [:]
  package private(set) var changes: [ChangeID: SOPChange] = [:]

  package init() {}

  /// - Returns: the subjects in whose history the event stands; none for what is not about items, changes or SOPs.
  package mutating func apply(_ recorded: RecordedEvent) -> [String] {
    switch recorded.event {
    case .item(let id, .opened(let opened)):
      items[id] = RemediationItem(id: id, opened: opened, at: recorded.at)
    case .item(let id, let event): items[id]?.apply(event, at: recorded.at)
    case .change(let id, let event): return [id.description] + apply(event, of: id, recorded).map(\.description)
    case .sop: break
    case .workspaceFounded, .workspaceRestored, .audited, .taxonomy, .batch, .settled, .erased, .handbook: return []
    }
    return [recorded.event.subject]
  }

  /// - Returns: the items that the change names now.
  private mutating func apply(_ event: ChangeEvent, of id: ChangeID, _ recorded: RecordedEvent) -> [ItemID] {
    let before = changes[id]?.draft.closes ?? []
    if case .proposed(let draft) = event {
      changes[id] = SOPChange(id: id, draft: draft, proposedBy: recorded.actor, at: recorded.at)
    } else {
      changes[id]?.apply(event)
    }
    let now = changes[id]?.draft.closes ?? []
    for item in before where !now.contains(item) { items[item]?.release(from: id) }
    for item in now { items[item]?.apply(event, of: id) }
    return now
  }
}
