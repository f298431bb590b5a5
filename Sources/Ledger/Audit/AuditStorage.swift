// SPDX-License-Identifier: Apache-2.0

internal import GRDB

extension LedgerReader {
  /// How many of SQLite's own findings are told: one page that is gone makes thousands.
  private static let mostTold = 20

  /// Whether SQLite finds its file whole (pages, each index against its table, the types of columns), whether tables, indexes and
  /// triggers are those that a workspace is made with, and whether texts are what is read of them. What every other check reads rests on this.
  package func auditStorage() throws -> [Finding] {
    let told = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(LedgerReader.mostTold))")
    let damage = told.flatMap { $0.split(separator: "\n") }.filter { $0 != "ok" }.map {
      Finding("storage", "sopwright.sqlite", "The file is damaged. SQLite says: \($0)")
    }
    let model = try DatabaseQueue()
    return try damage
      + model.inDatabase { model in
        for part in [Schema.ledger, Schema.evidence, Schema.readModels] { try model.execute(sql: part) }
        return try auditSchema(like: model) + auditTexts(like: model)
      }
  }

  /// A table without its trigger, or with one that somebody added, does something else than it says.
  private func auditSchema(like model: Database) throws -> [Finding] {
    let expected = try LedgerReader.definitions(model)
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

  /// Names with what they stand for, without comments and white space. What SQLite keeps for itself is left out: its counters, its
  /// statistics, and indexes that follow from a table. A trigger or view is nobody's but who made it, whatever its name.
  private static func definitions(_ db: Database) throws -> [String: String] {
    var definitions: [String: String] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema") {
      let (type, name) = (try row["type"] as String, try row["name"] as String)
      let sql = try row["sql"] as String?
      if type == "table" && internalTables.contains(name) || type == "index" && sql == nil { continue }
      definitions[name] = "\(type) \(try row["tbl_name"] as String) \(withoutComments(sql ?? ""))"
    }
    return definitions
  }

  private static let internalTables = ["sqlite_sequence", "sqlite_stat1", "sqlite_stat4"]

  /// Blanks and comments as one blank each, but in quotes, where they are what is said.
  static func withoutComments(_ sql: String) -> String {
    var text: [UInt8] = []
    var rest = Array(sql.utf8)[...]
    func pass(through end: [UInt8]) {
      rest = rest.firstRange(of: end).map { rest[$0.upperBound...] } ?? []
    }
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
        let end = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte
        let length = rest.dropFirst().firstIndex(of: end).map { $0 + 1 - rest.startIndex } ?? rest.count
        text += rest.prefix(length)
        rest = rest.dropFirst(length)
        continue
      case _ where rest.starts(with: "--".utf8): pass(through: Array("\n".utf8))
      case _ where rest.starts(with: "/*".utf8): pass(through: Array("*/".utf8))
      case 0x09...0x0D, 0x20: rest = rest.dropFirst()
      default:
        text.append(byte)
        rest = rest.dropFirst()
        continue
      }
      if text.last != 0x20 { text.append(0x20) }
    }
    if text.last == 0x20 { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}
