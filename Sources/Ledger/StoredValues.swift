// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import Glibc
internal import Remediation

// How values stand in SQLite.

extension Digest {
  var data: Data { withUnsafeBytes { Data($0) } }

  init(stored data: Data) throws {
    guard let digest = Digest(bytes: [UInt8](data)) else {
      throw LedgerError.damaged(position: 0, "a hash does not have 32 bytes.")
    }
    self = digest
  }
}

extension [UInt8] {
  var data: Data { Data(self) }
}

extension JSONValue {
  /// Canonical JSON as text, for columns that hold a whole value.
  var columnText: String { String(decoding: canonicalBytes, as: UTF8.self) }

  init(column text: String) throws {
    self = try JSONValue(parsing: Array(text.utf8))
  }
}

/// What is read of a column. GRDB's own access by name traps where a value is not what the column is for, which a damaged file may
/// hold; this one throws. It stands in front of GRDB's in this module.
extension Row {
  /// - Throws: `LedgerError.unreadable` where the column holds something else.
  subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) -> Value {
    get throws {
      do { return try decode(Value.self, forColumn: column) } catch { throw LedgerError.unreadable(column: column) }
    }
  }

  func time(_ column: String) throws -> Timestamp { Timestamp(milliseconds: try self[column]) }

  func optionalTime(_ column: String) throws -> Timestamp? {
    (try self[column] as Int64?).map(Timestamp.init(milliseconds:))
  }

  func fields(_ column: String) throws -> Fields? {
    try (self[column] as String?).map { Fields(try JSONValue(column: $0)) }
  }

  func person(_ column: String) throws -> PersonID {
    guard let person = try optionalPerson(column) else { throw DecodingFailure(field: column, problem: "is missing") }
    return person
  }

  func optionalPerson(_ column: String) throws -> PersonID? {
    guard let text = try self[column] as String? else { return nil }
    if text == PersonID.rules.text { return .rules }
    guard let person = PersonID(text) else { throw DecodingFailure(field: column, problem: "is not a person's id") }
    return person
  }

  func choice<Choice: RawRepresentable<String>>(_ column: String) throws -> Choice {
    guard let choice = Choice(rawValue: try self[column]) else {
      throw DecodingFailure(field: column, problem: "is not one of the known words")
    }
    return choice
  }
}

/// Random bytes from the operating system, fetched in large pieces: a call costs more than what it brings.
package func randomBytes(_ count: Int) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    while initialized < count {
      let piece = min(256, count - initialized)  // what getentropy gives at most
      let code = getentropy(buffer.baseAddress.map { $0 + initialized }, piece)
      precondition(code == 0, "the operating system gives no random bytes")
      initialized += piece
    }
  }
}
