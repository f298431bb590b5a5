// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GRDBSQLite
internal import Remediation

/// A prepared statement driven through SQLite's C interface. GRDB makes it and owns it; binding by hand is twice as fast as
/// GRDB's own arguments. Parameters count from 1, columns from 0. Values are copied by SQLite.
struct BulkStatement {
  private let statement: Statement
  private var handle: OpaquePointer { statement.sqliteStatement }
  // `SQLITE_TRANSIENT` is a cast in C, which Swift does not import.
  private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
  }

  func bind(_ value: Int64?, at index: Int32) {
    if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ value: String?, at index: Int32) {
    guard var value else {
      sqlite3_bind_null(handle, index)
      return
    }
    value.withUTF8 { text in
      _ = text.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), BulkStatement.transient)
      }
    }
    if value.isEmpty { sqlite3_bind_text(handle, index, "", 0, BulkStatement.transient) }
  }

  func bind(_ value: [UInt8], at index: Int32) {
    _ = value.withUnsafeBytes {
      sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), BulkStatement.transient)
    }
  }

  func bind(_ value: [UInt8]?, at index: Int32) {
    if let value { bind(value, at: index) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ value: Digest?, at index: Int32) {
    guard let value else {
      sqlite3_bind_null(handle, index)
      return
    }
    _ = value.withUnsafeBytes { sqlite3_bind_blob(handle, index, $0.baseAddress, 32, BulkStatement.transient) }
  }

  /// Whether there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
      sqlite3_reset(handle)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
  }

  func reset() {
    sqlite3_reset(handle)
  }

  /// Runs a statement that returns nothing, and makes it ready for the next.
  func run() throws {
    _ = try step()
    reset()
  }

  /// Whether the last run changed a row.
  var hasChanged: Bool { sqlite3_changes(sqlite3_db_handle(handle)) > 0 }

  func int(_ column: Int32) -> Int64? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, column)
  }

  func text(_ column: Int32) -> String? {
    sqlite3_column_text(handle, column).map { String(cString: $0) }
  }

  /// As SQLite holds it, until the statement moves on; nil where the value is null.
  func borrowedText(_ column: Int32) -> UnsafeBufferPointer<UInt8>? {
    sqlite3_column_text(handle, column).map {
      UnsafeBufferPointer(start: $0, count: Int(sqlite3_column_bytes(handle, column)))
    }
  }

  /// Empty where the value is null.
  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, column) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }
}
