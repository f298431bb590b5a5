// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Export: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write an audit pack: everything that checks the record without this workspace.",
    discussion: """
      The folder is new or empty, and appears when the pack is whole. Its README.md says how to check it with tools that everybody has; \
      sopwright verify --pack DIR checks all of it. Changes nothing in the workspace. What identifies people (requester, approver, \
      rationale, inputs) stays here, as salted digests in the pack, unless --personal is given.
      """)

  @Argument(help: ArgumentHelp("A new or empty folder.", valueName: "dir")) var folder: String
  @Flag(help: "Write the personal fields of exceptions, too, with the salts that prove them.") var personal = false
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let workspace = try Workspace.open(options.workspaceFolder)
    try workspace.mustBeOutside(folder)
    let line = ProgressLine()
    let pack = try workspace.export(to: folder, withPersonal: personal) { line.show(written: $0, of: $1) }
    line.finish()
    if pack.unsigned > 0 {
      Terminal.note(
        "The last \(Words.count(pack.unsigned, "event")) came after the last checkpoint, so no signature covers them. "
          + "Before exporting: sopwright checkpoint")
    }
    switch options.format {
    case .json: Terminal.write(pack.json)
    case .text:
      Terminal.write(
        "\(folder): \(Words.count(pack.events, "event")), \(Words.count(pack.exceptions, "record")) of exceptions, "
          + "\(Words.count(pack.items, "item")), \(Words.count(pack.documents, "document")).")
      Terminal.write("Check it with: sopwright verify --pack \(folder)    or as its README.md says.")
    }
  }
}
