// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// What a person reads where SQLite failed: what is wrong, that nothing acknowledged is lost, and what to do. Nil for other errors.
package func databaseSentence(for error: any Error) -> String? {
  guard let error = error as? DatabaseError else { return nil }
  let stays = "What was recorded before stays."
  if isReplaced(error) {
    return
      "The workspace was replaced by a backup, or moved, while this was at work. \(stays) Give the command again; a server has to be "
      + "started again."
  }
  switch error.resultCode {
  case .SQLITE_FULL:
    return
      "The disk is full, so the workspace's database could not be written. \(stays) Make room, and give the command again."
  case .SQLITE_IOERR:
    return
      "The workspace's database could not be read or written, because the disk or its file system failed. \(stays) Look after "
      + "the disk, and give the command again."
  case .SQLITE_BUSY, .SQLITE_LOCKED:
    return
      "Another program goes on holding the workspace's database. \(stays) Give the command again when that one has ended."
  case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
    return
      "The workspace's database cannot be opened for writing. \(stays) See who may read and write it and its folder, how many files may be "
      + "open, and whether the disk has room."
  case .SQLITE_CORRUPT, .SQLITE_NOTADB:
    return
      "The workspace's database cannot be read: it is damaged, or the disk failed. Look at it with: sopwright verify"
  case .SQLITE_NOMEM: return "There is not enough memory. \(stays) Give the command again."
  default:
    return
      "The workspace's database refused: \(error.message ?? "no reason given") (SQLite \(error.extendedResultCode.rawValue)). "
      + "\(stays) Look at it with: sopwright verify"
  }
}

/// Whether another workspace stands in the place of the one that was opened: whoever has it open can do no more.
package func isReplaced(_ error: any Error) -> Bool {
  if case LedgerError.replaced? = error as? LedgerError { return true }
  return (error as? DatabaseError)?.extendedResultCode == .SQLITE_READONLY_DBMOVED
}
