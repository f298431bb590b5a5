// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What is broken, and who has it?
struct ItemsPage: Page {
  private let items: [ListedItem]
  private let weeks: [RecurrenceKey: [Int]]
  private let query: ItemQuery
  /// From 0; as many items as a page has come before it.
  private let number: Int
  private let hasMore: Bool

  private static let most = 50

  var title: String { "Items" }
  var subject: String? { "*" }
  var area: Area { .items }

  private static let states = ["open", "acknowledged", "proposed", "approved", "closing", "closed"]

  static func show(_ visit: Visit) async throws -> Answer {
    var query = ItemQuery()
    query.state = visit.query("state")
    if let state = query.state, !states.contains(state) {
      throw Problem(
        status: .badRequest, sentence: "There is no state \"\(state)\". States: \(states.joined(separator: ", ")).")
    }
    query.owner = try visit.query("owner").map { name in
      guard let person = PersonID(name) else { throw Rejection.unknownPerson(name) }
      return person
    }
    query.isOverdue = visit.query("overdue") != nil
    query.isToApprove = visit.query("to_approve") != nil
    if let name = visit.query("sort") {
      guard let order = ItemOrder(rawValue: name) else {
        throw Problem(
          status: .badRequest,
          sentence:
            "Items are not sorted by \"\(name)\", but by: \(ItemOrder.allCases.map(\.rawValue).joined(separator: ", "))."
        )
      }
      query.order = order
    }
    let caller = try visit.caller()
    if visit.wantsJSON {
      // A script gets all of them, as by the command line.
      let all = query
      return .json(.array(try await visit.desk.read { try $0.items(all, by: caller).map(\.json) }))
    }
    let number = visit.pageNumber
    query.places = number * most..<(number + 1) * most + 1
    let asked = query
    return try await visit.read { workspace, caller in
      let items = try workspace.listedItems(asked, by: caller)
      let shown = Array(items.prefix(most))
      return ItemsPage(
        items: shown, weeks: try workspace.weeks(of: shown, at: caller.now), query: asked, number: number,
        hasMore: items.count > most)
    }
  }

  /// - Parameter page: from 1.
  private func address(page: Int) -> String { address(page: page, order: query.order) }

  private func address(page: Int, order: ItemOrder) -> String {
    var parts = query.state.map { ["state=\($0)"] } ?? []
    if let owner = query.owner { parts.append("owner=\(owner.text.asQuery)") }
    if query.isOverdue { parts.append("overdue=1") }
    if query.isToApprove { parts.append("to_approve=1") }
    if order != .due { parts.append("sort=\(order.rawValue)") }
    if page > 1 { parts.append("page=\(page)") }
    return parts.isEmpty ? "/items" : "/items?\(parts.joined(separator: "&"))"
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Items</h1>
    <p class="filters">\(filter("All", nil, isOn: query.state == nil && !query.isOverdue && !query.isToApprove)) \
    \(ItemsPage.states.map { filter($0, "state=\($0)", isOn: query.state == $0) }) \
    \(filter("overdue", "overdue=1", isOn: query.isOverdue)) \
    \(filter("to approve", "to_approve=1", isOn: query.isToApprove))</p>
    \(items.count < 2 ? nil : orders)
    \(items.isEmpty ? empty : ItemsPage.table(items, weeks: weeks, caption: "Remediation items"))
    \(HTML.pages(number, hasMore: hasMore, address(page:)))
    """
  }

  private func filter(_ name: String, _ query: String?, isOn: Bool) -> HTML {
    let address = query.map { "/items?\($0)" } ?? "/items"
    return isOn
      ? "<a href=\"\(address)\" aria-current=\"true\">\(name)</a> " : "<a href=\"\(address)\">\(name)</a> "
  }

  private var orders: HTML {
    let links: [HTML] = ItemOrder.allCases.map { order in
      let current: HTML = order == query.order ? " aria-current=\"true\"" : ""
      return "<a href=\"\(address(page: 1, order: order))\"\(current)>\(order.words)</a> "
    }
    return "<p class=\"filters\"><span class=\"hint\">Sorted by</span> \(links)</p>"
  }

  private var empty: HTML {
    guard number == 0 else {
      return """
        <p class="empty">This is past the end of the list. <a href="\(address(page: 1))">Go to its first page</a></p>
        """
    }
    return """
      <p class="empty">No item fits. An item opens by itself when an exception code or a root-cause tag recurs; to bring in what \
      happened, <a href="/import">bring in an export</a>.</p>
      """
  }

  /// - Parameter weeks: how often each code and tag occurred lately; where it is empty, that has no column.
  static func table(_ items: [ListedItem], weeks: [RecurrenceKey: [Int]] = [:], caption: String) -> HTML {
    .table(
      ["Item", "State", "Code or tag", "Title", "Owner", "Due", "Exceptions", "Money"]
        + (weeks.isEmpty ? [] : ["Last 12 weeks"]), numbers: [6, 7],
      caption: caption,
      items.map { view in
        let item = view.item
        return [
          .link(to: item.id), .state(item.stateWord), .link(to: item.key), "\(view.title)", "\(item.owner.text)",
          item.isClosed
            ? "" : "\(HTML.day(item.dueAt))\(view.urgency.map { " \(HTML.state($0))" } as HTML?)",
          "\(view.occurrences)", .money(view.money),
        ] + (weeks.isEmpty ? [] : [WeekBars(counts: weeks[item.key] ?? []).html])
      })
  }
}

extension ItemOrder {
  fileprivate var words: String {
    switch self {
    case .due: "due"
    case .item: "newest"
    case .key: "code or tag"
    case .owner: "owner"
    case .exceptions: "exceptions"
    }
  }
}
