// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A record as it comes in.
package struct ReceivedRecord: Sendable {
  package var record: ExceptionRecord
  package var personal: PersonalFields
  /// Line of the file; 0 where there is none.
  package var line: Int

  package init(record: ExceptionRecord, personal: PersonalFields, line: Int) {
    self.record = record
    self.personal = personal
    self.line = line
  }
}

/// A row of a file that could not be read.
package struct QuarantinedRow: Equatable, Sendable {
  package var line: Int
  package var field: String
  /// What is wrong and what to do, as a sentence.
  package var reason: String
  /// The row as it stands in the file.
  package var raw: [UInt8]

  package init(line: Int, field: String, reason: String, raw: [UInt8]) {
    self.line = line
    self.field = field
    self.reason = reason
    self.raw = raw
  }
}

/// What became of a row that was held back; as `quarantine.released` says it.
enum QuarantineState: Int {
  case held = 0
  case read = 1
  case erased = 2
  /// As no exception.
  case aside = 3

  fileprivate init(_ row: Row) throws {
    guard let state = QuarantineState(rawValue: try row["released"]) else {
      throw LedgerError.unreadable(column: "released")
    }
    self = state
  }
}

/// Where a batch comes from.
package struct BatchOrigin: Sendable {
  package var source: String
  package var file: Digest?
  package var map: Digest?
  /// SHA-256 of the file's header, kept for rows that are held back; nil where it has none.
  package var header: Digest?

  package init(source: String, file: Digest?, map: Digest?, header: Digest? = nil) {
    self.source = source
    self.file = file
    self.map = map
    self.header = header
  }
}

/// What became of a batch's rows.
package struct BatchOutcome: Sendable {
  /// The batch's digest; nil where nothing was new, and so nothing was recorded.
  package var digest: Digest?
  package var new = 0
  package var amended = 0
  /// Of the amended, those that differ in code and tags alone.
  package var reclassified = 0
  package var duplicate = 0
  /// Lines of rows that cannot be read and are not held back: they were set aside, erased, or read by another map.
  package var settled: Set<Int> = []
  /// Items that existed before and got exceptions.
  package var joined: Set<ItemID> = []
  /// Of each record, in their order: whether it was stored, because it is new or differs from what was known.
  package var stored: [Bool] = []
  /// Of each record, in their order: whether it amends what was known.
  package var amends: [Bool] = []
}

extension LedgerTransaction {
  /// Takes a batch in: stores what is new or changed, counts it, and appends its event. A batch in which nothing is new leaves
  /// no trace, so that the same command can be given again after a crash.
  /// - Precondition: at most 50,000 records.
  package func receive(
    _ records: [PreparedRecord], quarantined: [QuarantinedRow], from origin: BatchOrigin
  ) throws -> BatchOutcome {
    precondition(records.count <= BatchReceived.mostRecords)
    let taxonomy = try reader.requiredTaxonomy()
    let source = try sourceID(origin.source)
    let batch = try nextBatch()
    var writer = try ExceptionWriter(db: db, source: source, batch: batch)
    let erased = try erasedLines(of: origin)
    var stored: [Bool] = []
    var amends: [Bool] = []
    stored.reserveCapacity(records.count)
    amends.reserveCapacity(records.count)
    for record in records {
      let (before, amendedBefore) = (writer.stored, writer.outcome.amended)
      if !erased.contains(record.line) { try writer.receive(record) }
      stored.append(writer.stored > before)
      amends.append(writer.outcome.amended > amendedBefore)
    }
    try writer.finish()
    try release(records, of: origin)
    let (held, settled) = try newlyQuarantined(quarantined, of: origin)
    var outcome = writer.outcome
    outcome.settled = settled
    (outcome.stored, outcome.amends) = (stored, amends)
    outcome.duplicate += records.count { erased.contains($0.line) }
    guard writer.stored > 0 || !held.isEmpty else { return outcome }
    let recorded = try append(
      .batch(
        BatchReceived(
          digest: writer.leaves.root, records: writer.stored, amended: outcome.amended,
          reclassified: outcome.reclassified, quarantined: held.count,
          source: origin.source, file: origin.file, map: origin.map, taxonomy: taxonomy.version,
          taxonomyDigest: taxonomy.digest)))
    try insertBatch(batch, recorded, source, writer, taxonomy: taxonomy.version)
    try hold(held, of: origin, batch: batch)
    outcome.digest = writer.leaves.root
    outcome.joined = try count(writer.movements)
    return outcome
  }

  /// Takes in the records of a batch whose event was replayed. What the batch held back is not among them.
  /// - Returns: the root over the records' leaves, and how many of them superseded another.
  package func replay(
    _ records: [PreparedRecord], of received: BatchReceived, _ recorded: RecordedEvent
  ) throws -> (digest: Digest, amended: Int) {
    let source = try sourceID(received.source)
    let batch = try nextBatch()
    var writer = try ExceptionWriter(db: db, source: source, batch: batch)
    for record in records { try writer.replay(record) }
    try writer.finish()
    try insertBatch(batch, recorded, source, writer, taxonomy: received.taxonomy)
    _ = try count(writer.movements)
    return (writer.leaves.root, writer.outcome.amended)
  }

  private func nextBatch() throws -> Int64 {
    (try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM batches")) ?? 0) + 1
  }

  private func insertBatch(
    _ batch: Int64, _ recorded: RecordedEvent, _ source: Int64, _ writer: ExceptionWriter, taxonomy: Int
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO batches (id, position, digest, source, taxonomy, first, records, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        batch, recorded.position, writer.leaves.root.data, source, taxonomy, writer.first, writer.stored,
        recorded.at.milliseconds,
      ])
  }

  private func sourceID(_ name: String) throws -> Int64 {
    if let id = try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM sources WHERE name = ?"), arguments: [name])
    {
      return id
    }
    try db.execute(sql: "INSERT INTO sources (name) VALUES (?)", arguments: [name])
    return db.lastInsertedRowID
  }

  /// Rows of the same file that were held back before, or set aside, and can be read now.
  private func release(_ records: [PreparedRecord], of origin: BatchOrigin) throws {
    let known = try quarantined(of: origin, from: records.lazy.map(\.line))
    guard !known.isEmpty else { return }
    let lines = Set(records.map(\.line))
    let read = known.filter { [.held, .aside].contains($0.state) && lines.contains($0.line) }.map(\.id)
    if !read.isEmpty { try append(.settled(HeldBackSettled(read, .read))) }
  }

  func project(_ settled: HeldBackSettled) throws {
    let (before, after): ([QuarantineState], QuarantineState) =
      switch settled.outcome {
      case .read: ([.held, .aside], .read)
      case .setAside: ([.held], .aside)
      case .takenBack: ([.aside], .held)
      }
    for rows in settled.rows {
      try db.cachedStatement(
        sql: "UPDATE quarantine SET released = ? WHERE id BETWEEN ? AND ? AND released IN (?, ?)"
      ).execute(arguments: [
        after.rawValue, rows.lowerBound, rows.upperBound, before[0].rawValue, (before.last ?? before[0]).rawValue,
      ])
    }
  }

  /// What is known of the rows of a file from the first of these lines to the last; empty where there are no lines.
  private func quarantined(
    of origin: BatchOrigin, from lines: some Sequence<Int>
  ) throws -> [(id: Int, line: Int, state: QuarantineState)] {
    guard let file = origin.file?.data, let first = lines.min(), let last = lines.max() else { return [] }
    return try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT id, line, released FROM quarantine WHERE file = ? AND line BETWEEN ? AND ?"),
      arguments: [file, first, last]
    ).map { (try $0["id"], try $0["line"], try QuarantineState($0)) }
  }

  /// Lines of the file that were held back and then erased: they are not read again.
  private func erasedLines(of origin: BatchOrigin) throws -> Set<Int> {
    guard let file = origin.file?.data else { return [] }
    return try Set(
      Int.fetchAll(
        db.cachedStatement(sql: "SELECT line FROM quarantine WHERE file = ? AND released = 2"), arguments: [file]))
  }

  /// - Returns: the rows of which the file held none back before, and the lines of those that are held back no more.
  private func newlyQuarantined(
    _ rows: [QuarantinedRow], of origin: BatchOrigin
  ) throws -> (rows: [QuarantinedRow], settled: Set<Int>) {
    let known = try quarantined(of: origin, from: rows.lazy.map(\.line))
    guard !known.isEmpty else { return (rows, []) }
    let lines = Set(rows.map(\.line))
    let held = Set(known.filter { $0.state == .held }.map(\.line))
    let settled = Set(known.filter { $0.state != .held }.map(\.line))
    // Another map or taxonomy may find something else wrong with it.
    for row in rows where held.contains(row.line) {
      try db.cachedStatement(sql: "UPDATE quarantine SET field = ?, reason = ? WHERE file = ? AND line = ?")
        .execute(arguments: [row.field, row.reason, origin.file?.data, row.line])
    }
    return (
      rows.filter { !held.contains($0.line) && !settled.contains($0.line) }, settled.intersection(lines)
    )
  }

  private func hold(_ rows: [QuarantinedRow], of origin: BatchOrigin, batch: Int64) throws {
    for row in rows {
      try db.cachedStatement(
        sql: "INSERT INTO quarantine (batch, file, header, line, field, reason, raw) VALUES (?, ?, ?, ?, ?, ?, ?)"
      ).execute(arguments: [
        batch, origin.file?.data ?? Data(), origin.header?.data, row.line, row.field, row.reason, row.raw.data,
      ])
    }
  }
}

/// The rows of one file that are held back.
package struct HeldBackFile: Sendable {
  package var origin: BatchOrigin
  /// As they stand in the file, by their lines.
  package var rows: [QuarantinedRow]
}

extension LedgerReader {
  /// Rows that are held back, by file, in the order in which the files came.
  package func heldBackFiles() throws -> [HeldBackFile] {
    var files: [HeldBackFile] = []
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT quarantine.*, sources.name AS source_name, leaf FROM quarantine
          JOIN batches ON batches.id = batch JOIN sources ON sources.id = batches.source JOIN events USING (position)
          WHERE released = 0 AND length(file) = 32 ORDER BY batch, line
          """))
    while let row = try rows.next() {
      let file = try Digest(stored: row["file"])
      let held = QuarantinedRow(
        line: try row["line"], field: try row["field"], reason: try row["reason"], raw: [UInt8](try row["raw"] as Data))
      if let index = files.lastIndex(where: { $0.origin.file == file }) {
        files[index].rows.append(held)
        continue
      }
      guard case .batch(let batch) = try RecordedEvent(canonicalBytes: [UInt8](row["leaf"] as Data)).event else {
        continue
      }
      files.append(
        HeldBackFile(
          origin: BatchOrigin(
            source: try row["source_name"], file: file, map: batch.map,
            header: try (row["header"] as Data?).map { try Digest(stored: $0) }), rows: [held]))
    }
    return files
  }
}
