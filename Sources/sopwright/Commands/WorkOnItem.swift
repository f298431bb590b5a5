// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

/// A command about one item, after which the item is printed.
protocol ItemCommand: WorkspaceCommand {
  var item: String { get }
  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws
  /// What a person reads then, of the item as it is now.
  func words(_ item: JSONValue) -> String
}

extension ItemCommand {
  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    guard let id = ItemID(item) else { throw Rejection.unknownItem(item) }
    try act(on: id, workspace, caller)
    write(try workspace.item(id, by: caller).view.json, asText: words)
  }
}

struct Acknowledge: ItemCommand {
  static let configuration = CommandConfiguration(commandName: "acknowledge", abstract: "Say that an item was seen.")

  @Argument(help: ArgumentHelp("The item.", valueName: "REM")) var item: String
  @OptionGroup var options: WorkspaceOptions

  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.acknowledge(id, by: caller)
  }

  func words(_ item: JSONValue) -> String {
    "\(item.words("id")) is acknowledged. Next: sopwright propose \(item.words("id")) --sop PATH --text FILE --summary …"
  }
}

struct Assign: ItemCommand {
  static let configuration = CommandConfiguration(commandName: "assign", abstract: "Hand an item to another owner.")

  @Argument(help: ArgumentHelp("The item.", valueName: "REM")) var item: String
  @Option(help: ArgumentHelp("The new owner.", valueName: "person")) var to: String
  @OptionGroup var options: WorkspaceOptions

  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    guard let person = PersonID(to) else { throw Rejection.unknownPerson(to) }
    try workspace.assign(id, to: person, by: caller)
  }

  func words(_ item: JSONValue) -> String { "\(item.words("id")) belongs to \(item.words("owner"))." }
}

struct Comment: ItemCommand {
  static let configuration = CommandConfiguration(commandName: "comment", abstract: "Write a comment on an item.")

  @Argument(help: ArgumentHelp("The item.", valueName: "REM")) var item: String
  @Option(help: "What to say.") var text: String
  @OptionGroup var options: WorkspaceOptions

  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.comment(on: id, text, by: caller)
  }

  func words(_ item: JSONValue) -> String { "Noted on \(item.words("id"))." }
}

struct Extend: ItemCommand {
  static let configuration = CommandConfiguration(
    commandName: "extend", abstract: "Ask that an item may take longer. Somebody else grants it.")

  @Argument(help: ArgumentHelp("The item.", valueName: "REM")) var item: String
  @Option(help: ArgumentHelp("The new due time.", valueName: "time")) var until: String
  @Option(help: "Why it takes longer.") var reason: String
  @OptionGroup var options: WorkspaceOptions

  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.extend(id, until: workspace.time(until), reason: reason, by: caller)
  }

  func words(_ item: JSONValue) -> String {
    "Asked for \(item.object("extension")?.time("until") ?? "") UTC. A second person grants it with: sopwright approve "
      + "\(item.words("id")) --extension"
  }
}

struct Pause: ItemCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Stop the clock of an item of yours until a time at most.")

  @Argument(help: ArgumentHelp("The item.", valueName: "REM")) var item: String
  @Option(help: ArgumentHelp("When it goes on at the latest.", valueName: "time")) var until: String
  @Option(help: "What it waits for.") var reason: String
  @OptionGroup var options: WorkspaceOptions

  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.pause(id, until: workspace.time(until), reason: reason, by: caller)
  }

  func words(_ item: JSONValue) -> String {
    "\(item.words("id")) is paused until \(item.time("paused_until")) UTC, and then due \(item.time("due_at")) UTC."
  }
}

struct Resume: ItemCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let the clock of a paused item go on.")

  @Argument(help: ArgumentHelp("The item.", valueName: "REM")) var item: String
  @OptionGroup var options: WorkspaceOptions

  func act(on id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    try workspace.resume(id, by: caller)
  }

  func words(_ item: JSONValue) -> String { "\(item.words("id")) goes on, due \(item.time("due_at")) UTC." }
}
