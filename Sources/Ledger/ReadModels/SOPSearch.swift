// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A file of the handbook as the search index takes it.
package struct SearchableText: Sendable {
  /// Git's id of the file.
  package let blob: String
  package let title: String
  package let body: String

  package init(blob: String, title: String, body: String) {
    self.blob = blob
    self.title = title
    self.body = body
  }
}

// The index is no record of anything: it is filled when somebody searches, and finds what git holds.
extension LedgerReader {
  /// Files that the index does not have yet: those that are newest at a path, or all.
  package func unindexedBlobs(allVersions: Bool) throws -> [String] {
    let newest = allVersions ? "" : "AND sequence IN (SELECT max(sequence) FROM sop_versions GROUP BY path)"
    return try Data.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT blob FROM sop_versions LEFT JOIN sop_contents USING (blob)
          WHERE blob IS NOT NULL AND coalesce(indexed, 0) = 0 AND problem IS NULL \(newest)
          """)
    ).map { [UInt8]($0).lowerCaseHex }
  }

  /// Versions that match, the best first: of SOPs as they are, or of all versions.
  package func versions(matching query: SearchQuery, allVersions: Bool, limit: Int) throws -> [SOPVersion] {
    // By the plus SQLite asks for each file which versions are of it, and not for each version whether it is of the file.
    let newest = allVersions ? "" : "AND +sequence IN (SELECT max(sequence) FROM sop_versions GROUP BY path)"
    let rows = try Row.fetchAll(
      db.cachedStatement(
        // The index first, and once: left to itself, SQLite asks it for each version.
        sql: """
          WITH found AS MATERIALIZED (
            SELECT rowid AS id, bm25(sop_text, 8.0, 1.0) AS score FROM sop_text WHERE sop_text MATCH ?)
          SELECT number, path, sop_versions.blob AS blob, commit_id, author, committed_at, founding, change, content, problem,
            front_matter
          FROM found CROSS JOIN sop_contents USING (id) CROSS JOIN sop_versions USING (blob)
          CROSS JOIN sop_commits USING (number)
          WHERE true \(newest) ORDER BY score, path, sequence DESC LIMIT ?
          """), arguments: [query.fullText, limit])
    let zone = try zone()
    return try rows.compactMap { try version($0, at: SOPPath($0["path"]), after: nil, zone) }
      .filter { allVersions || !$0.isRetired }
  }
}

extension LedgerReader {
  /// Whether the index has other words, or other places of them, than the files that it is said to have; by making it again in memory.
  /// And whether a search finds them: it goes by pages that nobody reads who reads all of the index.
  /// - Parameter text: of a file, as it is indexed; nil where it has none.
  package func searchIndexDiffers(_ text: (_ blob: String) throws -> SearchableText?) throws -> Bool {
    let model = try DatabaseQueue()
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT id, blob, indexed FROM sop_contents WHERE indexed <> 0 ORDER BY id"))
    guard try rows.allSatisfy({ try $0["indexed"] == 1 }), try isSearchIndexWhole() else { return true }
    return try model.inDatabase { model in
      try model.execute(sql: Schema.searchIndex)
      for row in rows {
        guard let text = try text([UInt8](row["blob"] as Data).lowerCaseHex) else { return true }
        try model.cachedStatement(sql: "INSERT INTO sop_text (rowid, title, body) VALUES (?, ?, ?)")
          .execute(arguments: [row["id"] as Int64, text.title, text.body])
      }
      return try LedgerReader.differ(db, model, "SELECT term, doc, col, offset FROM temp.sop_words")
        || LedgerReader.differ(db, model, "SELECT id, sz, NULL, NULL FROM sop_text_docsize ORDER BY id")
        // How many files and words there are, by which what is found is ranked.
        || LedgerReader.differ(db, model, "SELECT block, NULL, NULL, NULL FROM sop_text_data WHERE id = 1")
    }
  }

  /// By SQLite's own check, which is a command that writes: it is given to a copy in memory.
  private func isSearchIndexWhole() throws -> Bool {
    let copy = try DatabaseQueue()
    return try copy.inDatabase { copy in
      try copy.execute(sql: Schema.searchIndex)
      for (table, columns) in [
        ("data", "id, block"), ("idx", "segid, term, pgno"), ("docsize", "id, sz"), ("config", "k, v"),
      ] {
        try copy.execute(sql: "DELETE FROM sop_text_\(table)")
        let marks = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
        let insertion = try copy.makeStatement(sql: "INSERT INTO sop_text_\(table) (\(columns)) VALUES (\(marks))")
        let rows = try Row.fetchCursor(db, sql: "SELECT \(columns) FROM sop_text_\(table)")
        while let row = try rows.next() { try insertion.execute(arguments: StatementArguments(row.databaseValues)) }
      }
      do {
        try copy.execute(sql: "INSERT INTO sop_text (sop_text) VALUES ('integrity-check')")
        return true
      } catch is DatabaseError { return false }
    }
  }

  private static func differ(_ one: Database, _ other: Database, _ query: String) throws -> Bool {
    for db in [one, other] {
      // Reads what the index holds; it stands in the connection alone.
      try db.execute(sql: "CREATE VIRTUAL TABLE IF NOT EXISTS temp.sop_words USING fts5vocab(main, sop_text, instance)")
    }
    let (left, right) = (try Row.fetchCursor(one, sql: query), try Row.fetchCursor(other, sql: query))
    while let row = try left.next() {
      guard let match = try right.next(), row == match else { return true }
    }
    return try right.next() != nil
  }
}

extension Ledger {
  /// Adds files to the search index, and what they say of themselves. Waits for the lock.
  package func index(_ texts: [(text: SearchableText, contents: SOPContents)]) throws {
    let lock = try WorkspaceLock(waitingFor: lockPath)
    try writeCache(holding: lock) { db in
      for (text, contents) in texts {
        try db.keep(contents, of: text.blob)
        let blob = [UInt8](lowerCaseHex: text.blob)?.data
        let row = try Row.fetchOne(
          db.cachedStatement(sql: "SELECT id, indexed FROM sop_contents WHERE blob = ?"), arguments: [blob])
        guard let row, try row["indexed"] == false else { continue }
        try db.cachedStatement(sql: "INSERT INTO sop_text (rowid, title, body) VALUES (?, ?, ?)")
          .execute(arguments: [try row["id"] as Int64, text.title, text.body])
        try db.cachedStatement(sql: "UPDATE sop_contents SET indexed = 1 WHERE id = ?")
          .execute(arguments: [try row["id"] as Int64])
      }
    }
  }
}
