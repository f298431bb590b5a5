// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

struct Import: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Record the exceptions of an export.",
    discussion: """
      The same file again changes nothing. A row that cannot be read is held back with its line and the remedy; see: \
      sopwright quarantine list
      With --dry-run, the whole file is read and judged, and nothing is recorded. That takes as much room in the workspace's \
      folder as its database has, until the command ends.
      """)

  @Argument(
    help: ArgumentHelp("The export: CSV, or JSON Lines where its name ends in .jsonl or .ndjson.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "How its columns become exceptions: a file, or the name of one in taxonomy/maps.", valueName: "map"))
  var map: String

  @Flag(help: "Say what it would do, and record nothing.")
  var dryRun = false

  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let progress = ProgressLine()
    let path = Import.mapPath(map, options)
    let report: ImportReport
    if dryRun {
      // Not even what is due is done.
      let workspace = try Workspace.open(options.workspaceFolder)
      report = try workspace.tryImport(
        from: file, map: ExportMap(at: path), by: options.caller(), progress: { progress.show($0) })
    } else {
      let (workspace, caller) = try openCaughtUp()
      report = try workspace.importExceptions(
        from: file, map: ExportMap(at: path), by: caller, progress: { progress.show($0) })
    }
    progress.finish()
    if options.format == .json { Terminal.write(report.json) } else { Terminal.write(Import.describe(report)) }
    try Import.failIfCut(report, file)
  }

  /// A file, or the name of one in taxonomy/maps.
  static func mapPath(_ map: String, _ options: WorkspaceOptions) -> String {
    let named = "\(options.workspaceFolder)/taxonomy/maps/\(map).yaml"
    let files = FileManager.default
    return !files.fileExists(atPath: map) && files.fileExists(atPath: named) ? named : map
  }

  static func describe(_ report: ImportReport) -> String {
    if let keys = report.dryRun { return describeTrial(report, keys) }
    let reclassified = report.reclassified > 0 ? " (\(report.reclassified) reclassified)" : ""
    var lines = [
      "Received \(Words.count(report.received, "row")): \(report.new) new, \(report.amended) amended\(reclassified), \(report.duplicate) "
        + "duplicate, \(report.quarantined) held back, \(report.passedOver) passed over."
    ]
    if report.quarantined > 0 { lines.append("See why rows were held back: sopwright quarantine list") }
    lines += report.warnings.map(Terminal.safe)
    if !report.opened.isEmpty { lines.append("Opened \(list(report.opened)).") }
    if !report.joined.isEmpty { lines.append("Joined \(list(report.joined)).") }
    return lines.joined(separator: "\n")
  }

  private static func describeTrial(_ report: ImportReport, _ keys: [ItemID: RecurrenceKey]) -> String {
    var lines = [
      "A dry run: nothing is recorded. The import would receive \(Words.count(report.received, "row")): \(report.new) new, "
        + "\(report.amended) amended, \(report.duplicate) duplicate, \(report.quarantined) held back, "
        + "\(report.passedOver) passed over."
    ]
    if report.amended > 0 {
      lines.append(
        "\(Words.count(report.amended, "row")) would amend exceptions that are recorded already, because they have the same id "
          + "and the same source.")
    }
    lines += report.warnings.map(Terminal.safe)
    if report.quarantined > 0, report.quarantined == report.received {
      lines.append("All rows would be held back, so the import would record no exception. Correct the map first.")
    }
    if report.quarantined > 0 {
      var table = Table([
        .init(title: "rows", isNumber: true), .init(title: "field"), .init(title: "why", isElastic: true),
      ])
      for (kind, count) in report.heldBack.ranked { table.add([String(count), kind.field, kind.reason]) }
      lines += ["", table.text, ""]
      lines += report.heldBack.first.map { "line \($0.line), \($0.field): \($0.reason)" }
      let rest = report.quarantined - report.heldBack.first.count
      if rest > 0 { lines.append("and \(Words.count(rest, "more row"))") }
    }
    func named(_ items: [ItemID]) -> String {
      let named = items.prefix(20).map { "\($0) (\(keys[$0]?.description ?? "?"))" }.joined(separator: ", ")
      return items.count > 20 ? "\(items.count) items: \(named) …" : named
    }
    if !report.opened.isEmpty { lines.append("It would open \(named(report.opened)).") }
    if !report.joined.isEmpty { lines.append("It would join \(named(report.joined)).") }
    return lines.joined(separator: "\n")
  }

  private static func list(_ items: [ItemID]) -> String {
    let named = items.prefix(5).map(\.description).joined(separator: ", ")
    return items.count > 5 ? "\(items.count) items: \(named) …" : named
  }

  static func failIfCut(_ report: ImportReport, _ file: String) throws {
    guard let line = report.cutAtLine else { return }
    let kept = report.dryRun == nil ? "The rows before it are recorded; export" : "Export"
    Terminal.complain("\(file) ends in the middle of line \(line). \(kept) it again, whole, and import that.")
    throw ExitCode(1)
  }
}
