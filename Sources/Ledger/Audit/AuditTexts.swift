// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB

extension LedgerReader {
  /// What rows are called elsewhere.
  private static let names = [
    "exceptions": "'exception ' || ref", "items": "'REM-' || number", "changes": "'CHG-' || number",
    "events": "'event ' || position",
  ]

  /// That no text of a table holds a NUL: what stands behind it SQLite compares, and nothing reads it. To every other check such a text is what
  /// stands before it, and to every lookup it is another.
  /// - Parameter model: a database with the tables of a workspace; of others nothing is read.
  func auditTexts(like model: Database) throws -> [Finding] {
    let tables = try String.fetchAll(
      model, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return try tables.flatMap { table -> [Finding] in
      let columns = try model.columns(in: table)
      guard columns.contains(where: { $0.type == "TEXT" }), try db.tableExists(table) else { return [] }
      do { return try auditTexts(of: table, columns) } catch {
        return [Finding("storage", table, "Its texts cannot be looked through: the table is damaged, or another.")]
      }
    }
  }

  private func auditTexts(of table: String, _ columns: [ColumnInfo]) throws -> [Finding] {
    let texts = columns.filter { $0.type == "TEXT" }.map(\.name)
    func holdsNUL(_ column: String) -> String { "instr(\"\(column)\", char(0))" }
    // What tells the row from others: its name, or its key and what it is called by.
    let key = columns.filter { $0.primaryKeyIndex > 0 || $0.name == texts[0] }.map(\.name)
    let name =
      LedgerReader.names[table]
      ?? "'\(table), ' || "
      + key.map {
        "'\($0) ' || coalesce(CASE typeof(\"\($0)\") WHEN 'blob' THEN lower(hex(\"\($0)\")) ELSE \"\($0)\" END, '')"
      }.joined(separator: " || ', ' || ")
    let sql = """
      SELECT CAST(\(name) AS BLOB) AS name,
        CASE \(texts.map { "WHEN \(holdsNUL($0)) THEN '\($0)'" }.joined(separator: " ")) END AS field
      FROM "\(table)" WHERE \(texts.map(holdsNUL).joined(separator: " OR "))
      """
    return try Row.fetchAll(db, sql: sql).map { row in
      // The name itself may hold one.
      let name = String(decoding: (try row["name"] as Data).filter { $0 != 0 }, as: UTF8.self)
      return Finding(
        "nul", name,
        "The column \(try row["field"] as String) of \(table) holds a NUL, with which SQLite takes it for another text than everybody reads."
      )
    }
  }
}
