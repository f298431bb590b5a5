// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// The ledger's tree as it is, and as it was last signed.
package struct TreeState: Sendable {
  package let size: Int
  package let root: Digest
  package let checkpoint: (size: Int, at: Timestamp, note: String)?
}

extension Workspace {
  package func treeState() throws -> TreeState {
    try ledger.read { reader in
      let head = try reader.treeHead()
      let last = try reader.lastCheckpoint().map {
        (size: $0.size, at: $0.publishedAt, note: String(decoding: $0.note.bytes, as: UTF8.self))
      }
      return TreeState(size: head.size, root: head.root, checkpoint: last)
    }
  }
}
