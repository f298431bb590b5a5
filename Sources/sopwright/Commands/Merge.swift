// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

struct Merge: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join an SOP change with what others made of its SOP since it was written.",
    discussion: """
      Where they changed other lines, the result is the change's next revision, for a second person to approve. Otherwise the \
      text with both is written out, between marks; edit it and propose it.
      """)

  @Argument(help: ArgumentHelp("The change.", valueName: "CHG")) var change: String
  @Option(
    help: ArgumentHelp("Where to write a text that needs editing; standard output unless given.", valueName: "file"))
  var output: String?
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    guard let id = ChangeID(change) else { throw Rejection.unknownChange(change) }
    switch try workspace.mergeChange(id, by: caller) {
    case .revised(let change): try Propose.report(change, workspace, caller, options.format)
    case .conflicting(let text):
      if let output {
        try Terminal.save(text, at: output)
      } else {
        Terminal.write(foreign: text)
      }
      Terminal.complain(
        "Both changed the same lines. Decide between the marks <<<<<<< and >>>>>>>, then propose the text again.")
      throw ExitCode(1)
    }
  }
}
