// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
package import Ledger
package import Remediation

/// Why no checkpoint is signed, or what is wrong with one that somebody kept.
package enum CheckpointError: Error, Equatable {
  /// The repository has a copy of a checkpoint that the database does not know.
  case copyUnknown(CommitID)
  /// The key that was named for co-signing is not of that kind.
  case notToCosign(String)
  case keyInside(String)
  /// The ledger does not begin with the tree that an auditor signed last; what is wrong, as a sentence.
  case grownOtherwise(String, String)

  package var sentence: String {
    switch self {
    case .copyUnknown(let commit):
      "No checkpoint is signed: sop.git holds one (commit \(commit.abbreviated)) that the database does not have, so the database was "
        + "rolled back or changed. Put back the newest backup of the workspace, and verify everything, to see what differs."
    case .notToCosign(let path):
      "\(path) is no key to co-sign with. Make one of your own: sopwright checkpoint --make-key FILE"
    case .keyInside(let path):
      "\(path) lies in the workspace, where its owner can use it. Keep your key on a disk of your own."
    case .grownOtherwise(let memory, let problem):
      "Nothing was signed: the ledger does not begin with what you signed last (\(memory)). \(problem)"
    }
  }
}

// Signing the tree. docs/formats/checkpoint.md has the bytes, docs/decisions/0034 why it is done where it is done.
extension Workspace {
  static let keyFile = "keys/checkpoint.key"
  static let verifierFile = "keys/checkpoint.vkey"
  /// How old the last checkpoint may be before catch-up signs another.
  private static let checkpointInterval: Int64 = 3_600_000

  /// Makes the key of a new workspace, and the public one beside it.
  static func makeKey(in folder: String, ofWorkspace id: String) throws {
    let key = try SigningKey.make(
      at: "\(folder)/\(keyFile)", name: Checkpoint.origin(ofWorkspace: id), kind: .note)
    try DurableFile.create("\(folder)/\(verifierFile)", mode: 0o644, Array("\(key.verifier)\n".utf8))
  }

  private func signingKey() throws -> SigningKey { try SigningKey(at: "\(folder)/\(Workspace.keyFile)") }

  /// By which the signatures of this ledger are checked: what `keys/checkpoint.vkey` says.
  /// - Throws: `FileProblem` where it cannot be read.
  package func verifierKey() throws -> VerifierKey {
    let file = Workspace.verifierFile
    guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
      throw FileProblem(file: file, "It cannot be read. Put it back from a backup, or from what an auditor has kept.")
    }
    do { return try VerifierKey(String(decoding: bytes, as: UTF8.self)) } catch {
      throw FileProblem(file: file, error.sentence)
    }
  }

  /// Signs the tree in the transaction that closes something. What keeps it from being signed (no key, a ledger that was changed) does not
  /// keep the item from closing: the commit is there already. Catch-up signs later, or says why not.
  func publishAtClosing(_ transaction: LedgerTransaction) {
    _ = try? transaction.publishCheckpoint(signing: signingKey(), rehashing: false)  // explained above
  }

  /// Signs the tree as it is, unless that was done, and copies the note into the repository.
  /// - Throws: where it may not be signed; then nothing was changed.
  package func publishCheckpoint(by caller: Caller) throws -> PublishedCheckpoint {
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    let published = try publish(holding: lock, by: caller)
    try copyCheckpoint(published, holding: lock)
    return published
  }

  /// Catch-up's part: signs where the last checkpoint is over an hour old and the tree has grown; copies the newest where that was not done.
  /// - Returns: the size that was signed; nil where none was.
  func publishIfDue(
    holding lock: borrowing WorkspaceLock, isCopied: Bool, by caller: Caller
  ) throws -> Int? {
    let (last, size) = try ledger.read { (try $0.lastCheckpoint(), try $0.treeHead().size) }
    let age = last.map { caller.now.milliseconds - $0.publishedAt.milliseconds } ?? .max
    guard age > Workspace.checkpointInterval, size > last?.size ?? 0 else {
      if let last, !isCopied { try copyCheckpoint(last, holding: lock) }
      return nil
    }
    let published = try publish(holding: lock, by: caller)
    try copyCheckpoint(published, holding: lock)
    return published.size
  }

  private func publish(
    holding lock: borrowing WorkspaceLock, by caller: Caller
  ) throws -> PublishedCheckpoint {
    let key = try signingKey()
    // A database from before the last copy would be signed a second time, differently.
    if let copy = try handbook.lastCheckpointCopy() { try mustBeKnown(copy) }
    return try ledger.write(holding: lock, by: caller.authorship, at: caller.now) {
      try $0.publishCheckpoint(signing: key, rehashing: true)
    }
  }

  private func mustBeKnown(_ copy: CheckpointCopy) throws {
    guard try ledger.read({ try $0.hasPublished(copy.note) }) else { throw CheckpointError.copyUnknown(copy.commit) }
  }

  /// The message of the commit that copies a checkpoint.
  static func copyMessage(_ size: Int) -> String { "Checkpoint of \(size) events\n" }

  /// Writes the newest checkpoint into the repository, if the last copy is of another.
  private func copyCheckpoint(_ newest: PublishedCheckpoint, holding lock: borrowing WorkspaceLock) throws {
    let copy = try handbook.lastCheckpointCopy()
    if copy?.note == newest.note.bytes { return }
    if let copy { try mustBeKnown(copy) }
    do {
      try handbook.writeCheckpointCopy(
        newest.note.bytes, at: newest.publishedAt, message: Workspace.copyMessage(newest.size), onto: copy?.commit)
    } catch {
      handbook.removeStaleLock()  // of a process that was killed; the next command writes the copy
      throw error
    }
  }
}
