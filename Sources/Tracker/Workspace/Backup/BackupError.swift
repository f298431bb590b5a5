// SPDX-License-Identifier: Apache-2.0

package import Ledger

/// Why a backup cannot be made or restored. Nothing was changed where one of these is thrown.
package enum BackupError: Error, Equatable {
  // The place
  case notEmpty(String)
  case insideWorkspace(String)
  case insideBackup(String, String)
  case busy(String)
  case unwritable(String, String)
  case unreadable(String, String)
  case notRegular(String)
  /// Somebody's data were erased while it was made.
  case erasedMeanwhile
  // The backup
  case notABackup(String)
  case otherFormat(String)
  case damagedManifest(String, String)
  case fileMissing(String)
  case fileUnexpected(String)
  case fileChanged(String)
  case saysOtherwise(String, String)
  // Restoring
  case placeTaken(String)
  case notAWorkspace(String)
  /// A workspace was looked for.
  case isBackup(String)
  case doesNotVerify(String, Finding)
  case otherWorkspace(String, String)
  case olderThanCheckpoint(backup: Int, checkpoint: Int)
  case otherHistory(checkpoint: Int)
  case predecessorUnreadable(String)

  package var sentence: String {
    switch self {
    case .notEmpty(let folder): "\(folder) is there already and not empty. Name a new folder; nothing was changed."
    case .insideWorkspace(let folder):
      "\(folder) is in the workspace, and would be lost with it. Name a folder elsewhere, best on another disk."
    case .insideBackup(let folder, let backup):
      "\(folder) is in the backup \(backup), which could not be restored any more. Name a folder elsewhere."
    case .busy(let folder): "Another command is writing \(folder) at this moment. Wait for it, or name another folder."
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason). See to the disk and to who may write there, and give the command again."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason). See to the disk and to who may read it."
    case .notRegular(let path):
      "\(path) is neither a file nor a folder. Replace it by what it stands for, or take it away."
    case .erasedMeanwhile:
      "Somebody's data were erased while the backup was made, so it was thrown away. Make it again."
    case .notABackup(let folder):
      "\(folder) is no backup, or one that was not finished: there is no \(BackupManifest.name) in it."
    case .otherFormat(let folder):
      "\(folder) was made by another version, and this Sopwright does not know its format. Use the one that made it."
    case .damagedManifest(let folder, let problem):
      "\(folder)/\(BackupManifest.name) is damaged. \(problem) Take another backup."
    case .fileMissing(let path): "The backup is damaged: \(path) is gone. Take another backup; nothing was changed."
    case .fileUnexpected(let path):
      "The backup is not as it was made: \(path) was added to it. Take that away, or take another backup; nothing was changed."
    case .fileChanged(let path):
      "The backup is damaged: \(path) is not what was backed up. Take another backup; nothing was changed."
    case .saysOtherwise(let folder, let what):
      "The backup \(folder) does not hold together: \(what). Take another backup; nothing was changed."
    case .placeTaken(let folder):
      "\(folder) is there already and not empty. Name another folder with -C; or, to move that workspace aside and put the backup in its "
        + "place, add --replace."
    case .notAWorkspace(let folder): "\(folder) holds no workspace, so it is not replaced. Name another folder with -C."
    case .isBackup(let folder):
      "\(folder) is a backup, which stays as it was made. Restore it into a folder of its own, and work there."
    case .doesNotVerify(let folder, let finding):
      "The backup \(folder) does not verify: \(finding.check), \(finding.subject): \(finding.detail) Take another backup; nothing was "
        + "changed."
    case .otherWorkspace(let folder, let place):
      "\(folder) is a backup of another workspace than \(place). Restore it into a folder of its own: -C DIR"
    case .olderThanCheckpoint(let backup, let checkpoint):
      "The backup has \(backup) events, and a checkpoint of \(checkpoint) was published: what was decided in between would be lost, and "
        + "whoever kept that checkpoint would see it. Take a newer backup; or, if there is none, accept that: --older-than-checkpoint"
    case .otherHistory(let checkpoint):
      "The backup is not of the ledger that the checkpoint of \(checkpoint) events is of: events before it differ. It was tampered with, or "
        + "the checkpoint is another workspace's. Nothing was changed."
    case .predecessorUnreadable(let folder):
      "Which checkpoints \(folder) had published cannot be read, so nobody can tell whether the backup is older. Give the newest one that "
        + "you kept with --checkpoint FILE and accept the rest with --older-than-checkpoint; nothing was changed."
    }
  }
}
