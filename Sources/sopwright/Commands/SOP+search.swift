// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

extension SOP {
  struct Search: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "search",
      abstract: "Find SOPs by words, \"a phrase\", or the beginning of a word and a *.")

    @Argument(help: "What to search for; all of it must occur.") var words: [String]
    @Flag(help: "Also in versions that are no longer in force.") var allVersions = false
    @Option(help: "How many to list.") var limit = 20
    @OptionGroup var options: WorkspaceOptions

    func validate() throws {
      guard (1...1_000).contains(limit) else { throw ValidationError("--limit takes a number from 1 to 1000.") }
    }

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let progress = ProgressLine()
      let hits = try workspace.search(words.joined(separator: " "), allVersions: allVersions, limit: limit) {
        done, all in
        progress.show("Reading \(done) of \(all) files")
      }
      progress.finish()
      let isOfAllVersions = allVersions
      write(.array(hits.map(\.json))) { Lists.hits($0, isOfAllVersions: isOfAllVersions) }
    }
  }
}
