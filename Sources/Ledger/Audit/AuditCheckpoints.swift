// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

extension LedgerReader {
  /// Of which sizes the tree was signed.
  package func checkpointSizes() throws -> Set<Int> {
    try Set(Int.fetchAll(db, sql: "SELECT size FROM checkpoints"))
  }

  /// Whether every checkpoint is signed by the ledger's key and fits the events as they are now, and whether the auditors' signatures hold.
  /// - Parameters:
  ///   - roots: of the trees of `checkpointSizes`, as they follow from the leaves; from `auditChain`.
  ///   - key: the ledger's.
  package func auditCheckpoints(_ roots: [Int: Digest], key: VerifierKey) throws -> [Finding] {
    let origin = try origin()
    guard key.kind == .note, key.name.utf8.elementsEqual(origin.utf8) else {
      return [
        Finding(
          "checkpoint_key", "keys/checkpoint.vkey",
          "It is the key of \(key.name), not of this ledger, \(origin): the key or the founding event was exchanged.")
      ]
    }
    var findings = try Int.fetchAll(
      db, sql: "SELECT DISTINCT size FROM cosignatures WHERE size NOT IN (SELECT size FROM checkpoints)"
    ).map { Finding("cosignature", "checkpoint \($0)", "An auditor's signature is kept, and no checkpoint of it.") }
    var last = Timestamp(milliseconds: 0)
    for row in try Row.fetchAll(db, sql: "SELECT size, root, note, published_at FROM checkpoints ORDER BY size") {
      let size: Int = try row["size"]
      let subject = "checkpoint \(size)"
      let note: SignedNote
      let bytes = try row["note"] as Data
      do { note = try SignedNote([UInt8](bytes)) } catch {
        findings.append(Finding("checkpoint_note", subject, "It cannot be read. \(error.sentence)"))
        continue
      }
      findings += try auditNote(note, row, roots[size], key, subject)
      findings += try auditCosignatures(of: note, size, subject)
      if try row.time("published_at") < last {
        findings.append(Finding("checkpoint_order", subject, "It is earlier than the checkpoint of a smaller tree."))
      }
      last = max(last, try row.time("published_at"))
    }
    return findings
  }

  private func auditNote(
    _ note: SignedNote, _ row: Row, _ expected: Digest?, _ key: VerifierKey, _ subject: String
  ) throws -> [Finding] {
    var findings: [Finding] = []
    func find(_ check: String, _ detail: String) { findings.append(Finding(check, subject, detail)) }
    let root = try Digest(stored: row["root"])
    let size: Int = try row["size"]
    if note.text != Checkpoint(origin: key.name, size: size, root: root).text {
      find("checkpoint_columns", "Its note says another ledger, size or root than its row.")
    }
    do { _ = try note.verified(by: key) } catch { find("checkpoint_signature", error.sentence) }
    if let expected, expected != root {
      find(
        "checkpoint_root",
        "The first \(size) events no longer have the root that was signed: one of them was changed.")
    } else if expected == nil {
      find("checkpoint_beyond", "The ledger has fewer events than were signed: events were taken out at its end.")
    }
    return findings
  }

  private func auditCosignatures(of note: SignedNote, _ size: Int, _ subject: String) throws -> [Finding] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT key, content FROM cosignatures WHERE size = ? ORDER BY key"), arguments: [size]
    ).filter { row in
      // What is no key has signed nothing.
      guard let key = try? VerifierKey(try row["key"] as String), key.kind == .cosignature else { return true }
      return NoteSignature(by: key, content: [UInt8](try row["content"] as Data)).verified(by: key, over: note.text)
        == nil
    }.map { row in
      Finding("cosignature", subject, "The signature kept for \(try row["key"] as String) is not by that key.")
    }
  }
}
