// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What could not be read, and what mends it?
struct QuarantinePage: ReadablePage {
  private let rows: [HeldBackRow]
  private let count: Int
  private let sources: [(source: String, rows: SeenQuarantine)]
  /// What the page begins after; 0 on the first.
  private let start: Int64
  /// What the next page begins after; nil on the last.
  private let next: Int64?

  private static let most = 100

  var title: String { "Held back" }
  var area: Area { .exceptions }
  var json: JSONValue { .array(rows.map(\.json)) }

  /// - Parameters:
  ///   - start: the page's rows are those after this one.
  ///   - isWhole: whether all rows are read: a script gets them, as by the command line.
  init(after start: Int64, isWhole: Bool, _ workspace: Workspace, by caller: Caller) throws {
    self.start = isWhole ? 0 : start
    (count, sources) = (try workspace.quarantineCount(), try workspace.heldBackSources())
    let found = try workspace.quarantine(
      after: self.start, limit: isWhole ? nil : QuarantinePage.most + 1, by: caller)
    rows = isWhole ? found : Array(found.prefix(QuarantinePage.most))
    next = found.count > rows.count ? rows.last?.place : nil
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let (text, isWhole) = (visit.query("after"), visit.wantsJSON)
    guard let start = text.map({ Int64($0) }) ?? 0 else {
      throw Problem(status: .badRequest, sentence: "A page begins after a number. Open it from \"Held back\".")
    }
    return try await visit.read { workspace, caller in
      try QuarantinePage(after: start, isWhole: isWhole, workspace, by: caller)
    }
  }

  /// All rows, or those of one `source`; where `seen` says what was looked at, only that.
  static func retry(_ visit: Visit) async throws -> Answer {
    let (caller, source) = (try visit.caller(), visit.form["source"])
    let seen: SeenQuarantine? = try visit.seen()
    let report: ImportReport
    do {
      report = try await visit.desk.write {
        try $0.retryQuarantine(mapPath: nil, source: source.isEmpty ? nil : source, seen: seen, by: caller)
      }
    } catch let error as RetryError {
      throw Refused(
        page: try await visit.desk.read { try QuarantinePage(after: 0, isWhole: false, $0, by: caller) }, reason: error)
    }
    let done =
      "\(Words.count(report.new + report.amended, "row")) could be read now; \(report.quarantined) still cannot."
    guard !visit.wantsJSON else {
      return .json(report.json.with("see", "/quarantine").with("done", .string(done)))
    }
    return .see("/quarantine", notice: done)
  }

  func body(_ frame: Frame) -> HTML {
    guard count > 0 else {
      return """
        <h1>Held back</h1>
        <p class="empty">Nothing is held back. Rows of an export that cannot be read will stand here, with the reason and the remedy.</p>
        """
    }
    let shown = rows.map { held -> [HTML] in
      let row = held.row
      let file = held.file?.description
      let remedy: HTML? =
        frame.mayWork ? file.map { "<a href=\"/record?file=\($0)&amp;line=\(row.line)\">Correct it by hand</a>" } : nil
      return [
        "\(row.line)", "\(held.source)",
        file.map { "<abbr title=\"SHA-256 \($0)\">\(String($0.prefix(12)))</abbr>" as HTML } ?? "none",
        .time(held.receivedAt), "\(row.field)", "\(row.reason)",
        held.isWithheld ? "withheld" : "\(QuarantinePage.text(of: row))\(remedy)",
      ]
    }
    return """
      <h1>Held back</h1>
      <p class="lead">\(Words.count(count, "row")) of exports could not be read. Correct the map (<code>taxonomy/maps</code>) or the \
      taxonomy, and read them again; or export them again; or correct a row by hand: it is recorded from its source, under its own id, and \
      is held back no more. A file is known by the beginning of its SHA-256; its name is not recorded.</p>
      \(frame.mayWork ? again(frame) : nil)
      \(HTML.table(
        ["Line", "Source", "File", "Came (UTC)", "Field", "Why", "Row"], numbers: [0], caption: "Rows that are held back", shown))
      <p class="pages">\(start == 0 ? nil : "<a href=\"/quarantine\">First</a> " as HTML?)\
      \(next.map { "<a href=\"/quarantine?after=\($0.description)\" rel=\"next\">After</a>" } as HTML?)</p>
      """
  }

  private static func text(of row: QuarantinedRow) -> HTML {
    """
    <details><summary>the row</summary><code>\(String(decoding: row.raw.prefix(2_000), as: UTF8.self))</code></details>
    """
  }

  /// Where rows of several sources are held back, those of one can be read alone.
  private func again(_ frame: Frame) -> HTML {
    let all = frame.button(
      "Read them again", to: "/quarantine/retry", seen: SeenQuarantine(sources.map(\.rows)).description, isMain: true)
    guard sources.count > 1 else { return all }
    let each: [HTML] = sources.map { source, rows in
      frame.form(
        to: "/quarantine/retry",
        """
        \(HTML.seen(rows.description))<input type="hidden" name="source" value="\(source)">\
        <button class="quiet">Read those of \(source) again</button>
        """)
    }
    return "\(all)\(each)"
  }
}
