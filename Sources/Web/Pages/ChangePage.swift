// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

/// May this become the rule?
struct ChangePage: ReadablePage {
  private let change: SOPChange
  private let value: JSONValue
  private let history: [HistoryEntry]
  private let difference: String
  /// What it proposes, as people will read it.
  private let proposed: RenderedSOP
  private let returned: ReturnedChange?
  private let steps: [PossibleStep]
  /// What others have under way for the same SOP.
  private let others: [SOPChange]
  /// What was typed into a form that was refused.
  private let typed: FormFields

  var title: String { "\(change.id) \(change.draft.path)" }
  var area: Area { .items }
  var version: Int? { change.version }
  var subject: String? { change.id.description }

  var json: JSONValue {
    value.with("others", .array(others.map { .text($0.id) })).with("difference", .string(difference)).with(
      "history", .array(history.map(\.json)))
  }

  init(_ id: ChangeID, _ workspace: Workspace, _ caller: Caller, typed: FormFields = FormFields.none) throws {
    self.typed = typed
    (change, value, history) = try workspace.change(id, by: caller)
    difference = try workspace.difference(of: change)
    proposed = try RenderedSOP(workspace.proposedText(of: change), at: change.draft.path.text, workspace)
    returned = try workspace.returned(change, by: caller)
    steps = try workspace.steps(for: id, by: caller)
    others = change.isOver ? [] : try workspace.othersChanging(change)
  }

  func body(_ frame: Frame) -> HTML {
    let draft = change.draft
    let closes: [HTML] = draft.closes.map { "\(HTML.link(to: $0)) " }
    return """
      <h1>\(change.id.description) \(HTML.link(to: draft.path)) <span class="key">v\(draft.sopVersion)</span></h1>
      <p class="lead">\(summary)</p>
      <dl class="facts">
      <div><dt>State</dt><dd>\(HTML.state(change.stateWord))</dd></div>
      <div><dt>Revision</dt><dd>\(change.revision)</dd></div>
      <div><dt>By</dt><dd>\(change.proposedBy.text)</dd></div>
      \(change.approvedBy.map { "<div><dt>Approved by</dt><dd>\($0.text)</dd></div>" } as HTML?)
      <div><dt>Closes</dt><dd>\(closes.isEmpty ? "nothing" : "\(closes)" as HTML)</dd></div>
      <div><dt>Effective</dt><dd>\(draft.effective.description)</dd></div>
      <div class="long"><dt>SHA-256</dt><dd><code>\(draft.content.description)</code></dd></div>
      </dl>
      \(committed)
      \(returned.map { "<p class=\"message\">\(HTML.sentBack($0))</p>" } as HTML?)
      \(change.state == .conflicted ? "<p class=\"message warning\">\(HTML.changedMeanwhile(change))</p>" as HTML : nil)
      \(others.map { "<p class=\"message\">\(HTML.link(to: $0.id)) of \($0.proposedBy.text) changes the same SOP. Whichever is committed second has to be joined with the first.</p>" as HTML })
      \(change.isOver ? nil : proposed.warning)
      <div class="beside"><section><h2>What changes</h2>
      \(Difference(difference).html)</section>
      <section><h2>How it \(change.isOver ? "reads" : "will read")</h2>
      \(proposed.article)</section></div>
      \(next(frame))
      <h2>History</h2>
      \(HTML.history(history))
      """
  }

  private var summary: String {
    guard case .string(let text)? = value["summary"] else { return "The summary was erased." }
    return text
  }

  private var committed: HTML? {
    guard case .committed(let committed) = change.state else { return nil }
    return """
      <p class="message done">Committed as <code>\(committed.sop.commit.text)</code>, in force from \
      \(HTML.time(committed.takesEffect)) UTC. <a href="/changes/\(change.id.description)/receipt" download>The receipt</a> proves it.</p>
      """
  }

  /// Lets it close one more item; a script may name several.
  static func join(_ visit: Visit) async throws -> Answer {
    let names = visit.form["item"].split(whereSeparator: \.isWhitespace).map(String.init)
    return try await visit.onChange(
      "closes \(names.joined(separator: ", ")) as well; a second person approves it for all."
    ) {
      let items = try names.map { name in
        guard let item = ItemID(name) else { throw Rejection.unknownItem(name) }
        return item
      }
      guard !items.isEmpty else { throw Rejection.textMissing("item") }
      _ = try $0.join($1, closing: items, by: $2)
    }
  }

  private func next(_ frame: Frame) -> HTML? {
    guard !steps.isEmpty else { return nil }
    let address = "/changes/\(change.id)"
    var html: HTML = "<h2>What now</h2><div class=\"steps\">"
    if steps.allows(.approve) {
      html += frame.form(
        to: "\(address)/approve",
        """
        <input type="hidden" name="revision" value="\(change.revision)"><button class="main">Approve revision \
        \(change.revision)</button>
        """)
    }
    if steps.allows(.close) { html += frame.button("Commit it and close", to: "\(address)/close", isMain: true) }
    if steps.allows(.sendBack) {
      html += frame.form(
        to: "\(address)/return",
        """
        <div class="stacked"><label for="note">What is missing</label><input id="note" name="note" value="\(typed: typed["note"])" required>\
        <button class="quiet">Send back</button></div>
        """)
    }
    if steps.allows(.revise) {
      html +=
        "<a class=\"button main\" href=\"\(address)/revise\">\(change.state == .conflicted ? "Join the two" : "Revise it")</a>"
    }
    if steps.allows(.withdraw) { html += frame.button("Withdraw it", to: "\(address)/withdraw") }
    html += "</div>"
    if let refusals = HTML.refusals(steps) { html += refusals }
    return html
  }
}
