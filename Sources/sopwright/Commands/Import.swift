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
      """)

  @Argument(help: ArgumentHelp("The export, in CSV.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "How its columns become exceptions: a file, or the name of one in taxonomy/maps.", valueName: "map"))
  var map: String

  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let progress = ProgressLine()
    let named = "\(options.workspaceFolder)/taxonomy/maps/\(map).yaml"
    let path =
      FileManager.default.fileExists(atPath: map) ? map : FileManager.default.fileExists(atPath: named) ? named : map
    let report = try workspace.importExceptions(
      from: file, map: ExportMap(at: path), by: caller, progress: { progress.show($0) })
    progress.finish()
    if options.format == .json { Terminal.write(report.json) } else { Terminal.write(Import.describe(report)) }
    try Import.failIfCut(report, file)
  }

  static func describe(_ report: ImportReport) -> String {
    var lines = [
      "Received \(Words.count(report.received, "row")): \(report.new) new, \(report.amended) amended, \(report.duplicate) "
        + "duplicate, \(report.quarantined) held back, \(report.passedOver) passed over."
    ]
    if report.quarantined > 0 { lines.append("See why rows were held back: sopwright quarantine list") }
    if !report.opened.isEmpty { lines.append("Opened \(list(report.opened)).") }
    if !report.joined.isEmpty { lines.append("Joined \(list(report.joined)).") }
    return lines.joined(separator: "\n")
  }

  private static func list(_ items: [ItemID]) -> String {
    let named = items.prefix(5).map(\.description).joined(separator: ", ")
    return items.count > 5 ? "\(items.count) items: \(named) …" : named
  }

  static func failIfCut(_ report: ImportReport, _ file: String) throws {
    guard let line = report.cutAtLine else { return }
    Terminal.complain(
      "\(file) ends in the middle of line \(line). The rows before it are recorded; export it again, whole, and import that."
    )
    throw ExitCode(1)
  }
}
