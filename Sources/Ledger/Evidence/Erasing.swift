// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

extension LedgerReader {
  /// What can be erased and holds one of the values: personal fields, rows that were held back, texts that people
  /// wrote. Reads all of it.
  /// - Parameter kept: texts that stay, whatever they hold.
  package func erasableRows(holding sought: SoughtValues, except kept: Set<Digest>) throws -> ErasedRows {
    var rows = ErasedRows()
    let personal = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT exceptions.personal, fields FROM personal JOIN exceptions ON exceptions.id = personal.exception"))
    while let row = try personal.next() {
      let fields = try PersonalFields(json: JSONValue(parsing: [UInt8](row["fields"] as Data)))
      if (fields.fields + fields.inputs).contains(where: { sought.occur(in: $0.value) }) {
        rows.personal.insert(try Digest(stored: row["personal"]))
      }
    }
    let held = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT id, raw, reason FROM quarantine WHERE released <> 2"))
    while let row = try held.next() {
      if try sought.occur(in: row["reason"]) || sought.occur(inRow: [UInt8](row["raw"] as Data)) {
        rows.heldBack.insert(try row["id"])
      }
    }
    let texts = try Row.fetchCursor(db.cachedStatement(sql: "SELECT digest, text FROM texts"))
    while let row = try texts.next() {
      let digest = try Digest(stored: row["digest"])
      if !kept.contains(digest), sought.occur(in: try row["text"]) { rows.texts.insert(digest) }
    }
    return rows
  }

  /// Personal fields of an exception, all its revisions.
  package func personalRows(of reference: String, source: String?) throws -> ErasedRows {
    var rows = ErasedRows()
    rows.personal = try Set(
      Data.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT exceptions.personal FROM exceptions JOIN sources ON sources.id = exceptions.source
            JOIN personal ON personal.exception = exceptions.id WHERE ref = ? AND (?2 IS NULL OR name = ?2)
            """), arguments: [reference, source]
      ).map { try Digest(stored: $0) })
    return rows
  }

  /// Logins that are a person's: those given, and those under which nobody else ever acted.
  package func logins(of person: PersonID, known: [String]) throws -> Set<Digest> {
    var users: [String: Set<String>] = [:]
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT json_extract(CAST(leaf AS TEXT), '$.login') AS login,
            json_extract(CAST(leaf AS TEXT), '$.actor') AS actor FROM events
          """))
    while let row = try cursor.next() { users[try row["login"], default: []].insert(try row["actor"]) }
    var logins: Set<Digest> = []
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT digest, login FROM logins")) {
      let digest = try Digest(stored: row["digest"])
      let actors = users[digest.description, default: []].subtracting([PersonID.rules.text])
      if known.contains(try row["login"]) || actors == [person.text] { logins.insert(digest) }
    }
    return logins
  }

  /// Where a value stands that cannot be erased, and how often: what is hashed as it is, or comes from git.
  package func unerasable(_ values: [String]) throws -> [(place: String, count: Int)] {
    let places = [
      (
        "fields of records that are not personal", "exceptions",
        ["ref", "raw_code", "raw_root_cause", "team", "severity", "status", "case_ref"]
      ),
      ("taxonomies, maps and texts of SOPs", "documents", ["CAST(bytes AS TEXT)"]),
      ("authors of commits in sop.git", "sop_commits", ["author"]),
      ("authors of branches in sop.git", "proposal_branches", ["author"]),
    ]
    return try places.compactMap { place, table, columns in
      let condition = values.flatMap { _ in columns.map { "instr(lower(\($0)), lower(?)) > 0" } }
      let count = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM \(table) WHERE \(condition.joined(separator: " OR "))",
        arguments: StatementArguments(values.flatMap { value in columns.map { _ in value } }))
      return count.flatMap { $0 > 0 ? (place, $0) : nil }
    }
  }

  /// The erasures so far, oldest first.
  package func erasures() throws -> [(position: Int, erased: PersonalDataErased)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT position, leaf FROM events WHERE kind = 'personal_data_erased' ORDER BY position")
    ).compactMap { row in
      guard case .erased(let erased) = try LedgerReader.event(leaf: row["leaf"], at: row["position"]).event else {
        return nil
      }
      return (try row["position"], erased)
    }
  }

  /// Everything that these events say was erased.
  package func erasedRows(_ events: [Event]) throws -> ErasedRows {
    var all = ErasedRows()
    for case .erased(let erased) in events {
      // One that is gone is a finding of its own.
      if let rows = try document(erased.rows) { all.formUnion(try ErasedRows(json: JSONValue(parsing: rows))) }
    }
    return all
  }

  /// Whether the bytes of something erased may still be in the file.
  package func mustPurge() throws -> Bool {
    try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM erasures_to_purge)")) ?? true
  }

  /// What was erased and is there again.
  func auditErased(_ erased: ErasedRows) throws -> [Finding] {
    guard !erased.isEmpty else { return [] }
    let tables = [
      ("SELECT digest FROM texts", erased.texts, "A text"), ("SELECT digest FROM logins", erased.logins, "A login"),
      (
        "SELECT exceptions.personal FROM personal JOIN exceptions ON exceptions.id = personal.exception",
        erased.personal,
        "Personal fields"
      ),
    ]
    return try tables.flatMap { sql, digests, what in
      try Data.fetchAll(db.cachedStatement(sql: sql)).map { try Digest(stored: $0) }.filter(digests.contains).map {
        Finding("erased_returned", $0.description, "\(what) that the ledger says was erased: somebody put it back.")
      }
    }
  }
}

extension LedgerTransaction {
  /// Deletes rows, salt and value, and appends the event of it. The bytes may stay in free pages until `Ledger.purge`;
  /// the file remembers that it has to be done.
  /// - Parameter person: whose name, address and logins go, too.
  /// - Returns: the event; nil where none of the rows is there, and nothing of the person is known.
  package func erase(_ rows: ErasedRows, of person: PersonID?, reason: ErasableText) throws -> PersonalDataErased? {
    var gone = ErasedRows()
    let records = try erasePersonal(rows.personal, &gone)
    for digest in rows.texts where try delete("texts", "digest", digest.data) { gone.texts.insert(digest) }
    for digest in rows.logins where try delete("logins", "digest", digest.data) { gone.logins.insert(digest) }
    for number in rows.heldBack {
      try db.cachedStatement(
        sql: """
          UPDATE quarantine SET raw = x'', field = '(row)', reason = 'It was erased.', released = 2
          WHERE id = ? AND released <> 2
          """
      ).execute(arguments: [number])
      if db.changesCount > 0 { gone.heldBack.insert(number) }
    }
    var hadDetails = false
    if let person {
      hadDetails = try delete("person_logins", "person", person.text)
      try db.cachedStatement(
        sql: "UPDATE persons SET name = NULL, address = NULL WHERE id = ? AND (name NOTNULL OR address NOTNULL)"
      ).execute(arguments: [person.text])
      hadDetails = hadDetails || db.changesCount > 0
    }
    guard !gone.isEmpty || hadDetails else { return nil }
    let erased = PersonalDataErased(
      rows: try keep(document: gone.json.canonicalBytes), reason: reason.digest, person: person, records: records,
      heldBack: gone.heldBack.count, texts: gone.texts.count)
    try keep(reason)
    try append(.erased(erased))
    return erased
  }

  /// - Returns: how many records lost their fields.
  private func erasePersonal(_ digests: Set<Digest>, _ gone: inout ErasedRows) throws -> Int {
    guard !digests.isEmpty else { return 0 }
    var records: [Int64] = []
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT exception, exceptions.personal FROM personal JOIN exceptions ON exceptions.id = personal.exception"
      ))
    while let row = try cursor.next() {
      let digest = try Digest(stored: row["personal"])
      guard digests.contains(digest) else { continue }
      records.append(try row["exception"])
      gone.personal.insert(digest)
    }
    for record in records { _ = try delete("personal", "exception", record) }
    return records.count
  }

  private func delete(_ table: String, _ column: String, _ value: some DatabaseValueConvertible) throws -> Bool {
    try db.cachedStatement(sql: "DELETE FROM \(table) WHERE \(column) = ?").execute(arguments: [value])
    return db.changesCount > 0
  }

  func mustPurge(after position: Int) throws {
    try db.execute(sql: "INSERT INTO erasures_to_purge (position) VALUES (?)", arguments: [position])
  }
}

extension Ledger {
  /// What is deleted from now on by this process is overwritten with zeros at once.
  package func overwriteDeleted() throws {
    try database.inDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
  }

  /// Writes the file anew where something was erased, and empties the write-ahead log, so that no byte of it is left in
  /// either. Takes as long, and as much room beside, as the database is large. A crash midway leaves it to be done
  /// again.
  /// - Returns: false where somebody reads all the time, so that the log could not be emptied within ten seconds.
  package func purge(holding lock: borrowing WorkspaceLock) throws -> Bool {
    guard try read({ try $0.mustPurge() }) else { return true }
    return try database.inDatabase { db in
      try db.execute(sql: "VACUUM")
      do { _ = try db.checkpoint(.truncate) } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        return false
      }
      try db.execute(sql: "DELETE FROM erasures_to_purge")
      _ = try? db.checkpoint(.truncate)  // holds nothing that was erased
      return true
    }
  }
}
