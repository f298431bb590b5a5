// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

extension Workspace {
  /// Copies the workspace as it is at one moment, while others import, close, push and repack. No lock is taken, and
  /// nobody waits.
  ///
  /// Read first: where the branch and the ledger's refs are; then the database; then git's objects. So every commit
  /// that a closing of the copy names is in it, and on its branch is no closing that the copy's ledger does not know
  /// of.
  ///
  /// - Parameters:
  ///   - folder: new or empty, and outside the workspace. What stands there afterwards is whole and on the
  ///     disk; a crash midway leaves `FOLDER.unfinished`, which is no backup: its manifest, written last, is missing.
  ///   - person: who has it made, to be noted; nil notes nothing.
  /// - Throws: `BackupError`, `LedgerError` or `HandbookError`; then nothing is there.
  package func backUp(
    to folder: String, at now: Timestamp, by person: PersonID? = nil,
    progress: @escaping (UpkeepStep) -> Void = { _ in }
  ) throws -> BackupManifest {
    try mustBeOutside(folder)
    let manifest = try writeBackup(to: resolvedPath(folder), at: now, progress: progress)
    if let person {
      note(backup: UpkeepNote(at: now, by: person, isInBrowser: false, events: manifest.ledgerSize))
    }
    return manifest
  }

  /// The same at any place that is not copied itself.
  func writeBackup(
    to place: String, at now: Timestamp, progress: @escaping (UpkeepStep) -> Void
  ) throws -> BackupManifest {
    var copy = try UnfinishedFolder(for: place, mode: 0o700)
    let before = try handbook.refs()
    progress(.copyingDatabase(bytes: 0, of: ledger.sizes().database))
    let head = try copyDatabase(to: copy.path, progress)
    progress(.copyingObjects(0, of: try handbook.objectCounts().loose))
    let refs = try handbook.refs().withLedger(of: before, branchAt: try branch(of: before, head.tip))
    try handbook.copy(to: "\(copy.path)/sop.git", with: refs) { progress(.copyingObjects($0, of: $1)) }
    try copyFiles(to: copy.path)
    let manifest = try BackupManifest(
      of: WorkspaceFiles(folder: copy.path), madeAt: now, origin: head.origin, size: head.size, root: head.root,
      tip: refs.tip, progress)
    try Handbook.sync(fileSystemOf: copy.path)
    do {
      try writeFile("\(copy.path)/\(BackupManifest.name)", manifest.json.canonicalBytes + [UInt8(ascii: "\n")])
    } catch { throw BackupError.unwritable(error.path, error.localizedDescription) }
    try copy.finish()
    return manifest
  }

  private struct CopiedHead {
    let origin: String
    let size: Int
    let root: Digest
    let tip: CommitID?
  }

  /// Copies the database and says what is in the copy.
  private func copyDatabase(
    to folder: String, _ progress: @escaping (UpkeepStep) -> Void
  ) throws -> CopiedHead {
    let path = "\(folder)/\(Workspace.databaseName)"
    try ledger.writeCopy(to: path) { progress(.copyingDatabase(bytes: $0, of: $1)) }
    // The connection is closed before anybody else reads the file: SQLite loses its locks otherwise.
    let copy = try Ledger.open(at: path, lock: ledger.lockPath, handbook: HandbookReading(of: handbook))
    return try copy.read { reader in
      let (size, root) = try reader.treeHead()
      return CopiedHead(
        origin: try reader.origin(), size: size, root: root, tip: try reader.handbookTip())
    }
  }

  /// Where the branch of the copy is: where it was before the database was copied, or further where the database knows
  /// more.
  private func branch(of before: HandbookRefs, _ recorded: CommitID?) throws -> CommitID? {
    guard let tip = before.tip else { return recorded }
    guard let recorded, recorded != tip, try handbook.isReachable(tip, from: recorded) else { return tip }
    return recorded
  }

  private func copyFiles(to target: String) throws {
    for name in WorkspaceFiles.copied {
      let source = WorkspaceFiles(folder: folder)
      guard access("\(folder)/\(name)", F_OK) == 0 else { continue }
      guard name != Settings.file else {
        try source.copy(name, to: target)
        continue
      }
      let below = try WorkspaceFiles(folder: "\(folder)/\(name)").all()
      for path in [name] + below.folders.map({ "\(name)/\($0)" }) {
        try WorkspaceFiles(folder: target).makeFolder(path, mode: Int(try source.mode(path), radix: 8) ?? 0o700)
      }
      for path in below.files { try source.copy("\(name)/\(path)", to: target) }
    }
  }
}

extension BackupManifest {
  /// Of everything in a folder.
  fileprivate init(
    of content: WorkspaceFiles, madeAt: Timestamp, origin: String, size: Int, root: Digest, tip: CommitID?,
    _ progress: (UpkeepStep) -> Void
  ) throws {
    let (folders, files) = try content.all()
    self.madeAt = madeAt
    self.origin = origin
    ledgerSize = size
    ledgerRoot = root
    self.tip = tip
    self.folders = try folders.map { Folder(path: $0, mode: try content.mode($0)) }
    self.files = try files.enumerated().map { index, path in
      if index.isMultiple(of: 100) { progress(.hashing(files: index, of: files.count)) }
      let (size, sha256) = try content.digest(path)
      return File(path: path, mode: try content.mode(path), size: size, sha256: sha256)
    }
  }
}
