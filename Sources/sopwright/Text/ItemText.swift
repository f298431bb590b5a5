// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// An item as people read it.
enum ItemText {
  /// Why it is there and how it stands, with its history.
  static func whole(_ item: JSONValue) -> String {
    let key = item["key"] ?? .null
    let because = item["opened_because"] ?? .null
    var lines = [
      Terminal.styled("\(item.words("id"))  \(key.words("value"))  \(key.words("title"))", .bold),
      "The \(kind(key)) happened \(ItemText.because(because)), from \(because.date("first")) to \(because.date("last")). "
        + "Rule: \(because.words("rule")).",
    ]
    if item["rule_holds"] == false {
      lines.append("Since then exceptions were amended, and the rule no longer holds. The item can be rejected.")
    }
    if item["cause"] != "recurrence" {
      let previous = item.words("follows")
      lines.append("Opened by \(item.state("cause")).\(previous.isEmpty ? "" : " It follows \(previous).")")
    }
    if let failed = item.object("failed") {
      lines.append("\(failed.words("path")) v\(failed.words("version")) did not hold.")
    }
    let money = item.money("money")
    lines.append(
      "\(Words.count(item.count("occurrences"), "exception")) belong to it\(money.isEmpty ? "" : ", \(money)"). State: "
        + "\(item.words("state")). Owner: \(item.words("owner")).")
    if item["state"] != "closed" {
      lines.append("Due \(item.time("due_at")) UTC\(urgency(item).map { ", \($0)" } ?? "").")
      if let wish = item.object("extension") {
        lines.append(
          "\(wish.words("proposed_by")) asks for more time, until \(wish.time("until")) UTC. To grant it: sopwright approve "
            + "\(item.words("id")) --extension")
      }
    }
    lines += ending(item).map { [$0] } ?? []
    return (lines + ["", HistoryText.table(item.list("history"))]).joined(separator: "\n")
  }

  /// How it ends, or will.
  private static func ending(_ item: JSONValue) -> String? {
    if let sop = item.object("sop") {
      return "Closed by \(item["change"]?.words("id") ?? ""): \(committed(sop))."
    }
    if item["state"] == "closed", let rejection = item.object("rejection") {
      return
        "Rejected until \(rejection.words("expires_on")), proposed by \(rejection.words("proposed_by")), signed by "
        + "\(rejection.words("approved_by"))."
    }
    return item.object("change").map { "See the SOP change: sopwright show \($0.words("id"))" }
  }

  static func toReject(_ item: JSONValue) -> String {
    "Proposed to reject \(item.words("id")) until \(item.object("rejection")?.words("expires_on") ?? ""). A second person decides: "
      + "sopwright approve \(item.words("id"))"
  }

  /// What became of it, in a sentence.
  static func outcome(_ item: JSONValue) -> String {
    let id = item.words("id")
    if let sop = item.object("sop") { return "\(id) is closed by \(committed(sop))." }
    if item["state"] == "closed" {
      return "\(id) is closed: rejected until \(item["rejection"]?.words("expires_on") ?? "")."
    }
    return "\(id) is \(item.words("state")), due \(item.time("due_at")) UTC."
  }

  private static func committed(_ sop: JSONValue) -> String {
    "\(sop.words("path")) v\(sop.words("version")), commit \(sop.commit("commit")), in force from "
      + "\(sop.time("in_force_from")) UTC"
  }

  private static func kind(_ key: JSONValue) -> String {
    RecurrenceKey.Kind(rawValue: key.words("kind"))?.words ?? key.state("kind")
  }

  /// "14 times within 30 days (expected 2.7)".
  static func because(_ because: JSONValue) -> String {
    let days = because.words("window").replacing("d", with: "")
    let expected = because.words("expected")
    return "\(because.words("count")) times within \(days) days"
      + (expected.isEmpty ? "" : " (expected \(withOneDigit(expected)))")
  }

  /// A decimal with one digit behind the point, the rest left out: `2.756` as `2.7`.
  private static func withOneDigit(_ decimal: String) -> String {
    guard let point = decimal.firstIndex(of: ".") else { return "\(decimal).0" }
    return String(decimal[...point] + decimal[decimal.index(after: point)...].prefix(1))
  }

  /// `overdue`, `paused until …` or `due soon`; nil where there is nothing to say of its clock.
  static func urgency(_ item: JSONValue) -> String? {
    if item["state"] == "closed" { return nil }
    if item.isTrue("overdue") { return "overdue" }
    let pause = item.date("paused_until")
    if !pause.isEmpty { return "paused until \(pause)" }
    return item.isTrue("due_soon") ? "due soon" : nil
  }
}
