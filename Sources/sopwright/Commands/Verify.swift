// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Tracker

struct Verify: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute everything: hashes, batches, read models, closings against git.",
    discussion: """
      Writes nothing. Exits with 2 where something does not add up. With --pack it needs no workspace: it checks an audit pack, the files \
      against each other, and by making the workspace again out of them in a temporary folder.
      """)

  @Option(help: ArgumentHelp("Check this audit pack instead of a workspace.", valueName: "dir")) var pack: String?
  @Option(
    help: ArgumentHelp(
      "The key of the ledger, or a file with it, as you know it from elsewhere; else the pack's own.", valueName: "key"))
  var key: String?
  @Option(name: .customLong("scratch"), help: .hidden) var scratch: String?

  /// The part that reads git runs in a process of its own: a damaged object can make libgit2 loop for ever.
  @Flag(name: .customLong("handbook-only"), help: .hidden) var handbookOnly = false
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if key != nil, pack == nil { throw ValidationError("--key goes with --pack.") }
  }

  func execute() throws {
    if let pack {
      if let scratch { return try PackCheck.work(on: pack, in: scratch, key: key) }
      return try report(PackCheck.run(on: pack, key: key))
    }
    let workspace = try Workspace.open(options.workspaceFolder)
    if handbookOnly {
      let findings = try workspace.verifyHandbook(progress: { Terminal.write(".") })
      Terminal.write(JSONValue.array(findings.map(\.json)).compactText)
      return
    }
    var result = try workspace.verifyRecord()
    result.findings += try HandbookCheck.run(in: options.workspaceFolder)
    try report(result)
  }

  private func report(_ result: Verification) throws {
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
