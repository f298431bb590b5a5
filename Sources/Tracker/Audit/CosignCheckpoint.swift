// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
internal import Remediation

// The auditor's side: a key of the auditor's own, and a memory of what was signed with it, both kept outside of the workspace.
extension Workspace {
  /// Makes a key to co-sign with: its file can be read by its owner alone.
  /// - Throws: `FileFailure.exists` rather than overwrite anything.
  package static func makeCosigningKey(at path: String, name: String) throws -> VerifierKey {
    try SigningKey.make(at: path, name: name, kind: .cosignature).verifier
  }

  /// Signs the tree as it is with an auditor's key, if it still begins with the tree that this key signed last.
  ///
  /// What was signed last stands in a file beside the key, which is on the disk before the signature is given to anybody. A crash midway
  /// leaves that file ahead of the workspace, and signing again gives the signature.
  /// - Throws: `Rejection.unknownPerson`; `CheckpointError.grownOtherwise` where the ledger was changed since; then nothing is signed.
  package func cosign(keyFile: String, by caller: Caller) throws -> PublishedCheckpoint {
    let workspace = URL(fileURLWithPath: folder).resolvingSymlinksInPath().pathComponents
    guard !URL(fileURLWithPath: keyFile).resolvingSymlinksInPath().pathComponents.starts(with: workspace) else {
      throw CheckpointError.keyInside(keyFile)
    }
    let key = try SigningKey(at: keyFile)
    guard key.verifier.kind == .cosignature else { throw CheckpointError.notToCosign(keyFile) }
    // Reading is what an auditor may do, and nothing here changes what is decided; but it is signed by somebody who is known.
    _ = try ledger.read { try $0.actor(caller) }
    let today = try publishCheckpoint(by: caller)
    let memory = try memoryFile(beside: keyFile)
    try mustHaveGrown(to: today, since: memory, key.verifier)
    let signature = try key.sign(today.note.text, at: caller.now)
    try DurableFile.replace(memory, mode: 0o600, today.note.with(signature).bytes)
    return try ledger.write(by: caller.authorship, at: caller.now) { transaction in
      try transaction.keep(signature, by: key.verifier, ofSize: today.size)
      guard let kept = try transaction.reader.checkpoint(ofSize: today.size) else { throw LedgerError.noCheckpoint }
      return kept
    }
  }

  /// `KEYFILE.ID.note`: one for each ledger that the key has signed.
  private func memoryFile(beside keyFile: String) throws -> String {
    guard case .workspaceFounded(let id, _)? = try ledger.read({ try $0.event(at: 0) })?.event,
      [UInt8](lowerCaseHex: id) != nil
    else { throw LedgerError.damaged(position: 0, "it does not say how the workspace was founded.") }
    return "\(keyFile).\(id).note"
  }

  private func mustHaveGrown(to today: PublishedCheckpoint, since memory: String, _ key: VerifierKey) throws {
    guard FileManager.default.fileExists(atPath: memory) else {
      // The first time there is nothing to compare with but the events themselves.
      let first = try compare(today.note, with: today)
      if let problem = first.problem { throw CheckpointError.grownOtherwise(memory, problem) }
      return
    }
    let last: SignedNote
    do {
      last = try SignedNote(foreignBytes(at: memory, atMost: SignedNote.largest))
      _ = try last.verified(by: key)
    } catch let error as NoteError { throw FileProblem(file: memory, error.sentence) }
    let comparison = try compare(last, with: today)
    if let problem = comparison.problem { throw CheckpointError.grownOtherwise(memory, problem) }
  }
}
