// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What was decided, event by event?
struct LedgerPage: ReadablePage {
  private let entries: [LedgerEntry]
  /// Whether these are the newest.
  private let isNewest: Bool
  /// The kind that all are of, and the position from which on; nil where all kinds are shown.
  private let filter: (kind: String, from: Int)?
  private let hasMore: Bool

  private static let most = 100

  var title: String { "Ledger" }
  var subject: String? { "*" }
  var area: Area { .audit }

  /// `{events, next}`: `next` goes into `before`, and is null on the last page.
  var json: JSONValue {
    .fields(["events": .array(entries.map(\.json)), "next": older.map { .int($0) } ?? .null])
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let before = try position("before", visit)
    let filter = try visit.query("kind").map { (kind: $0, from: try position("from", visit) ?? 0) }
    return try await visit.read { workspace, _ in
      let found = try workspace.ledgerEntries(
        before: before, from: filter?.from ?? 0, kind: filter?.kind, limit: most + 1)
      return LedgerPage(
        entries: Array(found.prefix(most)), isNewest: before == nil, filter: filter, hasMore: found.count > most)
    }
  }

  private static func position(_ name: String, _ visit: Visit) throws -> Int? {
    try visit.query(name).map { text in
      guard let position = Int(text), position >= 0 else {
        throw Problem(status: .badRequest, sentence: "\"\(text)\" is no position in the ledger. Begin with the newest.")
      }
      return position
    }
  }

  private var older: Int? { hasMore ? entries.last?.position : nil }

  private func address(before position: Int?) -> String {
    let parts =
      (filter.map { ["kind=\($0.kind.asQuery)", "from=\($0.from)"] } ?? []) + (position.map { ["before=\($0)"] } ?? [])
    return parts.isEmpty ? "/audit/ledger" : "/audit/ledger?\(parts.joined(separator: "&"))"
  }

  private var lead: HTML {
    guard let filter else {
      return """
        Every event in its order, the newest first. The hash is the leaf's in the tree; a script gets the bytes that are hashed.
        """
    }
    return """
      The events of one kind, <strong>\(filter.kind.replacing("_", with: " "))</strong>, from position \(filter.from) on, the newest \
      first. <a href="/audit/ledger">Show all</a>
      """
  }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>The ledger</h1>
    <p class="lead">\(lead)</p>
    \(HTML.table(["Position", "When (UTC)", "Who", "What", "About", "Hash"], numbers: [0], caption: "Events of the ledger",
      entries.map { entry in
        [
          "\(entry.position)", HTML.time(entry.event.at), "\(entry.event.actor.text)",
          "\(entry.event.event.kind.replacing("_", with: " "))", HTML.link(toSubject: entry.event.event.subject),
          "<code title=\"\(entry.hash.description)\">\(String(entry.hash.description.prefix(12)))</code>",
        ]
      }))
    <p class="pages">\(isNewest ? nil : "<a href=\"\(address(before: nil))\">Newest</a> " as HTML?)\
    \(older.map { "<a href=\"\(address(before: $0))\" rel=\"next\">Older</a>" } as HTML?)</p>
    """
  }
}
