// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A row that is held back, with where it came from.
package struct HeldBackRow: Sendable {
  /// Of the batch that it came with. Batches that held back everything have the same one.
  package let batch: Digest
  package let source: String
  /// SHA-256 of its file; with the line it is this row and no other. Nil where it came without a file.
  package let file: Digest?
  package let receivedAt: Timestamp
  package let row: QuarantinedRow
}

extension LedgerReader {
  private static let selectHeldBack = """
    SELECT digest, name, file, received_at, line, field, reason, raw FROM quarantine
    JOIN batches ON batches.id = batch JOIN sources ON sources.id = batches.source
    WHERE released = 0
    """

  /// When the last event was: what is written now is not earlier, whatever the machine's clock says.
  package func lastEventTime() throws -> Timestamp {
    Timestamp(milliseconds: try Int64.fetchOne(db.cachedStatement(sql: "SELECT last_at FROM tree_head")) ?? 0)
  }

  /// How many rows are held back.
  package func quarantineCount() throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM quarantine WHERE released = 0")) ?? 0
  }

  /// Rows that are held back, oldest first.
  /// - Parameter places: which of them; nil means all.
  package func quarantine(_ places: Range<Int>? = nil) throws -> [HeldBackRow] {
    try Row.fetchAll(
      db.cachedStatement(sql: "\(LedgerReader.selectHeldBack) ORDER BY quarantine.id LIMIT ? OFFSET ?"),
      arguments: [places?.count ?? -1, places?.lowerBound ?? 0]
    ).map(heldBack)
  }

  /// The row of a line of a file; nil where none is held back there.
  package func heldBackRow(file: Digest, line: Int) throws -> HeldBackRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "\(LedgerReader.selectHeldBack) AND file = ? AND line = ?"), arguments: [file.data, line]
    ).map(heldBack)
  }

  /// Where the row of a line of a file comes from, with its map; nil where none is held back there.
  package func originOfHeldBackRow(file: Digest, line: Int) throws -> BatchOrigin? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT header, leaf FROM quarantine JOIN batches ON batches.id = batch JOIN events USING (position)
          WHERE released = 0 AND file = ? AND line = ?
          """), arguments: [file.data, line])
    guard let row, case .batch(let batch) = try RecordedEvent(canonicalBytes: [UInt8](row["leaf"] as Data)).event else {
      return nil
    }
    return BatchOrigin(
      source: batch.source, file: file, map: batch.map,
      header: try (row["header"] as Data?).map { try Digest(stored: $0) })
  }

  /// The sources of rows that are held back, in the order of their names.
  package func heldBackSources() throws -> [String] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT name FROM quarantine JOIN batches ON batches.id = batch
          JOIN sources ON sources.id = batches.source WHERE released = 0 ORDER BY name
          """))
  }

  private func heldBack(_ row: Row) throws -> HeldBackRow {
    let file: Data = try row["file"]
    return HeldBackRow(
      batch: try Digest(stored: row["digest"]), source: try row["name"],
      file: file.isEmpty ? nil : try Digest(stored: file),
      receivedAt: Timestamp(milliseconds: try row["received_at"]),
      row: QuarantinedRow(
        line: try row["line"], field: try row["field"], reason: try row["reason"],
        raw: [UInt8](try row["raw"] as Data)))
  }

  /// The maps by which the batches of a source came, each once, the newest first: among its last thousand batches.
  package func maps(ofSource name: String) throws -> [Digest] {
    let leaves = try Data.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT leaf FROM batches JOIN sources ON sources.id = source JOIN events USING (position)
          WHERE name = ? ORDER BY batches.id DESC LIMIT 1000
          """), arguments: [name])
    var maps: [Digest] = []
    while let leaf = try leaves.next() {
      guard case .batch(let batch) = try RecordedEvent(canonicalBytes: [UInt8](leaf)).event, let map = batch.map,
        !maps.contains(map)
      else { continue }
      maps.append(map)
    }
    return maps
  }
}
