// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What people approve, return, withdraw or close: an SOP change, the rejection of an item, or its extension. All are named by
/// `REM-…`; a change also by `CHG-…`.
package enum Proposal: Equatable, Sendable {
  case change(ChangeID)
  case rejection(ItemID)
  case extensionOf(ItemID)
}

extension Workspace {
  /// - Throws: `Rejection.unknownItem` where the text is no id of an item or a change.
  package func proposal(_ text: String) throws -> Proposal {
    if let change = ChangeID(text) { return .change(change) }
    guard let id = ItemID(text) else { throw Rejection.unknownItem(text) }
    let item = try ledger.read { try $0.requiredItem(id) }
    return item.change.map(Proposal.change) ?? .rejection(id)
  }

  package func approve(_ proposal: Proposal, revision: Int?, by caller: Caller) throws {
    switch proposal {
    case .change(let id): try approveChange(id, revision: revision, by: caller)
    case .rejection(let id): try approveRejection(of: id, revision: revision, by: caller)
    case .extensionOf(let id): try approveExtension(of: id, revision: revision, by: caller)
    }
  }

  package func sendBack(_ proposal: Proposal, note: String, by caller: Caller) throws {
    switch proposal {
    case .change(let id): try returnChange(id, note: note, by: caller)
    case .rejection(let id): try returnRejection(of: id, note: note, by: caller)
    case .extensionOf(let id): try returnExtension(of: id, note: note, by: caller)
    }
  }

  package func withdraw(_ proposal: Proposal, by caller: Caller) throws {
    switch proposal {
    case .change(let id): try withdrawChange(id, by: caller)
    case .rejection(let id): try withdrawRejection(of: id, by: caller)
    case .extensionOf(let id): try withdrawExtension(of: id, by: caller)
    }
  }

  /// Whether an exception of the items that the proposal closes occurred in this very second. Git keeps time in whole seconds, and what
  /// occurred in the second of the commit counts as after it; so the closing waits for the next second where this is true.
  package func hasException(of proposal: Proposal, at second: Timestamp) throws -> Bool {
    try ledger.read { reader in
      let items: [ItemID]
      switch proposal {
      case .change(let id): items = try reader.requiredChange(id).draft.closes
      case .rejection(let id), .extensionOf(let id): items = [id]
      }
      let ranges = try items.map { id in
        ExceptionRange(
          key: try reader.requiredItem(id).key, from: second.wholeSecond,
          to: Timestamp(seconds: second.seconds + 1))
      }
      return try reader.count(ranges, references: 0).count > 0
    }
  }

  /// Commits the approved text and closes its items, or records the approved rejection.
  package func close(_ proposal: Proposal, by caller: Caller) throws {
    switch proposal {
    case .change(let id): _ = try closeChange(id, by: caller)
    case .rejection(let id), .extensionOf(let id): try closeRejected(id, by: caller)
    }
  }
}
