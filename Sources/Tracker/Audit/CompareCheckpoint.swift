// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
package import Remediation

/// Whether the ledger still begins with a tree that somebody kept the head of.
package struct KeptCheckpoint: Sendable {
  /// What the kept note says; nil where it is not one of this ledger, or that was not asked any more.
  package let kept: Checkpoint?
  /// Nil where the ledger does not even begin with what it signed last, so that nothing was signed today.
  package let today: PublishedCheckpoint?
  /// Empty where both are of one size. Nil where the ledger does not begin with the kept tree.
  package let proof: ConsistencyProof?
  /// A sentence, where it does not.
  package let problem: String?

  /// The body of a request to a witness, c2sp.org/tlog-witness: the old size, the proof, a blank line, the note of today.
  package var proofText: String? {
    guard let kept, let today, let proof else { return nil }
    return "old \(kept.size)\n" + proof.hashes.map { $0.base64 + "\n" }.joined() + "\n" + today.cosignedNote.description
  }

  package var json: JSONValue {
    .fields([
      "ok": .bool(proof != nil), "size": kept.map { .int($0.size) } ?? .null, "root": .text(kept?.root.base64),
      "proof": proof.map { .array($0.hashes.map { .string($0.base64) }) } ?? .null, "problem": .text(problem),
    ])
  }
}

extension Workspace {
  /// Compares a kept note with the ledger as it is, which is signed where it has grown. Believes the bytes of the events alone.
  /// - Throws: `FileProblem` where the file is no signed note.
  package func compare(withNoteAt path: String, by caller: Caller) throws -> KeptCheckpoint {
    let note = try SignedNote(at: path)
    let today: PublishedCheckpoint
    do { today = try publishCheckpoint(by: caller) } catch let error where isOfAChangedLedger(error) {
      return KeptCheckpoint(kept: nil, today: nil, proof: nil, problem: sentence(for: error))
    }
    return try compare(note, with: today)
  }

  func compare(_ note: SignedNote, with today: PublishedCheckpoint) throws -> KeptCheckpoint {
    let kept: Checkpoint
    do { kept = try note.checkpoint(signedBy: verifierKey()) } catch let error as NoteError {
      return KeptCheckpoint(kept: nil, today: today, proof: nil, problem: error.sentence)
    }
    func differs(_ problem: String) -> KeptCheckpoint {
      KeptCheckpoint(kept: kept, today: today, proof: nil, problem: problem)
    }
    guard kept.size <= today.size else {
      return differs(
        "The ledger has \(today.size) events, fewer than the \(kept.size) of the note: some were taken out.")
    }
    return try ledger.read { reader in
      let roots = try reader.rehashedRoots(ofSizes: [kept.size, today.size])
      let proof = try reader.consistencyProof(from: kept.size, to: today.size)
      guard roots[kept.size] == kept.root, roots[today.size] == today.root,
        proof.proves((kept.size, kept.root), isPrefixOf: (today.size, today.root))
      else {
        return differs("The first \(kept.size) events are not those of the note: at least one was changed since.")
      }
      return KeptCheckpoint(kept: kept, today: today, proof: proof, problem: nil)
    }
  }
}

/// Whether an error means that the ledger does not begin with what was signed of it: something found, not something that failed.
package func isOfAChangedLedger(_ error: any Error) -> Bool {
  switch error {
  case LedgerError.notAnExtension, LedgerError.notItsEvents, CheckpointError.copyUnknown,
    CheckpointError.grownOtherwise:
    true
  default: false
  }
}
