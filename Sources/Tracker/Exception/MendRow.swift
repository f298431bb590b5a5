// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
package import Remediation

/// A row that is held back, with what can be read of it.
package struct MendableRow: Sendable {
  package let held: HeldBackRow
  /// The sources that it may be of, the likeliest first: a file may come again under another one.
  package let sources: [String]
  /// To begin a correction with. Its reference is the row's, where it has one.
  package let report: ExceptionReport
}

/// Why a row cannot be corrected.
package enum MendingError: Error, Equatable, Sendable {
  case notHeldBack(line: Int)
  case noReference
  case otherSource(String, [String])
  case severalSources([String])

  package var sentence: String {
    switch self {
    case .notHeldBack(let line):
      "No row is held back at line \(line) of that file: it was read meanwhile, corrected, set aside, or erased."
    case .noReference:
      "Say by which reference the row is known in its system, so that a later export does not record it again."
    case .otherSource(let source, let known):
      "The row is not of the source \(source.quoted). It may be of: \(known.joined(separator: ", "))."
    case .severalSources(let known):
      "The file of this row came from several sources: \(known.joined(separator: ", ")). Say as \"source\" of which the row is."
    }
  }
}

extension Workspace {
  /// A row that is held back, and what can be read of it by the map of its source.
  /// - Throws: `MendingError.notHeldBack`; `Rejection` where the caller may not record exceptions: a row holds personal data.
  package func mendableRow(file: Digest, line: Int, by caller: Caller) throws -> MendableRow {
    try mustBeAllowedToRecord(caller)
    let (held, sources, _) = try heldBack(file: file, line: line)
    let origin = sources[0]
    return MendableRow(
      held: held, sources: sources.map(\.source), report: try legible(held, of: origin)?.report ?? ExceptionReport())
  }

  /// Records what a person says that a row should have been: as that row of its file, from its source, so that it is held back no more and
  /// a later export with the same reference amends it. When it was changed, when it was resolved, its inputs and how it writes code and
  /// tags are taken from the row; what the map calls personal can be erased, as if the row had been imported.
  /// - Parameter source: one of `MendableRow.sources`; nil takes the one that the row's file came from, where it came from one alone.
  /// - Throws: `MendingError`, `ReportError`, `TimeProblem`, and what `recordException` throws.
  package func mendRow(
    file: Digest, line: Int, as report: ExceptionReport, from source: String? = nil, by caller: Caller
  ) throws -> RecordedException {
    try mustBeAllowedToRecord(caller)
    let (held, sources, imported) = try heldBack(file: file, line: line)
    guard source != nil || imported == 1 else {
      throw MendingError.severalSources(sources.prefix(imported).map(\.source))
    }
    guard let origin = sources.first(where: { [nil, $0.source].contains(source) }) else {
      throw MendingError.otherSource(source ?? "", sources.map(\.source))
    }
    guard report.reference != nil else { throw MendingError.noReference }
    let told = try read(report, at: caller.now)
    let mended = try legible(held, of: origin)?.completing(told) ?? told
    return try recordExceptions(
      [mended], from: BatchOrigin(source: origin.source, file: file, map: nil), line: line, by: caller)[0].get()
  }

  /// A row, and the sources that it may be of: those under which its file came, the latest first, then those of the maps that are kept.
  /// There is at least one, and `imported` of them are of the first kind.
  private func heldBack(
    file: Digest, line: Int
  ) throws -> (row: HeldBackRow, sources: [BatchOrigin], imported: Int) {
    let (held, origins) = try ledger.read { reader in
      (
        try reader.heldBackRow(file: file, line: line),
        try reader.origins(ofHeldBackRow: file, line: line, except: Workspace.manualSource)
      )
    }
    guard let held, let first = origins.first else { throw MendingError.notHeldBack(line: line) }
    let known = Set(origins.map(\.source))
    let kept = Set(keptMaps().map(\.source)).subtracting(known).sorted()
    return (
      held, origins + kept.map { BatchOrigin(source: $0, file: file, map: nil, header: first.header) }, origins.count
    )
  }

  /// Nil where there is no map to read it by, or the map cannot be meant for it.
  private func legible(_ held: HeldBackRow, of origin: BatchOrigin) throws -> LegibleRow? {
    // What is wrong with the map keeps nobody from correcting the row.
    guard let map = (try? map(of: origin)) ?? keptMaps().first(where: { $0.source == origin.source })?.map else {
      return nil
    }
    let taxonomy = try ledger.read { try $0.requiredTaxonomy().taxonomy }
    return try withFile(of: [held.row], of: origin) { path in
      try? ExportFile.firstLegible(at: path, map: map, taxonomy: taxonomy, zone: settings.zone)
    }
  }
}
