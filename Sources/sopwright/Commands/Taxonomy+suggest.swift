// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

extension TaxonomyCommand {
  struct Suggest: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "suggest",
      abstract: "Read an export, and propose codes and tags out of it.",
      discussion: """
        Says which column it takes for what and why, which codes and tags it would make and what they would open, what recurs in the \
        catch-all, which values are probably one, and whether the export is enough to begin with. It compares with the taxonomy in \
        force where there is a workspace, and changes nothing.
        """)

    @Argument(help: ArgumentHelp("An export in CSV.", valueName: "file"))
    var file: String

    @Option(
      help: ArgumentHelp(

        "How its columns become exceptions: a file, or the name of one in taxonomy/maps; proposed where it is not given.",
        valueName: "map"))
    var map: String?

    @Option(help: "How many of the most frequent values become codes, and tags; \(Workspace.defaultTop) unless given.")
    var top = Workspace.defaultTop

    @Option(help: ArgumentHelp("Store the proposed map there; a file that is there stays.", valueName: "path"))
    var writeMap: String?

    @OptionGroup var options: WorkspaceOptions

    /// It reads a file; the workspace is asked for maps alone, where there is one.
    var needsWorkspace: Bool { false }

    func validate() throws {
      if !(1...500).contains(top) { throw ValidationError("--top takes a number from 1 to 500.") }
    }

    func execute() throws {
      let workspace = try workspaceToCompareWith()
      let progress = ProgressLine()
      let suggestion = try Workspace.suggestTaxonomy(
        from: file, mapPath: map.map(path), top: top, in: workspace, at: try options.caller().now,
        progress: { progress.show($0) })
      progress.finish()
      if let writeMap { try Workspace.storeMap(suggestion.mapText, at: writeMap) }
      if options.format == .json {
        Terminal.write(suggestion.json)
        return
      }
      Terminal.write(SuggestionText(suggestion).text)
      if let writeMap {
        Terminal.write("\nThe map is in \(writeMap). Correct it, and look again: --map \(writeMap)")
      } else if map == nil {
        Terminal.write("\nKeep the proposed map, and correct it: give --write-map FILE, too.")
      }
    }

    /// The workspace that was named, or the one here if there is one. That of a server is not compared with.
    private func workspaceToCompareWith() throws -> Workspace? {
      guard try ServerAddress(options.workspaceFolder) == nil else { return nil }
      let isNamed = options.folder != nil || Environment["SOPWRIGHT_WORKSPACE"] != nil
      guard isNamed || FileManager.default.fileExists(atPath: "\(options.workspaceFolder)/sopwright.sqlite") else {
        return nil
      }
      return try openCaughtUp().workspace
    }

    private func path(_ map: String) -> String {
      let named = "\(options.workspaceFolder)/taxonomy/maps/\(map).yaml"
      return !FileManager.default.fileExists(atPath: map) && FileManager.default.fileExists(atPath: named) ? named : map
    }
  }
}
