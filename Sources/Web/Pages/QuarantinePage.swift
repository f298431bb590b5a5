// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What could not be read, and what mends it?
struct QuarantinePage: ReadablePage {
  private let rows: [(batch: Digest, row: QuarantinedRow)]
  private let count: Int
  /// From 0.
  private let number: Int

  private static let most = 100

  var title: String { "Held back" }
  var area: Area { .exceptions }
  var json: JSONValue {
    .array(
      rows.map { batch, row in
        .fields([
          "batch": .text(batch), "line": .int(row.line), "field": .string(row.field), "reason": .string(row.reason),
          "raw": .string(String(decoding: row.raw, as: UTF8.self)),
        ])
      })
  }

  /// - Parameters:
  ///   - number: which page, from 0.
  ///   - isWhole: whether all rows are read: a script gets them, as by the command line.
  init(_ number: Int, isWhole: Bool, _ workspace: Workspace) throws {
    self.number = number
    count = try workspace.quarantineCount()
    let start = number * QuarantinePage.most
    rows = try workspace.quarantine(isWhole ? nil : start..<start + QuarantinePage.most)
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let (number, isWhole) = (visit.pageNumber, visit.wantsJSON)
    return try await visit.read { workspace, _ in try QuarantinePage(number, isWhole: isWhole, workspace) }
  }

  static func retry(_ visit: Visit) async throws -> Answer {
    let caller = try visit.caller()
    let report = try await visit.desk.write { try $0.retryQuarantine(mapPath: nil, by: caller) }
    return .see(
      "/quarantine",
      notice:
        "\(Words.count(report.new + report.amended, "row")) could be read now; \(report.quarantined) still cannot.")
  }

  func body(_ frame: Frame) -> HTML {
    guard count > 0 else {
      return """
        <h1>Held back</h1>
        <p class="empty">Nothing is held back. Rows of an export that cannot be read will stand here, with the reason and the remedy.</p>
        """
    }
    let shown = rows.map { batch, row -> [HTML] in
      [
        "\(row.line)", "\(row.field)", "\(row.reason)",
        "<details><summary>the row</summary><code>\(String(decoding: row.raw.prefix(2_000), as: UTF8.self))</code></details>",
      ]
    }
    return """
      <h1>Held back</h1>
      <p class="lead">\(Words.count(count, "row")) of exports could not be read. Correct the map (<code>taxonomy/maps</code>) or the \
      taxonomy, and read them again; or export them again.</p>
      \(frame.roles.contains(.auditor) ? nil : frame.button("Read them again", to: "/quarantine/retry", isMain: true))
      \(HTML.table(["Line", "Field", "Why", "Row"], numbers: [0], caption: "Rows that are held back", shown))
      \(HTML.pages(number, hasMore: (number + 1) * QuarantinePage.most < count) { "/quarantine?page=\($0)" })
      """
  }
}
