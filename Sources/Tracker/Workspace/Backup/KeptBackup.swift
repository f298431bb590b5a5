// SPDX-License-Identifier: Apache-2.0

package import Remediation

// A backup that the server makes and keeps to be downloaded: for an hour, for it holds personal data and the signing key.
extension Workspace {
  var backups: CopyShelf {
    CopyShelf(
      folder: upkeepFolder, about: "copy.json", prefix: "sopwright-backup", top: nil, isExact: true, lasts: 3_600_000,
      wasErased: wasErased)
  }

  /// Makes a backup, packs it into one file, and keeps that in place of the one before. Unpacked, it is the folder that `backUp` makes.
  /// It needs room for two copies of the workspace. It counts as a backup once somebody has it: `noteTaken`.
  /// - Throws: `Rejection.needsRole` for anybody but administrators; `BackupError`, `PackError`.
  package func keepBackup(by caller: Caller, progress: @escaping (UpkeepStep) -> Void) throws -> KeptCopy {
    try mustKeepUp(caller, to: "make backups")
    do {
      return try backups.keep(by: caller) {
        try writeBackup(to: $0, at: caller.now, progress: progress).ledgerSize
      }
    } catch PackError.erasedMeanwhile {
      throw BackupError.erasedMeanwhile
    }
  }

  /// Notes that somebody has the whole of a backup that was kept for them: with the time at which it was made, for it is that old.
  package func noteTaken(_ copy: KeptCopy) {
    note(backup: UpkeepNote(at: copy.at, by: copy.by, isInBrowser: true, events: copy.events))
  }

  /// What the caller had made; nobody takes another's.
  /// - Throws: `Rejection.needsRole` for anybody but administrators.
  package func keptBackup(by caller: Caller) throws -> KeptCopy? {
    try mustKeepUp(caller, to: "take backups")
    return try backups.kept(at: caller.now).flatMap { $0.by == caller.person ? $0 : nil }
  }

  /// Removes the one that the caller had made, and no other, also where somebody else's is being made or takes its place at this moment.
  /// - Parameter name: of the one that is meant; nil means whichever there is.
  /// - Returns: whether there was such a one.
  /// - Throws: `Rejection.needsRole` for anybody but administrators.
  package func discardBackup(named name: String?, by caller: Caller) throws -> Bool {
    guard let copy = try keptBackup(by: caller), name == nil || name == copy.name else { return false }
    try backups.discard(copy)
    return true
  }

  /// Removes the backup whose time is over or from which something was erased since, and what is left of one whose making was broken off.
  package func clearBackups(at now: Timestamp) {
    try? backups.clear(at: now)  // what stays is tried again
  }
}
