// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// The newest exceptions of the items that a text is written for, beside the text.
struct ExceptionsAtHand: Sendable {
  private let parts: [(item: ItemID, exceptions: [ExceptionView], hasMore: Bool)]

  private static let most = 10
  /// A change that closes more is no text for single cases.
  private static let mostItems = 3

  init(_ items: [ItemID], _ workspace: Workspace) throws {
    parts = try items.prefix(ExceptionsAtHand.mostItems).map { item in
      var exceptions: [ExceptionView] = []
      let next = try workspace.pageOfExceptions(of: .item(item), after: nil, limit: ExceptionsAtHand.most) {
        exceptions.append(ExceptionView($0))
      }
      return (item, exceptions, next != nil)
    }.filter { !$0.exceptions.isEmpty }
  }

  /// What is typed beside it is not lost to whoever looks at one of them.
  var html: HTML? {
    guard !parts.isEmpty else { return nil }
    let lists: [HTML] = parts.map { item, exceptions, hasMore in
      let rows: [HTML] = exceptions.map { view in
        let record = view.record
        let amount = record.amount.flatMap { amount in record.currency.map { Words.money(amount, $0) } }
        let more = [amount, record.team].compactMap(\.self).joined(separator: ", ")
        return """
          <li><a href="\(ExceptionPage.address(record))" target="_blank">\(record.reference)</a> \(HTML.time(record.occurredAt))\
          \(more.isEmpty ? "" : ", \(more)")</li>
          """
      }
      return """
        <ul>\(rows)</ul><p><a href="/exceptions?item=\(item.description)" target="_blank">\(hasMore ? "All" : "The list") of \
        \(item.description)</a></p>
        """
    }
    return """
      <section class="at-hand" aria-labelledby="at-hand"><h2 id="at-hand">What happened</h2>
      <p class="hint">The newest first, times in UTC. Each opens in a tab of its own.</p>\(lists)</section>
      """
  }
}
