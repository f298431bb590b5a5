// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import GRDBSQLite

extension Ledger {
  /// Writes a copy of the database as it is at one moment, while others read and write. It is written anew, page by
  /// page, so that nothing that was deleted is in it, and has no write-ahead log. It is not synced.
  ///
  /// - Parameters:
  ///   - path: no file yet. A crash midway leaves a part.
  ///   - progress: bytes written, of about how many.
  /// - Throws: `LedgerError.notBackedUp` where there is no room.
  package func writeCopy(to path: String, progress: @escaping (Int64, Int64) -> Void) throws {
    try database.inDatabase { db in
      let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      let size = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
      let listener = CopyListener {
        var status = stat()
        if stat(path, &status) == 0 { progress(Int64(status.st_size), pages * size) }
      }
      sqlite3_progress_handler(
        db.sqliteConnection, 1_000_000,
        { listener in
          if let listener { Unmanaged<CopyListener>.fromOpaque(listener).takeUnretainedValue().report() }
          return 0
        }, Unmanaged.passUnretained(listener).toOpaque())
      defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
      do {
        try withExtendedLifetime(listener) { try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
      } catch let error as DatabaseError {
        throw LedgerError.notBackedUp(path, error.message ?? error.resultCode.description)
      }
    }
  }

  /// Makes a copy that `writeCopy` wrote the database of a workspace: it gets a write-ahead log again. Doing it twice
  /// is harmless.
  package func becomeDatabase(holding lock: borrowing WorkspaceLock) throws {
    try database.inDatabase { db in
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else { throw LedgerError.notDurable }
    }
  }
}

/// Carries a closure through C.
private final class CopyListener {
  let report: () -> Void

  init(_ report: @escaping () -> Void) {
    self.report = report
  }
}
