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
      try show(sop: String(id.dropFirst(4)), workspace)
    } else {
      throw Rejection.unknownItem(id)
    }
  }

  private func show(sop: String, _ workspace: Workspace) throws {
    let (version, history) = try workspace.standing(of: sop)
    guard options.format == .text else {
      Terminal.write(try workspace.json(ofHistorical: version).with("history", .array(history.map(\.json))))
      return
    }
    let reference = version.reference
    Terminal.write(
      Terminal.styled("\(reference.path)  v\(reference.version)  \(Terminal.safe(version.title ?? ""))", .bold))
    Terminal.write(
      "Commit \(reference.commit.abbreviated) by \(Terminal.safe(version.author)), in force from "
        + "\(Words.time(version.inForceFrom)) UTC, \(workspace.origin(of: version)).")
    Terminal.write("\n" + HistoryText.table(history.map(\.json)))
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
    } else {
      throw id.hasPrefix("sop:")
        ? ServerProblem("What was said of an SOP stands on its page: \(server.address.text)/handbook") as any Error
        : Rejection.unknownItem(id)
    }
  }
}
