// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
internal import Remediation

/// Why rows are not read again.
package enum RetryError: Error, Equatable, Sendable {
  /// Other rows are held back than somebody looked at: so many now.
  case moved(Int)

  package var sentence: String {
    switch self {
    case .moved(let count):
      "What is held back has changed since you looked: now it is \(Words.count(count, "row")). Look at them, then do it again."
    }
  }
}

extension Workspace {
  /// Reads the rows that are held back again, by the maps and the taxonomy as they are now. What can be read is recorded as a row of
  /// its file, at its line; the rest stays, with what is wrong now. Rows whose shape is wrong are not tried: no map can mend them.
  ///
  /// The rows stand in a temporary file meanwhile, which nobody else can read; a kill midway leaves it, and of the rows a prefix
  /// recorded: the same command goes on.
  /// - Parameters:
  ///   - mapPath: the map of the rows of its source; nil takes `taxonomy/maps/SOURCE.yaml`, or else the map that was used.
  ///   - source: whose rows are read; nil reads those of all, or of the map's.
  ///   - seen: what was looked at, of this source or of all (`heldBackSources`); nil reads whatever is held back.
  /// - Throws: `FileProblem` where a map cannot be read, or does not fit the header; `RetryError` where something else was looked at.
  package func retryQuarantine(
    mapPath: String?, source: String? = nil, seen: SeenQuarantine? = nil, by caller: Caller,
    progress: (ImportProgress) -> Void = { _ in }
  ) throws -> ImportReport {
    let (taxonomy, held) = try ledger.read { reader in
      try reader.actor(caller).mayWork()
      try reader.mustBe(seen, of: source)
      return (try reader.requiredTaxonomy().taxonomy, try reader.heldBackFiles())
    }
    let given = try mapPath.map { try ExportMap(at: $0) }
    var report = ImportReport()
    for file in held where [nil, file.origin.source].contains(given?.source ?? source) {
      guard let map = try given ?? self.map(of: file.origin) else { continue }
      try retry(file, map, taxonomy, &report, caller, progress)
    }
    try open(&report, caller)
    return report
  }

  /// The map of a source as it is in the folder, or as it was when the rows came.
  func map(of origin: BatchOrigin) throws -> ExportMap? {
    let path = "\(taxonomyFolder)/maps/\(origin.source).yaml"
    if FileManager.default.fileExists(atPath: path) { return try ExportMap(at: path) }
    let kept = try origin.map.flatMap { digest in try ledger.read { try $0.document(digest) } }
    return try kept.map { try ExportMap(YAMLFile($0, named: "the map of \(origin.source)")) }
  }

  private func retry(
    _ held: HeldBackFile, _ map: ExportMap, _ taxonomy: Taxonomy, _ report: inout ImportReport, _ caller: Caller,
    _ progress: (ImportProgress) -> Void
  ) throws {
    let rows = held.rows.filter { $0.field != "(row)" }
    guard !rows.isEmpty else { return }
    try withFile(of: rows, of: held.origin) { path in
      try retry(rows, at: path, of: held.origin, map, taxonomy, &report, caller, progress)
    }
  }

  /// The same reader reads them, so they have to be a file, which nobody else can read and which is gone afterwards.
  func withFile<Result>(
    of rows: [QuarantinedRow], of origin: BatchOrigin, _ body: (_ path: String) throws -> Result
  ) throws -> Result {
    var lines = rows.map(\.raw)
    if let header = try origin.header.flatMap({ digest in try ledger.read { try $0.document(digest) } }) {
      lines.insert(header, at: 0)
    }
    let ending = origin.header == nil ? "jsonl" : "csv"
    let path = "\(NSTemporaryDirectory())sopwright-\(UUID().uuidString).\(ending)"
    defer { unlink(path) }
    do { try DurableFile.create(path, mode: 0o600, lines.flatMap { $0 + [UInt8(ascii: "\n")] }) } catch {
      throw FileProblem(file: path, "The rows cannot be written into a temporary file: \(error.reason).")
    }
    return try body(path)
  }

  private func retry(
    _ rows: [QuarantinedRow], at path: String, of origin: BatchOrigin, _ map: ExportMap, _ taxonomy: Taxonomy,
    _ report: inout ImportReport, _ caller: Caller, _ progress: (ImportProgress) -> Void
  ) throws {
    let file = try ExportFile(at: path, map: map, progress: progress)
    guard file.rows == rows.count else {
      throw FileProblem(
        file: "the rows held back of \(origin.source)",
        "By this map they are \(file.rows) rows, and they were \(rows.count). Is the delimiter another one?")
    }
    try record(
      file, as: BatchOrigin(source: map.source, file: origin.file, map: map.digest, header: origin.header),
      lines: rows.map(\.line), taxonomy, &report, caller, progress)
  }
}
