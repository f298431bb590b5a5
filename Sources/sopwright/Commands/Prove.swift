// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Tracker

struct Prove: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Print a receipt: that an item was closed, or a change committed, in a tree that was signed.",
    discussion: """
      The receipt is a C2SP tlog-proof, with the event's bytes in it. It is checked without the workspace: \
      sopwright verify --receipt FILE --key KEY
      """)

  @Argument(help: ArgumentHelp("REM-… that is closed, or CHG-… that is committed.", valueName: "id")) var id: String
  @Option(help: ArgumentHelp("Write the event's bytes here, for other tools.", valueName: "file")) var leaf: String?
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let receipt: Receipt
    if let change = ChangeID(id) {
      receipt = try workspace.receipt(for: change, by: caller)
    } else if let item = ItemID(id) {
      receipt = try workspace.receipt(for: item, by: caller)
    } else {
      throw Rejection.unknownItem(id)
    }
    if let leaf { try Terminal.save(receipt.leaf ?? [], at: leaf) }
    switch options.format {
    case .json: Terminal.write(receipt.json(key: try workspace.verifierKey()))
    case .text: Terminal.writeNote(String(decoding: receipt.bytes, as: UTF8.self))
    }
  }
}
