// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import Remediation
import Tracker

struct Verify: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute everything: hashes, batches, read models, closings against git.",
    discussion: """
      Writes nothing. Exits with 2 where something does not add up. With --pack and with --receipt it needs no workspace: it checks an \
      audit pack, the files against each other and by making the workspace again in a temporary folder; or one receipt.
      """)

  /// The part that reads git runs in a process of its own: a damaged object can make libgit2 loop for ever.
  @Flag(name: .customLong("handbook-only"), help: .hidden) var handbookOnly = false
  @OptionGroup var packed: PackOptions
  @OptionGroup var proof: ReceiptOptions
  @OptionGroup var options: WorkspaceOptions

  /// A pack and a receipt are files.
  var needsWorkspace: Bool { packed.pack == nil && proof.receipt == nil }

  func validate() throws {
    guard proof.key == nil || proof.receipt != nil || packed.pack != nil else {
      throw ValidationError("--key goes with --pack or --receipt.")
    }
  }

  func execute() throws {
    if let pack = packed.pack { return try report(PackCheck(pack: pack, packed, key: proof.key).verification()) }
    if let receipt = proof.receipt, let key = proof.key { return try check(receipt: receipt, key: key) }
    let workspace: Workspace
    do { workspace = try Workspace.open(options.workspaceFolder) } catch LedgerError.damaged(let position, let problem)
    {
      var result = Verification()
      result.findings = [
        Finding(
          "founding", "event \(position)",
          "It cannot be read: \(problem) Nothing else could be checked. Put back a backup.")
      ]
      return try report(result)
    }
    if handbookOnly {
      let findings = try workspace.verifyHandbook(progress: { Terminal.write(".") })
      Terminal.write(line: JSONValue.array(findings.map(\.json)))
      return
    }
    var result = try workspace.verifyRecord(at: Environment.now)
    result.findings += try HandbookCheck.run(in: options.workspaceFolder)
    try report(result)
  }

  private func report(_ result: Verification) throws {
    write(result.json, asText: VerificationText.whole)
    if !result.findings.isEmpty { throw ExitCode(2) }
  }
}
