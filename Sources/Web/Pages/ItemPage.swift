// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// Why is this here, and what now?
struct ItemPage: ReadablePage {
  let view: ItemView
  private let history: [HistoryEntry]
  private let steps: [PossibleStep]
  private let chart: ItemChart
  private let change: SOPChange?
  /// Changes that would close it, and were sent back.
  private let returned: [ReturnedChange]
  private let person: PersonID
  /// What the open change would do to the SOP.
  private let difference: String?
  private let people: [PersonID]
  /// SOPs that cover the item's key, in force.
  private let covering: [SOPPath]
  /// Changes of others or ours whose text covers it.
  private let joinable: [SOPChange]
  private let clock: ClockView?
  private let zone: String
  /// What was typed into a form that was refused.
  let typed: FormFields

  var title: String { "\(view.item.id) \(view.item.key.value)" }
  var area: Area { .items }
  var version: Int? { view.item.version }
  var subject: String? { view.item.id.description }
  var json: JSONValue { view.json.with("history", .array(history.map(\.json))) }

  init(_ id: ItemID, _ workspace: Workspace, _ caller: Caller, typed: FormFields = FormFields.none) throws {
    self.typed = typed
    let found = try workspace.look(at: id, by: caller)
    (view, history, steps, chart) = (found.view, found.history, found.steps, found.chart)
    (change, returned, joinable, clock) = (found.change, found.returned, found.joinable, found.clock)
    covering = found.covering.map(\.reference.path)
    let open = view.item.isClosed ? nil : change
    difference = try open.map { try workspace.difference(of: $0) }
    people = try workspace.people().filter { !$0.roles.contains(.auditor) }.map(\.id)
    (person, zone) = (caller.person, workspace.zoneName)
  }

  func body(_ frame: Frame) -> HTML {
    let item = view.item
    return """
      <h1>\(item.id.description) <span class="key">\(item.key.value)</span>\(ownTitle)</h1>
      <p class="lead">\(why)</p>
      <dl class="facts">
      <div><dt>State</dt><dd>\(HTML.state(item.stateWord))\(item.isHistoric && !item.isClosed ? " historic" : "")</dd></div>
      <div><dt>Owner</dt><dd>\(item.owner.text)</dd></div>
      \(item.isClosed ? nil : "<div><dt>Due</dt><dd>\(HTML.time(item.dueAt)) UTC\(view.urgency.map { " \(HTML.state($0))" } as HTML?)</dd></div>" as HTML?)
      <div><dt>Exceptions</dt><dd><a href="/exceptions?item=\(item.id.description)">\(view.occurrences)</a></dd></div>
      \(view.money.isEmpty ? nil : "<div><dt>Money</dt><dd>\(HTML.money(view.money))</dd></div>" as HTML?)
      <div><dt>Severity</dt><dd>\(item.severity.rawValue)</dd></div>
      <div><dt>Trace</dt><dd><a href="/trace?what=item:\(item.id.description)">the whole chain</a></dd></div>
      \(item.isClosed ? "<div><dt>Proof</dt><dd><a href=\"/items/\(item.id.description)/receipt\" download>the receipt</a></dd></div>" as HTML : nil)
      </dl>
      \(ending)
      \(OccurrenceChart(chart: chart, expected: expectedPerStep).figure(title: finding))
      \(change.map { under($0) })
      \(standing)
      \(next(frame))
      \(clock.flatMap { clockSection($0, zone: zone, frame) })
      <h2>History</h2>
      \(HTML.history(history))
      \(frame.mayWork ? comment(frame) : nil)
      """
  }

  private var ownTitle: HTML? { view.ownTitle.map { " \($0)" } }

  private var why: HTML {
    let (item, because) = (view.item, view.item.because)
    return """
      The \(item.key.kind.words) <strong>\(item.key.value)</strong>\(ownTitle) happened \(Words.because(because)), from \
      \(HTML.day(because.first)) to \(HTML.day(because.last)). The rule is <a href="\(SimulatePage.address(of: item.key))">\(because.rule.description)</a>.\
      \(item.cause == .recurrence ? nil : " Opened by \(item.cause.rawValue.replacing("_", with: " "))." as HTML)\
      \(item.follows.map { " It follows \(HTML.link(to: $0))." } as HTML?)\
      \(item.failed.map { " \(HTML.link(to: $0.path)) v\($0.version) did not hold." } as HTML?)\
      \(view.ruleHolds || item.cause == .rejectionExpired ? nil : " Since then exceptions were amended, and the rule no longer holds." as HTML)
      """
  }

  private var finding: String {
    let because = view.item.because
    let expected = because.expectedThousandths.map { ", where \(Words.tenths($0)) were expected" } ?? ""
    return "\(view.item.key.value) happened \(because.count) times within \(because.rule.window.count) days\(expected)"
  }

  private var expectedPerStep: Double? {
    view.item.because.expectedThousandths.map { thousandths in
      let days = chart.step == .day ? 1.0 : 7.0
      return Double(thousandths) / 1_000 * days / Double(view.item.because.rule.window.count)
    }
  }

  private var ending: HTML? {
    switch view.item.state {
    case .closed(.sopChanged(let closing)):
      return """
        <p class="message done">Closed by \(HTML.link(to: closing.change)): \(HTML.link(to: closing.sop.path)) \
        v\(closing.sop.version), commit <code>\(closing.sop.commit.text)</code>, in force from \
        \(HTML.time(closing.takesEffect)) UTC.</p>
        """
    case .closed(.rejected(let signed)):
      return """
        <p class="message done">Rejected until \(signed.proposal.expiresOn.description), proposed by \
        \(signed.proposal.proposedBy.text), signed by \(signed.approvedBy.text). \(rationale)</p>
        """
    case .rejectionProposed(let proposal):
      return """
        <p class="message">\(proposal.proposedBy.text) proposes to reject it until \(proposal.expiresOn.description): \
        \(rationale)</p>
        """
    case .rejectionApproved(let proposal, let approver):
      return """
        <p class="message">\(approver.text) approved its rejection until \(proposal.expiresOn.description): \(rationale)</p>
        """
    default: return nil
    }
  }

  private var rationale: String {
    guard case .string(let text)? = view.json["rejection"]?["rationale"] else { return "The rationale was erased." }
    return text
  }

  private func under(_ change: SOPChange) -> HTML {
    """
    <p class="message">\(HTML.link(to: change.id)) \(HTML.state(change.stateWord)) proposes \
    \(HTML.link(to: change.draft.path)) v\(change.draft.sopVersion), by \(change.proposedBy.text). \
    <a href="/changes/\(change.id.description)">Look at it</a></p>
    \(difference.map { Difference($0).html })
    """
  }

  private var standing: HTML? {
    guard !view.item.isClosed else { return nil }
    let links: [HTML] = covering.map { path in
      let address = "/items/\(view.item.id)/propose?sop=\(path.text.asQuery)"
      let offer: HTML? = steps.allows(.propose) ? " · <a href=\"\(address)\">propose a change of it</a>" : nil
      return "<li>\(HTML.link(to: path))\(offer)</li>"
    }
    return """
      <h2>What the handbook says now</h2>
      \(links.isEmpty ? "<p>No SOP covers \(view.item.key.value) yet.</p>" : "<ul>\(links)</ul>" as HTML)
      """
  }

  private func next(_ frame: Frame) -> HTML? {
    if let change, !view.item.isClosed {
      return """
        <h2>What now</h2>
        <p><a class="button main" href="/changes/\(change.id.description)">Go on with \(change.id.description)</a></p>
        """
    }
    guard !steps.isEmpty else { return nil }
    let address = "/items/\(view.item.id)"
    let revision = view.item.rejectionProposal.map(\.revision) ?? 0
    var html: HTML = "<h2>What now</h2>\(returned.map(again))<div class=\"steps\">"
    let mine = frame.mayWork ? returned.last { $0.change.proposedBy == person }?.change.id : nil
    var isFirst = mine == nil
    if let mine {
      html += "<a class=\"button main\" href=\"/changes/\(mine.description)/revise\">Revise \(mine.description)</a>"
      html += frame.button("Withdraw \(mine)", to: "/changes/\(mine)/withdraw")
    }
    for step in steps where step.refusal == nil {
      switch step.kind {
      case .acknowledge: html += frame.button("Acknowledge", to: "\(address)/acknowledge", isMain: isFirst)
      case .propose:
        html +=
          isFirst
          ? "<a class=\"button main\" href=\"\(address)/propose\">Propose a change of an SOP</a>"
          : "<a class=\"button quiet\" href=\"\(address)/propose\">Propose a change of an SOP</a>"
      case .approve:
        html += frame.form(
          to: "\(address)/approve",
          """
          <input type="hidden" name="revision" value="\(revision)"><button class="main">Approve the rejection</button>
          """)
      case .sendBack: html += sendBack(frame, to: "\(address)/return")
      case .close: html += frame.button("Close it, rejected", to: "\(address)/close", isMain: true)
      case .reject: html += reject(frame)
      case .withdraw: html += frame.button("Withdraw it", to: "\(address)/withdraw")
      case .revise: break  // of a change alone
      }
      isFirst = false
    }
    html += "</div>"
    if frame.mayWork { html += "\(joinable.map { join($0, frame) })" }
    if let refusals = HTML.refusals(steps) { html += refusals }
    return html
  }

  /// A change that is under way, whose text covers this item too.
  private func join(_ change: SOPChange, _ frame: Frame) -> HTML {
    frame.form(
      to: "/changes/\(change.id.description)/join",
      """
      <p>\(HTML.link(to: change.id)) of \(change.proposedBy.text) changes \(HTML.link(to: change.draft.path)), which covers this too. \
      <input type="hidden" name="item" value="\(view.item.id.description)"><button class="quiet">Let \(change.id.description) close \
      it as well</button> A second person then approves it for both.</p>
      """)
  }

  /// A change that was sent back, as a step to take for whoever proposed it.
  private func again(_ returned: ReturnedChange) -> HTML {
    let (change, sentBack) = (returned.change, HTML.sentBack(returned))
    return change.proposedBy == person
      ? "<p class=\"message\"><a href=\"/changes/\(change.id.description)/revise\">Revise \(change.id.description)</a>: \(sentBack)</p>"
      : "<p class=\"message\">\(HTML.link(to: change.id)) waits for \(change.proposedBy.text), who may revise it: \(sentBack)</p>"
  }

  private func sendBack(_ frame: Frame, to address: String) -> HTML {
    frame.form(
      to: address,
      """
      <div class="stacked"><label for="note">What is missing</label><input id="note" name="note" value="\(typed: typed["note"])" required>\
      <button class="quiet">Send back</button></div>
      """)
  }

  private func reject(_ frame: Frame) -> HTML {
    let form = frame.form(
      to: "/items/\(view.item.id)/reject",
      """
      <div class="stacked"><label for="rationale">Why nothing is to be changed</label>\
      <textarea id="rationale" name="rationale" rows="3" required>\n\(typed: typed["rationale"])</textarea>\
      <label for="expires">Until when this holds (a date)</label><input id="expires" name="expires" type="date" value="\(typed: typed["expires"])" required>\
      <label for="tripwire">Open it again where it recurs, as 5/7d (may stay empty)</label>\
      <input id="tripwire" name="tripwire" value="\(typed: typed["tripwire"])">\
      <button class="quiet">Propose to reject it</button></div>
      """)
    return typed["rationale"].isEmpty
      ? "<details><summary>Reject it instead</summary>\(form)</details>"
      : "<details open><summary>Reject it instead</summary>\(form)</details>"
  }

  private func comment(_ frame: Frame) -> HTML {
    let address = "/items/\(view.item.id)"
    let others: [HTML] = people.filter { $0 != view.item.owner }.map {
      "<option value=\"\($0.text)\">\($0.text)</option>"
    }
    return """
      <h2>Say something</h2>
      \(frame.form(to: "\(address)/comment", """
        <div class="stacked"><label for="text">Comment</label><textarea id="text" name="text" rows="3" required>\n\(typed: typed["text"])</textarea>\
        <button class="quiet">Keep the comment</button></div>
        """))
      \(view.item.isClosed || others.isEmpty ? nil : frame.form(to: "\(address)/assign", """
        <div class="inline"><label for="person">Hand it to</label> <select id="person" name="person">\(others)</select> \
        <button class="quiet">Assign</button></div>
        """))
      """
  }

  static func assign(_ visit: Visit) async throws -> Answer {
    let name = visit.form["person"]
    return try await visit.onItem("is \(name)'s now.") {
      guard let person = PersonID(name) else { throw Rejection.unknownPerson(name) }
      try $0.assign($1, to: person, by: $2)
    }
  }

  static func reject(_ visit: Visit) async throws -> Answer {
    let (rationale, expires, tripwire) = (visit.form["rationale"], visit.form["expires"], visit.form["tripwire"])
    return try await visit.onItem("waits for a second person to sign its rejection.") {
      let date = try CalendarDate(written: expires)
      try $0.proposeRejection(
        of: $1, rationale: rationale, expiresOn: date, tripwire: tripwire.isEmpty ? nil : RecurrenceRule(tripwire),
        by: $2)
    }
  }
}
