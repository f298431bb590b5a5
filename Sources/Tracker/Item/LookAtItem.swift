// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// An item, what happened to it, and what somebody can do with it: all of one state of the record.
package struct LookedAtItem: Sendable {
  package let view: ItemView
  package let history: [HistoryEntry]
  package let chart: ItemChart
  /// What its state allows to whom asks, the most useful first.
  package let steps: [PossibleStep]
  /// Nil where it is closed.
  package let clock: ClockView?
  /// The change under way, or the one that closed it.
  package let change: SOPChange?
  /// Changes that would close it and were sent back, where nothing else is under way.
  package let returned: [ReturnedChange]
  /// SOPs in force that cover its key.
  package let covering: [SOPVersion]
  /// Changes that could close it besides what they close.
  package let joinable: [SOPChange]
}

extension Workspace {
  /// - Throws: `Rejection.unknownItem`.
  package func look(at id: ItemID, by caller: Caller) throws -> LookedAtItem {
    try ledger.read { reader in
      let (actor, now) = (try reader.actor(caller), caller.now)
      let view = try ItemViews(reader, now: now).view(reader.summary(of: id))
      let item = view.item
      let steps = steps(for: item, by: actor, at: now)
      return LookedAtItem(
        view: view, history: try reader.historyEntries(of: id.description),
        chart: try reader.chart(of: item, in: settings.zone, at: now), steps: steps,
        clock: try clock(of: item, by: actor, at: now, reader),
        change: try item.change.map { try reader.requiredChange($0) },
        // While something else is under way, they cannot be gone on with.
        returned: steps.contains { $0.kind == .propose }
          ? try reader.returnedChanges(at: now) { $0.draft.closes.contains(id) } : [],
        covering: try reader.sops(covering: item.key),
        joinable: try changesToJoin(for: item, by: actor, reader))
    }
  }
}
