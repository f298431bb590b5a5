// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What shall the SOP say?
struct ProposePage: ReadablePage {
  private let subject: ProposeSubject
  private let path: String
  private let text: String
  private let summary: String
  private let known: [SOPPath]
  /// How what was typed will look, where somebody asked for that.
  private var preview: RenderedSOP?

  var title: String { subject.title }
  var area: Area { .items }
  var json: JSONValue {
    subject.json.with("path", .string(path)).with("text", .string(text)).with("summary", .string(summary))
  }

  /// - Parameter sop: the SOP to change; without it, the one that covers the item's key.
  init(_ id: ItemID, sop: String?, _ workspace: Workspace, _ caller: Caller) throws {
    let item = try workspace.item(id, by: caller).view
    subject = .item(item)
    let sops = try workspace.sops()
    known = sops.map(\.reference.path)
    let key = item.item.key
    let chosen = sop ?? sops.first { $0.keys.contains(key) }?.reference.path.text
    if let chosen {
      path = try workspace.sopPath(chosen).text
      text = String(decoding: try workspace.text(of: workspace.version(chosen)).bytes, as: UTF8.self)
    } else {
      path = ""
      let field = key.kind == .code ? "codes" : "root_causes"
      text = "---\ntitle: \nowner: \(caller.person)\n\(field): [\(key.value)]\n---\n\n# \n"
    }
    summary = ""
  }

  /// The next revision of a change, which begins with what it says now.
  init(revising id: ChangeID, _ workspace: Workspace, _ caller: Caller) throws {
    let (change, value, _) = try workspace.change(id, by: caller)
    subject = .change(change, try workspace.returned(change, by: caller))
    known = []
    path = change.draft.path.text
    text = String(decoding: try workspace.proposedText(of: change), as: UTF8.self)
    if case .string(let written)? = value["summary"] { summary = written } else { summary = "" }
  }

  /// The same again, with what was typed.
  private init(_ id: ItemID, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    subject = .item(try workspace.item(id, by: caller).view)
    known = try workspace.sops().map(\.reference.path)
    (path, text, summary) = (form["path"], form["text"], form["summary"])
  }

  private init(revising id: ChangeID, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    let change = try workspace.change(id, by: caller).change
    subject = .change(change, try workspace.returned(change, by: caller))
    known = []
    (path, text, summary) = (change.draft.path.text, form["text"], form["summary"])
  }

  func body(_ frame: Frame) -> HTML {
    """
    \(subject.heading)
    \(frame.mayWork ? form(frame) : HTML.readsOnly)
    """
  }

  private func form(_ frame: Frame) -> HTML {
    let name = "\(frame.person?.text ?? "") \(subject.name) \(path)"
    return frame.form(
      to: subject.address,
      """
      <div class="stacked wide" id="draft" data-draft="\(name)">
      \(sop)
      <label for="text">Its text, in Markdown</label>
      <div class="beside"><textarea id="text" name="text" rows="24" spellcheck="true" class="code" required>\n\(typed: text)</textarea>
      <div class="prose" id="preview"\(preview == nil ? " hidden" as HTML : "")>\(preview?.html)</div></div>
      <label for="summary">What changes, in a sentence</label>
      <input id="summary" name="summary" value="\(typed: summary)" required>
      <div class="steps"><button class="main">Send to review</button>\
      <button class="quiet" name="look" value="1">Show how it will look</button></div></div>
      """)
  }

  private var sop: HTML {
    guard !subject.isRevision else {
      return "<input type=\"hidden\" name=\"path\" value=\"\(typed: path)\">"
    }
    let options: [HTML] = known.map { "<option value=\"\($0.text)\"></option>" }
    return """
      <label for="path">The SOP: one that is there, or the path of a new one</label>
      <input id="path" name="path" value="\(typed: path)" list="sops" required><datalist id="sops">\(options)</datalist>
      """
  }

  static func propose(_ visit: Visit) async throws -> Answer {
    let (id, form) = (try visit.item(), visit.form)
    return try await send(visit, on: id.description) { workspace, caller in
      try workspace.proposeChange(
        closing: [id], path: workspace.sopPath(form["path"]), text: Array(form["text"].utf8),
        summary: form["summary"], by: caller)
    } page: { workspace, caller in
      try ProposePage(id, form, workspace, caller)
    }
  }

  static func revise(_ visit: Visit) async throws -> Answer {
    let (id, form) = (try visit.change(), visit.form)
    return try await send(visit, on: id.description) { workspace, caller in
      try workspace.reviseChange(id, text: Array(form["text"].utf8), summary: form["summary"], by: caller)
    } page: { workspace, caller in
      try ProposePage(revising: id, form, workspace, caller)
    }
  }

  /// - Parameter page: the same again, with what was typed.
  private static func send(
    _ visit: Visit, on subject: String, _ body: @escaping @Sendable (Workspace, Caller) throws -> SOPChange,
    page: @escaping @Sendable (Workspace, Caller) throws -> ProposePage
  ) async throws -> Answer {
    let (form, caller) = (visit.form, try visit.caller(on: subject))
    if !form["look"].isEmpty {
      return .page(
        try await visit.desk.read { workspace in
          var again = try page(workspace, caller)
          again.preview = try RenderedSOP(Array(again.text.utf8), at: again.path, workspace)
          return again
        })
    }
    do {
      let change = try await visit.desk.write { try body($0, caller) }
      return .see("/changes/\(change.id)", notice: "\(change.id) waits for a second person.")
    } catch {
      throw Refused(page: try await visit.desk.read { try page($0, caller) }, reason: error)
    }
  }
}

/// What a text is written for.
private enum ProposeSubject: Sendable {
  case item(ItemView)
  /// The next revision of a change, and how that was sent back.
  case change(SOPChange, ReturnedChange?)

  var isRevision: Bool { if case .change = self { true } else { false } }

  var title: String {
    switch self {
    case .item(let view): "Propose a change for \(view.item.id)"
    case .change(let change, _): "Revise \(change.id)"
    }
  }

  var address: String {
    switch self {
    case .item(let view): "/items/\(view.item.id)/propose"
    case .change(let change, _): "/changes/\(change.id)/revise"
    }
  }

  /// No two drafts in a browser have the same.
  var name: String {
    switch self {
    case .item(let view): view.item.id.description
    case .change(let change, _): "\(change.id).\(change.revision)"
    }
  }

  var json: JSONValue {
    switch self {
    case .item(let view): .fields(["item": view.json])
    case .change(let change, let returned):
      .fields(["change": .text(change.id), "returned": returned.map(\.json) ?? .null])
    }
  }

  var heading: HTML {
    switch self {
    case .item(let view):
      return """
        <h1>Propose a change for \(HTML.link(to: view.item.id)) <span class="key">\(view.item.key.value)</span></h1>
        <p class="lead">\(view.title): \(Words.because(view.item.because)). Write what people shall do from now on; a second \
        person reads it before it counts. The version and the effective date are filled in.</p>
        """
    case .change(let change, let returned):
      let items: [HTML] = change.draft.closes.map { " \(HTML.link(to: $0))" }
      return """
        <h1>Revise \(HTML.link(to: change.id)) <span class="key">\(change.draft.path.text)</span></h1>
        \(returned.map { "<p class=\"message\">\(HTML.sentBack($0))</p>" } as HTML?)
        <p class="lead">This is what \(change.id.description) says now\(items.isEmpty ? "" : ", for\(items)" as HTML). What you send \
        replaces it, and a second person reads it again.</p>
        """
    }
  }
}
