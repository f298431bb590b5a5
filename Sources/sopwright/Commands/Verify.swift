// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct Verify: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute everything: hashes, batches, read models, closings against git.",
    discussion: "Writes nothing. Exits with 2 where something does not add up. With --receipt it checks one receipt.")

  /// The part that reads git runs in a process of its own: a damaged object can make libgit2 loop for ever.
  @Flag(name: .customLong("handbook-only"), help: .hidden) var handbookOnly = false
  @OptionGroup var proof: ReceiptOptions
  @OptionGroup var options: WorkspaceOptions

  func execute() throws {
    if let receipt = proof.receipt, let key = proof.key { return try check(receipt: receipt, key: key) }
    let workspace = try Workspace.open(options.workspaceFolder)
    if handbookOnly {
      let findings = try workspace.verifyHandbook(progress: { Terminal.write(".") })
      Terminal.write(JSONValue.array(findings.map(\.json)).compactText)
      return
    }
    var result = try workspace.verifyRecord()
    result.findings += try HandbookCheck(folder: options.workspaceFolder).run()
    if options.format == .json { Terminal.write(result.json) } else { describe(result) }
    if !result.findings.isEmpty { throw ExitCode(2) }
  }

  private func describe(_ result: Verification) {
    for finding in result.findings {
      Terminal.write(
        "\(Terminal.styled("wrong", .red))  \(finding.check)  \(Terminal.safe(finding.subject)): \(Terminal.safe(finding.detail))"
      )
    }
    for notice in result.notices { Terminal.write("note   \(notice.check)  \(notice.subject): \(notice.detail)") }
    let counted =
      "\(Words.count(result.events, "event")), \(Words.count(result.exceptions, "exception")), "
      + "\(Words.count(result.items, "item")), \(Words.count(result.commits, "commit")); tree \(result.treeSize) "
      + result.treeRoot.base64
    Terminal.write(
      result.findings.isEmpty
        ? "\(Terminal.styled("Everything adds up.", .green)) \(counted)"
        : "\(Words.count(result.findings.count, "thing does", "things do")) not add up. \(counted)")
  }
}

/// Runs the git part of a verification in a child.
struct HandbookCheck {
  let folder: String

  func run() throws -> [Finding] {
    switch try WatchedChild(arguments: ["verify", "--handbook-only", "-C", folder]).run() {
    case .stuck:
      return [
        Finding(
          "handbook_stuck", "sop.git", "Reading the repository did not come to an end: an object in it is damaged.")
      ]
    case .finished(let line):
      // What is no list becomes the finding below.
      guard case .array(let values) = try? JSONValue(parsing: Array(line.utf8)) else { break }
      return values.map { value in
        func text(_ name: String) -> String {
          if case .string(let text)? = value[name] { text } else { "" }
        }
        return Finding(text("check"), text("subject"), text("detail"))
      }
    case .failed: break
    }
    return [Finding("handbook_unreadable", "sop.git", "The repository cannot be read; the reason stands above.")]
  }
}
