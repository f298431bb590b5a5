// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Remediation
internal import Tracker

/// What will this export become?
struct UploadPage: Page {
  let upload: Upload
  private let phase: Imports.Phase
  /// The map; nil until somebody has looked at the columns.
  let map: String?
  /// What the import did; nil before.
  private let report: JSONValue?
  /// The maps that the workspace keeps; none where no form asks for one.
  let keptMaps: [KeptMap]
  /// What was wished of the map before the server ended, or the import failed.
  let wish: MapWish?
  /// What was typed into a form that was refused.
  let typed: FormFields

  var title: String { upload.name.isEmpty ? "An export" : upload.name }
  var area: Area { .exceptions }
  var isTried: Bool { if case .tried = phase { true } else { false } }
  /// Whether it changes by itself.
  var refreshes: Bool { phase.isBusy }

  private init(_ upload: Upload, _ visit: Visit, typed: FormFields = .none) async throws {
    self.upload = upload
    self.typed = typed
    let phase = visit.imports.phase(of: upload)
    self.phase = phase
    (map, report, keptMaps, wish) = try await visit.desk.read { workspace in
      let report = workspace.report(of: upload)
      let keptMaps = phase.isBusy || report != nil ? [] : workspace.keptMaps()
      return (try upload.map(), report, keptMaps, upload.wish)
    }
  }

  static func show(_ visit: Visit) async throws -> Answer {
    let page = try await UploadPage(upload(visit), visit)
    return visit.wantsJSON ? .json(page.json) : .page(page)
  }

  private static func upload(_ visit: Visit) async throws -> Upload {
    let (id, caller) = (try visit.part("id"), try visit.caller())
    return try await visit.desk.read { try $0.upload(id, by: caller) }
  }

  /// `kept`: the name of a map that the workspace keeps; empty asks for a new one.
  static func look(_ visit: Visit) async throws -> Answer {
    let (upload, name) = (try await upload(visit), visit.form["kept"])
    if !name.isEmpty { try await visit.desk.read { _ = try $0.keptMap(named: name) } }
    visit.imports.look(at: upload, by: name.isEmpty ? .guess : .kept(name), by: try visit.caller())
    return .see("/import/\(upload.id)", notice: nil)
  }

  /// `map`, and `source` where that is another one than the map names; without both, the map stays as it is.
  static func attempt(_ visit: Visit) async throws -> Answer {
    let (upload, form, caller) = (try await upload(visit), visit.form, try visit.caller())
    let source = form["source"].split(whereSeparator: \.isWhitespace).joined(separator: "-")
    do {
      try visit.imports.mustBeFree(upload)
      try await visit.desk.read { _ in
        let before = try upload.map()
        guard let text = form["map"].isEmpty ? before : form.file("map", like: before) else {
          throw UploadError.noMap
        }
        try upload.keep(map: Upload.map(text, source: source, before: before))
      }
    } catch {
      throw Refused(page: try await UploadPage(upload, visit, typed: form), reason: error)
    }
    visit.imports.attempt(upload, by: caller)
    return .see("/import/\(upload.id)", notice: nil)
  }

  /// With `keep`, the map is kept as `map_name`, also where another one is called so with `replace`.
  static func `import`(_ visit: Visit) async throws -> Answer {
    let (upload, form, caller) = (try await upload(visit), visit.form, try visit.caller())
    var keeping: Imports.Keeping?
    if !form["keep"].isEmpty {
      let (name, replacing) = (form["map_name"], !form["replace"].isEmpty)
      do {
        try await visit.desk.read { try $0.mustBeKeepable(upload.map() ?? "", as: name, replacing: replacing) }
      } catch {
        throw Refused(page: try await UploadPage(upload, visit, typed: form), reason: error)
      }
      keeping = Imports.Keeping(name: name, replacing: replacing)
    }
    visit.imports.import(upload, keeping: keeping, by: caller)
    return .see("/import/\(upload.id)", notice: nil)
  }

  static func discard(_ visit: Visit) async throws -> Answer {
    let upload = try await upload(visit)
    try visit.imports.mustBeFree(upload)
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
        \(mapChoice(frame))
        \(mapForm(frame, button: "Try it with this map"))
        \(discardButton(frame))
        """
    case .looked(let suggestion, let keptMap):
      return """
        <p class="lead">\(Words.count(suggestion.exceptions, "exception"))\(period(suggestion)). These columns are taken for what \
        Sopwright needs to know:</p>
        \(keptMap.map { "<p>The map <strong>\($0)</strong> of this workspace fits: the file has all of its columns.</p>" } as HTML?)
        \(columns(suggestion))
        \(mapChoice(frame))
        \(mapForm(frame, button: "Show what it would do", guessed: suggestion.source))
        \(discardButton(frame))
        """
    case .tried(let report): return trial(report, frame)
    case .waiting:
      if let report { return done(report) }
      return """
        <p class="lead">Nothing is being done with it.</p>
        \(mapChoice(frame))
        \(mapForm(frame, button: "Show what it would do"))
        \(map == nil ? nil : importForm(frame, "Import it, or go on with its import", isMain: false, mayKeep: true))
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

  private func done(_ report: JSONValue) -> HTML {
    let fields = Fields(report)
    func number(_ name: String) -> String { (try? fields.int(name)).map(Words.grouped) ?? "?" }
    let opened = (try? fields.strings("items_opened"))?.prefix(50).compactMap(ItemID.init) ?? []
    let links: [HTML] = opened.map { "<li>\(HTML.link(to: $0))</li>" }
    return """
      <p class="message done" role="status">It is imported: \(number("new")) new, \(number("amended")) amended, \
      \(number("duplicate")) known already, \(number("quarantined")) held back.</p>
      \((try? fields.int("settled")).map { UploadPage.settled($0) })
      \(links.isEmpty ? nil : "<h2>It opened</h2><ul class=\"columns\">\(links)</ul>" as HTML?)
      \((try? fields.string("map_kept")).map { "<p>The map is kept as <strong>\($0)</strong>, for the next export.</p>" } as HTML?)
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
