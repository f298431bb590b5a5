// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Synchronization
import Tracker

struct Exceptions: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "exceptions", abstract: "List exceptions, in the order in which they occurred.")

  @Option(help: "Only of this code.") var code: String?
  @Option(name: .customLong("root-cause"), help: ArgumentHelp("Only with this root-cause tag.", valueName: "tag"))
  var rootCause: String?
  @Option(help: ArgumentHelp("Only those that belong to this item.", valueName: "REM")) var item: String?
  @Option(help: ArgumentHelp("Only from this time on.", valueName: "time")) var since: String?
  @Option(help: "At most so many.") var limit: Int?
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if code != nil, rootCause != nil { throw ValidationError("Give --code or --root-cause, not both.") }
    if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
  }

  func execute() throws {
    let (workspace, _) = try openCaughtUp()
    var query = ExceptionQuery()
    query.key = code.map { RecurrenceKey(.code, $0) } ?? rootCause.map { RecurrenceKey(.rootCause, $0) }
    query.item = try item.map { text in
      guard let id = ItemID(text) else { throw Rejection.unknownItem(text) }
      return id
    }
    query.since = try since.map { try workspace.time($0) }
    query.limit = limit
    switch options.format {
    case .json: try printJSON(workspace, query)
    case .text: try printTable(workspace, query)
    }
  }

  /// Written part by part: a million of them need little memory.
  private func printJSON(_ workspace: Workspace, _ query: ExceptionQuery) throws {
    let isFirst = Mutex(true)
    try workspace.listExceptions(query, progress: ProgressLine.ofReading, startingWith: [UInt8]()) { exception, part in
      part.append(UInt8(ascii: ","))
      exception.appendJSON(to: &part)
      part.append(UInt8(ascii: "\n"))
    } deliver: { part in
      var part = part
      isFirst.withLock { isFirst in
        if isFirst { part[0] = UInt8(ascii: "[") }
        isFirst = false
      }
      Terminal.write(part)
    }
    Terminal.write(isFirst.withLock { $0 } ? "[]" : "]")
  }

  static let columns: [Table.Column] = [
    .init(title: "occurred (UTC)"), .init(title: "reference", isElastic: true), .init(title: "code"),
    .init(title: "tags", isElastic: true), .init(title: "amount", isNumber: true), .init(title: "items"),
    .init(title: "SOP in force", isElastic: true),
  ]

  private func printTable(_ workspace: Workspace, _ query: ExceptionQuery) throws {
    let columns = Exceptions.columns
    let table = Mutex(Table(columns))
    try workspace.listExceptions(
      query, progress: ProgressLine.ofReading, startingWith: TableRows(columns: columns.count)
    ) { exception, part in
      part.add(exception)
    } deliver: { part in
      table.withLock { $0.add(part) }
    }
    table.withLock { table in
      Terminal.write(table.rows.isEmpty ? Array("No exceptions.\n".utf8) : table.utf8 + [UInt8(ascii: "\n")])
    }
  }
}

extension TableRows {
  fileprivate mutating func add(_ exception: ListedException) {
    let row = exception.row
    add { Words.append(row.occurredAt, to: &$0) }
    for column in [ExceptionRow.Column.reference, .code, .rootCauses] {
      if let text = row.text(column) { add(text) } else { add("") }
    }
    if let amount = row.integer(.amount), let currency = row.text(.currency) {
      add(Words.money(amount, String(decoding: currency, as: UTF8.self)))
    } else {
      add("")
    }
    add(exception.items.map(\.description).joined(separator: " "))
    add(exception.sopInForce?.text ?? "")
  }
}

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Rows that could not be read, and why.",
    subcommands: [List.self, Retry.self, SetAside.self, TakeBack.self],
    defaultSubcommand: List.self)

  struct Retry: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry",
      abstract: "Read the rows that were held back again, after the map or the taxonomy was corrected.",
      discussion: "Without --map, each row is read by the map of its source in taxonomy/maps.")

    @Option(help: ArgumentHelp("The map of the rows of its source.", valueName: "map")) var map: String?
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let progress = ProgressLine()
      let report = try workspace.retryQuarantine(
        mapPath: map.map { Import.mapPath($0, options) }, by: caller, progress: { progress.show($0) })
      progress.finish()
      write(report.json, asText: ImportText.retried)
    }
  }

  struct SetAside: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "set-aside", abstract: "Say that rows which were held back are no exceptions, and why.",
      discussion: """
        Totals at the end of an export, or cases that somebody made to try the system: they are listed no more. The record says who set \
        them aside and why.
        """)

    @OptionGroup var rows: Rows
    @Option(help: "Why they are no exceptions.") var reason: String
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      show(try workspace.setAside(rows.choice(), because: reason, by: caller))
    }

    func show(_ count: Int) { write(.fields(["set_aside": .int(count)]), asText: Lists.setAside) }
  }

  struct TakeBack: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "take-back", abstract: "Hold rows back again that were set aside.")

    @OptionGroup var rows: Rows
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      show(try workspace.takeBackRows(rows.choice(), by: caller))
    }

    func show(_ count: Int) { write(.fields(["taken_back": .int(count)]), asText: Lists.takenBack) }
  }

  /// Which rows are meant.
  struct Rows: ParsableArguments {
    @Option(help: "Those of this source.") var source: String?
    @Option(help: "Those of the file with this SHA-256; its first eight digits will do.") var file: String?
    @Option(help: "The one at this line of the file; may be repeated. Without it, all.") var line: [Int] = []

    func choice() throws -> HeldBackChoice { try HeldBackChoice(source: source, file: file, lines: Set(line)) }
  }

  struct List: WorkspaceCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the rows that were held back.")

    @Flag(help: "Those that were set aside as no exceptions, with who did it and why.") var setAside = false
    @OptionGroup var options: WorkspaceOptions

    func show(_ rows: JSONValue) { write(rows, asText: setAside ? Lists.rowsSetAside : Lists.heldBack) }

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      show(
        .array(
          setAside
            ? try workspace.rowsSetAside(by: caller).map(\.json) : try workspace.quarantine(by: caller).map(\.json)))
    }
  }
}
