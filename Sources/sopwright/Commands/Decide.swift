// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

/// A command about a proposal, after which the item or the change is printed.
protocol ProposalCommand: WorkspaceCommand {
  var id: String { get }
  /// Whether it is about the extension of an item, not about its change or rejection.
  var isExtension: Bool { get }
  /// Whether an interrupted closing of the change is left as it is, because this command gives it up.
  func leaves(_ change: SOPChange) -> Bool
  func act(on proposal: Proposal, _ workspace: Workspace, _ caller: Caller) throws
}

extension ProposalCommand {
  var isExtension: Bool { false }
  func leaves(_ change: SOPChange) -> Bool { false }

  func execute() throws {
    let (workspace, caller) = try openCaughtUp(leaving: leaves)
    let proposal: Proposal
    if isExtension {
      guard let item = ItemID(id) else { throw Rejection.unknownItem(id) }
      proposal = .extensionOf(item)
    } else {
      proposal = try workspace.proposal(id)
    }
    try act(on: proposal, workspace, caller)
    switch (proposal, ItemID(id)) {
    case (.change(let change), nil): try report(change, workspace, caller)
    case (.rejection(let item), _), (.extensionOf(let item), _): try report(item, workspace, caller)
    case (.change, let item?): try report(item, workspace, caller)
    }
  }

  private func report(_ id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    write(try workspace.item(id, by: caller).view.json, asText: ItemText.outcome)
  }

  private func report(_ id: ChangeID, _ workspace: Workspace, _ caller: Caller) throws {
    write(try workspace.change(id, by: caller).json, asText: ChangeText.outcome)
  }
}

extension ProposalCommand {
  func closeInASecondOfItsOwn(_ proposal: Proposal, _ workspace: Workspace, _ caller: Caller) throws {
    var caller = caller
    while try workspace.hasException(of: proposal, at: caller.now) {
      Environment.waitForNextSecond()
      caller = try options.caller()
    }
    try workspace.close(proposal, by: caller)
  }
}

struct Approve: ProposalCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Approve an SOP change, a rejection or an extension that somebody else proposed.")

  @Argument(help: ArgumentHelp("REM-… or CHG-…", valueName: "id")) var id: String
  @Option(help: ArgumentHelp("The revision that you looked at; refused if there is a newer one.", valueName: "n"))
  var revision: Int?
  @Flag(help: "Close it at once.") var close = false
  @Flag(name: .customLong("extension"), help: "Grant the extension that somebody asked for.") var isExtension = false
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if isExtension && close { throw ValidationError("An extension closes nothing: leave --close out.") }
  }

  func act(on proposal: Proposal, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.approve(proposal, revision: revision, by: caller)
    if close { try closeInASecondOfItsOwn(proposal, workspace, caller) }
  }
}

struct Return: ProposalCommand {
  static let configuration = CommandConfiguration(
    commandName: "return", abstract: "Send a proposal back with a note on what is missing.")

  @Argument(help: ArgumentHelp("REM-… or CHG-…", valueName: "id")) var id: String
  @Option(help: "What is missing.") var note: String
  @Flag(name: .customLong("extension"), help: "Send the wish for an extension back.") var isExtension = false
  @OptionGroup var options: WorkspaceOptions

  func act(on proposal: Proposal, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.sendBack(proposal, note: note, by: caller)
  }
}

struct Withdraw: ProposalCommand {
  static let configuration = CommandConfiguration(commandName: "withdraw", abstract: "Take a proposal of yours back.")

  @Argument(help: ArgumentHelp("REM-… or CHG-…", valueName: "id")) var id: String
  @Flag(name: .customLong("extension"), help: "Take the wish for an extension back.") var isExtension = false
  @OptionGroup var options: WorkspaceOptions

  func act(on proposal: Proposal, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.withdraw(proposal, by: caller)
  }
}

struct Close: ProposalCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close what is approved: commit the SOP, or record the rejection.",
    discussion: "Giving the command again is safe. --abandon gives up a closing that could not be finished.")

  @Argument(help: ArgumentHelp("REM-… or CHG-…", valueName: "id")) var id: String
  @Flag(help: "Give up a closing that could not be finished.") var abandon = false
  @OptionGroup var options: WorkspaceOptions

  func leaves(_ change: SOPChange) -> Bool {
    abandon && (change.id == ChangeID(id) || change.draft.closes.contains { $0 == ItemID(id) })
  }

  func act(on proposal: Proposal, _ workspace: Workspace, _ caller: Caller) throws {
    guard abandon else {
      try closeInASecondOfItsOwn(proposal, workspace, caller)
      return
    }
    guard case .change(let change) = proposal else { throw Rejection.nothingToAbandon(id) }
    try workspace.abandonClosing(change, by: caller)
  }
}
