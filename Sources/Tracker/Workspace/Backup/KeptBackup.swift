// SPDX-License-Identifier: Apache-2.0

package import Remediation

// A backup that the server makes and keeps to be downloaded: for an hour, for it holds personal data and the signing key.
extension Workspace {
  private var backups: CopyShelf {
    CopyShelf(
      folder: upkeepFolder, about: "copy.json", prefix: "sopwright-backup", top: nil, isExact: true, lasts: 3_600_000)
  }

  /// Makes a backup, packs it into one file, and keeps that in place of the one before. Unpacked, it is the folder that `backUp` makes.
  /// It needs room for two copies of the workspace.
  /// - Throws: `Rejection.needsRole` for anybody but administrators; `BackupError`, `PackError`.
  package func keepBackup(by caller: Caller, progress: @escaping (UpkeepStep) -> Void) throws -> KeptCopy {
    try mustKeepUp(caller, to: "make backups")
    let copy = try backups.keep(by: caller, unless: wasErased) {
      try writeBackup(to: $0, at: caller.now, progress: progress).ledgerSize
    }
    note(UpkeepNote(at: caller.now, by: caller.person, isInBrowser: true), as: .backup)
    return copy
  }

  /// What the caller had made; nobody takes another's.
  /// - Throws: `Rejection.needsRole` for anybody but administrators.
  package func keptBackup(by caller: Caller) throws -> KeptCopy? {
    try mustKeepUp(caller, to: "take backups")
    return backups.kept(at: caller.now).flatMap { $0.by == caller.person ? $0 : nil }
  }

  /// Removes the one that the caller had made.
  /// - Throws: `Rejection.needsRole` for anybody but administrators.
  package func discardBackup(by caller: Caller) throws {
    if try keptBackup(by: caller) != nil { try removeBackups() }
  }

  /// Removes the backup whose time is over, and what is left of one whose making was broken off. Not while one is being made.
  package func clearBackups(at now: Timestamp) {
    try? backups.clear(at: now)  // what stays is tried again
  }

  func removeBackups() throws { try backups.remove(but: nil) }
}
