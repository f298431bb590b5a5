// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// How much is in the record.
package struct RecordFigures: Equatable, Sendable {
  package let events: Int
  package let exceptions: Int
  package let openItems: Int
  package let overdueItems: Int
  package let heldBack: Int
}

extension Workspace {
  package func figures(at now: Timestamp) throws -> RecordFigures {
    try ledger.read { reader in
      try reader.once("figures", at: now) {
        RecordFigures(
          events: try reader.treeHead().size, exceptions: try reader.exceptionCount(),
          openItems: try reader.itemCount(ItemFilter(isOpen: true)),
          overdueItems: try reader.itemCount(ItemFilter(overdueAt: now)), heldBack: try reader.quarantineCount())
      }
    }
  }
}
