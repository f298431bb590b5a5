// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// Who can sign in, in a file of its own beside the record (`accounts.sqlite`, 0600): it holds secrets and no decision, so it is part of
/// no audit pack, and losing it loses no record.
///
/// A password is kept as a key derived from it, a token only as its SHA-256. Every write is durable when it returns.
package struct AccountStore: Sendable {
  private let database: DatabaseQueue

  /// Opens the file, or makes it.
  /// - Throws: `LedgerError.otherFormat` where another Sopwright made it.
  package init(at path: String) throws {
    let isNew = !FileManager.default.fileExists(atPath: path)
    if isNew, !FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) {
      throw LedgerError.missing(path)
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(Ledger.busyTimeout)
    database = try DatabaseQueue(path: path, configuration: configuration)
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON")
      try db.inTransaction(.immediate) {
        let format = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if format == 0 { try db.execute(sql: AccountStore.schema) }
        if format > AccountStore.format {
          throw LedgerError.otherFormat(found: format, known: AccountStore.format)
        }
        return .commit
      }
    }
  }

  private static let format = 1

  private static let schema = """
    PRAGMA user_version = \(format);
    -- Who has a password.
    CREATE TABLE accounts (
      person       TEXT PRIMARY KEY, -- as in the taxonomy
      salt         BLOB NOT NULL,
      key          BLOB NOT NULL,    -- scrypt of the password
      failures     INTEGER NOT NULL DEFAULT 0, -- wrong passwords since the last right one
      locked_until INTEGER NOT NULL DEFAULT 0
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
    """

  private func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try database.write(body)
  }

  private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try database.unsafeRead { try body($0) }
  }
}

/// What is kept of a password.
package struct AccountSecret: Sendable {
  package let salt: [UInt8]
  package let key: [UInt8]
  package let failures: Int
  package let lockedUntil: Timestamp

  package init(salt: [UInt8], key: [UInt8], failures: Int = 0, lockedUntil: Timestamp = Timestamp(milliseconds: 0)) {
    self.salt = salt
    self.key = key
    self.failures = failures
    self.lockedUntil = lockedUntil
  }
}

/// Somebody who is signed in.
package struct Session: Sendable {
  package let digest: Digest
  package let person: PersonID
  /// Each form of the session carries it, and none of another's.
  package let formToken: String
  package let beganAt: Timestamp
  package let seenAt: Timestamp

  package init(digest: Digest, person: PersonID, formToken: String, beganAt: Timestamp, seenAt: Timestamp) {
    self.digest = digest
    self.person = person
    self.formToken = formToken
    self.beganAt = beganAt
    self.seenAt = seenAt
  }
}

extension AccountStore {
  package func hasAccounts() throws -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM accounts)") ?? false }
  }

  package func secret(of person: PersonID) throws -> AccountSecret? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT salt, key, failures, locked_until FROM accounts WHERE person = ?"),
        arguments: [person.text]
      ).map { row in
        AccountSecret(
          salt: [UInt8](try row["salt"] as Data), key: [UInt8](try row["key"] as Data), failures: try row["failures"],
          lockedUntil: try row.time("locked_until"))
      }
    }
  }

  /// Sets a password. Whoever is signed in as this person is signed out, and the person's link is used up.
  package func set(_ secret: AccountSecret, of person: PersonID) throws {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO accounts (person, salt, key) VALUES (?, ?, ?)",
        arguments: [person.text, secret.salt.data, secret.key.data])
      for table in ["links", "sessions"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE person = ?", arguments: [person.text])
      }
    }
  }

  /// How many wrong passwords there were since the last right one, and until when none is looked at.
  package func note(failures: Int, lockedUntil: Timestamp, of person: PersonID) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE accounts SET failures = ?, locked_until = ? WHERE person = ?",
        arguments: [failures, lockedUntil.milliseconds, person.text])
    }
  }

  /// A person has one link at most: the one before stops working.
  package func keepLink(_ digest: Digest, for person: PersonID, until expiry: Timestamp) throws {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO links (digest, person, expires_at) VALUES (?, ?, ?)",
        arguments: [digest.data, person.text, expiry.milliseconds])
    }
  }

  /// Whose link it is; nil where there is none, or where its time is over.
  package func person(ofLink digest: Digest, at now: Timestamp) throws -> PersonID? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT person FROM links WHERE digest = ? AND expires_at > ?"),
        arguments: [digest.data, now.milliseconds]
      ).map { try $0.person("person") }
    }
  }

  package func begin(_ session: Session) throws {
    try write { db in
      try db.execute(
        sql: "INSERT INTO sessions (digest, person, form_token, began_at, seen_at) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          session.digest.data, session.person.text, session.formToken, session.beganAt.milliseconds,
          session.seenAt.milliseconds,
        ])
    }
  }

  package func session(_ digest: Digest) throws -> Session? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT person, form_token, began_at, seen_at FROM sessions WHERE digest = ?"),
        arguments: [digest.data]
      ).map { row in
        Session(
          digest: digest, person: try row.person("person"), formToken: try row["form_token"],
          beganAt: try row.time("began_at"), seenAt: try row.time("seen_at"))
      }
    }
  }

  package func see(_ digest: Digest, at now: Timestamp) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE sessions SET seen_at = ? WHERE digest = ?", arguments: [now.milliseconds, digest.data])
    }
  }

  package func end(_ digest: Digest) throws {
    try write { try $0.execute(sql: "DELETE FROM sessions WHERE digest = ?", arguments: [digest.data]) }
  }

  /// Removes sessions that began or were last used too long ago, and links whose time is over.
  package func removeExpired(beganBefore began: Timestamp, seenBefore seen: Timestamp, now: Timestamp) throws {
    try write { db in
      try db.execute(
        sql: "DELETE FROM sessions WHERE began_at < ? OR seen_at < ?",
        arguments: [began.milliseconds, seen.milliseconds])
      try db.execute(sql: "DELETE FROM links WHERE expires_at <= ?", arguments: [now.milliseconds])
    }
  }

  /// Removes the account, the link and the sessions of a person.
  package func remove(_ person: PersonID) throws {
    try write { db in
      for table in ["accounts", "links", "sessions"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE person = ?", arguments: [person.text])
      }
    }
  }
}
