// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
package import Remediation

/// A row that is held back, with what can be read of it.
package struct MendableRow: Sendable {
  package let held: HeldBackRow
  /// To begin a correction with. Its reference is the row's, where it has one.
  package let report: ExceptionReport
}

/// Why a row cannot be corrected.
package enum MendingError: Error, Equatable, Sendable {
  case notHeldBack(line: Int)
  case noReference

  package var sentence: String {
    switch self {
    case .notHeldBack(let line):
      "No row is held back at line \(line) of that file: it was read meanwhile, corrected, or erased."
    case .noReference:
      "Say by which reference the row is known in its system, so that a later export does not record it again."
    }
  }
}

extension Workspace {
  /// A row that is held back, and what can be read of it by the map of its source.
  /// - Throws: `MendingError.notHeldBack`.
  package func mendableRow(file: Digest, line: Int) throws -> MendableRow {
    guard let held = try ledger.read({ try $0.heldBackRow(file: file, line: line) }) else {
      throw MendingError.notHeldBack(line: line)
    }
    return MendableRow(held: held, report: try legible(held)?.report ?? ExceptionReport())
  }

  /// Records what a person says that a row should have been: as that row of its file, from its source, so that it is held back no more and
  /// a later export with the same reference amends it. When it was changed, when it was resolved and its inputs are taken from the row.
  /// - Throws: `MendingError`, `ReportError`, `TimeProblem`, and what `recordException` throws.
  package func mendRow(
    file: Digest, line: Int, as report: ExceptionReport, by caller: Caller
  ) throws -> RecordedException {
    let held = try mendableRow(file: file, line: line).held
    guard report.reference != nil else { throw MendingError.noReference }
    let told = try read(report, at: caller.now)
    var (record, personal) = (told.record, told.personal)
    if let row = try legible(held) {
      (record.resolvedAt, record.updatedAt) = (row.resolvedAt, row.updatedAt)
      for (column, value) in row.inputs { personal.setInput(column, value) }
    }
    let mended = ToldException(record: record, personal: personal, reference: report.reference)
    return try recordExceptions(
      [mended], from: BatchOrigin(source: held.source, file: file, map: nil), line: line, by: caller)[0].get()
  }

  /// Nil where there is no map to read it by, or the map cannot be meant for it.
  private func legible(_ held: HeldBackRow) throws -> LegibleRow? {
    guard let file = held.file,
      let origin = try ledger.read({ try $0.originOfHeldBackRow(file: file, line: held.row.line) }),
      // What is wrong with the map keeps nobody from correcting the row.
      let map = try? map(of: origin)
    else { return nil }
    let taxonomy = try ledger.read { try $0.requiredTaxonomy().taxonomy }
    return try withFile(of: [held.row], of: origin) { path in
      try? ExportFile.firstLegible(at: path, map: map, taxonomy: taxonomy, zone: settings.zone)
    }
  }
}
