// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// The weekly review of the record.
enum AuditReviewText {
  static func state(_ state: JSONValue) -> String {
    let (from, size) = (state.count("from"), state.count("size"))
    let (count, due) = (
      Words.count(size - from, "event"), "\(state.isTrue("due") ? "due since" : "due on") \(state.date("due_at"))"
    )
    let last = state.list("reviews").first.map { "Reviewed last: \(review($0))" }
    guard size > from else { return "\(last ?? "")\nNothing came since." }
    var lines =
      last.map { [$0, "\(count) came since; the next review is \(due)."] }
      ?? ["Nobody has reviewed the record yet. It has \(count); the first review is \(due)."]
    var kinds = Table([.init(title: "what"), .init(title: "how often", isNumber: true)])
    for kind in state.list("kinds") { kinds.add([kind.state("kind"), kind.words("count")]) }
    lines += ["", kinds.text]
    let decisions = state.list("decisions")
    if !decisions.isEmpty {
      var table = Table([
        .init(title: "event", isNumber: true), .init(title: "at (UTC)"), .init(title: "who"), .init(title: "what"),
        .init(title: "about"), .init(title: "note", isElastic: true),
      ])
      for decision in decisions {
        table.add([
          decision.words("position"), decision.time("at"), decision.words("actor"), decision.state("kind"),
          decision.words("subject"), decision.words("note"),
        ])
      }
      lines += ["", "To be looked at one by one:", table.text]
      if state.isTrue("more") { lines.append("The newest \(decisions.count); there are more.") }
    }
    return (lines + ["", "When you have looked: sopwright audit review --up-to \(size) --note …"]).joined(
      separator: "\n")
  }

  static func recorded(_ state: JSONValue) -> String {
    state.list("reviews").first.map { "Recorded: \(review($0))" } ?? ""
  }

  private static func review(_ review: JSONValue) -> String {
    let result = review["result"] == "in_order" ? "in order" : "something has to be followed up"
    let note = review.words("note")
    return "events \(review.words("from")) to \(review.count("to") - 1), \(result), by \(review.words("by")) at "
      + "\(review.time("at")) UTC\(note.isEmpty ? "" : ": \(note)")"
  }
}
