// SPDX-License-Identifier: Apache-2.0

import Remediation

/// An SOP change as people read it.
enum ChangeText {
  /// What it changes, line by line, with its history.
  static func whole(_ change: JSONValue) -> String {
    let items = change.words("closes")
    var lines = [
      Terminal.styled("\(change.words("id"))  \(path(change)) v\(change.words("version"))", .bold),
      "\(change.state("state")), revision \(change.words("revision")), by \(change.words("proposed_by"))"
        + (items.isEmpty ? "" : ", closes \(items)") + ", effective \(change.words("effective")).",
    ]
    if change["summary"]?.text != nil { lines.append(change.words("summary")) }
    lines.append("SHA-256 \(change.words("sha256"))\n")
    lines += (change["difference"]?.text ?? "").utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).map {
      // A file may end its lines with CR LF, which is one character to Swift.
      Terminal.safe(String(Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0)))
    }
    return (lines + ["", HistoryText.table(change.list("history"))]).joined(separator: "\n")
  }

  /// What became of it, in a sentence.
  static func outcome(_ change: JSONValue) -> String {
    let id = change.words("id")
    guard change["state"] == "committed" else { return "\(id) is \(change.state("state"))." }
    let items = change.words("closes")
    return
      "\(id) is committed: \(path(change)) v\(change.words("version")), commit \(change.commit("commit")), in force from "
      + "\(change.time("in_force_from")) UTC.\(items.isEmpty ? "" : " Closed \(items).")"
  }

  /// What whoever proposed it reads. `others`, where it is there, names the changes of the same SOP that are under way.
  static func proposed(_ change: JSONValue) -> String {
    let id = change.words("id")
    let notes = change.list("others").map { other in
      "Note: \(other.words) changes \(path(change)), too. Who closes second has to merge. To join it instead: sopwright propose "
        + "REM --join \(other.words)"
    }
    let last =
      "\(id) proposes \(path(change)) v\(change.words("version")), revision \(change.words("revision")). A second person reads it "
      + "with: sopwright show \(id)  and approves: sopwright approve \(id)"
    return (notes + [last]).joined(separator: "\n")
  }

  private static func path(_ change: JSONValue) -> String { change["sop"]?.words("path") ?? "" }
}
