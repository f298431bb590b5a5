// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct Items: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "items",
    abstract: "List remediation items: what recurs, who has it, and by when.")

  static let states = ["open", "acknowledged", "proposed", "approved", "closing", "closed"]

  @Option(help: "Only in this state: \(states.joined(separator: ", ")).") var state: String?
  @Option(help: ArgumentHelp("Only of this owner.", valueName: "person")) var owner: String?
  @Flag(help: "Only what is overdue.") var overdue = false
  @Flag(help: "Only what waits for your approval.") var toApprove = false
  @Option(help: "By what: \(ItemOrder.allCases.map(\.rawValue).joined(separator: ", ")).") var sort = ItemOrder.due
    .rawValue
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if let state, !Items.states.contains(state) {
      throw ValidationError("There is no state \"\(state)\". States: \(Items.states.joined(separator: ", ")).")
    }
    guard ItemOrder(rawValue: sort) != nil else {
      throw ValidationError(
        "Items are not sorted by \"\(sort)\". Write one of: \(ItemOrder.allCases.map(\.rawValue).joined(separator: ", "))."
      )
    }
  }

  func execute() throws {
    let (workspace, caller) = try openCaughtUp()
    var query = ItemQuery()
    query.order = ItemOrder(rawValue: sort) ?? .due
    query.state = state
    query.owner = try owner.map { name in
      guard let person = PersonID(name) else { throw Rejection.unknownPerson(name) }
      return person
    }
    query.isOverdue = overdue
    query.isToApprove = toApprove
    if options.format == .json {
      Terminal.write(JSONValue.array(try workspace.items(query, by: caller).map(\.json)))
      return
    }
    let items = try workspace.listedItems(query, by: caller)
    if items.isEmpty {
      let isFiltered = state != nil || owner != nil || overdue || toApprove
      Terminal.write(
        isFiltered ? "No item fits." : "No items. An item opens by itself when a code or a tag recurs.")
    } else {
      Terminal.write(Items.table(items).text)
    }
  }

  static var emptyTable: Table {
    Table([
      .init(title: "item"), .init(title: "state"), .init(title: "code or tag", isElastic: true),
      .init(title: "title", isElastic: true), .init(title: "owner"), .init(title: "due"),
      .init(title: "count", isNumber: true), .init(title: "money", isNumber: true, isElastic: true),
    ])
  }

  static func table(_ items: [ListedItem]) -> Table {
    var table = emptyTable
    for view in items {
      let item = view.item
      let due = item.isClosed ? "" : Words.date(item.dueAt) + (view.urgency.map { " \($0)" } ?? "")
      table.add([
        item.id.description, item.stateWord + (item.isHistoric && !item.isClosed ? ", historic" : ""),
        item.key.value, view.title, item.owner.text, due, String(view.occurrences),
        view.money.map { Words.money($0.amount, $0.currency) }.joined(separator: ", "),
      ])
    }
    return table
  }
}

extension Items: ServedCommand {
  func execute(on server: Server) throws {
    write(
      try server.get(
        ["items"],
        [
          "state": state, "owner": owner, "overdue": overdue ? "1" : nil, "to_approve": toApprove ? "1" : nil,
          "sort": sort,
        ], having: nil), asText: Lists.items)
  }
}
