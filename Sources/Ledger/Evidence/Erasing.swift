// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

extension LedgerReader {
  /// Where a value stands that cannot be erased, and how often: what is hashed as it is, or comes from git.
  package func unerasable(_ sought: SoughtValues) throws -> [(place: String, count: Int)] {
    let places = [
      (
        "fields of records that are not personal", "exceptions",
        ["ref", "raw_code", "raw_root_cause", "team", "severity", "status", "case_ref"]
      ),
      ("taxonomies, maps, headers of exports and texts of SOP changes", "documents", ["CAST(bytes AS TEXT)"]),
    ]
    return try places.compactMap { place, table, columns in
      let text = columns.map { "coalesce(\($0), '')" }.joined(separator: " || char(10) || ")
      let cursor = try String.fetchCursor(db, sql: "SELECT \(text) FROM \(table)")
      var count = 0
      while let text = try cursor.next() { if sought.occur(in: text) { count += 1 } }
      return count > 0 ? (place, count) : nil
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

  /// Whether somebody's data were erased since the record had so many events.
  package func wasErased(since size: Int) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM events WHERE position >= ? AND kind = 'personal_data_erased')"),
      arguments: [size]) ?? true
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
        "SELECT exceptions.personal FROM personal JOIN exceptions ON exceptions.id = personal.exception "
          + "WHERE exceptions.personal IS NOT NULL",
        erased.personal, "Personal fields"
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
  /// The same of what was found, but for texts that stay.
  /// - Parameter hadMore: whether something of the person went that is not in the record; then there is an event in any case.
  package func erase(
    _ found: FoundRows, except kept: Set<Digest>, of person: PersonID?, hadMore: Bool, reason: ErasableText
  ) throws -> PersonalDataErased? {
    var rows = found.rows
    rows.texts.subtract(kept)
    return try erase(rows, records: found.records, of: person, hadMore: hadMore, reason: reason)
  }

  /// Deletes rows, salt and value, and appends the event of it. The bytes may stay in free pages until `Ledger.purge`;
  /// the file remembers that it has to be done.
  /// - Parameters:
  ///   - records: whose personal fields are among the rows; nil looks through all of them.
  ///   - person: whose name, address and logins go, too.
  /// - Returns: the event; nil where none of the rows is there, and nothing of the person is known.
  package func erase(
    _ rows: ErasedRows, records: Set<Int64>? = nil, of person: PersonID?, hadMore: Bool = false, reason: ErasableText
  ) throws -> PersonalDataErased? {
    var gone = ErasedRows()
    let records = try erasePersonal(of: records ?? self.records(withPersonal: rows.personal), &gone)
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
    guard !gone.isEmpty || hadDetails || hadMore else { return nil }
    let erased = PersonalDataErased(
      rows: try keep(document: gone.json.canonicalBytes), reason: reason.digest, person: person, records: records,
      heldBack: gone.heldBack.count, texts: gone.texts.count)
    try keep(reason)
    try append(.erased(erased))
    return erased
  }

  private func records(withPersonal digests: Set<Digest>) throws -> Set<Int64> {
    guard !digests.isEmpty else { return [] }
    var records: Set<Int64> = []
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT exception, exceptions.personal FROM personal JOIN exceptions ON exceptions.id = personal.exception"
      ))
    while let row = try cursor.next() {
      if try digests.contains(Digest(stored: row["personal"])) { records.insert(try row["exception"]) }
    }
    return records
  }

  /// - Returns: how many records lost their fields.
  private func erasePersonal(of records: Set<Int64>, _ gone: inout ErasedRows) throws -> Int {
    var count = 0
    for record in records.sorted() where try delete("personal", "exception", record) {
      let digest = try Data.fetchOne(
        db.cachedStatement(sql: "SELECT personal FROM exceptions WHERE id = ?"), arguments: [record])
      if let digest { gone.personal.insert(try Digest(stored: digest)) }
      count += 1
    }
    return count
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
