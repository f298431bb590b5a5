// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

// What people propose, by the tool or by a branch of plain git.
extension SOP {
  struct Changes: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "changes", abstract: "List the SOP changes that are under way, those that close no item among them.")

    @Flag(help: "Only those that you could approve.") var toApprove = false
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let changes = try workspace.openChanges(isToApprove: toApprove, by: caller)
      if options.format == .json {
        Terminal.write(JSONValue.array(changes.map(\.json)))
        return
      }
      guard !changes.isEmpty else {
        Terminal.write("No SOP change is \(toApprove ? "waiting for you" : "under way").")
        return
      }
      var table = Table([
        .init(title: "change"), .init(title: "state"), .init(title: "by"), .init(title: "closes"),
        .init(title: "path", isElastic: true),
      ])
      for (change, _) in changes {
        table.add([
          change.id.description, change.stateWord.replacing("_", with: " "), change.proposedBy.text,
          change.draft.closes.map(\.description).joined(separator: ", "), change.draft.path.text,
        ])
      }
      Terminal.write(table.text)
    }
  }

  struct Proposals: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "proposals",
      abstract: "List the branches on which people propose, and what became of each.",
      discussion: """
        Push a branch proposals/REM-12 that changes one SOP, and it is proposed; push again, and it is the next revision. A \
        branch of another name closes no item.
        """)

    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let branches = try workspace.proposalBranches()
      if options.format == .json {
        Terminal.write(JSONValue.array(branches.map(\.json)))
        return
      }
      guard !branches.isEmpty else {
        Terminal.write("Nobody has pushed a branch proposals/…")
        return
      }
      var table = Table([
        .init(title: "branch"), .init(title: "commit"), .init(title: "author", isElastic: true),
        .init(title: "what became of it", isElastic: true),
      ])
      for branch in branches {
        table.add([
          branch.name, branch.commit.abbreviated, branch.author ?? "",
          branch.change?.description ?? branch.problem
            ?? "waits for somebody who takes it for their own: sopwright sop claim \(branch.name)",
        ])
      }
      Terminal.write(table.text)
    }
  }

  struct Claim: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "claim",
      abstract: "Take a proposal branch for your own whose author nobody here is known by.")

    @Argument(help: "The branch, as proposals/REM-12.") var branch: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      try sopwright.Propose.report(workspace.claim(branch, by: caller), workspace, caller, options.format)
    }
  }
}
