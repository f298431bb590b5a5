// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A checkpoint as it is kept.
package struct PublishedCheckpoint: Equatable, Sendable {
  package let size: Int
  package let root: Digest
  /// As published, with the ledger's own signature only.
  package let note: SignedNote
  package let publishedAt: Timestamp
  /// Of auditors, the earliest first.
  package let cosignatures: [StoredCosignature]

  /// The note with the auditors' signatures below the ledger's own.
  package var cosignedNote: SignedNote { cosignatures.reduce(note) { $0.with($1.signature) } }
}

/// What an auditor signed, as it is kept: not verified again.
package struct StoredCosignature: Equatable, Sendable {
  package let key: VerifierKey
  package let signature: NoteSignature
  /// When the auditor says that it looked.
  package let time: Timestamp
}

extension LedgerReader {
  package func lastCheckpoint() throws -> PublishedCheckpoint? {
    try checkpoint(where: "TRUE ORDER BY size DESC LIMIT 1", [])
  }

  package func checkpoint(ofSize size: Int) throws -> PublishedCheckpoint? {
    try checkpoint(where: "size = ?", [size])
  }

  /// The newest one whose tree has this event; of those that an auditor signed, if there is one.
  package func checkpoint(covering position: Int) throws -> PublishedCheckpoint? {
    let cosigned = "EXISTS (SELECT 1 FROM cosignatures WHERE cosignatures.size = checkpoints.size)"
    return try checkpoint(where: "size > ? ORDER BY \(cosigned) DESC, size DESC LIMIT 1", [position])
  }

  /// All of them, the smallest tree first.
  package func checkpoints() throws -> [PublishedCheckpoint] {
    try Int.fetchAll(db.cachedStatement(sql: "SELECT size FROM checkpoints ORDER BY size")).compactMap {
      try checkpoint(ofSize: $0)
    }
  }

  /// Whether these bytes are a note that was published.
  package func hasPublished(_ bytes: [UInt8]) throws -> Bool {
    // What is no checkpoint was not published.
    guard let note = try? SignedNote(bytes), let checkpoint = try? Checkpoint(text: note.text) else { return false }
    return try self.checkpoint(ofSize: checkpoint.size)?.note == note
  }

  private func checkpoint(where condition: String, _ arguments: StatementArguments) throws -> PublishedCheckpoint? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT size, root, note, published_at FROM checkpoints WHERE \(condition)"),
      arguments: arguments
    ).map { row in
      PublishedCheckpoint(
        size: try row["size"], root: try Digest(stored: row["root"]),
        note: try SignedNote([UInt8](row["note"] as Data)),
        publishedAt: try row.time("published_at"), cosignatures: try cosignatures(ofSize: row["size"]))
    }
  }

  private func cosignatures(ofSize size: Int) throws -> [StoredCosignature] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT key, content FROM cosignatures WHERE size = ? ORDER BY content, key"),
      arguments: [size]
    ).map { row in
      let key = try VerifierKey(row["key"] as String)
      let content = [UInt8](try row["content"] as Data)
      guard let time = Cosignature.parts(of: content)?.time else {
        throw NoteError.wrongSignature(of: key.name)
      }
      return StoredCosignature(key: key, signature: NoteSignature(by: key, content: content), time: time)
    }
  }

  /// - Precondition: the event is in the tree.
  package func inclusionProof(of position: Int, inTreeOf size: Int) throws -> InclusionProof {
    try InclusionProof(of: position, inTreeOf: size, subtreeRoot)
  }

  /// - Precondition: the first is not larger than the second, and the ledger has the second.
  package func consistencyProof(from first: Int, to second: Int) throws -> ConsistencyProof {
    try ConsistencyProof(from: first, to: second, subtreeRoot)
  }
}

extension LedgerTransaction {
  /// Signs the tree as it is, events of this transaction included, and keeps the note; where a tree of this size was signed before, gives
  /// that. It is published when the transaction is.
  /// - Parameter rehashing: believe the bytes of the events alone, and no hash that is stored. Takes as long as hashing all events does;
  ///   without it only the trees' nodes are compared, which takes no longer with more events.
  /// - Throws: `LedgerError.notAnExtension` where the tree does not begin with the one that was signed last: two such signatures would
  ///   prove the ledger a forgery. `LedgerError.notItsEvents` where what is stored does not fit together. `NoteError.otherOrigin` where the key is of another workspace. Then nothing was changed.
  package func publishCheckpoint(signing key: SigningKey, rehashing: Bool) throws -> PublishedCheckpoint {
    let origin = try reader.origin()
    guard key.verifier.name.utf8.elementsEqual(origin.utf8), key.verifier.kind == .note else {
      throw NoteError.otherOrigin(found: key.verifier.name, expected: origin)
    }
    let last = try reader.lastCheckpoint()
    if let last { try mustExtend(last, signing: key) }
    if rehashing { try mustBeItsEvents(since: last, signing: key) }
    if let last, last.size == size { return last }
    let checkpoint = Checkpoint(origin: origin, size: size, root: root)
    let time = max(time, last?.publishedAt ?? time)
    let note = SignedNote(text: checkpoint.text, signatures: [try key.sign(checkpoint.text, at: time)])
    try db.cachedStatement(sql: "INSERT INTO checkpoints (size, root, note, published_at) VALUES (?, ?, ?, ?)")
      .execute(arguments: [size, root.data, note.bytes.data, time.milliseconds])
    return PublishedCheckpoint(size: size, root: root, note: note, publishedAt: time, cosignatures: [])
  }

  private func mustExtend(_ last: PublishedCheckpoint, signing key: SigningKey) throws {
    let signed = Checkpoint(origin: key.verifier.name, size: last.size, root: last.root)
    guard last.size <= size, last.note.text == signed.text,
      try reader.consistencyProof(from: last.size, to: size)
        .proves((last.size, last.root), isPrefixOf: (size, root))
    else { throw LedgerError.notAnExtension(ofSize: last.size) }
  }

  private func mustBeItsEvents(since last: PublishedCheckpoint?, signing key: SigningKey) throws {
    let roots = try reader.rehashedRoots(ofSizes: [last?.size ?? 0, size])
    if let last {
      _ = try last.note.checkpoint(signedBy: key.verifier)
      guard roots[last.size] == last.root else { throw LedgerError.notAnExtension(ofSize: last.size) }
    }
    guard roots[size] == root else { throw LedgerError.notItsEvents }
  }

  /// Keeps what an auditor signed of a checkpoint; the first signature of a key stays.
  /// - Throws: `NoteError` where the key did not sign it, `LedgerError.noCheckpoint` where none of this size was published.
  package func keep(_ signature: NoteSignature, by key: VerifierKey, ofSize size: Int) throws {
    guard let checkpoint = try reader.checkpoint(ofSize: size) else { throw LedgerError.noCheckpoint }
    guard key.kind == .cosignature, signature.verified(by: key, over: checkpoint.note.text) != nil else {
      throw NoteError.wrongSignature(of: key.name)
    }
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO cosignatures (size, key, content) VALUES (?, ?, ?)")
      .execute(arguments: [size, key.description, signature.content.data])
  }
}
