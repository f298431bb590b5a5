// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Ledger
internal import Remediation
internal import Tracker

/// What was decided since somebody last looked through the record?
struct AuditReviewPage: ReadablePage {
  private let state: AuditReviewState
  /// Whether the person may record a review.
  private let mayReview: Bool
  private let typed: FormFields

  static let path = "/audit/review"
  static let fields = ["size", "result", "note"]

  var title: String { "Audit review" }
  var subject: String? { "*" }
  var area: Area { .audit }
  var json: JSONValue { state.json }

  init(_ workspace: Workspace, typed: FormFields = .none, by caller: Caller) throws {
    state = try workspace.auditReview(by: caller)
    mayReview = (try? workspace.mustReviewRecord(caller)) != nil  // else it says for whom it is
    self.typed = typed
  }

  static func show(_ visit: Visit) async throws -> Answer {
    try await visit.read { try AuditReviewPage($0, by: $1) }
  }

  /// `size` is that of the tree that the page showed: what came meanwhile is not in the review.
  static func record(_ visit: Visit) async throws -> Answer {
    let (form, caller) = (visit.form, try visit.caller())
    try await visit.desk.read { try $0.mustReviewRecord(caller) }
    do {
      guard let size = Int(form["size"]) else { throw Rejection.textMissing("size") }
      guard let result = AuditReviewed.Result(rawValue: form["result"]) else { throw Rejection.textMissing("result") }
      let review = try await visit.desk.write {
        try $0.recordAuditReview(upTo: size, result: result, note: form["note"], by: caller)
      }
      return .see(path, notice: "Your review of events \(review.from) to \(review.to - 1) is recorded.")
    } catch {
      throw Refused(
        page: try await visit.desk.read { try AuditReviewPage($0, typed: form, by: caller) }, reason: error)
    }
  }

  // MARK: What is seen

  func body(_ frame: Frame) -> HTML {
    """
    <h1>Audit review</h1>
    <p class="lead">\(standing)</p>
    \(decisions)
    \(kinds)
    \(state.size > state.from ? form(frame) : nil)
    \(reviews)
    """
  }

  private var standing: HTML {
    let count = Words.count(state.size - state.from, "event")
    let due: HTML = "\(state.isDue ? "has been due since" : "is due on") \(HTML.day(state.dueAt))"
    guard let last = state.reviews.first else {
      return "Nobody has reviewed the record yet. It has \(count); the first review \(due)."
    }
    let done: HTML = """
      \(last.by.text) reviewed the record last, \(HTML.time(last.at)) UTC: \(AuditReviewPage.words(last.review.result)).
      """
    return state.size > state.from
      ? "\(done) \(count) came since; the next review \(due)." : "\(done) Nothing came since."
  }

  private var kinds: HTML? {
    guard !state.kinds.isEmpty else { return nil }
    let kinds: [HTML] = state.kinds.map { kind, count in
      """
      <li><a href="/audit/ledger?kind=\(kind)&amp;from=\(state.from)">\(kind.replacing("_", with: " "))</a> \(Words.grouped(count))</li>
      """
    }
    return "<h2>All that happened</h2><ul class=\"columns\">\(kinds)</ul>"
  }

  /// Where people decided, made an exception to the rules, or took something away.
  private var decisions: HTML? {
    guard state.size > state.from else { return nil }
    guard !state.decisions.isEmpty else {
      return """
        <h2>To be looked at one by one</h2>
        <p>Nothing: no rejection, more time or pause, nothing that came past the tool, no change of the taxonomy or of people, nothing erased.</p>
        """
    }
    let rows: [[HTML]] = state.decisions.map { decision in
      let event = decision.event
      return [
        "\(event.position)", HTML.time(event.at), "\(event.actor.text)",
        "\(event.event.kind.replacing("_", with: " "))", HTML.link(toSubject: event.event.subject), "\(decision.note)",
      ]
    }
    return """
      <h2>To be looked at one by one</h2>
      \(HTML.table(["Position", "When (UTC)", "Who", "What", "About", "Note"], numbers: [0], caption: "Decisions to be looked at", rows))
      \(state.hasMore ? "<p>These are the newest \(AuditReviewState.most.description). The list above leads to the rest.</p>" as HTML : nil)
      """
  }

  private func form(_ frame: Frame) -> HTML {
    guard mayReview else { return "<p class=\"hint\">Auditors and administrators record the review.</p>" }
    func choice(_ result: AuditReviewed.Result, _ words: String) -> HTML {
      let isChosen =
        (typed["result"].isEmpty ? AuditReviewed.Result.inOrder.rawValue : typed["result"]) == result.rawValue
      return """
        <li><label><input type="radio" name="result" value="\(result.rawValue)"\(isChosen ? " checked" as HTML : nil)> \(words)</label></li>
        """
    }
    return """
      <h2>What you found</h2>
      \(frame.form(to: AuditReviewPage.path, """
        <div class="stacked">\
        <input type="hidden" name="size" value="\(typed["size"].isEmpty ? "\(state.size)" : typed["size"])">\
        <fieldset><legend>The \(Words.count(state.size - state.from, "event")) above</legend><ul class="choices">\
        \(choice(.inOrder, "are in order"))\(choice(.objections, "leave something to be followed up"))</ul></fieldset>\
        <label for="note">What you looked at and what you found (may stay empty where everything is in order)</label>\
        <textarea id="note" name="note" rows="4">\n\(typed: typed["note"])</textarea>\
        <p class="hint">The review is a part of the record: who made it, up to which event, and what it says.</p>\
        <button class="main">Record the review</button></div>
        """))
      """
  }

  private var reviews: HTML? {
    guard !state.reviews.isEmpty else { return nil }
    let rows: [[HTML]] = state.reviews.map { review in
      [
        HTML.time(review.at), "\(review.by.text)", "\(review.review.from) to \(review.review.to - 1)",
        .state(AuditReviewPage.words(review.review.result)), "\(review.note)",
      ]
    }
    return """
      <h2>Reviews</h2>\(HTML.table(["When (UTC)", "Who", "Events", "Result", "Note"], caption: "Reviews of the record", rows))
      """
  }

  private static func words(_ result: AuditReviewed.Result) -> String {
    switch result {
    case .inOrder: "in order"
    case .objections: "to be followed up"
    }
  }
}
