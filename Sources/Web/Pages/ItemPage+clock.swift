// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Tracker

// More time, and no time: what moves the due time of an item.
extension ItemPage {
  /// A wish that waits, and what may be done to the clock. Nil where there is nothing of either.
  func clockSection(_ clock: ClockView, zone: String, _ frame: Frame) -> HTML? {
    let steps = frame.mayWork ? clock.steps : []
    guard clock.wish != nil || !steps.isEmpty else { return nil }
    return """
      <h2>Time</h2>
      \(clock.wish.map { wish($0.proposal, $0.reason, steps, frame) })
      \(steps.contains(.resume) ? frame.button("Let the clock go on", to: "\(address)/resume") : nil)
      \(steps.contains(.extend) ? form("extend", clock.wish == nil ? "Ask for more time" : "Ask for another time instead", zone, frame) : nil)
      \(steps.contains(.pause) ? form("pause", "Stop the clock for a while", zone, frame) : nil)
      """
  }

  private var address: String { "/items/\(view.item.id)" }

  private func wish(
    _ proposal: ExtensionProposal, _ reason: String?, _ steps: Set<ClockStep>, _ frame: Frame
  ) -> HTML {
    let grant = frame.form(
      to: "\(address)/extension/approve",
      """
      <input type="hidden" name="revision" value="\(proposal.revision)"><button class="main">Grant it</button>
      """)
    let sendBack = frame.form(
      to: "\(address)/extension/return",
      """
      <div class="stacked"><label for="extension-note">Why not</label>\
      <input id="extension-note" name="note" value="\(typed: typed["note"])" required><button class="quiet">Send back</button></div>
      """)
    return """
      <p class="message">\(proposal.proposedBy.text) asks for time until \(HTML.time(proposal.until)) UTC: \
      \(reason ?? "the reason was erased.")</p>
      <div class="steps">\(steps.contains(.grant) ? grant : nil)\(steps.contains(.sendBack) ? sendBack : nil)\
      \(steps.contains(.withdraw) ? frame.button("Withdraw the wish", to: "\(address)/extension/withdraw") : nil)</div>
      """
  }

  /// A form for a time and a reason, open where it was refused.
  private func form(_ step: String, _ title: String, _ zone: String, _ frame: Frame) -> HTML {
    let isPause = step == "pause"
    let isTyped = typed["step"] == step
    let hint: HTML =
      isPause
      ? "It goes on by itself then. All pauses together have 30 days."
      : "Somebody else has to grant it; until then it is due as it was."
    let form = frame.form(
      to: "\(address)/\(step)",
      """
      <div class="stacked"><input type="hidden" name="step" value="\(step)">\
      <label for="\(step)-until">Until when, at most, in the zone \(zone)</label>\
      <input type="datetime-local" id="\(step)-until" name="until" value="\(typed: isTyped ? typed["until"] : "")" required>\
      <label for="\(step)-reason">\(isPause ? "What it waits for" : "Why it takes longer")</label>\
      <input id="\(step)-reason" name="reason" value="\(typed: isTyped ? typed["reason"] : "")" required>\
      <span class="hint">\(hint)</span><button class="quiet">\(title)</button></div>
      """)
    return isTyped
      ? "<details open><summary>\(title)</summary>\(form)</details>"
      : "<details><summary>\(title)</summary>\(form)</details>"
  }

  static func extend(_ visit: Visit) async throws -> Answer {
    let (until, reason) = (visit.form["until"], visit.form["reason"])
    return try await visit.onItem("waits for a second person to grant more time.") {
      try $0.extend($1, until: $0.time(until), reason: reason, by: $2)
    }
  }

  static func pause(_ visit: Visit) async throws -> Answer {
    let (until, reason) = (visit.form["until"], visit.form["reason"])
    return try await visit.onItem("is paused.") { try $0.pause($1, until: $0.time(until), reason: reason, by: $2) }
  }
}
