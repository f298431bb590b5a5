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
    Show.print(history)
  }

  private func show(_ id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    let (view, history) = try workspace.item(id, by: caller)
    guard options.format == .text else {
      Terminal.write(view.json.with("history", .array(history.map(\.json))))
      return
    }
    let item = view.item
    Terminal.write(Terminal.styled("\(item.id)  \(item.key.value)  \(Terminal.safe(view.title))", .bold))
    Terminal.write(
      "The \(item.key.kind.words) happened \(Words.because(item.because)), from \(Words.date(item.because.first)) to "
        + "\(Words.date(item.because.last)). Rule: \(item.because.rule).")
    if !view.ruleHolds && item.cause != .rejectionExpired {
      Terminal.write("Since then exceptions were amended, and the rule no longer holds. The item can be rejected.")
    }
    if item.cause != .recurrence {
      let previous = item.follows.map { " It follows \($0)." } ?? ""
      Terminal.write("Opened by \(item.cause.rawValue.replacing("_", with: " ")).\(previous)")
    }
    if let failed = item.failed {
      Terminal.write("\(failed.path) v\(failed.version) did not hold.")
    }
    let money = view.money.map { Words.money($0.amount, $0.currency) }.joined(separator: ", ")
    Terminal.write(
      "\(Words.count(view.occurrences, "exception")) belong to it\(money.isEmpty ? "" : ", \(money)"). State: "
        + "\(item.stateWord). Owner: \(item.owner).")
    if !item.isClosed {
      Terminal.write("Due \(Words.time(item.dueAt)) UTC\(view.urgency.map { ", \($0)" } ?? "").")
      if let proposal = item.clock.extensionProposal {
        Terminal.write(
          "\(proposal.proposedBy) asks for more time, until \(Words.time(proposal.until)) UTC. To grant it: sopwright "
            + "approve \(item.id) --extension")
      }
    }
    try describe(item.state, workspace)
    Show.print(history)
  }

  private func describe(_ state: RemediationItem.State, _ workspace: Workspace) throws {
    switch state {
    case .inChange(let change, _): Terminal.write("See the SOP change: sopwright show \(change)")
    case .closed(.sopChanged(let closing)):
      Terminal.write(
        "Closed by \(closing.change): \(closing.sop.path) v\(closing.sop.version), commit "
          + "\(closing.sop.commit.abbreviated), in force from \(Words.time(closing.takesEffect)) UTC.")
    case .closed(.rejected(let signed)):
      Terminal.write(
        "Rejected until \(signed.proposal.expiresOn), proposed by \(signed.proposal.proposedBy), signed by "
          + "\(signed.approvedBy).")
    default: break
    }
  }

  private func show(_ id: ChangeID, _ workspace: Workspace, _ caller: Caller) throws {
    let (change, json, history) = try workspace.change(id, by: caller)
    let difference = try workspace.difference(of: change)
    guard options.format == .text else {
      Terminal.write(json.with("difference", .string(difference)).with("history", .array(history.map(\.json))))
      return
    }
    let draft = change.draft
    Terminal.write(Terminal.styled("\(change.id)  \(draft.path) v\(draft.sopVersion)", .bold))
    let items = draft.closes.map(\.description).joined(separator: ", ")
    Terminal.write(
      "\(change.stateWord.replacing("_", with: " ")), revision \(change.revision), by \(change.proposedBy)"
        + (items.isEmpty ? "" : ", closes \(items)") + ", effective \(draft.effective).")
    if case .string(let summary)? = json["summary"] { Terminal.write(Terminal.safe(summary)) }
    Terminal.write("SHA-256 \(draft.content)\n")
    Terminal.write(
      difference.split(separator: "\n", omittingEmptySubsequences: false).map { Terminal.safe(String($0)) }.joined(
        separator: "\n"))
    Show.print(history)
  }

  private static func print(_ history: [HistoryEntry]) {
    Terminal.write("")
    var table = Table([
      .init(title: "at (UTC)"), .init(title: "who"), .init(title: "what"), .init(title: "note", isElastic: true),
    ])
    for entry in history {
      table.add([Words.time(entry.at), entry.actor.text, entry.kind.replacing("_", with: " "), entry.note])
    }
    Terminal.write(table.text)
  }
}
