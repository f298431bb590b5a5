// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import Foundation
internal import GRDB
package import Remediation

/// The record of a workspace: ledger, evidence and read models in one SQLite file.
///
/// Every write is one transaction under the workspace's lock, durable when `write` returns: `synchronous` is FULL, checked at
/// opening. A crash at any moment leaves what the last returned `write` left, whole.
package struct Ledger: Sendable {
  package let path: String
  package let lockPath: String
  let database: DatabaseQueue
  private let taxonomies = TaxonomyCache()
  private let memo = StateMemo()
  let sops: SOPSource
  /// Whether the file has no name any more.
  private let isUnnamed: Bool

  /// Makes the database file. It has no event yet.
  /// - Parameter handbook: how to ask for what git knows.
  /// - Throws: `LedgerError.exists` where there is one.
  package static func create(
    at path: String, lock lockPath: String, handbook: HandbookReading
  ) throws -> Ledger {
    guard !FileManager.default.fileExists(atPath: path) else { throw LedgerError.exists(path) }
    let lock = try WorkspaceLock(waitingFor: lockPath)
    let ledger = try Ledger(path: path, lockPath: lockPath, handbook)
    try ledger.makeTables(holding: lock)
    return ledger
  }

  private func makeTables(holding lock: borrowing WorkspaceLock) throws {
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.inTransaction(.immediate) {
        try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(Schema.version)")
        for part in [Schema.ledger, Schema.evidence, Schema.readModels] { try db.execute(sql: part) }
        try db.execute(sql: "INSERT INTO tree_head (id, size, frontier, last_at) VALUES (1, 0, x'', 0)")
        return .commit
      }
    }
  }

  /// Opens an existing database; writes nothing.
  /// - Throws: `LedgerError` where there is none, or it is not ours, or it has another format.
  package static func open(
    at path: String, lock lockPath: String, handbook: HandbookReading
  ) throws -> Ledger {
    try mustExist(at: path)
    let ledger = try Ledger(path: path, lockPath: lockPath, handbook)
    try ledger.database.read { db in
      guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
        throw LedgerError.foreign(path)
      }
      let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      guard found == Schema.version else { throw LedgerError.otherFormat(found: found, known: Schema.version) }
    }
    return ledger
  }

  /// Seconds to wait for other processes.
  static let busyTimeout: TimeInterval = 10
  /// Saves a twentieth of an import's time; only the first connection of a process can still decide it.
  private static let countsNoMemory = sopwright_sqlite_count_no_memory() == SQLITE_OK

  /// - Throws: `LedgerError.missing` where there is no database file, `unreachable` where nobody lets us look.
  package static func mustExist(at path: String) throws {
    guard access(path, F_OK) != 0 else { return }
    guard errno == ENOENT || errno == ENOTDIR else {
      throw LedgerError.unreachable(path, String(cString: strerror(errno)))
    }
    throw LedgerError.missing(path)
  }

  private init(path: String, lockPath: String, _ handbook: HandbookReading) throws {
    self.init(path: path, lockPath: lockPath, database: try Ledger.connect(path), sops: SOPSource(handbook))
  }

  /// The same record by a connection and caches of its own, for another thread.
  func twin() throws -> Ledger {
    Ledger(path: path, lockPath: lockPath, database: try Ledger.connect(path), sops: sops.separate())
  }

  private static func connect(_ path: String) throws -> DatabaseQueue {
    _ = Ledger.countsNoMemory
    var configuration = Configuration()
    configuration.busyMode = .timeout(Ledger.busyTimeout)
    configuration.prepareDatabase { db in
      // Only the holder of the lock checkpoints: SQLite before 3.51.3 can corrupt a WAL database otherwise.
      sopwright_sqlite_no_checkpoint_on_close(db.sqliteConnection)
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON")
    }
    let database = try DatabaseQueue(path: path, configuration: configuration)
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw LedgerError.notDurable }
    }
    return database
  }

  /// A copy to try things on: what is written to it reaches nobody, and it is gone when its owner lets it go.
  ///
  /// It is a file in `folder` that loses its name before anything is in it, so the system takes it back when the process ends,
  /// however it ends. It takes as much room as the original. It has no journal: after an error it is of no more use. Its writers
  /// wait for the lock of the original, because every writer takes one.
  /// - Throws: `LedgerError.notCopied` where the folder has no room, or cannot be written to.
  package func unnamedCopy(in folder: String, handbook: HandbookReading) throws -> Ledger {
    let path = "\(folder)/.copy-\(randomBytes(8).lowerCaseHex)"
    // SQLite looks at the file by its name when it leaves WAL, which the copied bytes say: an empty one does.
    defer { for ending in ["", "-wal", "-shm"] { unlink(path + ending) } }
    do {
      let copy = try DatabaseQueue(path: path)
      unlink(path)
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw LedgerError.notCopied(folder: folder, String(cString: strerror(errno)))
      }
      let withoutJournal = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON"
      try copy.inDatabase { db in try db.execute(sql: withoutJournal) }
      try database.backup(to: copy)
      try copy.inDatabase { db in try db.execute(sql: withoutJournal) }
      return Ledger(path: path, lockPath: lockPath, database: copy, sops: SOPSource(handbook), isUnnamed: true)
    } catch let error as DatabaseError {
      // The message of a failed backup is "not an error"; the code tells.
      throw LedgerError.notCopied(folder: folder, String(cString: sqlite3_errstr(error.resultCode.rawValue)))
    }
  }

  private init(path: String, lockPath: String, database: DatabaseQueue, sops: SOPSource, isUnnamed: Bool = false) {
    self.path = path
    self.lockPath = lockPath
    self.database = database
    self.sops = sops
    self.isUnnamed = isUnnamed
  }

  /// Reads a consistent state: nothing that is written meanwhile is seen.
  package func read<Result>(_ body: (LedgerReader) throws -> Result) throws -> Result {
    // Not GRDB's `read`: it switches `query_only` on and off, after which SQLite prepares every statement anew.
    try database.unsafeRead { db in
      try db.transaction(.deferred) {
        try memo.look(at: db)
        return try body(LedgerReader(db: db, taxonomies: taxonomies, sops: sops, memo: memo))
      }
    }
  }

  /// One transaction under the lock: waits for the lock, then everything in `body` happens, or nothing does.
  /// When it returns, what it wrote survives a power cut.
  package func write<Result>(
    by author: Authorship, at now: Timestamp, _ body: (LedgerTransaction) throws -> Result
  ) throws -> Result {
    let lock = try WorkspaceLock(waitingFor: lockPath)
    return try write(holding: lock, by: author, at: now, body)
  }

  /// The same for a caller that holds the lock already and does more under it.
  /// - Throws: `LedgerError.replaced` where another database stands in the place of the one that was opened.
  package func write<Result>(
    holding lock: borrowing WorkspaceLock, by author: Authorship, at now: Timestamp,
    _ body: (LedgerTransaction) throws -> Result
  ) throws -> Result {
    try database.inDatabase { db in
      if !isUnnamed { try mustBeInPlace(db) }
      return try db.transaction(.immediate) {
        let transaction = try LedgerTransaction(
          db: db, taxonomies: taxonomies, sops: sops, author: author, now: now)
        let result = try body(transaction)
        try transaction.finish()
        return result
      }
    }
  }

  /// Runs `body` as `write` would, at the same time and under the same lock, and takes everything back, whatever `body` does: to say
  /// what a command would do without doing it. When it returns or throws, no table differs from before, and nothing that `body` made is
  /// remembered in memory: taxonomies and what was read from git are kept apart for it and dropped. A crash leaves nothing either.
  /// - Returns: what `body` returned. Ids and positions in it were never given to anybody, and the next `write` may give them again.
  package func rehearse<Result>(
    by author: Authorship, at now: Timestamp, _ body: (LedgerTransaction) throws -> Result
  ) throws -> Result {
    let lock = try WorkspaceLock(waitingFor: lockPath)
    let result = try database.inDatabase { db in
      try db.transaction(.immediate, ending: .rollback) {
        let transaction = try LedgerTransaction(
          db: db, taxonomies: TaxonomyCache(), sops: sops.separate(), author: author, now: now)
        let result = try body(transaction)
        try transaction.finish()
        return result
      }
    }
    _ = consume lock
    return result
  }

  /// Writes what is only kept to be found faster: no event, and nobody's doing.
  func writeCache<Result>(
    holding lock: borrowing WorkspaceLock, _ body: (Database) throws -> Result
  ) throws -> Result {
    try database.inDatabase { db in try db.transaction(.immediate) { try body(db) } }
  }

  /// Gives SQLite more memory for pages: bulk loads are limited by its cache.
  package func useLargeCache() throws {
    try database.inDatabase { db in try db.execute(sql: "PRAGMA cache_size = -200000") }
  }
}

/// Who gives a command: the person, and the login under which it ran.
package struct Authorship: Equatable, Sendable {
  package let person: PersonID
  package let login: String

  package init(person: PersonID, login: String) {
    self.person = person
    self.login = login
  }

  /// The login of a person who signed in to the web app. No login of a system can have this form, because of the colon.
  package static func account(of person: PersonID) -> String { "account:\(person)" }

  /// Whether the login itself says who the person is.
  var isAccount: Bool { login == Authorship.account(of: person) }
}

/// A consistent view of the record. Its queries stand with the tables that they read, in ReadModels and Evidence.
package struct LedgerReader {
  let db: Database
  let taxonomies: TaxonomyCache
  let sops: SOPSource
  /// Only within a write.
  var loaded: LoadedStates?
  /// Not within a write.
  var memo: StateMemo?
}

extension Database {
  /// A transaction that gives a result: committed when this returns, unless told otherwise; rolled back when it throws.
  fileprivate func transaction<Result>(
    _ kind: TransactionKind, ending completion: TransactionCompletion = .commit, _ body: () throws -> Result
  ) throws -> Result {
    var result: Result?
    try inTransaction(kind) {
      result = try body()
      return completion
    }
    guard let result else { throw LedgerError.notDurable }
    return result
  }
}
