// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

/// A command that says what goes wrong in one sentence.
protocol WorkspaceCommand: ParsableCommand {
  var options: WorkspaceOptions { get }
  /// Whether it works on the workspace that `-C` names, and not on files alone.
  var needsWorkspace: Bool { get }
  func execute() throws
}

extension WorkspaceCommand {
  var needsWorkspace: Bool { true }

  func run() throws {
    do {
      try executeWhereItIs()
    } catch let exit as ExitCode {
      throw exit
    } catch let usage as ValidationError {
      throw usage
    } catch let problem as ServerProblem {
      Terminal.complain(problem.sentence)
      throw ExitCode(1)
    } catch {
      Terminal.complain(sentenceWithCommand(for: error))
      throw ExitCode(1)
    }
  }

  /// Opens the workspace and does what is left to do.
  /// - Parameter leaves: whether an interrupted closing of the change is left as it is.
  func openCaughtUp(leaving leaves: (SOPChange) -> Bool = { _ in false }) throws -> (
    workspace: Workspace, caller: Caller
  ) {
    let caller = try options.caller()
    let workspace = try Workspace.open(options.workspaceFolder)
    guard let done = try workspace.catchUp(by: caller, leaving: leaves) else {
      Terminal.note("Another command is writing; what is due was left to it.")
      return (workspace, caller)
    }
    for change in done.finished { Terminal.note("Finished the closing of \(change), which was interrupted.") }
    for change in done.unfinished { Terminal.note("The closing of \(change) is still not finished.") }
    if done.adoptedPush {
      Terminal.note(
        "Took up what was pushed to the handbook. What nobody has approved: sopwright sop list --unapproved")
    }
    if !done.opened.isEmpty {
      Terminal.note("Opened \(done.opened.map(\.description).joined(separator: ", ")).")
    }
    if let problem = done.checkpointProblem { Terminal.note(problem) }
    return (workspace, caller)
  }
}
