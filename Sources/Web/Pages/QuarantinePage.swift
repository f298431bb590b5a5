// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What could not be read, and what mends it?
struct QuarantinePage: ReadablePage {
  private let rows: [HeldBackRow]
  private let count: Int
  private let sources: [String]
  /// From 0.
  private let number: Int

  private static let most = 100

  var title: String { "Held back" }
  var area: Area { .exceptions }
  var json: JSONValue { .array(rows.map(\.json)) }

  /// - Parameters:
  ///   - number: which page, from 0.
  ///   - isWhole: whether all rows are read: a script gets them, as by the command line.
  init(_ number: Int, isWhole: Bool, _ workspace: Workspace) throws {
    self.number = number
    (count, sources) = (try workspace.quarantineCount(), try workspace.heldBackSources())
    let start = number * QuarantinePage.most
    rows = try workspace.quarantine(isWhole ? nil : start..<start + QuarantinePage.most)
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let (number, isWhole) = (visit.pageNumber, visit.wantsJSON)
    return try await visit.read { workspace, _ in try QuarantinePage(number, isWhole: isWhole, workspace) }
  }

  /// All rows, or those of one `source`.
  static func retry(_ visit: Visit) async throws -> Answer {
    let (caller, source) = (try visit.caller(), visit.form["source"])
    try await visit.mustKnow(["source"])
    let report = try await visit.desk.write {
      try $0.retryQuarantine(mapPath: nil, source: source.isEmpty ? nil : source, by: caller)
    }
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
    let mayMend = !frame.roles.contains(.auditor)
    let shown = rows.map { held -> [HTML] in
      let row = held.row
      let file = held.file?.description
      let remedy: HTML? =
        mayMend ? file.map { "<a href=\"/record?file=\($0)&amp;line=\(row.line)\">Correct it by hand</a>" } : nil
      return [
        "\(row.line)", "\(held.source)",
        file.map { "<abbr title=\"SHA-256 \($0)\">\(String($0.prefix(12)))</abbr>" as HTML } ?? "none",
        .time(held.receivedAt), "\(row.field)", "\(row.reason)",
        """
        <details><summary>the row</summary><code>\(String(decoding: row.raw.prefix(2_000), as: UTF8.self))</code></details>\
        \(remedy)
        """,
      ]
    }
    return """
      <h1>Held back</h1>
      <p class="lead">\(Words.count(count, "row")) of exports could not be read. Correct the map (<code>taxonomy/maps</code>) or the \
      taxonomy, and read them again; or export them again; or correct a row by hand: it is recorded from its source, under its own id, and \
      is held back no more. A file is known by the beginning of its SHA-256; its name is not recorded.</p>
      \(mayMend ? again(frame) : nil)
      \(HTML.table(
        ["Line", "Source", "File", "Came (UTC)", "Field", "Why", "Row"], numbers: [0], caption: "Rows that are held back", shown))
      \(HTML.pages(number, hasMore: (number + 1) * QuarantinePage.most < count) { "/quarantine?page=\($0)" })
      """
  }

  /// Where rows of several sources are held back, those of one can be read alone.
  private func again(_ frame: Frame) -> HTML {
    let all = frame.button("Read them again", to: "/quarantine/retry", isMain: true)
    guard sources.count > 1 else { return all }
    let each: [HTML] = sources.map { source in
      frame.form(
        to: "/quarantine/retry",
        """
        <input type="hidden" name="source" value="\(source)"><button class="quiet">Read those of \(source) again</button>
        """)
    }
    return "\(all)\(each)"
  }
}
