// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Remediation
import Tracker

struct Propose: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "propose",
    abstract: "Propose how an item ends: a new SOP version, or a rejection.",
    discussion: """
      With --sop, --text and --summary: a new version of an SOP, which closes the items when it is approved and committed.
      With --join: the text of a change that is under way closes these items, too.
      With --reject, --rationale and --expires: a rejection. Both take a second person: sopwright approve
      """)

  @Argument(help: ArgumentHelp("The items.", valueName: "REM")) var items: [String]
  @Option(help: ArgumentHelp("Where the SOP stands in the handbook, or its id.", valueName: "path")) var sop: String?
  @Option(help: ArgumentHelp("A file with the whole new text; - reads standard input.", valueName: "file")) var text:
    String?
  @Option(help: "What changes, in a sentence.") var summary: String?
  @Option(help: ArgumentHelp("A change whose text closes these items, too.", valueName: "CHG")) var join: String?
  @Flag(help: "Propose a rejection.") var reject = false
  @Option(help: "Why nothing is to be changed.") var rationale: String?
  @Option(help: ArgumentHelp("The last day on which the rejection holds.", valueName: "date")) var expires: String?
  @Option(help: ArgumentHelp("N/Wd: a recurrence that brings it back earlier.", valueName: "rule")) var tripwire:
    String?
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if join != nil {
      guard !reject, sop == nil, text == nil, summary == nil, rationale == nil, expires == nil, tripwire == nil else {
        throw ValidationError("--join takes items, and nothing else.")
      }
    } else if reject {
      guard rationale != nil, expires != nil else { throw ValidationError("--reject takes --rationale and --expires.") }
      guard sop == nil, text == nil, summary == nil else {
        throw ValidationError("Propose an SOP change or a rejection, not both.")
      }
      guard items.count == 1 else { throw ValidationError("--reject takes one item.") }
      guard let expires, CalendarDate(expires) != nil else {
        throw ValidationError("--expires takes a date such as 2027-03-31.")
      }
    } else {
      guard sop != nil, text != nil, summary != nil else {
        throw ValidationError("Give --sop, --text and --summary; or --reject, --rationale and --expires.")
      }
      guard rationale == nil, expires == nil, tripwire == nil else {
        throw ValidationError("--rationale, --expires and --tripwire belong to --reject.")
      }
    }
  }

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    let ids = try items.map { text in
      guard let id = ItemID(text) else { throw Rejection.unknownItem(text) }
      return id
    }
    if let join {
      guard let change = ChangeID(join) else { throw Rejection.unknownChange(join) }
      try Propose.report(workspace.join(change, closing: ids, by: caller), workspace, caller, options.format)
    } else if reject {
      try proposeRejection(of: ids[0], workspace, caller)
    } else {
      try Propose.change(
        closing: ids, sop: sop ?? "", text: text ?? "", summary: summary ?? "", workspace, caller, options.format)
    }
  }

  private func proposeRejection(of id: ItemID, _ workspace: Workspace, _ caller: Caller) throws {
    guard let rationale, let date = expires.flatMap({ CalendarDate($0) }) else { return }
    let rule = try tripwire.map { text throws(Rejection) in try RecurrenceRule(text) }
    try workspace.proposeRejection(of: id, rationale: rationale, expiresOn: date, tripwire: rule, by: caller)
    write(try workspace.item(id, by: caller).view.json, asText: ItemText.toReject)
  }

  /// Also what `sop propose` does.
  static func change(
    closing items: [ItemID], sop: String, text: String, summary: String, _ workspace: Workspace, _ caller: Caller,
    _ format: WorkspaceOptions.Format
  ) throws {
    let change = try workspace.proposeChange(
      closing: items, path: workspace.sopPath(sop), text: bytes(of: text), summary: summary, by: caller)
    try report(change, workspace, caller, format)
  }

  /// - Parameter file: its name; `-` for standard input.
  static func bytes(of file: String) throws -> [UInt8] {
    file == "-"
      ? try foreignBytes(of: .standardInput, called: "Standard input", atMost: SOPGate.largestText)
      : try foreignBytes(at: file, atMost: SOPGate.largestText)
  }

  /// The same as a text.
  /// - Throws: `FileProblem` where it is no UTF-8, which nobody sees in what a server shows.
  static func text(_ file: String) throws -> String {
    let bytes = try bytes(of: file)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileProblem(file: file, "It is not UTF-8 text. Save it as UTF-8.")
    }
    return text
  }

  /// What every command that proposes a change prints.
  static func report(
    _ change: SOPChange, _ workspace: Workspace, _ caller: Caller, _ format: WorkspaceOptions.Format
  ) throws {
    let others = try workspace.othersChanging(change)
    let json = try workspace.change(change.id, by: caller).json.with("others", .array(others.map { .text($0.id) }))
    switch format {
    case .json: Terminal.write(json)
    case .text: Terminal.write(ChangeText.proposed(json))
    }
  }
}
