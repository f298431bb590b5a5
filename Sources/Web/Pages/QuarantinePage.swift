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
  private let asideCount: Int
  private let typed: FormFields

  private static let most = 100

  var title: String { "Held back" }
  var area: Area { .exceptions }
  var json: JSONValue { .array(rows.map(\.json)) }

  /// - Parameters:
  ///   - start: the page's rows are those after this one.
  ///   - isWhole: whether all rows are read: a script gets them, as by the command line.
  ///   - typed: what was typed into a form that was refused.
  init(
    after start: Int64, isWhole: Bool, typed: FormFields = FormFields.none, _ workspace: Workspace, by caller: Caller
  ) throws {
    self.typed = typed
    asideCount = try workspace.setAsideCount()
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
      throw Refused(page: try await page(after: 0, visit, by: caller), reason: error)
    }
    let done =
      "\(Words.count(report.new + report.amended, "row")) could be read now; \(report.quarantined) still cannot."
    guard !visit.wantsJSON else {
      return .json(report.json.with("see", "/quarantine").with("done", .string(done)))
    }
    return .see("/quarantine", notice: done)
  }

  static let settingAside = ["source", "file", "lines", "seen", "reason"]

  /// Rows of one `source`, of a `file`, or some of its `lines` (a list, or one text with spaces), as no exceptions.
  static func setAside(_ visit: Visit) async throws -> Answer {
    let (caller, form) = (try visit.caller(), visit.form)
    try await visit.desk.read { try $0.mustBeAllowedToRecord(caller) }
    let count: Int
    do {
      let (choice, seen): (HeldBackChoice, SeenQuarantine?) = (try HeldBackChoice(form), try visit.seen())
      count = try await visit.desk.write { try $0.setAside(choice, seen: seen, because: form["reason"], by: caller) }
    } catch {
      throw Refused(page: try await refused(visit, by: caller), reason: error)
    }
    let done = "\(Words.count(count, "row")) set aside: no exceptions."
    guard !visit.wantsJSON else {
      return .json(.fields(["set_aside": .int(count), "see": "/quarantine", "done": .string(done)]))
    }
    return .see("/quarantine", notice: done)
  }

  /// The page of the row that was meant; the list where several were, or where it is held back no more.
  private static func refused(_ visit: Visit, by caller: Caller) async throws -> any Page {
    let form = visit.form
    if let file = Digest(form["file"]), let line = Int(form["lines"]) {
      let page = try await visit.desk.read { workspace in
        (try? workspace.mendableRow(file: file, line: line, by: caller)).map {
          try? RecordPage(workspace, correcting: $0, typed: FormFields.none.with($0.report.fields))
        }
      }
      if let page = page ?? nil { return page }
    }
    return try await page(after: 0, typed: form.has("lines") ? FormFields.none : form, visit, by: caller)
  }

  private static func page(
    after start: Int64, typed: FormFields = FormFields.none, _ visit: Visit, by caller: Caller
  ) async throws -> QuarantinePage {
    try await visit.desk.read { try QuarantinePage(after: start, isWhole: false, typed: typed, $0, by: caller) }
  }

  func body(_ frame: Frame) -> HTML {
    guard count > 0 else {
      return """
        <h1>Held back</h1>
        <p class="empty">Nothing is held back. Rows of an export that cannot be read will stand here, with the reason and the remedy.</p>
        \(beside)
        """
    }
    let shown = rows.map { held -> [HTML] in
      let row = held.row
      let file = held.file?.description
      let remedy: HTML? =
        frame.mayWork
        ? file.map { "<a href=\"/record?file=\($0)&amp;line=\(row.line)\">Correct it by hand, or set it aside</a>" }
        : nil
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
      is held back no more. What is no exception, as a line of totals, is set aside. A file is known by the beginning of its SHA-256; its name is not recorded.</p>
      \(frame.mayWork ? again(frame) + aside(frame) : nil)
      \(beside)
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

  private var beside: HTML? {
    asideCount == 0
      ? nil : "<p><a href=\"\(SetAsidePage.path)\">\(Words.count(asideCount, "row")) set aside as no exceptions</a></p>"
  }

  /// All rows of a source at once; one alone on its own page.
  private func aside(_ frame: Frame) -> HTML {
    let options: [HTML] = sources.map { source, rows in
      "<option value=\"\(source)\"\(source == typed["source"] ? " selected" : "" as HTML)>\(source), \(Words.count(rows.count, "row"))</option>"
    }
    return """
      <details\(typed["reason"].isEmpty ? "" : " open" as HTML)><summary>Set all rows of a source aside</summary>
      \(frame.form(to: "/quarantine/set-aside", """
        \(HTML.seen(SeenQuarantine(sources.map(\.rows)).description))<div class="stacked narrow">\
        <label for="source">The source</label><select id="source" name="source" required><option value="">Choose one</option>\(options)</select>\
        \(HTML.reasonToSetAside(typed))<button class="quiet">Set them aside: none is an exception</button></div>
        """))
      </details>
      """
  }
}

extension HTML {
  /// Why rows are no exceptions.
  static func reasonToSetAside(_ typed: FormFields) -> HTML {
    """
    <label for="aside-reason">Why; the record keeps it, with your name</label>\
    <input id="aside-reason" name="reason" value="\(typed: typed["reason"])" required>
    """
  }
}
