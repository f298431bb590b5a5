// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

extension LedgerTransaction {
  /// Keeps a checkpoint of another record that was replayed here. When it was published nobody can check, so it is the time of the
  /// last event in its tree.
  /// - Throws: where there is one of this size, or no such event.
  package func replay(_ note: SignedNote, saying checkpoint: Checkpoint, by key: VerifierKey) throws {
    guard checkpoint.size > 0, let last = try reader.event(at: checkpoint.size - 1) else {
      throw LedgerError.noCheckpoint
    }
    let own = SignedNote(text: note.text, signatures: note.signatures.filter { $0.isClaimed(by: key) })
    try db.cachedStatement(sql: "INSERT INTO checkpoints (size, root, note, published_at) VALUES (?, ?, ?, ?)")
      .execute(arguments: [checkpoint.size, checkpoint.root.data, own.bytes.data, last.at.milliseconds])
  }
}
