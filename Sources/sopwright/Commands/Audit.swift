// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "The weekly review of the record: what was decided since the last one, and what was found.",
    subcommands: [Show.self, Review.self], defaultSubcommand: Show.self)

  struct Show: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show what was decided since the last review, and the reviews before.")

    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      write(try workspace.auditReview(by: caller).json, asText: AuditReviewText.state)
    }
  }

  struct Review: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "review",
      abstract: "Record that you looked through it, and what you found.",
      discussion: "Auditors and administrators do that, each week. Look first: sopwright audit")

    @Option(
      name: .customLong("up-to"),
      help: ArgumentHelp("How many events the record had when you looked, as \"audit\" prints.", valueName: "events"))
    var size: Int
    @Flag(help: "Something has to be followed up; the note says what.") var objections = false
    @Option(help: "What you looked at, and what you found.") var note = ""
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      try workspace.recordAuditReview(
        upTo: size, result: objections ? .objections : .inOrder, note: note, by: caller)
      write(try workspace.auditReview(by: caller).json, asText: AuditReviewText.recorded)
    }
  }
}
