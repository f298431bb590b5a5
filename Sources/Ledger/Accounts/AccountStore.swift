// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import Glibc

/// Who can sign in, in a file of its own beside the record (`accounts.sqlite`, 0600): it holds secrets and no decision, so it is part of
/// no audit pack, and losing it loses no record.
///
/// A password is kept as a key derived from it, a token only as its SHA-256, the key of an authenticator sealed with `AccountKey`. Every
/// write is durable when it returns.
package struct AccountStore: Sendable {
  private let database: DatabaseQueue
  let key: AccountKey

  /// Opens the file, or makes it, readable by its owner alone.
  /// - Throws: `LedgerError.otherFormat` where another Sopwright made it, `LedgerError.accountsFile` where it cannot be made.
  package init(at path: String, key: AccountKey) throws {
    self.key = key
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw LedgerError.accountsFile(path, reason: String(cString: strerror(errno))) }
    close(file)
    var configuration = Configuration()
    configuration.busyMode = .timeout(Ledger.busyTimeout)
    database = try DatabaseQueue(path: path, configuration: configuration)
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON")
      func format() throws -> Int { try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
      if try format() == 0 {
        try db.inTransaction(.immediate) {
          // Another process may have been first.
          if try format() == 0 { try db.execute(sql: AccountStore.schema) }
          return .commit
        }
      }
      let found = try format()
      if found != AccountStore.format { throw LedgerError.otherFormat(found: found, known: AccountStore.format) }
    }
  }

  private static let format = 4
  private static let schema = """
    PRAGMA user_version = \(format);
    -- Who has a password.
    CREATE TABLE accounts (
      person       TEXT PRIMARY KEY, -- as in the taxonomy
      salt         BLOB NOT NULL,
      key          BLOB NOT NULL,    -- scrypt of the password
      failures     INTEGER NOT NULL DEFAULT 0, -- wrong passwords since the last right one
      locked_until INTEGER NOT NULL DEFAULT 0,
      totp         BLOB, -- the sealed key of the authenticator, where there is one
      totp_offered BLOB, -- a sealed key that was shown, and not confirmed by a code yet
      offered_in   BLOB, -- the session in which it was shown
      offered_at   INTEGER,
      totp_step    INTEGER NOT NULL DEFAULT 0 -- the step of the last code that was taken; none counts twice
    ) STRICT, WITHOUT ROWID;
    -- One-time links with which a person sets a password.
    CREATE TABLE links (
      digest     BLOB PRIMARY KEY CHECK (length(digest) = 32), -- SHA-256 of the token
      person     TEXT NOT NULL UNIQUE,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Who is signed in.
    CREATE TABLE sessions (
      digest     BLOB PRIMARY KEY CHECK (length(digest) = 32), -- SHA-256 of the cookie
      person     TEXT NOT NULL,
      form_token TEXT NOT NULL, -- what this session's forms carry
      began_at   INTEGER NOT NULL,
      seen_at    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_of ON sessions (person);
    -- What scripts sign in with.
    CREATE TABLE tokens (
      id         INTEGER PRIMARY KEY,
      digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256 of the token
      person     TEXT NOT NULL,
      name       TEXT NOT NULL,
      scope      TEXT NOT NULL CHECK (scope IN ('read', 'record', 'write')),
      made_at    INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      used_at    INTEGER
    ) STRICT;
    CREATE INDEX tokens_of ON tokens (person);
    -- What scripts sent under a key of their own, so that it is done once.
    CREATE TABLE requests (
      digest      BLOB PRIMARY KEY CHECK (length(digest) = 32), -- SHA-256 of person and key
      person      TEXT NOT NULL,
      fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32), -- of what was asked for
      begun_at    INTEGER NOT NULL,
      answer      BLOB -- null until it is known
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX requests_by_time ON requests (begun_at);
    CREATE INDEX requests_of ON requests (person);
    """

  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try database.write(body)
  }

  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try database.unsafeRead { try body($0) }
  }
}
