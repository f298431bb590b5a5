// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Backup: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the workspace as it is now, while everybody goes on working.",
    discussion: """
      The copy holds everything: personal data, and the signing key. Keep it where only administrators can read it, and not on \
      the same disk. Read it back with: sopwright restore DIR -C WORKSPACE
      """)

  @Argument(help: ArgumentHelp("Where to: a folder that is new or empty, outside the workspace.", valueName: "dir"))
  var folder: String
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let progress = ProgressLine()
    let manifest = try workspace.backUp(to: folder, at: caller.now, by: caller.person) { progress.show($0) }
    progress.finish()
    if options.format == .json {
      Terminal.write(
        JSONValue.fields([
          "folder": .string(folder), "made_at": .text(manifest.madeAt),
          "tree": .fields(["size": .int(manifest.ledgerSize), "root": .string(manifest.ledgerRoot.base64)]),
          "tip": .text(manifest.tip), "files": .int(manifest.files.count), "bytes": .integer(manifest.bytes),
        ]))
    } else {
      Terminal.write(
        "\(folder) holds \(Words.count(manifest.ledgerSize, "event")) in \(Words.count(manifest.files.count, "file")), "
          + "\(Words.bytes(manifest.bytes)); tree \(manifest.ledgerSize) \(manifest.ledgerRoot.base64)")
    }
  }
}
