// SPDX-License-Identifier: Apache-2.0

/// Why a backup cannot be made or restored. Nothing was changed where one of these is thrown.
package enum BackupError: Error, Equatable {
  // The place
  case notEmpty(String)
  case insideWorkspace(String)
  case busy(String)
  case unwritable(String, String)
  case unreadable(String, String)
  case notRegular(String)
  // The backup
  case notABackup(String)
  case otherFormat(String)
  case damagedManifest(String, String)
  case fileMissing(String)
  case fileUnexpected(String)
  case fileChanged(String)
  case saysOtherwise(String, String)

  package var sentence: String {
    switch self {
    case .notEmpty(let folder): "\(folder) is there already and not empty. Name a new folder; nothing was changed."
    case .insideWorkspace(let folder):
      "\(folder) is in the workspace, and would be lost with it. Name a folder elsewhere, best on another disk."
    case .busy(let folder): "Another command is writing \(folder) at this moment. Wait for it, or name another folder."
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    case .notRegular(let path):
      "\(path) is neither a file nor a folder. Replace it by what it stands for, or take it away."
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
    }
  }
}
