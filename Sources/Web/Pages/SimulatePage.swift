// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What would another rule have opened?
struct SimulatePage: Page {
  private let request: SimulationRequest
  /// Nil where that is refused.
  private let simulation: Simulation?
  private let zone: String
  /// What is wrong with a field.
  private let problem: SimulationProblem?

  /// Rows of the table; a script gets all.
  private static let most = 200

  var title: String { "What a rule would open" }
  var area: Area { .taxonomy }

  static func show(_ visit: Visit) async throws -> Answer {
    let (request, person) = (SimulationRequest { visit.query($0.rawValue) }, try visit.signedIn().person)
    if visit.wantsJSON {
      return .jsonBytes(
        try await visit.simulations.answer(request, for: person) { simulation, _ in simulation.json.compactBytes })
    }
    do {
      return .page(
        try await visit.simulations.answer(request, for: person) { simulation, workspace in
          SimulatePage(request: request, simulation: simulation, zone: workspace.zoneName, problem: nil)
        })
    } catch {
      // What was asked for stands in the form again, with the reason beside it.
      let zone = try await visit.desk.read { $0.zoneName }
      let page = SimulatePage(
        request: request, simulation: nil, zone: zone, problem: error as? SimulationProblem)
      throw Refused(page: page, reason: error)
    }
  }

  /// The page with a code or tag asked for.
  static func address(of key: RecurrenceKey) -> String {
    "/simulate?\(key.kind == .code ? "code" : "root_cause")=\(key.value.asQuery)"
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>What a rule would open</h1>
    <p class="lead">Tried over the exceptions that are recorded, before it goes live. Nothing is written.</p>
    \(form)
    \(simulation.map(result))
    """
  }

  // MARK: What is asked

  private var form: HTML {
    """
    <form action="/simulate"><div class="stacked narrow">\(field(.rule, "Rule, as 3/30d; empty for each one's own", "Three within thirty days."))</div>
    <details\(isNarrowed ? " open" : nil as HTML?)><summary>A period, some codes or tags, or closings</summary><div class="about">
    <div class="stacked">\(field(.since, "Only what occurred from", "2026-01-31, or with a time, in the zone of this workspace, \(zone)."))\
    \(field(.until, "Only what occurred before", nil))</div>
    <div class="stacked">\(field(.codes, "Only these codes", "With spaces between them."))\
    \(field(.tags, "Only these root-cause tags", nil))</div>
    <div class="stacked">\(field(.closingAfter, "Closed after so many days, as 14d", "As if each were closed then, by a change that did not help."))</div>
    </div></details>
    <p class="inline"><button class="main">Simulate</button> <a href="/simulate">Begin anew</a></p></form>
    """
  }

  /// Whether more is asked for than a rule.
  private var isNarrowed: Bool { SimulationRequest.Field.allCases.contains { $0 != .rule && !request[$0].isEmpty } }

  private func field(_ field: SimulationRequest.Field, _ label: String, _ hint: String?) -> HTML {
    let name = field.rawValue
    let reason = problem.flatMap { $0.field == field ? $0.reason : nil }
    let described = [hint == nil ? nil : "\(name)-hint", reason == nil ? nil : "\(name)-wrong"].compactMap(\.self)
    return """
      <label for="\(name)">\(label)</label>\(hint.map { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>" } as HTML?)\
      \(reason.map { "<p class=\"message problem\" id=\"\(name)-wrong\">\($0)</p>" } as HTML?)\
      <input id="\(name)" name="\(name)" value="\(typed: request[field])" autocapitalize="none" spellcheck="false"\
      \(described.isEmpty ? nil : " aria-describedby=\"\(described.joined(separator: " "))\"" as HTML?)\
      \(reason == nil ? nil : " aria-invalid=\"true\"" as HTML?)>
      """
  }

  // MARK: What came of it

  private func result(_ simulation: Simulation) -> HTML {
    guard let first = simulation.first, let last = simulation.last else {
      return "<p class=\"empty\">No exceptions occurred in this period, so no rule would have opened anything.</p>"
    }
    let count = simulation.items.count
    let rule = simulation.query.rule.map(\.description) ?? "Each code's and tag's own rule"
    let found: HTML = """
      <p><strong>\(rule) would have opened \(Words.grouped(count)) \(count == 1 ? "item" : "items")</strong> out of \
      \(Words.grouped(simulation.exceptions)) \(simulation.exceptions == 1 ? "exception" : "exceptions") from \
      \(Words.date(first)) to \(Words.date(last))\(within(simulation)). \(closing(simulation))</p>
      """
    return """
      <h2>What would have opened</h2>
      \(found)
      \(simulation.months.map { MonthBars(months: $0).figure(title: finding(simulation, $0)) })
      \(count > 0 ? table(simulation) : nil)
      <h2>To choose a rule</h2>
      \(comparison(simulation))
      """
  }

  private func finding(_ simulation: Simulation, _ months: SimulationMonths) -> String {
    let open = months.stretches.reduce(months.earlier.isOpen) { $0 + $1.isOpen }
    return
      "\(Words.count(simulation.items.count, "item")) would have opened; \(open) \(open == 1 ? "is" : "are") open now"
  }

  private func within(_ simulation: Simulation) -> String {
    let early = simulation.items(within: Days(30))
    return switch simulation.items.count {
    case 0: ""
    case 1: early == 1 ? ", within the first 30 days" : ", after the first 30 days"
    default: "; \(Words.grouped(early)) of them within the first 30 days"
    }
  }

  private func closing(_ simulation: Simulation) -> String {
    guard let days = simulation.query.closingAfter?.count else {
      return simulation.items.isEmpty ? "" : "None is taken as closed, so what occurred later joined it."
    }
    let regressions = simulation.follows.count { $0 != nil }
    return "Each is taken as closed \(Words.count(days, "day")) after it opened, by a change that did not help: "
      + "\(Words.grouped(regressions)) of them \(regressions == 1 ? "is a regression" : "are regressions")."
  }

  private func table(_ simulation: Simulation) -> HTML {
    let hasOwnRules = simulation.query.rule == nil
    let isClosing = simulation.query.closingAfter != nil
    let titles =
      ["#", "Id", "Title"] + (hasOwnRules ? ["Rule"] : [])
      + ["Would open", "In window", "Expected", "Count", "Money", "Item"] + (isClosing ? ["Follows"] : [])
    let shift = hasOwnRules ? 1 : 0
    let shown = zip(simulation.items, simulation.follows).prefix(SimulatePage.most)
    let rows: [[HTML]] = shown.enumerated().map { place, pair in
      let (item, follows) = pair
      var cells: [HTML] = ["\(place + 1)", .link(to: item.key), "\(item.title)"]
      if hasOwnRules { cells.append("\(item.because.rule.description)") }
      cells += [
        .day(item.openedAt), "\(item.because.count)", "\(item.because.expectedThousandths.map(Words.tenths) ?? "")",
        "\(Words.grouped(item.occurrences))", .money(item.money), item.real.map { HTML.link(to: $0) } ?? "none",
      ]
      if isClosing { cells.append("\(follows.map { "row \($0 + 1)" } ?? "")") }
      return cells
    }
    let rest = simulation.items.count - rows.count
    return """
      \(HTML.table(titles, numbers: [0, 4 + shift, 5 + shift, 6 + shift, 7 + shift], caption: "What would have opened", rows))
      \(rest > 0 ? "<p class=\"hint\">And \(Words.grouped(rest)) more with fewer occurrences; <code>sopwright simulate</code> lists all.</p>" as HTML : nil)
      """
  }

  private func comparison(_ simulation: Simulation) -> HTML {
    .table(
      ["Rule", "Items", "A month", "Busiest month", ""], numbers: [1, 2],
      caption: "How much work rules would have made",
      simulation.compared.map { compared in
        [
          "<a href=\"\(address(with: compared.rule))\">\(compared.rule.description)</a>",
          "\(Words.grouped(compared.items))",
          "\(Words.hundredths(compared.perMonthHundredths))",
          "\(compared.busiest.map { "\($0.month), \(Words.count($0.items, "item"))" } ?? "")",
          compared.rule == simulation.query.rule ? "as above" : "",
        ]
      })
  }

  private func address(with rule: RecurrenceRule) -> String {
    var request = request
    request[.rule] = rule.description
    let parts = SimulationRequest.Field.allCases.filter { !request[$0].isEmpty }
      .map { "\($0.rawValue)=\(request[$0].asQuery)" }
    return "/simulate?\(parts.joined(separator: "&"))"
  }
}
