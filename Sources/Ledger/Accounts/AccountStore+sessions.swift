// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

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

  fileprivate init(_ row: Row) throws {
    self.init(
      digest: try Digest(stored: try row["digest"]), person: try row.person("person"), formToken: try row["form_token"],
      beganAt: try row.time("began_at"), seenAt: try row.time("seen_at"))
  }
}

extension AccountStore {
  private static let columns = "digest, person, form_token, began_at, seen_at"

  package func begin(_ session: Session) throws {
    try write { db in
      try db.execute(
        sql: "INSERT INTO sessions (\(AccountStore.columns)) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          session.digest.data, session.person.text, session.formToken, session.beganAt.milliseconds,
          session.seenAt.milliseconds,
        ])
    }
  }

  package func session(_ digest: Digest) throws -> Session? {
    try read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT \(AccountStore.columns) FROM sessions WHERE digest = ?"),
        arguments: [digest.data]
      ).map(Session.init)
    }
  }

  /// The newest first.
  package func sessions(of person: PersonID) throws -> [Session] {
    try read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT \(AccountStore.columns) FROM sessions WHERE person = ? ORDER BY began_at DESC, digest"),
        arguments: [person.text]
      ).map(Session.init)
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

  /// Ends every session of a person but one.
  package func endSessions(of person: PersonID, but kept: Digest) throws {
    try write { db in
      try db.execute(
        sql: "DELETE FROM sessions WHERE person = ? AND digest <> ?", arguments: [person.text, kept.data])
    }
  }

  /// Removes sessions that began or were last used too long ago, and links and tokens whose time is over.
  package func removeExpired(beganBefore began: Timestamp, seenBefore seen: Timestamp, now: Timestamp) throws {
    try write { db in
      try db.execute(
        sql: "DELETE FROM sessions WHERE began_at < ? OR seen_at < ?",
        arguments: [began.milliseconds, seen.milliseconds])
      for table in ["links", "tokens"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE expires_at <= ?", arguments: [now.milliseconds])
      }
    }
  }
}
