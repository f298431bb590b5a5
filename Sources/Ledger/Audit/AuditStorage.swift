// SPDX-License-Identifier: Apache-2.0

internal import GRDB

extension LedgerReader {
  /// How many of SQLite's own findings are told: one page that is gone makes thousands.
  private static let mostTold = 20

  /// Whether SQLite finds its file whole (pages, each index against its table, the types of columns), and whether tables, indexes and
  /// triggers are those that a workspace is made with. What every other check reads rests on this.
  package func auditStorage() throws -> [Finding] {
    let told = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(LedgerReader.mostTold))")
    let damage = told.flatMap { $0.split(separator: "\n") }.filter { $0 != "ok" }.map {
      Finding("storage", "sopwright.sqlite", "The file is damaged. SQLite says: \($0)")
    }
    return try damage + auditSchema()
  }

  /// A table without its trigger, or with one that somebody added, does something else than it says.
  private func auditSchema() throws -> [Finding] {
    let model = try DatabaseQueue()
    let expected = try model.inDatabase { db in
      for part in [Schema.ledger, Schema.evidence, Schema.readModels] { try db.execute(sql: part) }
      return try LedgerReader.definitions(db)
    }
    let found = try LedgerReader.definitions(db)
    return Set(expected.keys).union(found.keys).sorted().compactMap { name in
      switch (expected[name], found[name]) {
      case (let one, let other) where one == other: nil
      case (nil, _): Finding("schema", name, "A workspace has nothing of this name in its database: it was added.")
      case (_, nil): Finding("schema", name, "It is missing in the database: it was taken out.")
      default: Finding("schema", name, "It is not defined in the database as a workspace has it: it was changed.")
      }
    }
  }

  /// Names with what they stand for, without comments and white space. What SQLite keeps for itself, as its statistics, is left out.
  private static func definitions(_ db: Database) throws -> [String: String] {
    var definitions: [String: String] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema") {
      let name: String = try row["name"]
      guard !name.hasPrefix("sqlite_") else { continue }
      let lines = (try row["sql"] as String? ?? "").split(separator: "\n").map { line in
        line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
      }
      let text = lines.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
      definitions[name] = "\(try row["type"] as String) \(try row["tbl_name"] as String) \(text)"
    }
    return definitions
  }
}
