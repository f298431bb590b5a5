// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What was decided, event by event?
struct LedgerPage: ReadablePage {
  private let entries: [LedgerEntry]
  /// Whether these are the newest.
  private let isNewest: Bool

  private static let most = 100

  var title: String { "Ledger" }
  var subject: String? { "*" }
  var area: Area { .audit }

  /// `{events, next}`: `next` goes into `before`, and is null on the last page.
  var json: JSONValue {
    .fields(["events": .array(entries.map(\.json)), "next": older.map { .int($0) } ?? .null])
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let before = try visit.query("before").map { text in
      guard let position = Int(text), position >= 0 else {
        throw Problem(status: .badRequest, sentence: "\"\(text)\" is no position in the ledger. Begin with the newest.")
      }
      return position
    }
    return try await visit.read { workspace, _ in
      LedgerPage(entries: try workspace.ledgerEntries(before: before, limit: most), isNewest: before == nil)
    }
  }

  private var older: Int? { entries.last.flatMap { $0.position > 0 ? $0.position : nil } }

  func body(_ frame: Frame) -> HTML {
    """
    <h1>The ledger</h1>
    <p class="lead">Every event in its order, the newest first. The hash is the leaf's in the tree; a script gets the bytes that are hashed.</p>
    \(HTML.table(["Position", "When (UTC)", "Who", "What", "About", "Hash"], numbers: [0], caption: "Events of the ledger",
      entries.map { entry in
        [
          "\(entry.position)", HTML.time(entry.event.at), "\(entry.event.actor.text)",
          "\(entry.event.event.kind.replacing("_", with: " "))", HTML.link(toSubject: entry.event.event.subject),
          "<code title=\"\(entry.hash.description)\">\(String(entry.hash.description.prefix(12)))</code>",
        ]
      }))
    <p class="pages">\(isNewest ? nil : "<a href=\"/audit/ledger\">Newest</a> " as HTML?)\
    \(older.map { "<a href=\"/audit/ledger?before=\($0)\" rel=\"next\">Older</a>" } as HTML?)</p>
    """
  }
}
