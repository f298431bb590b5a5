// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A key that was shown to a person who has not given a code of it yet.
package struct OfferedKey: Equatable, Sendable {
  package let key: SealedKey
  /// In which it was shown.
  package let session: Digest
  package let at: Timestamp
}

/// What is kept of a password, and of an authenticator.
package struct AccountSecret: Sendable {
  package let salt: [UInt8]
  package let key: [UInt8]
  package let failures: Int
  package let lockedUntil: Timestamp
  /// The key of the authenticator; nil where there is none.
  package let totp: SealedKey?
  /// A key that was shown, and that no code has confirmed yet.
  package let totpOffered: OfferedKey?
  package let totpStep: Int64

  package init(
    salt: [UInt8], key: [UInt8], failures: Int = 0, lockedUntil: Timestamp = Timestamp(milliseconds: 0),
    totp: SealedKey? = nil, totpOffered: OfferedKey? = nil, totpStep: Int64 = 0
  ) {
    self.salt = salt
    self.key = key
    self.failures = failures
    self.lockedUntil = lockedUntil
    self.totp = totp
    self.totpOffered = totpOffered
    self.totpStep = totpStep
  }
}

extension AccountStore {
  package func hasAccounts() throws -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM accounts)") ?? false }
  }

  package func secret(of person: PersonID) throws -> AccountSecret? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT salt, key, failures, locked_until, totp, totp_offered, offered_in, offered_at, totp_step
            FROM accounts WHERE person = ?
            """),
        arguments: [person.text]
      ).map { row in
        AccountSecret(
          salt: [UInt8](try row["salt"] as Data), key: [UInt8](try row["key"] as Data), failures: try row["failures"],
          lockedUntil: try row.time("locked_until"),
          totp: (try row["totp"] as Data?).map { SealedKey(bytes: [UInt8]($0)) },
          totpOffered: try (row["totp_offered"] as Data?).map { key in
            OfferedKey(
              key: SealedKey(bytes: [UInt8](key)), session: try Digest(stored: row["offered_in"]),
              at: try row.time("offered_at"))
          },
          totpStep: try row["totp_step"])
      }
    }
  }

  /// Sets a password, and forgets the authenticator. Whoever is signed in as this person is signed out, and the person's link and tokens
  /// are used up.
  package func set(_ secret: AccountSecret, of person: PersonID) throws {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO accounts (person, salt, key) VALUES (?, ?, ?)",
        arguments: [person.text, secret.salt.data, secret.key.data])
      try AccountStore.forget(person, in: ["links", "sessions", "tokens"], db)
    }
  }

  /// Sets another password for somebody who is signed in. Whoever is signed in as this person elsewhere is signed out.
  package func change(_ secret: AccountSecret, of person: PersonID, keeping session: Digest) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE accounts SET salt = ?, key = ?, failures = 0 WHERE person = ?",
        arguments: [secret.salt.data, secret.key.data, person.text])
      try db.execute(sql: "DELETE FROM links WHERE person = ?", arguments: [person.text])
      try db.execute(
        sql: "DELETE FROM sessions WHERE person = ? AND digest <> ?", arguments: [person.text, session.data])
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

  /// A code of this step was taken.
  package func note(totpStep step: Int64, of person: PersonID) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE accounts SET totp_step = ? WHERE person = ?", arguments: [step, person.text])
    }
  }

  package func hasAuthenticator(_ person: PersonID) throws -> Bool {
    try read { db in
      try Bool.fetchOne(
        db.cachedStatement(sql: "SELECT totp IS NOT NULL FROM accounts WHERE person = ?"), arguments: [person.text])
        ?? false
    }
  }

  /// Whether keys of authenticators can be opened and sealed.
  /// - Throws: `AccountKeyError` where not, or where some were sealed with another than what is there now.
  package func checkKey() throws {
    try key.check()
    let sealed = try read { db in
      try Row.fetchOne(db, sql: "SELECT person, totp FROM accounts WHERE totp NOTNULL LIMIT 1")
    }
    guard let sealed else { return }
    _ = try key.open(SealedKey(bytes: [UInt8](try sealed["totp"] as Data)), of: try sealed.person("person"))
  }

  /// The key of an authenticator.
  /// - Throws: `AccountKeyError` where it does not open.
  package func key(_ sealed: SealedKey, of person: PersonID) throws -> [UInt8] { try key.open(sealed, of: person) }

  /// Keeps a key that is shown to a person, until they confirm it, in the same session.
  /// - Throws: `AccountKeyError` where others are sealed and the file that opens them is gone: a new one would open none of them.
  package func offer(totp key: [UInt8], in session: Session, at now: Timestamp) throws {
    try write { db in
      let isFirst = try Bool.fetchOne(
        db,
        sql: "SELECT NOT EXISTS (SELECT 1 FROM accounts WHERE totp NOTNULL OR (totp_offered NOTNULL AND person <> ?))",
        arguments: [session.person.text])
      // Within the transaction, so that the file with which it is sealed is made once.
      let sealed = try self.key.seal(key, of: session.person, makingKey: isFirst ?? false)
      try db.execute(
        sql: "UPDATE accounts SET totp_offered = ?, offered_in = ?, offered_at = ? WHERE person = ?",
        arguments: [sealed.bytes.data, session.digest.data, now.milliseconds, session.person.text])
    }
  }

  /// From now on a code of this key is asked for, in place of one that counted before. Whoever is signed in as this person elsewhere, without
  /// a code of it, is signed out.
  /// - Parameter removesTokens: whether tokens stop working, too.
  /// - Returns: false where another was offered meanwhile; then nothing has changed.
  package func confirm(_ offered: OfferedKey, step: Int64, of person: PersonID, removesTokens: Bool) throws -> Bool {
    try write { db in
      try db.execute(
        sql: """
          UPDATE accounts
          SET totp = totp_offered, totp_offered = NULL, offered_in = NULL, offered_at = NULL, totp_step = ?
          WHERE person = ? AND totp_offered = ?
          """, arguments: [step, person.text, offered.key.bytes.data])
      guard db.changesCount > 0 else { return false }
      try db.execute(
        sql: "DELETE FROM sessions WHERE person = ? AND digest <> ?",
        arguments: [person.text, offered.session.data])
      if removesTokens { try AccountStore.forget(person, in: ["tokens"], db) }
      return true
    }
  }

  /// No code is asked for any more.
  package func removeTOTP(of person: PersonID) throws {
    try write { db in
      try db.execute(
        sql: """
          UPDATE accounts
          SET totp = NULL, totp_offered = NULL, offered_in = NULL, offered_at = NULL, totp_step = 0 WHERE person = ?
          """,
        arguments: [person.text])
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

  private static let tables = ["accounts", "links", "sessions", "tokens", "requests"]

  /// Removes the account of a person, and all with which they sign in.
  package func remove(_ person: PersonID) throws {
    try write { try AccountStore.forget(person, in: AccountStore.tables, $0) }
  }

  /// Whether there is anything that `remove` would remove.
  package func knows(_ person: PersonID) throws -> Bool {
    try read { db in
      try AccountStore.tables.contains { table in
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE person = ?)", arguments: [person.text]) ?? false
      }
    }
  }

  private static func forget(_ person: PersonID, in tables: [String], _ db: Database) throws {
    for table in tables {
      try db.execute(sql: "DELETE FROM \(table) WHERE person = ?", arguments: [person.text])
    }
  }
}
