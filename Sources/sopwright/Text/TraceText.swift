// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// A chain from its exceptions to the SOP versions, drawn as a tree.
enum TraceText {
  /// - Parameter isAll: whether all references are listed, and not the first five.
  static func whole(_ trace: JSONValue, isAll: Bool) -> String {
    let what = trace["what"] ?? .null
    var lines = [Terminal.styled("\(what.words("kind")):\(what.words("value"))", .bold)]
    if let line = trace.object("line") {
      lines.append(
        "├─ the line came with \(line.words("path")) v\(line.words("version")), commit \(line.commit("commit")), by "
          + "\(line.words("author")) on \(line.date("committed_at"))")
    }
    lines += exceptions(trace["exceptions"] ?? .null, isAll: isAll)
    lines += trace.list("items").flatMap(item) + trace.list("changes").flatMap(change)
    lines.append("└─ exceptions by the SOP version in force when they occurred")
    lines.append(byVersion(trace.list("by_version")))
    return lines.joined(separator: "\n")
  }

  private static func exceptions(_ found: JSONValue, isAll: Bool) -> [String] {
    let (count, first) = (found.count("count"), found.date("first"))
    let span = first.isEmpty ? "" : ", from \(first) to \(found.date("last"))"
    let shown = found.list("references").prefix(isAll ? Int.max : 5).map(\.words)
    return ["├─ \(Words.count(count, "exception"))\(span)"]
      + (shown.isEmpty ? [] : ["│    \(shown.joined(separator: ", "))\(count > shown.count ? ", …" : "")"])
  }

  private static func item(_ item: JSONValue) -> [String] {
    let key = item["key"] ?? .null
    var lines = [
      "├─ \(item.words("id")) \(item.words("state")): \(key.words("value")) \(key.words("title")), "
        + "\(ItemText.because(item["opened_because"] ?? .null)), opened \(item.date("opened_at")) by \(item.state("cause"))"
    ]
    let previous = item.words("follows")
    if !previous.isEmpty { lines.append("│    continues \(previous)") }
    if item["state"] == "closed", let rejection = item.object("rejection") {
      lines.append(
        "│    rejected until \(rejection.words("expires_on")), proposed by \(rejection.words("proposed_by")), signed by "
          + rejection.words("approved_by"))
    }
    return lines
  }

  private static func change(_ change: JSONValue) -> [String] {
    let approver = change.words("approved_by")
    let line =
      "├─ \(change.words("id")) \(change.state("state")): \(change["sop"]?.words("path") ?? "") v\(change.words("version")), by "
      + "\(change.words("proposed_by"))\(approver.isEmpty ? "" : ", approved by \(approver)")"
    guard change["state"] == "committed" else { return [line] }
    return [line, "│    commit \(change.words("commit")), in force from \(change.time("in_force_from")) UTC"]
  }

  private static func byVersion(_ counts: [JSONValue]) -> String {
    var table = Table([.init(title: "     version"), .init(title: "from (UTC)"), .init(title: "count", isNumber: true)])
    for count in counts {
      let version = count.object("sop").map { "\($0.words("path")) v\(count.words("version"))" }
      table.add(["     " + (version ?? "none"), count.time("from"), count.words("count")])
    }
    return table.text
  }
}
