// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// An event as the ledger holds it, with the hash that the tree has for it.
package struct LedgerEntry: Sendable {
  package let event: RecordedEvent
  /// The event's bytes, as they are hashed: canonical JSON.
  package let leaf: [UInt8]
  package let hash: Digest

  package var position: Int { event.position }

  package var json: JSONValue {
    .fields([
      "position": .int(position), "at": .text(event.at), "actor": .text(event.actor),
      "kind": .string(event.event.kind), "subject": .string(event.event.subject), "hash": .text(hash),
      "leaf": .string(String(decoding: leaf, as: UTF8.self)),
    ])
  }
}

extension Workspace {
  /// Events before a position, the newest first.
  /// - Parameters:
  ///   - end: nil for the end of the ledger.
  ///   - start: the first position that counts.
  ///   - kind: nil for all kinds. Those of one are looked for among all from `start` on.
  /// - Throws: `LedgerError.damaged` where one cannot be read.
  package func ledgerEntries(
    before end: Int?, from start: Int = 0, kind: String? = nil, limit: Int
  ) throws -> [LedgerEntry] {
    try ledger.read { reader in
      let size = try reader.treeHead().size
      let end = min(max(end ?? size, 0), size)
      let positions =
        try kind.map { kind in
          try reader.newestEvents(of: [kind], from: start, before: end, limit: limit).map(\.position)
        } ?? (min(max(start, end - limit), end)..<end).reversed()
      return try positions.map { position in
        guard let leaf = try reader.leaf(at: position), let event = try reader.event(at: position) else {
          throw LedgerError.damaged(position: position, "the event is missing.")
        }
        return LedgerEntry(event: event, leaf: leaf, hash: MerkleTree.leaf(leaf))
      }
    }
  }
}
