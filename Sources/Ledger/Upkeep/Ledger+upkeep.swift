// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import GRDBSQLite

extension Ledger {
  /// Moves the write-ahead log into the database file where it has grown beyond `bytes`, and empties it unless somebody
  /// reads: every process that opens the database reads the whole log first. Readers are not disturbed.
  package func checkpoint(holding lock: borrowing WorkspaceLock, ifLargerThan bytes: Int) throws {
    // Without the file there is nothing to do. Foundation would look up the owner's name to say how large it is.
    var log = stat()
    guard stat(path + "-wal", &log) == 0, log.st_size > bytes else { return }
    try database.writeWithoutTransaction { db in
      _ = try db.checkpoint(.passive)
      sqlite3_busy_timeout(db.sqliteConnection, 20)
      defer { sqlite3_busy_timeout(db.sqliteConnection, Int32(Ledger.busyTimeout * 1_000)) }
      do { _ = try db.checkpoint(.truncate) } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        return  // somebody reads; the next one empties it
      }
    }
  }

  /// Bytes of the database file and of its write-ahead log.
  package func sizes() -> (database: Int64, log: Int64) {
    func size(_ path: String) -> Int64 {
      var status = stat()
      return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
    return (size(path), size(path + "-wal"))
  }

  /// Lets SQLite look whether its statistics of tables are still good, and count anew where they are not; at most some
  /// hundred rows a table.
  package func optimize(holding lock: borrowing WorkspaceLock) throws {
    try database.inDatabase { db in try db.execute(sql: "PRAGMA analysis_limit = 400; PRAGMA optimize") }
  }

  /// After a restore another file stands where this one stood, and the lock is that one's: what would be written here,
  /// nobody would ever see.
  func mustBeInPlace(_ db: Database) throws {
    var hasMoved: CInt = 0
    guard sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved) == SQLITE_OK,
      hasMoved == 0
    else { throw LedgerError.replaced(path) }
  }
}
