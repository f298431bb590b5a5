// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A whole row of a read model, column by column: written as it is compared, so that no column can say something else than its events
/// and be read by somebody.
struct TableRow: Equatable {
  private let values: [String: DatabaseValue]

  /// Texts have the same bytes: see `Spelling`.
  static func == (one: TableRow, other: TableRow) -> Bool {
    one.values == other.values
      && one.values.allSatisfy { name, value in
        guard case .string(let text) = value.storage, case .string(let same)? = other.values[name]?.storage else {
          return true
        }
        return text.utf8.elementsEqual(same.utf8)
      }
  }

  init(_ row: Row) {
    values = Dictionary(row.map { ($0.0, $0.1) }) { first, _ in first }
  }

  init(columns: KeyValuePairs<String, (any DatabaseValueConvertible)?>) {
    values = Dictionary(columns.map { ($0.key, $0.value?.databaseValue ?? .null) }) { first, _ in first }
  }

  func replace(in table: String, _ db: Database) throws {
    let names = values.keys.sorted()
    let places = names.map { _ in "?" }.joined(separator: ", ")
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(places))"
    ).execute(arguments: StatementArguments(names.map { values[$0] ?? .null }))
  }
}
