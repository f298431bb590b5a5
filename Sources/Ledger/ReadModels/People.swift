// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// What can be erased of a person.
package struct PersonDetails: Equatable, Sendable {
  package var id: PersonID
  package var name: String?
  package var address: String?
  package var logins: [String]

  package init(id: PersonID, name: String?, address: String?, logins: [String]) {
    self.id = id
    self.name = name
    self.address = address
    self.logins = logins
  }
}

extension LedgerTransaction {
  /// Names, addresses and logins as they are now; the ones before are gone.
  package func setPeople(_ people: [PersonDetails]) throws {
    try db.execute(sql: "DELETE FROM persons; DELETE FROM person_logins")
    for person in people {
      try db.execute(
        sql: "INSERT INTO persons (id, name, address) VALUES (?, ?, ?)",
        arguments: [person.id.text, person.name, person.address])
      for login in person.logins {
        try db.execute(
          sql: "INSERT OR IGNORE INTO person_logins (login, person) VALUES (?, ?)", arguments: [login, person.id.text])
      }
    }
  }
}

extension LedgerReader {
  package func people() throws -> [PersonDetails] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT id, name, address FROM persons ORDER BY id")).map { row in
      PersonDetails(
        id: try row.person("id"), name: try row["name"], address: try row["address"],
        logins: try String.fetchAll(
          db.cachedStatement(sql: "SELECT login FROM person_logins WHERE person = ? ORDER BY login"),
          arguments: [try row["id"] as String]))
    }
  }

  /// The login behind a digest; nil where it was erased.
  package func login(_ digest: Digest) throws -> String? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT login FROM logins WHERE digest = ?"), arguments: [digest.data])
  }
}
