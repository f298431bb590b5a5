// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct Show: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an item, an SOP change, or what was said of an SOP, with its history.")

  @Argument(help: ArgumentHelp("REM-…, CHG-…, or sop: and a path or an id.", valueName: "id")) var id: String
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    if let change = ChangeID(id) {
      try show(change, workspace, caller)
    } else if let item = ItemID(id) {
      try show(item, workspace, caller)
    } else if id.hasPrefix("sop:") {
      write(try workspace.json(ofStanding: String(id.dropFirst(4))), asText: SOPText.standing)
    } else {
      throw Rejection.unknownItem(id)
    }
  }

  private func show(_ id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    let (view, history) = try workspace.item(id, by: caller)
    write(view.json.with("history", .array(history.map(\.json))), asText: ItemText.whole)
  }

  private func show(_ id: ChangeID, _ workspace: Workspace, _ caller: Caller) throws {
    let (change, json, history) = try workspace.change(id, by: caller)
    let difference = try workspace.difference(of: change)
    write(
      json.with("difference", .string(difference)).with("history", .array(history.map(\.json))),
      asText: ChangeText.whole)
  }
}

extension Show: ServedCommand {
  func execute(on server: Server) throws {
    if ChangeID(id) != nil {
      write(try server.change(id).without("others"), asText: ChangeText.whole)
    } else if ItemID(id) != nil {
      write(try server.item(id), asText: ItemText.whole)
    } else if id.hasPrefix("sop:") {
      write(try server.standing(of: String(id.dropFirst(4))), asText: SOPText.standing)
    } else {
      throw Rejection.unknownItem(id)
    }
  }
}
