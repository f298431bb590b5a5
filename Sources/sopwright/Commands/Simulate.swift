// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct Simulate: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Say what a recurrence rule would have opened over the exceptions that are recorded.",
    discussion: """
      Writes nothing. An item would have opened at the moment at which the rule held, by when things occurred, not by when they were \
      recorded; nothing is closed, so everything later joins it. With --closing-after 14d each item is closed 14 days after it \
      opened, by a change that did not help: what recurs from then on opens a new one.
      """)

  @Option(help: ArgumentHelp("N/Wd, for every code and tag; each one's own rule unless given.", valueName: "rule"))
  var recurrence: String?
  @Option(help: ArgumentHelp("Only what occurred from this time on.", valueName: "time")) var since: String?
  @Option(help: ArgumentHelp("Only what occurred before this time.", valueName: "time")) var until: String?
  @Option(help: "Only this code; may be given several times.") var code: [String] = []
  @Option(
    name: .customLong("root-cause"),
    help: ArgumentHelp("Only this root-cause tag; may be given several times.", valueName: "tag"))
  var rootCause: [String] = []
  @Option(
    name: .customLong("closing-after"),
    help: ArgumentHelp("As if each item were closed so many days after it opened, as 14d.", valueName: "days"))
  var closingAfter: String?
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if let closingAfter, Days(closingAfter: closingAfter) == nil {
      throw ValidationError("--closing-after takes a number of days from 1d to 3660d, such as 14d.")
    }
  }

  func execute() throws {
    let workspace = try Workspace.open(options.workspaceFolder)
    var query = SimulationQuery()
    query.rule = try recurrence.map { try RecurrenceRule($0) }
    query.since = try since.map { try workspace.time($0) }
    query.until = try until.map { try workspace.time($0) }
    query.closingAfter = closingAfter.flatMap { Days(closingAfter: $0) }
    query.keys = code.map { RecurrenceKey(.code, $0) } + rootCause.map { RecurrenceKey(.rootCause, $0) }
    let simulation = try workspace.simulate(query)
    switch options.format {
    case .json: Terminal.write(simulation.json)
    case .text: describe(simulation)
    }
  }

  private func describe(_ simulation: Simulation) {
    guard let first = simulation.first, let last = simulation.last else {
      Terminal.write("No exceptions occurred in this period, so no rule would have opened anything.")
      return
    }
    let count = simulation.items.count
    let rule = simulation.query.rule.map(\.description) ?? "Each code's and tag's own rule"
    Terminal.write(
      "\(rule) would have opened \(Words.grouped(count)) \(count == 1 ? "item" : "items") out of "
        + "\(Words.grouped(simulation.exceptions)) \(simulation.exceptions == 1 ? "exception" : "exceptions") from "
        + "\(Words.date(first)) to \(Words.date(last))\(within(simulation)).")
    if let days = simulation.query.closingAfter?.count {
      let regressions = simulation.follows.count { $0 != nil }
      Terminal.write(
        "Each is taken as closed \(Words.count(days, "day")) after it opened, by a change that did not help: "
          + "\(Words.grouped(regressions)) of them \(regressions == 1 ? "is a regression" : "are regressions").")
    } else if count > 0 {
      Terminal.write("None is taken as closed, so what occurred later joined it; see --closing-after.")
    }
    if count > 0 { Terminal.write("\n" + table(simulation).text) }
    Terminal.write("\nTo choose a rule:\n" + comparison(simulation).text)
  }

  private func within(_ simulation: Simulation) -> String {
    let early = Words.grouped(simulation.items(within: Days(30)))
    return switch simulation.items.count {
    case 0: ""
    case 1: early == "1" ? ", within the first 30 days" : ", after the first 30 days"
    default: "; \(early) of them within the first 30 days"
    }
  }

  private func table(_ simulation: Simulation) -> Table {
    let isClosing = simulation.query.closingAfter != nil
    let hasOwnRules = simulation.query.rule == nil
    var columns: [Table.Column] = [
      .init(title: "code or tag", isElastic: true), .init(title: "title", isElastic: true),
      .init(title: "would open"), .init(title: "in window", isNumber: true), .init(title: "expected", isNumber: true),
      .init(title: "count", isNumber: true), .init(title: "money", isNumber: true, isElastic: true),
      .init(title: "item"),
    ]
    if hasOwnRules { columns.insert(.init(title: "rule"), at: 2) }
    if isClosing {
      columns.insert(.init(title: "#", isNumber: true), at: 0)
      columns.append(.init(title: "follows"))
    }
    var table = Table(columns)
    for (index, (item, follows)) in zip(simulation.items, simulation.follows).enumerated() {
      var cells = [
        item.key.value, item.title, Words.date(item.openedAt), String(item.because.count),
        item.because.expectedThousandths.map(Words.tenths) ?? "", String(item.occurrences),
        item.money.map { Words.money($0.amount, $0.currency) }.joined(separator: ", "),
        item.real?.description ?? "none",
      ]
      if hasOwnRules { cells.insert(item.because.rule.description, at: 2) }
      if isClosing {
        cells.insert(String(index + 1), at: 0)
        cells.append(follows.map { "#\($0 + 1)" } ?? "")
      }
      table.add(cells)
    }
    return table
  }

  private func comparison(_ simulation: Simulation) -> Table {
    var table = Table([
      .init(title: "rule"), .init(title: "items", isNumber: true), .init(title: "a month", isNumber: true),
      .init(title: "busiest month"), .init(title: ""),
    ])
    for compared in simulation.compared {
      table.add([
        compared.rule.description, String(compared.items), Words.hundredths(compared.perMonthHundredths),
        compared.busiest.map { "\($0.month), \(Words.count($0.items, "item"))" } ?? "",
        compared.rule == simulation.query.rule ? "as above" : "",
      ])
    }
    return table
  }
}
