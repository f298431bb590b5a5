// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// What a script may do with a token. Each scope includes those before it.
package enum TokenScope: String, CaseIterable, Comparable, Sendable {
  case read, record, write

  package static func < (left: TokenScope, right: TokenScope) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .read: 0
    case .record: 1
    case .write: 2
    }
  }
}

/// What is known of a token, but not the token: only whoever made it has it.
package struct APIToken: Sendable {
  package let id: Int64
  package let person: PersonID
  package let name: String
  package let scope: TokenScope
  package let madeAt: Timestamp
  package let expiresAt: Timestamp
  package let usedAt: Timestamp?

  fileprivate init(_ row: Row) throws {
    guard let scope = TokenScope(rawValue: try row["scope"]) else { throw LedgerError.unreadable(column: "scope") }
    self.scope = scope
    id = try row["id"]
    person = try row.person("person")
    name = try row["name"]
    madeAt = try row.time("made_at")
    expiresAt = try row.time("expires_at")
    usedAt = try row.optionalTime("used_at")
  }
}

extension AccountStore {
  private static let columns = "id, person, name, scope, made_at, expires_at, used_at"

  package func keepToken(
    _ digest: Digest, of person: PersonID, name: String, scope: TokenScope, madeAt: Timestamp, expiresAt: Timestamp
  ) throws {
    try write { db in
      try db.execute(
        sql: "INSERT INTO tokens (digest, person, name, scope, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          digest.data, person.text, name, scope.rawValue, madeAt.milliseconds, expiresAt.milliseconds,
        ])
    }
  }

  /// What people called their tokens.
  package func tokenNames() throws -> [(person: PersonID, name: String)] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT person, name FROM tokens").map { (try $0.person("person"), try $0["name"]) }
    }
  }

  package func token(_ digest: Digest) throws -> APIToken? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT \(AccountStore.columns) FROM tokens WHERE digest = ?"),
        arguments: [digest.data]
      ).map(APIToken.init)
    }
  }

  /// In the order in which they were made.
  package func tokens(of person: PersonID) throws -> [APIToken] {
    try read { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT \(AccountStore.columns) FROM tokens WHERE person = ? ORDER BY id"),
        arguments: [person.text]
      ).map(APIToken.init)
    }
  }

  package func use(token id: Int64, at now: Timestamp) throws {
    try write { db in
      try db.execute(sql: "UPDATE tokens SET used_at = ? WHERE id = ?", arguments: [now.milliseconds, id])
    }
  }

  /// The token no longer works. Nothing where it is another person's.
  package func revoke(token id: Int64, of person: PersonID) throws {
    try write { db in
      try db.execute(sql: "DELETE FROM tokens WHERE id = ? AND person = ?", arguments: [id, person.text])
    }
  }
}
