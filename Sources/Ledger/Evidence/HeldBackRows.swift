// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A row that is held back, with where it came from.
package struct HeldBackRow: Sendable {
  /// In the order in which rows were held back, from 1 on.
  package let place: Int64
  /// Of the batch that it came with. Batches that held back everything have the same one.
  package let batch: Digest
  package let source: String
  /// SHA-256 of its file; with the line it is this row and no other. Nil where it came without a file.
  package let file: Digest?
  package let receivedAt: Timestamp
  package var row: QuarantinedRow
  /// Whether the row's own text is kept from who asks; then `row.raw` is empty.
  package private(set) var isWithheld = false

  /// The same for somebody who may not read personal data: without the row, and without what the reason quotes of it.
  package var withheld: HeldBackRow {
    var held = self
    (held.row.raw, held.isWithheld) = ([], true)
    let reason = held.row.reason
    // A value may hold quotes itself, so all goes between the first and the last.
    if let first = reason.utf8.firstIndex(of: UInt8(ascii: "\"")),
      let last = reason.utf8.lastIndex(of: UInt8(ascii: "\"")), first < last
    {
      held.row.reason = "\(reason[...first])…\(reason[last...])"
    }
    return held
  }
}

/// Which rows were held back when somebody looked: how many, the last of them, and a sum of the squares of their places, for others may
/// stand between them after some were set aside and others taken back.
package struct SeenQuarantine: Equatable, Sendable, LosslessStringConvertible {
  package let count: Int
  /// Its `place`.
  package let last: Int64
  private let squares: Int64

  package init(count: Int, last: Int64, squares: Int64) {
    (self.count, self.last, self.squares) = (count, last, squares)
  }

  /// All of several.
  package init(_ parts: some Sequence<SeenQuarantine>) {
    self = parts.reduce(SeenQuarantine(count: 0, last: 0, squares: 0)) {
      SeenQuarantine(
        count: $0.count + $1.count, last: max($0.last, $1.last), squares: $0.squares &+ $1.squares)
    }
  }

  /// As a form carries it. Nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 3, let count = Int(parts[0]), let last = Int64(parts[1]), let squares = Int64(parts[2]) else {
      return nil
    }
    (self.count, self.last, self.squares) = (count, last, squares)
  }

  package var description: String { "\(count)-\(last)-\(squares)" }
}

extension LedgerReader {
  private static let select = """
    SELECT quarantine.id, digest, name, file, received_at, line, field, reason, raw FROM quarantine
    JOIN batches ON batches.id = batch JOIN sources ON sources.id = batches.source
    """
  private static let selectHeldBack = "\(select) WHERE released = 0"

  /// When the last event was: what is written now is not earlier, whatever the machine's clock says.
  package func lastEventTime() throws -> Timestamp {
    Timestamp(milliseconds: try Int64.fetchOne(db.cachedStatement(sql: "SELECT last_at FROM tree_head")) ?? 0)
  }

  /// How many rows are held back. Reads all that ever were, once for each state.
  package func quarantineCount() throws -> Int {
    try once("held back") {
      try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM quarantine WHERE released = 0")) ?? 0
    }
  }

  /// Rows that are held back, oldest first.
  /// - Parameters:
  ///   - place: only those after this one; what comes before is not read.
  ///   - limit: at most as many; nil means all.
  package func quarantine(after place: Int64 = 0, limit: Int? = nil) throws -> [HeldBackRow] {
    try Row.fetchAll(
      db.cachedStatement(sql: LedgerReader.heldBackAfterSQL), arguments: [place, limit ?? -1]
    ).map(heldBack)
  }

  /// Where each row stands that is held back, or was set aside, without what it says, which may be much. Oldest first.
  package func heldBackPlaces(setAside: Bool) throws -> [(id: Int, source: String, file: Digest?, line: Int)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT quarantine.id, name, file, line FROM quarantine
          JOIN batches ON batches.id = batch JOIN sources ON sources.id = batches.source
          WHERE released = ? ORDER BY quarantine.id
          """), arguments: [(setAside ? QuarantineState.aside : .held).rawValue]
    ).map { row in
      let file: Data = try row["file"]
      return (try row["id"], try row["name"], file.isEmpty ? nil : try Digest(stored: file), try row["line"])
    }
  }

  /// Rows that were set aside as no exceptions, oldest first.
  /// - Parameter limit: the last so many; nil means all.
  package func setAsideRows(limit: Int? = nil) throws -> [HeldBackRow] {
    try Row.fetchAll(
      db.cachedStatement(sql: "\(LedgerReader.select) WHERE released = 3 ORDER BY quarantine.id DESC LIMIT ?"),
      arguments: [limit ?? -1]
    ).reversed().map(heldBack)
  }

  /// How many rows were set aside. Reads all that ever were held back, once for each state.
  package func setAsideCount() throws -> Int {
    try once("set aside") {
      try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM quarantine WHERE released = 3")) ?? 0
    }
  }

  /// Its arguments: the place before the first row, and how many rows at most.
  static let heldBackAfterSQL = "\(selectHeldBack) AND quarantine.id > ? ORDER BY quarantine.id LIMIT ?"

  /// The row of a line of a file; nil where none is held back there.
  package func heldBackRow(file: Digest, line: Int) throws -> HeldBackRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: "\(LedgerReader.selectHeldBack) AND file = ? AND line = ?"), arguments: [file.data, line]
    ).map(heldBack)
  }

  /// Where the file of a row that is held back came from, each source once with the map it was read by, the latest first: a file may come
  /// again under another source, and what was held back before stays with the batch that held it back. Empty where none is held back there.
  ///
  /// An import in which nothing is new is not among them, because it leaves no trace.
  /// - Parameter source: whose batches have no file.
  package func origins(ofHeldBackRow file: Digest, line: Int, except source: String) throws -> [BatchOrigin] {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT batch, header FROM quarantine WHERE released = 0 AND file = ? AND line = ?"),
      arguments: [file.data, line])
    guard let row else { return [] }
    let header = try (row["header"] as Data?).map { try Digest(stored: $0) }
    let leaves = try Data.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT leaf FROM batches JOIN events USING (position)
          WHERE batches.id >= ? AND source NOT IN (SELECT id FROM sources WHERE name = ?) AND instr(leaf, CAST(? AS BLOB)) > 0
          ORDER BY batches.id DESC
          """), arguments: [try row["batch"] as Int64, source, file.description])
    var origins: [BatchOrigin] = []
    while let leaf = try leaves.next() {
      guard case .batch(let batch) = try RecordedEvent(canonicalBytes: [UInt8](leaf)).event, batch.file == file else {
        continue
      }
      if let known = origins.firstIndex(where: { $0.source == batch.source }) {
        if origins[known].map == nil { origins[known].map = batch.map }  // what was corrected by hand came by none
      } else {
        origins.append(BatchOrigin(source: batch.source, file: file, map: batch.map, header: header))
      }
    }
    return origins
  }

  /// What is held back of each source, in the order of their names. Reads all that ever was, once for each state.
  package func heldBackSources() throws -> [(source: String, rows: SeenQuarantine)] {
    try once("sources held back") {
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT name, count(*) AS count, max(quarantine.id) AS last, sum(quarantine.id * quarantine.id % 2147483647) AS squares
            FROM quarantine JOIN batches ON batches.id = batch
            JOIN sources ON sources.id = batches.source WHERE released = 0 GROUP BY name ORDER BY name
            """)
      ).map { row in
        (try row["name"], SeenQuarantine(count: try row["count"], last: try row["last"], squares: try row["squares"]))
      }
    }
  }

  private func heldBack(_ row: Row) throws -> HeldBackRow {
    let file: Data = try row["file"]
    return HeldBackRow(
      place: try row["id"], batch: try Digest(stored: row["digest"]), source: try row["name"],
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
