// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What shall the SOP say?
struct ProposePage: ReadablePage {
  private let subject: ProposeSubject
  private let path: String
  private var typed: TypedSOP
  private let summary: String
  private let known: [SOPPath]
  private let people: [PersonID]
  private let names: [RecurrenceKey]
  /// Whether two people wrote for the same place, and both stand there.
  private var hasMarks = false
  /// How what was typed will look, where somebody asked for that.
  private var preview: RenderedSOP?

  var title: String { subject.title }
  var area: Area { .items }
  var json: JSONValue {
    // Fields that make no file are what somebody typed in a browser.
    let text = (try? typed.bytes(at: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return subject.json.with("path", .string(path)).with("text", .string(text)).with("summary", .string(summary))
  }

  /// - Parameter sop: the SOP to change; without it, the one that covers the item's key.
  init(_ id: ItemID, sop: String?, _ workspace: Workspace, _ caller: Caller) throws {
    let item = try workspace.item(id, by: caller).view
    subject = .item(item)
    let sops = try workspace.sops()
    known = sops.map(\.reference.path)
    (people, names) = try ProposePage.vocabulary(workspace)
    let key = item.item.key
    let chosen = sop ?? sops.first { $0.keys.contains(key) }?.reference.path.text
    if let chosen {
      path = try workspace.sopPath(chosen).text
      typed = TypedSOP(file: try workspace.text(of: workspace.version(chosen)).bytes, at: path, covering: key)
    } else {
      path = ""
      typed = TypedSOP(
        file: Array("---\nowner: \(YAMLText.scalar(caller.person.text))\n---\n\n# \n".utf8), covering: key)
    }
    summary = ""
  }

  /// The next revision of a change, which begins with what it says now.
  init(revising id: ChangeID, _ workspace: Workspace, _ caller: Caller) throws {
    let (change, value, _) = try workspace.change(id, by: caller)
    subject = .change(change, try workspace.returned(change, by: caller))
    known = []
    (people, names) = try ProposePage.vocabulary(workspace)
    path = change.draft.path.text
    if let joined = try workspace.joinedText(of: change) {
      // What has to be decided may be anywhere in the file.
      typed = .whole(String(decoding: joined.bytes, as: UTF8.self))
      hasMarks = !joined.isClean
    } else {
      typed = TypedSOP(file: try workspace.proposedText(of: change), at: path)
    }
    if case .string(let written)? = value["summary"] { summary = written } else { summary = "" }
  }

  /// The same again, with what was typed.
  private init(_ id: ItemID, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    subject = .item(try workspace.item(id, by: caller).view)
    known = try workspace.sops().map(\.reference.path)
    (people, names) = try ProposePage.vocabulary(workspace)
    (path, typed, summary) = (form["path"], TypedSOP(form), form["summary"])
  }

  private init(revising id: ChangeID, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    let change = try workspace.change(id, by: caller).change
    subject = .change(change, try workspace.returned(change, by: caller))
    known = []
    (people, names) = try ProposePage.vocabulary(workspace)
    (path, typed, summary) = (change.draft.path.text, TypedSOP(form), form["summary"])
  }

  /// Who can own an SOP, and what one can cover.
  private static func vocabulary(_ workspace: Workspace) throws -> (people: [PersonID], names: [RecurrenceKey]) {
    let taxonomy = try workspace.taxonomy(at: nil).taxonomy
    let names = RecurrenceKey.Kind.allCases.flatMap { kind in
      taxonomy.entries(kind).filter { $0.retired == nil && !$0.isCatchAll }.map { RecurrenceKey(kind, $0.id) }
    }
    return (taxonomy.people.filter { !$0.roles.contains(.auditor) }.map(\.id).sorted(), names.sorted())
  }

  func body(_ frame: Frame) -> HTML {
    """
    \(subject.heading)
    \(hasMarks ? ProposePage.marks : nil)
    \(frame.mayWork ? form(frame) : HTML.readsOnly)
    """
  }

  private func form(_ frame: Frame) -> HTML {
    let name = "\(frame.person?.text ?? "") \(subject.name) \(path)\(typed.isWhole ? " whole" : "")"
    return frame.form(
      to: subject.address,
      """
      <div class="stacked wide" id="draft" data-draft="\(name)">
      \(sop)
      \(fields)
      \(editor)
      <div class="prose" id="preview"\(preview == nil ? " hidden" as HTML : "")>\(preview?.html)</div></div>
      <label for="summary">What changes, in a sentence</label>
      <input id="summary" name="summary" value="\(typed: summary)" required>
      <div class="steps"><button class="main">Send to review</button>\
      <button class="quiet" name="look" value="1">Show how it will look</button>\(typed.isWhole ? nil : wholeButton)</div></div>
      """)
  }

  private var wholeButton: HTML { " <button class=\"quiet\" name=\"whole\" value=\"1\">Edit the whole file</button>" }

  /// The field of the text, and before it those of what else is said about the SOP. `beside` is open for the preview.
  private var editor: HTML {
    let (name, text) =
      switch typed {
      case .whole(let text): ("text", text)
      case .fields(let form): ("body", form.body)
      }
    return """
      <label for="text">\(typed.isWhole ? "The whole file: what it says about itself between two lines of ---, then its text in Markdown" : "Its text, in Markdown")</label>
      <div class="beside"><textarea id="text" name="\(name)" rows="24" spellcheck="true" class="code" required>\n\(typed: text)</textarea>
      """
  }

  private var fields: HTML? {
    guard case .fields(let form) = typed else { return nil }
    let owners: [HTML] = people.map { "<option value=\"\($0.text)\"></option>" }
    func covered(_ kind: RecurrenceKey.Kind) -> HTML {
      let known = names.filter { $0.kind == kind }.map(\.value)
      return known.isEmpty
        ? ""
        : """
        <details class="hint"><summary>Which there are</summary>\(known.prefix(60).joined(separator: ", "))</details>
        """
    }
    return """
      <fieldset><legend>About it</legend><div class="about">
      <div class="stacked"><label for="title">Title</label><input id="title" name="title" value="\(typed: form.title)"></div>
      <div class="stacked"><label for="owner">Owner</label><input id="owner" name="owner" value="\(typed: form.owner)" list="owners" \
      autocapitalize="none"><datalist id="owners">\(owners)</datalist></div>
      <div class="stacked"><label for="codes">Exception codes that it covers</label><input id="codes" name="codes" \
      value="\(typed: form.codes)" spellcheck="false">\(covered(.code))</div>
      <div class="stacked"><label for="root_causes">Root causes that it covers</label><input id="root_causes" name="root_causes" \
      value="\(typed: form.rootCauses)" spellcheck="false">\(covered(.rootCause))</div>
      <div class="stacked"><label for="effective">Takes effect on</label><input type="date" id="effective" name="effective" \
      value="\(typed: form.effective)"><span class="hint">Empty: today. At most thirty days ahead.</span></div>
      <div class="stacked"><label for="review_by">To be reviewed by</label><input type="date" id="review_by" name="review_by" \
      value="\(typed: form.reviewBy)"></div>
      </div><input type="hidden" name="front" value="\(typed: form.front)">\
      <input type="hidden" name="front_of" value="\(typed: form.frontOf)"></fieldset>
      """
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

  private static let marks: HTML = """
    <p class="message warning">Both changed the same lines. Both stand in the text, the change's first, between <code>&lt;&lt;&lt;&lt;&lt;&lt;&lt;</code> and \
    <code>&gt;&gt;&gt;&gt;&gt;&gt;&gt;</code>: decide what stays, and take the marks away.</p>
    """

  static func propose(_ visit: Visit) async throws -> Answer {
    let (id, form) = (try visit.item(), visit.form)
    return try await send(visit, on: id.description) { workspace, caller in
      try workspace.proposeChange(
        closing: [id], path: workspace.sopPath(form["path"]), text: TypedSOP(form).bytes(at: form["path"]),
        summary: form["summary"], by: caller)
    } page: { workspace, caller in
      try ProposePage(id, form, workspace, caller)
    }
  }

  static func revise(_ visit: Visit) async throws -> Answer {
    let (id, form) = (try visit.change(), visit.form)
    return try await send(visit, on: id.description) { workspace, caller in
      try workspace.reviseChange(id, text: TypedSOP(form).bytes(at: form["path"]), summary: form["summary"], by: caller)
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
    if !form["look"].isEmpty || !form["whole"].isEmpty {
      return .page(
        try await visit.desk.read { workspace in
          var again = try page(workspace, caller)
          if form["whole"].isEmpty {
            again.preview = try RenderedSOP(again.typed.bytes(at: again.path), at: again.path, workspace)
          } else {
            again.typed = try again.typed.asWhole(at: again.path)
          }
          return again
        })
    }
    do {
      let change = try await visit.desk.write { try body($0, caller) }
      return .see("/changes/\(change.id)", notice: "\(change.id) waits for a second person.")
    } catch {
      var again = try await visit.desk.read { try page($0, caller) }
      // It names a line of the file, so the file is shown.
      if SOPForm.isAboutTheFile(error), let file = try? again.typed.asWhole(at: again.path) { again.typed = file }
      throw Refused(page: again, reason: error)
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
        <p class="lead">\(view.ownTitle ?? "It happened"): \(Words.because(view.item.because)). Write what people shall do from now on; a second \
        person reads it before it counts. The version and the effective date are filled in.</p>
        """
    case .change(let change, let returned):
      let items: [HTML] = change.draft.closes.map { " \(HTML.link(to: $0))" }
      return """
        <h1>Revise \(HTML.link(to: change.id)) <span class="key">\(change.draft.path.text)</span></h1>
        \(returned.map { "<p class=\"message\">\(HTML.sentBack($0))</p>" } as HTML?)
        \(change.state == .conflicted ? "<p class=\"message warning\">\(HTML.changedMeanwhile(change))</p>" as HTML : nil)
        <p class="lead">This is what \(change.id.description) says now\(items.isEmpty ? "" : ", for\(items)" as HTML). What you send \
        replaces it, and a second person reads it again.</p>
        """
    }
  }
}
