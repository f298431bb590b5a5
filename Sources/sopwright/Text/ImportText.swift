// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// What an import did, or would do.
enum ImportText {
  static func whole(_ report: JSONValue) -> String {
    report.isTrue("dry_run") ? trial(report) : done(report)
  }

  /// What came of reading held-back rows again.
  static func retried(_ report: JSONValue) -> String {
    report.count("received") == 0 ? "There is nothing to read again." : whole(report)
  }

  private static func done(_ report: JSONValue) -> String {
    let reclassified = report.count("reclassified")
    var lines = ["Received \(counts(report, reclassified > 0 ? " (\(reclassified) reclassified)" : ""))."]
    if report.count("quarantined") > 0 { lines.append("See why rows were held back: sopwright quarantine list") }
    lines += settled(report)
    lines += report.list("warnings").map(\.words)
    func add(_ word: String, _ name: String) {
      let items = report.list(name).map(\.words)
      guard !items.isEmpty else { return }
      let named = items.prefix(5).joined(separator: ", ")
      lines.append("\(word) \(items.count > 5 ? "\(items.count) items: \(named) …" : named).")
    }
    add("Opened", "items_opened")
    add("Joined", "items_joined")
    return lines.joined(separator: "\n")
  }

  private static func trial(_ report: JSONValue) -> String {
    var lines = ["A dry run: nothing is recorded. The import would receive \(counts(report, ""))."]
    let (amended, heldBack) = (report.count("amended"), report.count("quarantined"))
    if amended > 0 {
      lines.append(
        "\(Words.count(amended, "row")) would amend exceptions that are recorded already, because they have the same id and the same "
          + "source.")
    }
    lines += report.list("warnings").map(\.words)
    lines += settled(report)
    if heldBack > 0, heldBack == report.count("received") {
      lines.append("All rows would be held back, so the import would record no exception. Correct the map first.")
    }
    if heldBack > 0, let rows = report.object("held_back") { lines += reasons(rows, of: heldBack) }
    func add(_ word: String, _ name: String) {
      let items = report.list(name).map(\.words)
      guard !items.isEmpty else { return }
      let named = items.prefix(20).map { "\($0) (\(report["keys"]?.words($0) ?? "?"))" }.joined(separator: ", ")
      lines.append("It would \(word) \(items.count > 20 ? "\(items.count) items: \(named) …" : named).")
    }
    add("open", "items_opened")
    add("join", "items_joined")
    return lines.joined(separator: "\n")
  }

  /// What was passed over because somebody decided so before.
  private static func settled(_ report: JSONValue) -> [String] {
    let count = report.count("settled")
    guard count > 0 else { return [] }
    return [
      "Of those passed over, \(Words.count(count, "row")) cannot be read and \(count == 1 ? "was" : "were") held back before: set aside, erased, or read "
        + "by another map. See what was set aside: sopwright quarantine list --set-aside"
    ]
  }

  /// Why rows would be held back, the most frequent first, and the first of them.
  private static func reasons(_ rows: JSONValue, of count: Int) -> [String] {
    var table = Table([
      .init(title: "rows", isNumber: true), .init(title: "field"), .init(title: "why", isElastic: true),
    ])
    for reason in rows.list("reasons") {
      table.add([reason.words("rows"), reason.words("field"), reason.words("reason")])
    }
    let first = rows.list("first")
    let rest = count - first.count
    return ["", table.text, ""]
      + first.map { "line \($0.words("line")), \($0.words("field")): \($0.words("reason"))" }
      + (rest > 0 ? ["and \(Words.count(rest, "more row"))"] : [])
  }

  private static func counts(_ report: JSONValue, _ reclassified: String) -> String {
    "\(Words.count(report.count("received"), "row")): \(report.count("new")) new, \(report.count("amended")) amended\(reclassified), "
      + "\(report.count("duplicate")) duplicate, \(report.count("quarantined")) held back, \(report.count("passed_over")) passed over"
  }

  /// What somebody does about a file that ends in the middle of a row.
  static func cut(_ file: String, _ line: Int, isTrial: Bool) -> String {
    let kept = isTrial ? "Export" : "The rows before it are recorded; export"
    return "\(file) ends in the middle of line \(line). \(kept) it again, whole, and import that."
  }
}
