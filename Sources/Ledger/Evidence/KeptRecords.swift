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
    try forEachRecord("ORDER BY exceptions.id", [], body)
  }

  /// What is known of one exception, the newest first: what stands, and what it superseded.
  package func records(of reference: String, source: String) throws -> [KeptRecord] {
    var records: [KeptRecord] = []
    let chain = """
      WHERE exceptions.id IN (
        WITH RECURSIVE chain (id) AS (
          SELECT id FROM exceptions
          WHERE superseded_by IS NULL AND source = (SELECT id FROM sources WHERE name = ?) AND ref = ?
          UNION ALL SELECT exceptions.id FROM chain JOIN exceptions ON exceptions.superseded_by = chain.id
        ) SELECT id FROM chain)
      ORDER BY exceptions.id DESC
      """
    try forEachRecord(chain, [source, reference]) { records.append($0) }
    return records
  }

  /// Which sources have an exception with this reference: one that stands, as each has.
  package func sources(of reference: String) throws -> [String] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT name FROM sources WHERE EXISTS (
            SELECT 1 FROM exceptions WHERE source = sources.id AND ref = ? AND superseded_by IS NULL) ORDER BY name
          """), arguments: [reference])
  }

  private func forEachRecord(
    _ selection: String, _ arguments: StatementArguments, _ body: (KeptRecord) throws -> Void
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        SELECT exceptions.*, sources.name AS source_name, batches.position, batches.received_at
        FROM exceptions JOIN sources ON sources.id = exceptions.source JOIN batches ON batches.id = exceptions.batch
        \(selection)
        """)
    let columns = try RecordColumns(of: statement)
    let cursor = try Row.fetchCursor(statement, arguments: arguments)
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

  /// The personal fields of a record; nil where it has none, or they were erased.
  package func personalFields(of record: Int64) throws -> KeptPersonalFields? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT salt, fields FROM personal WHERE exception = ?"), arguments: [record]
    ).map {
      KeptPersonalFields(
        record: record, salt: [UInt8](try $0["salt"] as Data), fields: [UInt8](try $0["fields"] as Data))
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
