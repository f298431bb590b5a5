// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension Workspace {
  /// Says what an import would do, and does nothing: reads and judges the whole file by the same code, on a copy of the record that
  /// is gone afterwards. The items in the report have the numbers that they would get.
  /// - Throws: what the import would throw.
  package func tryImport(
    from path: String, map: ExportMap, by caller: Caller, progress: (ImportProgress) -> Void = { _ in }
  ) throws -> ImportReport {
    let copy = try ledger.unnamedCopy(in: folder, handbook: HandbookReading(of: handbook))
    let trial = Workspace(folder: folder, settings: settings, ledger: copy, handbook: handbook)
    // What time alone opens is not the import's doing.
    _ = try trial.command(by: caller) { transaction, _ in try trial.openItems(transaction) }
    var report = try trial.importExceptions(from: path, map: map, by: caller, progress: progress)
    report.batches = []
    report.dryRun = try copy.read { reader in
      try (report.opened + report.joined).reduce(into: [:]) { $0[$1] = try reader.requiredItem($1).key }
    }
    return report
  }
}
