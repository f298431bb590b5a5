// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct CheckpointCommand: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Sign the tree of all events, and print the note.",
    discussion: "Keep the note elsewhere: whoever has one can show later that nothing before it was changed.")

  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let published = try workspace.publishCheckpoint(by: caller)
    if options.format == .json {
      Terminal.write(published.json(key: try workspace.verifierKey()))
    } else {
      Terminal.write(published.cosignedNote)
    }
  }
}

extension Terminal {
  /// A note as it is, to be redirected into a file.
  static func write(_ note: SignedNote) {
    write(String(note.description.dropLast()))
  }
}
