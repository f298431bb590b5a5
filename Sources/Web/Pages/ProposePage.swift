// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Tracker

/// What shall the SOP say?
struct ProposePage: ReadablePage {
  private let item: ItemView
  private let path: String
  private let text: String
  private let summary: String
  private let known: [SOPPath]

  var title: String { "Propose a change for \(item.item.id)" }
  var area: Area { .items }
  var json: JSONValue { .fields(["item": item.json, "path": .string(path), "text": .string(text)]) }

  /// - Parameter sop: the SOP to change; without it, the one that covers the item's key.
  init(_ id: ItemID, sop: String?, _ workspace: Workspace, _ caller: Caller) throws {
    item = try workspace.item(id, by: caller).view
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

  /// The same again, with what was typed.
  private init(_ id: ItemID, _ form: FormFields, _ workspace: Workspace, _ caller: Caller) throws {
    item = try workspace.item(id, by: caller).view
    known = try workspace.sops().map(\.reference.path)
    (path, text, summary) = (form["path"], form["text"], form["summary"])
  }

  func body(_ frame: Frame) -> HTML {
    let options: [HTML] = known.map { "<option value=\"\($0.text)\"></option>" }
    let id = item.item.id
    return """
      <h1>Propose a change for \(HTML.link(to: id)) <span class="key">\(item.item.key.value)</span></h1>
      <p class="lead">\(item.title): \(Words.because(item.item.because)). Write what people shall do from now on; a second \
      person reads it before it counts. The version and the effective date are filled in.</p>
      \(frame.form(to: "/items/\(id)/propose", """
        <div class="stacked wide" id="draft" data-draft="\(frame.person?.text ?? "") \(id.description) \(path)">
        <label for="path">The SOP: one that is there, or the path of a new one</label>
        <input id="path" name="path" value="\(path)" list="sops" required><datalist id="sops">\(options)</datalist>
        <label for="text">Its text, in Markdown</label>
        <div class="beside"><textarea id="text" name="text" rows="24" spellcheck="true" class="code" required>\n\(text)</textarea>
        <div class="prose" id="preview" hidden></div></div>
        <label for="summary">What changes, in a sentence</label>
        <input id="summary" name="summary" value="\(summary)" required>
        <button class="main">Send to review</button></div>
        """))
      """
  }

  static func propose(_ visit: Visit) async throws -> Answer {
    let (id, form) = (try visit.item(), visit.form)
    let caller = try visit.caller(on: id.description)
    do {
      let change = try await visit.desk.write { workspace in
        try workspace.proposeChange(
          closing: [id], path: workspace.sopPath(form["path"]), text: Array(form["text"].utf8),
          summary: form["summary"], by: caller)
      }
      return .see("/changes/\(change.id)", notice: "\(change.id) waits for a second person.")
    } catch {
      let page = try await visit.desk.read { try ProposePage(id, form, $0, caller) }
      throw Refused(page: page, reason: error)
    }
  }
}
