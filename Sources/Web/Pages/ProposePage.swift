// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What shall the SOP say?
struct ProposePage: ReadablePage {
  private let subject: ProposeSubject
  private let path: String
  /// The commit of the handbook that the text was made from; empty where it was made from none.
  private let base: String
  private var typed: TypedSOP
  private let ground: ProposeGround
  private let summary: String
  private let known: [SOPPath]
  private let people: [PersonID]
  private let names: [RecurrenceKey]
  /// What became of what somebody else made of the SOP meanwhile.
  private var joining = RevisableText.Joining.notNeeded
  /// What the browser keeps the draft of this page under, and that of the same fields as a whole file.
  private let draft: String
  /// Whether the server made this of what was sent, which is newer than any draft.
  private var isOfForm = false
  /// What the text is written about.
  private let atHand: ExceptionsAtHand
  /// How what was typed will look, where somebody asked for that.
  private var preview: RenderedSOP?

  var title: String { subject.title }
  var area: Area { if case .handbook = subject { .handbook } else { .items } }
  var json: JSONValue {
    // Fields that make no file are what somebody typed in a browser.
    let text = (try? typed.bytes(at: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return subject.json.with("path", .string(path)).with("text", .string(text)).with("summary", .string(summary))
      .with("base", base.isEmpty ? .null : .string(base)).with("seen", .string(ground.seen.description))
  }

  /// - Parameter sop: the SOP to change; without it, the one that covers the item's key.
  init(_ id: ItemID, sop: String?, _ workspace: Workspace, _ caller: Caller) throws {
    let item = try workspace.item(id, by: caller).view
    subject = .item(item)
    atHand = try ExceptionsAtHand([id], workspace)
    // Before the texts: what somebody makes of them in between counts as later.
    base = try workspace.recordedTip()?.text ?? ""
    let sops = try workspace.sops()
    known = sops.map(\.reference.path)
    (people, names) = try ProposePage.vocabulary(workspace)
    let key = item.item.key
    let chosen = sop ?? sops.first { $0.keys.contains(key) }?.reference.path.text
    let known = try chosen.map(workspace.sopPath)
    path = known?.text ?? ""
    if let chosen {
      typed = TypedSOP(file: try workspace.text(of: workspace.version(chosen)).bytes, at: path, covering: key)
    } else {
      typed = TypedSOP(file: ProposePage.newFile(ownedBy: caller.person), covering: key)
    }
    ground = try ProposeGround(known, closing: [id], workspace, caller)
    summary = ""
    draft = ProposePage.draft(subject, path, caller)
  }

  /// A change that closes no item.
  /// - Parameter sop: the SOP to change; nil means a new one.
  init(changing sop: String?, _ workspace: Workspace, _ caller: Caller) throws {
    base = try workspace.recordedTip()?.text ?? ""
    known = try workspace.sops().map(\.reference.path)
    (people, names) = try ProposePage.vocabulary(workspace)
    let version = try sop.map(workspace.version)
    subject = .handbook(version?.reference.path)
    path = version?.reference.path.text ?? ""
    typed =
      try version.map { TypedSOP(file: try workspace.text(of: $0).bytes, at: $0.reference.path.text) }
      ?? TypedSOP(file: ProposePage.newFile(ownedBy: caller.person))
    atHand = try ExceptionsAtHand([], workspace)
    ground = try ProposeGround(version?.reference.path, closing: [], workspace, caller)
    summary = ""
    draft = ProposePage.draft(subject, path, caller)
  }

  private static func newFile(ownedBy person: PersonID) -> [UInt8] {
    Array("---\nowner: \(YAMLText.scalar(person.text))\n---\n\n# \n".utf8)
  }

  /// The next revision of a change, which begins with what it says now.
  init(revising id: ChangeID, _ workspace: Workspace, _ caller: Caller) throws {
    let (change, value, _) = try workspace.change(id, by: caller)
    subject = .change(change, try workspace.returned(change, by: caller))
    ground = ProposeGround(revising: change)
    atHand = try ExceptionsAtHand(change.draft.closes, workspace)
    known = []
    (people, names) = try ProposePage.vocabulary(workspace)
    path = change.draft.path.text
    let text = try workspace.revisableText(of: change)
    (joining, base) = (text.joining, text.base?.text ?? "")
    // What has to be decided may be anywhere in the file.
    typed =
      text.joining == .notNeeded
      ? TypedSOP(file: text.bytes, at: path, after: workspace.date(caller.now))
      : .whole(String(decoding: text.bytes, as: UTF8.self))
    if case .string(let written)? = value["summary"] { summary = written } else { summary = "" }
    draft = ProposePage.draft(subject, path, caller)
  }

  /// The same again, with what was typed.
  /// - Parameter id: of the item that it is for; nil where it closes none.
  init(_ id: ItemID?, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    subject = try id.map { .item(try workspace.item($0, by: caller).view) } ?? .handbook(nil)
    atHand = try ExceptionsAtHand(id.map { [$0] } ?? [], workspace)
    known = try workspace.sops().map(\.reference.path)
    (people, names) = try ProposePage.vocabulary(workspace)
    path = ProposePage.resolved(form["path"], workspace)
    ground = try ProposeGround(form, at: path, for: subject, workspace, caller)
    (typed, summary, base, isOfForm) = (TypedSOP(form), form["summary"], form["base"], true)
    draft = form["draft"].isEmpty ? ProposePage.draft(subject, path, caller) : form["draft"]
  }

  init(revising id: ChangeID, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    let change = try workspace.change(id, by: caller).change
    subject = .change(change, try workspace.returned(change, by: caller))
    ground = ProposeGround(revising: change)
    atHand = try ExceptionsAtHand(change.draft.closes, workspace)
    known = []
    (people, names) = try ProposePage.vocabulary(workspace)
    path = change.draft.path.text
    (typed, summary, base, isOfForm) = (TypedSOP(form), form["summary"], form["base"], true)
    draft = ProposePage.draft(subject, path, caller)
  }

  private static func draft(_ subject: ProposeSubject, _ path: String, _ caller: Caller) -> String {
    "\(caller.person.text) \(subject.name) \(path)"
  }

  /// With how the text will look.
  func withPreview(_ workspace: Workspace) throws -> ProposePage {
    var page = self
    page.preview = try RenderedSOP(typed.bytes(at: path), at: path, workspace)
    return page
  }

  /// With the whole file in one field.
  func whole() throws -> ProposePage {
    var page = self
    page.typed = try typed.asWhole(at: path)
    return page
  }

  /// The same, also where it cannot be read.
  var fileToMend: ProposePage {
    var page = self
    page.typed = typed.asFileToMend(at: path)
    return page
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
    \(joined)
    \(frame.mayWork ? ground.notices + form(frame) : HTML.readsOnly)
    """
  }

  private func form(_ frame: Frame) -> HTML {
    frame.form(
      to: subject.address,
      """
      <div class="stacked wide" id="draft" data-draft="\(draft)\(typed.isWhole ? " whole" : "")"\
      \(isOfForm ? " data-fresh" as HTML : "")>
      <input type="hidden" name="draft" value="\(typed: draft)"><input type="hidden" name="base" value="\(typed: base)">\(ground.fields)
      \(sop)
      \(fields)
      \(editor)
      <div class="prose" id="preview"\(preview == nil ? " hidden" as HTML : "")>\(preview?.html)</div>\(atHand.html)</div>
      <label for="summary">What changes, in a sentence</label>
      <input id="summary" name="summary" value="\(typed: summary)" required>
      <div class="steps"><button class="main">Send to review</button>\
      <button class="quiet" name="look" value="1" formnovalidate>Show how it will look</button>\(typed.isWhole ? nil : wholeButton)</div></div>
      """)
  }

  private var wholeButton: HTML {
    " <button class=\"quiet\" name=\"whole\" value=\"1\" formnovalidate>Edit the whole file</button>"
  }

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
      <input type="hidden" name="effective_was" value="\(typed: form.effectiveWas)">\
      <input type="hidden" name="front_of" value="\(typed: form.frontOf)"></fieldset>
      """
  }

  private var sop: HTML {
    guard !subject.isRevision else {
      return "<input type=\"hidden\" name=\"path\" value=\"\(typed: path)\">"
    }
    let others: [HTML] = known.filter { $0.text != path }.prefix(60).map {
      "<li><a href=\"\(subject.address)?sop=\($0.text.asQuery)\">\($0.text)</a></li>"
    }
    return """
      <label for="path">\(ground.isNew ? "The path of the new SOP" : "The SOP: this one, or the path of a new one")</label>
      <input id="path" name="path" value="\(typed: path)" required>
      \(others.isEmpty ? nil : "<details class=\"hint\"><summary>Change \(ground.isNew ? "one that is there" : "another one") instead</summary><ul>\(others)</ul></details>" as HTML)
      """
  }

  private var joined: HTML? {
    switch joining {
    case .notNeeded: nil
    case .clean:
      """
      <p class="message">What somebody else made of the SOP since this was written is joined in the text below.</p>
      """
    case .marked:
      """
      <p class="message warning">Both changed the same lines. Both stand in the text, the change's first, between <code>&lt;&lt;&lt;&lt;&lt;&lt;&lt;</code> \
      and <code>&gt;&gt;&gt;&gt;&gt;&gt;&gt;</code>: decide what stays, and take the marks away.</p>
      """
    case .impossible(let why):
      """
      <p class="message warning">What stands in the handbook now cannot be joined: \(why) Below is the change's text alone; what you \
      send replaces the other.</p>
      """
    }
  }
}
