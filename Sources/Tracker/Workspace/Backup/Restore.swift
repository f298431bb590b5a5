// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
package import Ledger
internal import Remediation

/// What is restored where.
package struct RestoreOrder: Sendable {
  package var backup: String
  /// Where the workspace is to be.
  package var place: String
  /// Move aside the workspace that is there.
  package var replaces = false
  /// Accept that a larger tree was published, or may have been.
  package var mayBeOlder = false
  /// Checkpoints that somebody kept: signed notes.
  package var checkpoints: [KeptNote] = []

  package init(backup: String, place: String) {
    self.backup = backup
    self.place = place
  }
}

/// A signed note, and the file in which somebody kept it.
package struct KeptNote: Sendable {
  package let file: String
  package let bytes: [UInt8]

  package init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }
}

/// What a restore came to.
package struct Restoration: Sendable {
  package let manifest: BackupManifest
  /// Where the workspace that was there is now.
  package let aside: String?
  /// How many events it had that the backup has not.
  package let lost: Int
  /// How many erasures were done again.
  package let erasedAgain: Int
  /// How many were of nothing that the backup has: what they erased came later.
  package let erasedInVain: Int
  /// Whether people and scripts could sign in to the workspace that was there: that is in no backup.
  package let leavesAccounts: Bool
}

extension Workspace {
  /// Makes a workspace of a backup: copies it beside its place, proves it, records the restore in it, and puts it there
  /// whole. The backup is only read. A crash midway leaves the place as it was, and `PLACE.unfinished`, which the next
  /// restore clears away; with a workspace to be replaced, a crash in the last moment may leave the restored one as
  /// `PLACE.replaced-TIME`.
  ///
  /// What was erased after the backup was made is erased again.
  ///
  /// - Parameters:
  ///   - predecessor: of the workspace that stands there: `Predecessor(of:)`, in a process of its own; nil where it
  ///     cannot be read.
  ///   - checkHandbook: `verifyHandbook` of the workspace in this folder, in a process of its own.
  /// - Throws: `BackupError`, naming the file or the finding; then nothing was changed.
  package static func restore(
    _ order: RestoreOrder, predecessor: Predecessor?, by caller: Caller,
    checkHandbook: (String) throws -> [Finding], progress: (UpkeepStep) -> Void = { _ in }
  ) throws -> Restoration {
    // The folder that a link leads to is replaced, not the link: whoever is at work in the old one has to notice.
    let place = resolvedPath(order.place)
    let isTaken = !UnfinishedFolder.isFree(place)
    guard !isTaken || order.replaces else { throw BackupError.placeTaken(order.place) }
    let manifest = try BackupManifest(of: order.backup)
    if isTaken {
      guard FileManager.default.fileExists(atPath: "\(place)/\(databaseName)") else {
        throw BackupError.notAWorkspace(order.place)
      }
      guard !BackupManifest.stands(in: place) else { throw BackupError.isBackup(order.place) }
      guard predecessor != nil || order.mayBeOlder else { throw BackupError.predecessorUnreadable(order.place) }
      guard predecessor.map({ $0.origin == manifest.origin }) ?? true else {
        throw BackupError.otherWorkspace(order.backup, order.place)
      }
    }
    var copy = try UnfinishedFolder(for: place, mayReplace: isTaken)
    try copyFiles(of: manifest, from: order.backup, to: copy.path, progress)
    let erased = try prove(copy.path, manifest, order, predecessor, caller, checkHandbook)
    guard isTaken else {
      try copy.finish()
      return Restoration(
        manifest: manifest, aside: nil, lost: 0, erasedAgain: erased, erasedInVain: 0, leavesAccounts: false)
    }
    // Whoever is writing there finishes first; whoever comes later finds another database and says so.
    let lock = try WorkspaceLock(waitingFor: "\(place)/\(lockName)")
    let aside = try copy.exchange(suffix: ".replaced-\(caller.now.fileName)")
    _ = consume lock
    return Restoration(
      manifest: manifest, aside: aside, lost: max(0, (predecessor?.size ?? 0) - manifest.ledgerSize),
      erasedAgain: erased,
      erasedInVain: (predecessor?.erasures ?? []).count { $0.position >= manifest.ledgerSize } - erased,
      leavesAccounts: FileManager.default.fileExists(atPath: "\(aside)/\(Workspace.accountsName)"))
  }

  /// Copies what the manifest lists, and nothing else, and reads the copies to see that they are what was backed up.
  private static func copyFiles(
    of manifest: BackupManifest, from backup: String, to target: String, _ progress: (UpkeepStep) -> Void
  ) throws {
    let source = WorkspaceFiles(folder: backup)
    let copy = WorkspaceFiles(folder: target)
    let present = try source.all()
    let listed = Set(manifest.files.map(\.path)).union([BackupManifest.name])
    if let file = present.files.first(where: { !listed.contains($0) }) {
      throw BackupError.fileUnexpected("\(backup)/\(file)")
    }
    let there = Set(present.files)
    if let file = manifest.files.first(where: { !there.contains($0.path) }) {
      throw BackupError.fileMissing("\(backup)/\(file.path)")
    }
    for folder in manifest.folders { try copy.makeFolder(folder.path, mode: Int(folder.mode, radix: 8) ?? 0o700) }
    for (index, file) in manifest.files.enumerated() {
      if index.isMultiple(of: 100) { progress(.copyingFiles(index, of: manifest.files.count)) }
      try source.copy(file.path, to: target)
      guard try copy.digest(file.path) == (file.size, file.sha256) else {
        throw BackupError.fileChanged("\(backup)/\(file.path)")
      }
      try copy.setMode(file.mode, of: file.path)
    }
  }

  /// Proves that a folder is the workspace that was backed up, and no older than what was published; then records the
  /// restore in it.
  /// - Returns: how many erasures were done again.
  private static func prove(
    _ folder: String, _ manifest: BackupManifest, _ order: RestoreOrder, _ predecessor: Predecessor?, _ caller: Caller,
    _ checkHandbook: (String) throws -> [Finding]
  ) throws -> Int {
    let findings = try checkHandbook(folder)
    if let finding = findings.first { throw BackupError.doesNotVerify(order.backup, finding) }
    let workspace = try open(folder)
    let verification = try workspace.verifyRecord()
    if let finding = verification.findings.first { throw BackupError.doesNotVerify(order.backup, finding) }
    guard (verification.treeSize, verification.treeRoot) == (manifest.ledgerSize, manifest.ledgerRoot) else {
      throw BackupError.saysOtherwise(order.backup, "its ledger has another tree than its manifest says")
    }
    guard try workspace.handbook.tip() == manifest.tip else {
      throw BackupError.saysOtherwise(order.backup, "its branch is at another commit than its manifest says")
    }
    let notes =
      order.checkpoints
      + (predecessor?.checkpoints ?? []).map { KeptNote(file: "A checkpoint of \(order.place)", bytes: Array($0.utf8)) }
    let newest = try workspace.newestCheckpoint(among: notes)
    if let newest, newest > manifest.ledgerSize, !order.mayBeOlder {
      throw BackupError.olderThanCheckpoint(backup: manifest.ledgerSize, checkpoint: newest)
    }
    return try workspace.recordRestore(
      WorkspaceRestored(
        madeAt: manifest.madeAt, size: manifest.ledgerSize, root: manifest.ledgerRoot,
        olderThanCheckpoint: newest.flatMap { $0 > manifest.ledgerSize ? $0 : nil }),
      erasures: (predecessor?.erasures ?? []).filter { $0.position >= manifest.ledgerSize }, by: caller)
  }

  /// The size of the newest checkpoint, where this ledger holds with all of them that it is as large as.
  private func newestCheckpoint(among notes: [KeptNote]) throws -> Int? {
    let key = try verifierKey()
    return try notes.map { note in
      let checkpoint: Checkpoint
      do { checkpoint = try SignedNote(note.bytes).checkpoint(signedBy: key) } catch let error as NoteError {
        throw FileProblem(file: note.file, error.sentence)
      }
      let isHeld = try ledger.read { reader in
        try checkpoint.size > reader.treeHead().size || reader.root(ofSize: checkpoint.size) == checkpoint.root
      }
      guard isHeld else { throw BackupError.otherHistory(checkpoint: checkpoint.size) }
      return checkpoint.size
    }.max()
  }

  private func recordRestore(
    _ restored: WorkspaceRestored, erasures: [Predecessor.Erasure], by caller: Caller
  ) throws -> Int {
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    try ledger.becomeDatabase(holding: lock)
    try ledger.overwriteDeleted()
    for person in erasures.compactMap(\.person) { try eraseInFile(person) }
    let count = try command(holding: lock, by: caller) { transaction, actor in
      try actor.must(be: .administrator, to: "restore a backup")
      try transaction.append(.workspaceRestored(restored))
      return try erasures.count { erasure in
        let reason = erasable("It was erased after this backup was made, and so again when that was restored.")
        return try transaction.erase(erasure.rows, of: erasure.person, reason: reason) != nil
      }
    }
    _ = try ledger.purge(holding: lock)  // nobody else reads it yet
    try ledger.checkpoint(holding: lock, ifLargerThan: 0)
    return count
  }
}

extension Timestamp {
  /// As part of a file's name: `20261121T093000Z`.
  fileprivate var fileName: String { description.filter { $0 != "-" && $0 != ":" } }
}
