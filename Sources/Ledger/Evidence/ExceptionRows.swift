// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// Reads exceptions by their ids, one after another, without making values of what they say: a list of a million is bytes in, bytes out.
package struct ExceptionRows {
  private let reader: LedgerReader
  private let statement: BulkStatement
  /// The record that another superseded; nil where none supersedes another, and nobody need ask for each one.
  private let before: BulkStatement?
  private var batches: [Int64: ExceptionRow.Batch] = [:]
  private var sources: [Int64: String] = [:]

  package init(_ reader: LedgerReader) throws {
    self.reader = reader
    statement = try BulkStatement(
      reader.db,
      "SELECT \(ExceptionRow.Column.allCases.map(\.name).joined(separator: ", ")) FROM exceptions WHERE id = ?")
    let hasAmendments = try Bool.fetchOne(
      reader.db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM exceptions WHERE superseded_by IS NOT NULL)"))
    before =
      hasAmendments == false
      ? nil : try BulkStatement(reader.db, "SELECT id FROM exceptions WHERE superseded_by = ?")
  }

  /// Calls `body` with each of these exceptions, in their order. The row is gone when `body` returns.
  package mutating func forEach(_ ids: some Sequence<Int64>, _ body: (ExceptionRow) throws -> Void) throws {
    defer { statement.reset() }
    for id in ids {
      statement.bind(id, at: 1)
      guard try statement.step() else { throw DecodingFailure(field: "exceptions", problem: "has no row \(id)") }
      let revisions = try revisions(endingWith: id)
      try body(
        ExceptionRow(
          statement: statement, id: id, source: try source(statement.int(ExceptionRow.Column.source.rawValue) ?? 0),
          batch: try batch(statement.int(ExceptionRow.Column.batch.rawValue) ?? 0), revisions: revisions,
          amendment: revisions > 1 ? try reader.amendment(endingWith: id) : nil))
      statement.reset()
    }
  }

  private func revisions(endingWith id: Int64) throws -> Int {
    guard let before else { return 1 }
    var count = 1
    var current = id
    while true {
      before.bind(current, at: 1)
      let previous = try before.step() ? before.int(0) : nil
      before.reset()
      guard let previous else { return count }
      count += 1
      current = previous
    }
  }

  private mutating func source(_ id: Int64) throws -> String {
    if let known = sources[id] { return known }
    let name = try String.fetchOne(
      reader.db.cachedStatement(sql: "SELECT name FROM sources WHERE id = ?"), arguments: [id])
    guard let name else { throw DecodingFailure(field: "source", problem: "is no source") }
    sources[id] = name
    return name
  }

  private mutating func batch(_ id: Int64) throws -> ExceptionRow.Batch {
    if let known = batches[id] { return known }
    let batch = try reader.once("batch", String(id)) { try readBatch(id) }
    batches[id] = batch
    return batch
  }

  private func readBatch(_ id: Int64) throws -> ExceptionRow.Batch {
    let row = try Row.fetchOne(
      reader.db.cachedStatement(sql: "SELECT received_at, taxonomy FROM batches WHERE id = ?"), arguments: [id])
    guard let row else { throw DecodingFailure(field: "batch", problem: "is no batch") }
    return ExceptionRow.Batch(
      receivedAt: try row.time("received_at"), receivedAtText: try row.time("received_at").utf8,
      taxonomy: try row["taxonomy"])
  }
}

/// A row of the evidence while it is being read; of no use afterwards.
package struct ExceptionRow {
  package enum Column: Int32, CaseIterable, Sendable {
    case source, batch, reference, occurredAt, code, rawCode, rootCauses, rawRootCause, team, severity, status
    case caseReference, amount, currency, deviation, resolvedAt, updatedAt

    fileprivate var name: String {
      switch self {
      case .source: "source"
      case .batch: "batch"
      case .reference: "ref"
      case .occurredAt: "occurred_at"
      case .code: "code"
      case .rawCode: "raw_code"
      case .rootCauses: "root_causes"
      case .rawRootCause: "raw_root_cause"
      case .team: "team"
      case .severity: "severity"
      case .status: "status"
      case .caseReference: "case_ref"
      case .amount: "amount"
      case .currency: "currency"
      case .deviation: "deviation"
      case .resolvedAt: "resolved_at"
      case .updatedAt: "updated_at"
      }
    }
  }

  /// What its records share.
  package struct Batch: Sendable {
    package let receivedAt: Timestamp
    /// The same as text.
    package let receivedAtText: [UInt8]
    package let taxonomy: Int
  }

  fileprivate let statement: BulkStatement
  package let id: Int64
  /// The source's name.
  package let source: String
  package let batch: Batch
  /// How often it was reported with differing content.
  package let revisions: Int
  /// Why it is not as it was reported before; nil where it was reported once.
  package let amendment: ExceptionAmendment?

  package var occurredAt: Timestamp { Timestamp(milliseconds: integer(.occurredAt) ?? 0) }

  /// UTF-8, without an end mark; nil where the record has none.
  package func text(_ column: Column) -> UnsafeBufferPointer<UInt8>? { statement.borrowedText(column.rawValue) }

  package func integer(_ column: Column) -> Int64? { statement.int(column.rawValue) }

  package func time(_ column: Column) -> Timestamp? { integer(column).map(Timestamp.init(milliseconds:)) }

  /// The tags, in the order of the export.
  package var rootCauses: [UnsafeBufferPointer<UInt8>] {
    guard let text = text(.rootCauses) else { return [] }
    return text.split(separator: UInt8(ascii: " ")).map { UnsafeBufferPointer(rebasing: $0) }
  }

  /// All of it as a value.
  package var record: ExceptionRecord {
    func string(_ column: Column) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }
    return ExceptionRecord(
      source: source, reference: string(.reference) ?? "", occurredAt: occurredAt, code: string(.code) ?? "",
      rawCode: string(.rawCode) ?? "",
      rootCauses: string(.rootCauses)?.split(separator: " ").map(String.init) ?? [],
      rawRootCause: string(.rawRootCause), team: string(.team), severity: string(.severity), status: string(.status),
      caseReference: string(.caseReference), amount: integer(.amount), currency: string(.currency),
      deviation: string(.deviation), resolvedAt: time(.resolvedAt), updatedAt: time(.updatedAt))
  }
}
