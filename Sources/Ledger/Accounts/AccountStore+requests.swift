// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A request that somebody sent under a key of their own, so that sending it again does not do it again.
package struct KeyedRequest: Equatable, Sendable {
  /// Of what was asked for.
  package let fingerprint: Digest
  package let begunAt: Timestamp
  /// Nil until it is known.
  package let answer: [UInt8]?
}

extension AccountStore {
  /// Takes note that a request begins, before it does anything.
  /// - Returns: the one that was sent under the same key before; nil where this is the first.
  package func begin(request key: Digest, of person: PersonID, fingerprint: Digest, at now: Timestamp) throws
    -> KeyedRequest?
  {
    try write { db in
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT fingerprint, begun_at, answer FROM requests WHERE digest = ?"),
        arguments: [key.data])
      if let row {
        return KeyedRequest(
          fingerprint: try Digest(stored: row["fingerprint"]), begunAt: try row.time("begun_at"),
          answer: (try row["answer"] as Data?).map { [UInt8]($0) })
      }
      try db.cachedStatement(sql: "INSERT INTO requests (digest, person, fingerprint, begun_at) VALUES (?, ?, ?, ?)")
        .execute(arguments: [key.data, person.text, fingerprint.data, now.milliseconds])
      return nil
    }
  }

  package func keep(answer: [UInt8], ofRequest key: Digest) throws {
    try write { db in
      try db.cachedStatement(sql: "UPDATE requests SET answer = ? WHERE digest = ?")
        .execute(arguments: [answer.data, key.data])
    }
  }

  /// It did nothing, and may be sent again.
  package func forget(request key: Digest) throws {
    try write { db in
      try db.cachedStatement(sql: "DELETE FROM requests WHERE digest = ?").execute(arguments: [key.data])
    }
  }

  package func removeRequests(begunBefore time: Timestamp) throws {
    try write { db in
      try db.execute(sql: "DELETE FROM requests WHERE begun_at < ?", arguments: [time.milliseconds])
    }
  }
}
