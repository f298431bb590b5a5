// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// What is looked for in the record, to be erased.
package struct ErasableSearch: Sendable {
  /// Whatever holds one of them.
  package let sought: SoughtValues
  /// The logins of a person, and those that are known to be theirs.
  package let person: PersonID?
  package let logins: [String]
  /// The personal fields of an exception, of all its revisions.
  package let exception: String?
  package let source: String?

  package init(
    _ sought: SoughtValues, person: PersonID? = nil, logins: [String] = [], exception: String? = nil,
    source: String? = nil
  ) {
    (self.sought, self.person, self.logins) = (sought, person, logins)
    (self.exception, self.source) = (exception, source)
  }
}

/// What was found that can be erased, and up to where the record was looked at: looking goes on from there.
package struct FoundRows: Sendable {
  /// The logins of the person among them as of now; texts, also those that must stay.
  package fileprivate(set) var rows = ErasedRows()
  /// The records whose personal fields are among them.
  package fileprivate(set) var records: Set<Int64> = []
  /// Who acted under which login, by its digest.
  private var users: [String: Set<String>] = [:]
  private var lastRecord: Int64 = 0
  private var lastHeldBack = 0
  private var size = 0

  package init() {}
}

extension FoundRows {
  /// Looks at what was not looked at yet. Numbers of records and of rows held back, and positions of events, only grow, and each text is
  /// named by an event; so the second time is quick, and the search is as good as one of everything. Of rows that were held back before,
  /// only the reasons are looked at again, for nothing else of them changes.
  package mutating func extend(_ search: ErasableSearch, _ reader: LedgerReader) throws {
    let (db, sought) = (reader.db, search.sought)
    if !sought.isEmpty {
      try addPersonal(holding: sought, db)
      try addHeldBack(holding: sought, db)
      try addTexts(holding: sought, reader)
    }
    if let reference = search.exception { try addPersonal(of: reference, search.source, db) }
    if let person = search.person { try setLogins(of: person, known: search.logins, db) }
    lastRecord = try Int64.fetchOne(db, sql: "SELECT max(id) FROM exceptions") ?? 0
    lastHeldBack = try Int.fetchOne(db, sql: "SELECT max(id) FROM quarantine") ?? 0
    size = try reader.treeHead().size
  }

  private mutating func addPersonal(holding sought: SoughtValues, _ db: Database) throws {
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT exception, fields FROM personal WHERE exception > ?"), arguments: [lastRecord])
    while let row = try cursor.next() {
      let bytes = [UInt8](try row["fields"] as Data)
      // Names of fields are no data, so what is found in the whole is looked at again.
      guard sought.occur(inRow: bytes) else { continue }
      let fields = try PersonalFields(json: JSONValue(parsing: bytes))
      if (fields.fields + fields.inputs).contains(where: { sought.occur(in: $0.value) }) {
        try add(record: try row["exception"], db)
      }
    }
  }

  private mutating func addPersonal(of reference: String, _ source: String?, _ db: Database) throws {
    let records = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT exceptions.id FROM exceptions JOIN sources ON sources.id = exceptions.source
          JOIN personal ON personal.exception = exceptions.id
          WHERE exceptions.id > ?1 AND ref = ?2 AND (?3 IS NULL OR name = ?3)
          """), arguments: [lastRecord, reference, source])
    for record in records { try add(record: record, db) }
  }

  private mutating func add(record: Int64, _ db: Database) throws {
    let digest = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT personal FROM exceptions WHERE id = ?"), arguments: [record])
    guard let digest else { return }  // `verify` says that a record is missing
    rows.personal.insert(try Digest(stored: digest))
    records.insert(record)
  }

  private mutating func addHeldBack(holding sought: SoughtValues, _ db: Database) throws {
    let new = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT id, raw FROM quarantine WHERE id > ? AND released <> 2"),
      arguments: [lastHeldBack])
    while let row = try new.next() {
      if sought.occur(inRow: [UInt8](try row["raw"] as Data)) { rows.heldBack.insert(try row["id"]) }
    }
    let reasons = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT id, reason FROM quarantine WHERE released <> 2"))
    while let row = try reasons.next() {
      if sought.occur(in: try row["reason"]) { rows.heldBack.insert(try row["id"]) }
    }
  }

  private mutating func addTexts(holding sought: SoughtValues, _ reader: LedgerReader) throws {
    guard size > 0 else {
      let texts = try Row.fetchCursor(reader.db.cachedStatement(sql: "SELECT digest, text FROM texts"))
      while let row = try texts.next() {
        if sought.occur(in: try row["text"]) { rows.texts.insert(try Digest(stored: row["digest"])) }
      }
      return
    }
    let leaves = try Row.fetchCursor(
      reader.db.cachedStatement(sql: "SELECT position, leaf FROM events WHERE position >= ?"), arguments: [size])
    while let row = try leaves.next() {
      for digest in try LedgerReader.event(leaf: row["leaf"], at: row["position"]).event.texts {
        if let text = try reader.text(digest), sought.occur(in: text) { rows.texts.insert(digest) }
      }
    }
  }

  /// Logins that are a person's: those given, and those under which nobody else ever acted.
  private mutating func setLogins(of person: PersonID, known: [String], _ db: Database) throws {
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT json_extract(CAST(leaf AS TEXT), '$.login') AS login,
            json_extract(CAST(leaf AS TEXT), '$.actor') AS actor FROM events WHERE position >= ?
          """), arguments: [size])
    while let row = try cursor.next() { users[try row["login"], default: []].insert(try row["actor"]) }
    rows.logins = []
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT digest, login FROM logins")) {
      let digest = try Digest(stored: row["digest"])
      let actors = users[digest.description, default: []].subtracting([PersonID.rules.text])
      if known.contains(try row["login"]) || actors == [person.text] { rows.logins.insert(digest) }
    }
  }
}
