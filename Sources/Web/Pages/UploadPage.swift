// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What will this export become?
struct UploadPage: Page {
  private let upload: Upload
  private let phase: Imports.Phase
  /// The map; nil until somebody has looked at the columns.
  private let map: String?
  /// What the import did; nil before.
  private let report: JSONValue?

  var title: String { upload.name.isEmpty ? "An export" : upload.name }
  var area: Area { .exceptions }
  /// Whether it changes by itself.
  var refreshes: Bool { phase.isBusy }

  static func show(_ visit: Visit) async throws -> Answer {
    let upload = try await upload(visit)
    let page = UploadPage(
      upload: upload, phase: visit.imports.phase(of: upload), map: try await visit.desk.read { _ in try upload.map() },
      report: try await visit.desk.read { $0.report(of: upload) })
    if visit.wantsJSON { return .json(page.json) }
    return .page(page)
  }

  private static func upload(_ visit: Visit) async throws -> Upload {
    let (id, caller) = (try visit.part("id"), try visit.caller())
    return try await visit.desk.read { try $0.upload(id, by: caller) }
  }

  static func attempt(_ visit: Visit) async throws -> Answer {
    let (upload, map, caller) = (try await upload(visit), visit.form["map"], try visit.caller())
    if !map.isEmpty { try await visit.desk.read { _ in try upload.keep(map: map) } }
    guard try await visit.desk.read({ _ in try upload.map() }) != nil else {
      throw Problem(status: .unprocessableContent, sentence: "Write the map first: which column is what.")
    }
    visit.imports.attempt(upload, by: caller)
    return .see("/import/\(upload.id)", notice: nil)
  }

  static func `import`(_ visit: Visit) async throws -> Answer {
    let upload = try await upload(visit)
    visit.imports.import(upload, by: try visit.caller())
    return .see("/import/\(upload.id)", notice: nil)
  }

  static func discard(_ visit: Visit) async throws -> Answer {
    let upload = try await upload(visit)
    if visit.imports.phase(of: upload).isBusy {
      throw Problem(status: .conflict, sentence: "It is being worked on. Wait until that is done.")
    }
    try await visit.desk.read { try $0.discard(upload) }
    visit.imports.forget(upload)
    return .see("/import", notice: "\(upload.name) is thrown away.")
  }

  /// `{state, report, map}`: `state` is waiting, looking, trying, importing, looked, tried, failed or done.
  private var json: JSONValue {
    var state = "waiting"
    var found: JSONValue?
    switch phase {
    case .waiting: if report != nil { (state, found) = ("done", report) }
    case .working(let work, _): state = "\(work)"
    case .looked: state = "looked"
    case .tried(let report): (state, found) = ("tried", report.json)
    case .failed(_, let sentence): (state, found) = ("failed", .fields(["detail": .string(sentence)]))
    }
    return .fields(["state": .string(state), "report": found ?? .null, "map": .optional(map)])
  }

  // MARK: What is seen

  func body(_ frame: Frame) -> HTML {
    """
    <h1>\(title)</h1>
    \(content(frame))
    """
  }

  private func content(_ frame: Frame) -> HTML {
    switch phase {
    case .working(let work, let progress):
      return """
        <p class="lead" role="status">\(work.words)\(progress.map { " \($0.words)" } ?? "") You may leave this page; it goes on.</p>
        \(progress?.share.map { "<progress max=\"100\" value=\"\($0)\" aria-label=\"How much is done\">\($0) %</progress>" } as HTML?)
        """
    case .failed(let work, let sentence):
      return """
        <p class="message problem" role="alert"><strong>\(work.words)</strong> That failed. \(sentence)</p>
        \(mapForm(frame, button: "Try it with this map"))
        \(discardButton(frame))
        """
    case .looked(let suggestion):
      return """
        <p class="lead">\(Words.count(suggestion.exceptions, "exception"))\(period(suggestion)). These columns are taken for what \
        Sopwright needs to know:</p>
        \(columns(suggestion))
        \(mapForm(frame, button: "Show what it would do"))
        \(discardButton(frame))
        """
    case .tried(let report):
      return """
        <p class="lead">Nothing is recorded yet. The import would receive \(Words.count(report.received, "row")).</p>
        \(UploadPage.counts(report))
        \(UploadPage.heldBack(report))
        \(openings(report))
        \(frame.form(to: "/import/\(upload.id)/import", "<button class=\"main\">Import it</button>"))
        <details><summary>Change the map</summary>\(mapForm(frame, button: "Try it again"))</details>
        \(discardButton(frame))
        """
    case .waiting:
      if let report { return done(report) }
      return """
        <p class="lead">Nothing is being done with it.</p>
        \(mapForm(frame, button: "Show what it would do"))
        \(map == nil ? nil : frame.form(to: "/import/\(upload.id)/import", "<button class=\"quiet\">Import it, or go on with its import</button>"))
        \(discardButton(frame))
        """
    }
  }

  private func period(_ suggestion: TaxonomySuggestion) -> HTML {
    guard let first = suggestion.first, let last = suggestion.last else { return "" }
    return " from \(HTML.day(first)) to \(HTML.day(last))"
  }

  private func columns(_ suggestion: TaxonomySuggestion) -> HTML {
    let rows: [[HTML]] = suggestion.columns.map { column in
      let choice = column.choice
      return [
        "\(choice.field.replacing("_", with: " "))", "\(choice.column ?? "none")", "\(choice.certainty.rawValue)",
        "\(choice.reason)",
      ]
    }
    return HTML.table(["What", "Column", "How sure", "Why"], caption: "What the columns are taken for", rows)
  }

  private func mapForm(_ frame: Frame, button: String) -> HTML {
    frame.form(
      to: "/import/\(upload.id)/try",
      """
      <div class="stacked wide"><label for="map">The map: how columns become exceptions. Correct what is wrong.</label>\
      <textarea id="map" name="map" rows="16" class="code" spellcheck="false">\n\(typed: map ?? "")</textarea>\
      <button class="main">\(button)</button></div>
      """)
  }

  private func discardButton(_ frame: Frame) -> HTML {
    frame.button("Throw the file away", to: "/import/\(upload.id)/discard")
  }

  private static func counts(_ report: ImportReport) -> HTML {
    """
    <dl class="facts">
    <div><dt>New</dt><dd>\(Words.grouped(report.new))</dd></div>
    <div><dt>Amended</dt><dd>\(Words.grouped(report.amended))</dd></div>
    <div><dt>Known already</dt><dd>\(Words.grouped(report.duplicate))</dd></div>
    <div><dt>Held back</dt><dd>\(Words.grouped(report.quarantined))</dd></div>
    <div><dt>Passed over</dt><dd>\(Words.grouped(report.passedOver))</dd></div>
    </dl>
    """
  }

  private static func heldBack(_ report: ImportReport) -> HTML? {
    guard report.quarantined > 0 else { return nil }
    return """
      <h2>What would be held back</h2>
      \(HTML.table(["Rows", "Field", "Why"], numbers: [0], caption: "Rows that would be held back, by reason",
        report.heldBack.ranked.prefix(20).map { ["\($0.count)", "\($0.kind.field)", "\($0.kind.reason)"] }))
      """
  }

  private func openings(_ report: ImportReport) -> HTML {
    func list(_ items: [ItemID]) -> [HTML] {
      items.prefix(50).map { "<li>\($0.description) \(report.dryRun?[$0]?.value ?? "")</li>" }
    }
    let opened = list(report.opened)
    return """
      <h2>What it would open</h2>
      \(opened.isEmpty ? "<p>Nothing recurs that is not open already.</p>" : "<ul class=\"columns\">\(opened)</ul>" as HTML)
      """
  }

  private func done(_ report: JSONValue) -> HTML {
    let fields = Fields(report)
    func number(_ name: String) -> String { (try? fields.int(name)).map(Words.grouped) ?? "?" }
    let opened = (try? fields.strings("items_opened"))?.prefix(50).compactMap(ItemID.init) ?? []
    let links: [HTML] = opened.map { "<li>\(HTML.link(to: $0))</li>" }
    return """
      <p class="message done" role="status">It is imported: \(number("new")) new, \(number("amended")) amended, \
      \(number("duplicate")) known already, \(number("quarantined")) held back.</p>
      \(links.isEmpty ? nil : "<h2>It opened</h2><ul class=\"columns\">\(links)</ul>" as HTML?)
      <p><a class="button main" href="/items">Look at the items</a> <a class="button quiet" href="/quarantine">What was held back</a></p>
      """
  }
}

extension Imports.Work {
  fileprivate var words: String {
    switch self {
    case .looking: "Looking at the columns."
    case .trying: "Trying the import; nothing is recorded."
    case .importing: "Importing."
    }
  }
}

extension ImportProgress {
  fileprivate var words: String {
    switch self {
    case .reading(let bytes, let total): "\(Words.bytes(bytes)) of \(Words.bytes(total)) read."
    case .importing(let rows, let total): "\(Words.grouped(rows)) of \(Words.grouped(total)) rows."
    }
  }

  /// In percent.
  fileprivate var share: Int? {
    switch self {
    case .reading(let bytes, let total): total > 0 ? Int(bytes * 100 / total) : nil
    case .importing(let rows, let total): total > 0 ? rows * 100 / total : nil
    }
  }
}
