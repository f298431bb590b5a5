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
    write(report.json, asText: ImportText.whole)
    try Import.failIfCut(report, file)
  }

  /// A file, or the name of one in taxonomy/maps.
  static func mapPath(_ map: String, _ options: WorkspaceOptions) -> String {
    let named = "\(options.workspaceFolder)/taxonomy/maps/\(map).yaml"
    let files = FileManager.default
    return !files.fileExists(atPath: map) && files.fileExists(atPath: named) ? named : map
  }

  static func failIfCut(_ report: ImportReport, _ file: String) throws {
    guard let line = report.cutAtLine else { return }
    Terminal.complain(ImportText.cut(file, line, isTrial: report.dryRun != nil))
    throw ExitCode(1)
  }
}
