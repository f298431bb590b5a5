// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

internal import struct Crypto.SHA256

/// An export read for the first time: its digest, the number of its rows, and which of them count.
struct ExportFile: Sendable {
  let path: String
  let map: ExportMap
  let digest: Digest
  /// As it stands in the file; nil where the format has none.
  let header: [UInt8]?
  /// Rows below the header.
  let rows: Int
  /// By row, from 0 on; empty where every row counts.
  private let verdicts: [Verdict]

  enum Verdict: UInt8, Sendable {
    case counts
    /// A later row of the same id counts instead.
    case passedOver
    /// The id occurs again with differing content, and the map does not say that the last one counts.
    case contradicted
  }

  func verdict(ofRow index: Int) -> Verdict { verdicts.isEmpty ? .counts : verdicts[index] }

  /// Reads the file once, in memory that grows with the number of ids only, by a few bytes each.
  init(at path: String, map: ExportMap, progress: (ImportProgress) -> Void) throws {
    switch ExportFormat(of: path) {
    case .csv: try self.init(at: path, as: CSVRows.self, map: map, progress: progress)
    case .jsonLines: try self.init(at: path, as: JSONRows.self, map: map, progress: progress)
    }
  }

  private init<Source: RowSource>(
    at path: String, as format: Source.Type, map: ExportMap, progress: (ImportProgress) -> Void
  ) throws {
    self.path = path
    self.map = map
    var hasher = SHA256()
    let source = try Source(path: path, map: map, tap: { hasher.update(bufferPointer: $0) })
    let interpreter = RowReader(map: map, columns: source.columns, taxonomy: nil, zone: .utc)
    var row = Source.Row()
    var selection = RowSelection(rule: map.rows)
    var count = 0
    while try source.next(&row) {
      if interpreter.hasIdentity { selection.add(row, at: count, interpreter) }
      count += 1
      if count == 20_000 { selection.expect(rows: Int(source.fileSize / max(source.bytesRead / 20_000, 1))) }
      if count % 20_000 == 0 { progress(.reading(bytes: source.bytesRead, of: source.fileSize)) }
    }
    try source.checkWhole()
    if selection.hasRepeats { try selection.compareRepeats(in: Source(path: path, map: map, tap: nil), interpreter) }
    header = source.header
    rows = count
    verdicts = selection.verdicts
    digest = hasher.finalize().withUnsafeBytes { Digest($0) }
  }

  /// Where a row stands in the file, and how.
  struct Place {
    let line: Int
    let raw: ArraySlice<UInt8>
  }

  /// Reads the rows again, each with its number from 0 on, as records or as the reason why it cannot be one.
  /// - Parameter latest: what occurred later cannot be one; nil where nobody asks.
  func forEachRow(
    taxonomy: Taxonomy?, zone: Zone = .utc, latest: Timestamp? = nil,
    _ body: (Int, Result<ReceivedRecord, RowProblem>?, Place) throws -> Void
  ) throws {
    switch ExportFormat(of: path) {
    case .csv: try forEachRow(of: CSVRows(path: path, map: map, tap: nil), taxonomy, zone, latest, body)
    case .jsonLines: try forEachRow(of: JSONRows(path: path, map: map, tap: nil), taxonomy, zone, latest, body)
    }
  }

  private func forEachRow<Source: RowSource>(
    of source: Source, _ taxonomy: Taxonomy?, _ zone: Zone, _ latest: Timestamp?,
    _ body: (Int, Result<ReceivedRecord, RowProblem>?, Place) throws -> Void
  ) throws {
    var interpreter = RowReader(map: map, columns: source.columns, taxonomy: taxonomy, zone: zone, latest: latest)
    var row = Source.Row()
    var index = 0
    while try source.next(&row) {
      try body(index, interpret(row, at: index, &interpreter), Place(line: row.line, raw: row.raw))
      index += 1
    }
  }

  /// What can be read of the first row of a file; nil where there is none.
  static func firstLegible(at path: String, map: ExportMap, taxonomy: Taxonomy, zone: Zone) throws -> LegibleRow? {
    switch ExportFormat(of: path) {
    case .csv: try firstLegible(CSVRows(path: path, map: map, tap: nil), map, taxonomy, zone)
    case .jsonLines: try firstLegible(JSONRows(path: path, map: map, tap: nil), map, taxonomy, zone)
    }
  }

  private static func firstLegible<Source: RowSource>(
    _ source: Source, _ map: ExportMap, _ taxonomy: Taxonomy, _ zone: Zone
  ) throws -> LegibleRow? {
    var reader = RowReader(map: map, columns: source.columns, taxonomy: taxonomy, zone: zone)
    var row = Source.Row()
    return try source.next(&row) ? reader.legible(row) : nil
  }

  /// Nil where the row is passed over.
  private func interpret(
    _ row: some ExportRow, at index: Int, _ interpreter: inout RowReader
  ) -> Result<ReceivedRecord, RowProblem>? {
    switch verdict(ofRow: index) {
    case .passedOver: return nil
    case .contradicted:
      return .failure(
        RowProblem(
          field: map.id.joined(separator: ", "),
          reason: "This id occurs more than once in the file, with differing content. Correct the export, or write "
            + "rows: last in the map if the last one counts."))
    case .counts:
      do throws(RowProblem) {
        try interpreter.checkShape(row)
        return .success(try interpreter.record(row))
      } catch {
        return .failure(error)
      }
    }
  }
}

/// Which rows of a file count, where rows have ids.
private struct RowSelection {
  let rule: ExportMap.Rows
  private(set) var verdicts: [ExportFile.Verdict] = []
  private var seen: [Fingerprint: Seen] = [:]

  init(rule: ExportMap.Rows) {
    self.rule = rule
  }

  private struct Seen {
    var row: Int
    var updatedAt: Timestamp?
  }

  /// Makes room at once for as many ids, at most ten million: a table that grows is filled several times.
  mutating func expect(rows: Int) {
    guard !seen.isEmpty else { return }
    seen.reserveCapacity(min(rows, 10_000_000))
    verdicts.reserveCapacity(min(rows, 10_000_000))
  }

  mutating func add(_ row: some ExportRow, at index: Int, _ interpreter: RowReader) {
    verdicts.append(.counts)
    do throws(RowProblem) {
      try interpreter.checkShape(row)
      let identity = Fingerprint(try interpreter.reference(row))
      switch rule {
      case .last: try takeLast(row, at: index, identity, interpreter)
      case .each: if seen.updateValue(Seen(row: index), forKey: identity) != nil { repeated.insert(identity) }
      }
    } catch {
      // Nobody knows whose row this is: it is quarantined when it is imported, and takes no other's place.
    }
  }

  /// The last row of an id counts; where the map knows when a row was changed, the one that was changed last.
  private mutating func takeLast(
    _ row: some ExportRow, at index: Int, _ identity: Fingerprint, _ interpreter: RowReader
  ) throws(RowProblem) {
    let updatedAt = try interpreter.updatedAt(row)
    guard let before = seen[identity] else {
      seen[identity] = Seen(row: index, updatedAt: updatedAt)
      return
    }
    if let stored = before.updatedAt, let updatedAt, updatedAt < stored {
      verdicts[index] = .passedOver
      return
    }
    verdicts[before.row] = .passedOver
    seen[identity] = Seen(row: index, updatedAt: updatedAt)
  }

  // MARK: Ids that occur more than once where each row counts

  private var repeated: Set<Fingerprint> = []
  var hasRepeats: Bool { !repeated.isEmpty }

  /// Reads the file again for the ids that occur more than once. Rows that say the same are duplicates; where they differ, none of
  /// them can be trusted, in whatever order they stand.
  mutating func compareRepeats<Source: RowSource>(in source: Source, _ interpreter: RowReader) throws {
    var row = Source.Row()
    var rows: [Fingerprint: [Int]] = [:]
    var contents: [Fingerprint: Set<Fingerprint>] = [:]
    var index = 0
    while try source.next(&row) {
      defer { index += 1 }
      do throws(RowProblem) {
        try interpreter.checkShape(row)
        let identity = Fingerprint(try interpreter.reference(row))
        guard repeated.contains(identity) else { continue }
        rows[identity, default: []].append(index)
        contents[identity, default: []].insert(interpreter.content(row))
      } catch {
        continue  // as above
      }
    }
    for (identity, content) in contents where content.count > 1 {
      for index in rows[identity] ?? [] { verdicts[index] = .contradicted }
    }
  }
}
