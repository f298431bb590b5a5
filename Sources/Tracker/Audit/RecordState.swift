// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// Which state the record is in: everything that is known of it follows from the events up to here.
package struct RecordState: Hashable, Sendable {
  package let size: Int
  let root: Digest
}

extension Workspace {
  package func recordState() throws -> RecordState {
    try ledger.read { reader in
      try reader.once("state") {
        let head = try reader.treeHead()
        return RecordState(size: head.size, root: head.root)
      }
    }
  }
}
