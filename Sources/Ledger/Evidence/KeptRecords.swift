// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A record of the evidence as an audit pack has it: also one that was superseded.
package struct KeptRecord: Sendable {
  /// From 1 on, without gaps.
  package let id: Int64
  package let record: ExceptionRecord
  /// What its leaf is over, made from its columns.
  package let canonicalBytes: [UInt8]
  package let leaf: Digest
  /// Digest of its personal fields; nil where it has none.
  package let personal: Digest?
  /// Position of the event of its batch, and that event's time.
  package let batch: Int
  package let receivedAt: Timestamp
  package let supersededBy: Int64?
}

/// What of a record is erasable, where it was not erased.
package struct KeptPersonalFields: Sendable {
  package let record: Int64
  package let salt: [UInt8]
  /// Canonical JSON.
  package let fields: [UInt8]
}

extension LedgerReader {
  /// Calls `body` with every event's bytes as they are stored, in order.
  package func forEachLeaf(_ body: (_ position: Int, _ leaf: [UInt8]) throws -> Void) throws {
    let cursor = try Row.fetchCursor(db.cachedStatement(sql: "SELECT position, leaf FROM events ORDER BY position"))
    while let row = try cursor.next() { try body(row["position"], [UInt8](row["leaf"] as Data)) }
  }

  /// Calls `body` with every record of the evidence, in the order of their ids.
  package func forEachRecord(_ body: (KeptRecord) throws -> Void) throws {
    let statement = try db.cachedStatement(
      sql: """
        SELECT exceptions.*, sources.name AS source_name, batches.position, batches.received_at
        FROM exceptions JOIN sources ON sources.id = exceptions.source JOIN batches ON batches.id = exceptions.batch
        ORDER BY exceptions.id
        """)
    let columns = try RecordColumns(of: statement)
    let cursor = try Row.fetchCursor(statement)
    while let row = try cursor.next() {
      let record = try columns.record(row)
      let personal = try (row["personal"] as Data?).map { try Digest(stored: $0) }
      var bytes: [UInt8] = []
      record.appendCanonical(to: &bytes, personal: personal)
      try body(
        KeptRecord(
          id: try row["id"], record: record, canonicalBytes: bytes, leaf: try Digest(stored: row["leaf"]),
          personal: personal, batch: try row["position"], receivedAt: try row.time("received_at"),
          supersededBy: try row["superseded_by"]))
    }
  }

  /// Calls `body` with the personal fields of every record that has some, in the order of the records' ids.
  package func forEachPersonalFields(_ body: (KeptPersonalFields) throws -> Void) throws {
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT exception, salt, fields FROM personal ORDER BY exception"))
    while let row = try cursor.next() {
      try body(
        KeptPersonalFields(
          record: try row["exception"], salt: [UInt8](try row["salt"] as Data),
          fields: [UInt8](try row["fields"] as Data)))
    }
  }

  /// Rows of the evidence, superseded ones counted.
  package func recordCount() throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM exceptions")) ?? 0
  }

  /// A text that a person wrote, with its salt; nil where it was erased.
  package func erasableText(_ digest: Digest) throws -> ErasableText? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT salt, text FROM texts WHERE digest = ?"), arguments: [digest.data]
    ).map { ErasableText(digest: digest, salt: [UInt8](try $0["salt"] as Data), text: try $0["text"]) }
  }
}
