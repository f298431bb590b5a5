// SPDX-License-Identifier: Apache-2.0

import Remediation
import Tracker

/// What a verification found.
enum VerificationText {
  static func whole(_ result: JSONValue) -> String {
    let findings = result.list("findings")
    let lines =
      findings.map { "\(Terminal.styled("wrong", .red))  \(line($0))" }
      + result.list("notices").map { "note   \(line($0))" }
    let tree = result["tree"] ?? .null
    let counted =
      "\(Words.count(result.count("events"), "event")), \(Words.count(result.count("exceptions"), "exception")), "
      + "\(Words.count(result.count("items"), "item")), \(Words.count(result.count("commits"), "commit")); tree "
      + "\(tree.words("size")) \(tree.words("root"))"
    let sum =
      findings.isEmpty
      ? "\(Terminal.styled("Everything adds up.", .green)) \(counted)"
      : "\(Words.count(findings.count, "thing does", "things do")) not add up. \(counted)"
    return (lines + [sum]).joined(separator: "\n")
  }

  private static func line(_ finding: JSONValue) -> String {
    "\(finding.words("check"))  \(finding.words("subject")): \(finding.words("detail"))"
  }
}
