// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

// Queries over the ledger itself.
extension LedgerReader {
  /// From here on the reader sees the state of this moment: until a first read it would see what comes later, too.
  func begin() throws { _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") }

  /// The tree head: the number of events, and the root over their leaves.
  package func treeHead() throws -> (size: Int, root: Digest) {
    let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT size, frontier FROM tree_head"))
    guard let row, let frontier = MerkleFrontier(size: try row["size"], bytes: [UInt8](try row["frontier"] as Data))
    else {
      throw LedgerError.damaged(position: 0, "the tree head cannot be read.")
    }
    return (frontier.size, frontier.root)
  }

  /// The root of the tree when it had this size.
  package func root(ofSize size: Int) throws -> Digest {
    guard size > 0 else { return MerkleTree.emptyRoot }
    let root = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT root FROM events WHERE position = ?"), arguments: [size - 1])
    guard let root else { throw LedgerError.damaged(position: size - 1, "the event is missing.") }
    return try Digest(stored: root)
  }

  /// The name of this ledger in everything that is signed about it. It follows from the founding event, so it never changes.
  package func origin() throws -> String {
    guard case .workspaceFounded(let id, _)? = try event(at: 0)?.event else {
      throw LedgerError.damaged(position: 0, "it does not say how the workspace was founded.")
    }
    return Checkpoint.origin(ofWorkspace: id)
  }

  /// The root of a perfect subtree, as it was kept when its last leaf was appended.
  package func subtreeRoot(level: Int, index: Int) throws -> Digest {
    let position = ((index + 1) << level) - 1
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT hash, nodes FROM events WHERE position = ?"), arguments: [position])
    guard let row else { throw LedgerError.damaged(position: position, "the event is missing.") }
    if level == 0 { return try Digest(stored: row["hash"]) }
    let nodes = try row["nodes"] as Data
    guard nodes.count >= level * 32 else {
      throw LedgerError.damaged(position: position, "its tree nodes are cut off.")
    }
    return try Digest(stored: nodes.dropFirst((level - 1) * 32).prefix(32))
  }

  /// The bytes of an event as they are hashed.
  package func leaf(at position: Int) throws -> [UInt8]? {
    try Data.fetchOne(db.cachedStatement(sql: "SELECT leaf FROM events WHERE position = ?"), arguments: [position])
      .map { [UInt8]($0) }
  }

  /// The roots that trees of these sizes have by the bytes of the stored events, nothing else that is stored being believed. A size
  /// beyond the ledger has none. Hashes every event up to the largest size.
  package func rehashedRoots(ofSizes sizes: Set<Int>) throws -> [Int: Digest] {
    var roots: [Int: Digest] = sizes.contains(0) ? [0: MerkleTree.emptyRoot] : [:]
    var frontier = MerkleFrontier()
    let cursor = try Data.fetchCursor(
      db.cachedStatement(sql: "SELECT leaf FROM events WHERE position < ? ORDER BY position"),
      arguments: [sizes.max() ?? 0])
    while let leaf = try cursor.next() {
      frontier.append(MerkleTree.leaf([UInt8](leaf)))
      if sizes.contains(frontier.size) { roots[frontier.size] = frontier.root }
    }
    return roots
  }

  /// The zone that the workspace was founded with.
  package func zone() throws -> Zone { try once("zone") { try foundingZone() } }

  private func foundingZone() throws -> Zone {
    guard case .workspaceFounded(_, let name)? = try event(at: 0)?.event, let zone = Zone(name) else {
      throw LedgerError.damaged(position: 0, "it does not say how the workspace was founded.")
    }
    return zone
  }

  package func event(at position: Int) throws -> RecordedEvent? {
    let leaf = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT leaf FROM events WHERE position = ?"), arguments: [position])
    return try leaf.map { try LedgerReader.event(leaf: $0, at: position) }
  }

  /// The event of a subject by its number among them.
  package func event(of subject: String, version: Int) throws -> RecordedEvent? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT position, leaf FROM events WHERE subject = ? AND version = ?"),
      arguments: [subject, version])
    return try row.map { try LedgerReader.event(leaf: $0["leaf"], at: $0["position"]) }
  }

  /// What the page about an item or a change shows, oldest first.
  package func history(of subject: String) throws -> [RecordedEvent] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT events.position, leaf FROM history JOIN events ON events.position = history.position
          WHERE history.subject = ? ORDER BY events.position
          """), arguments: [subject]
    ).map { try LedgerReader.event(leaf: try $0["leaf"], at: try $0["position"]) }
  }

  /// Nil where it was erased.
  package func text(_ digest: Digest) throws -> String? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT text FROM texts WHERE digest = ?"), arguments: [digest.data])
  }

  /// Bytes kept under their SHA-256.
  package func document(_ digest: Digest) throws -> [UInt8]? {
    try Data.fetchOne(db.cachedStatement(sql: "SELECT bytes FROM documents WHERE digest = ?"), arguments: [digest.data])
      .map { [UInt8]($0) }
  }

  static func event(leaf: Data, at position: Int) throws -> RecordedEvent {
    do {
      return try RecordedEvent(canonicalBytes: [UInt8](leaf))
    } catch {
      throw LedgerError.damaged(position: position, error.sentence)
    }
  }
}
