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

/// Runs the git part of a verification in a child, and gives it up when nothing moves for a minute.
struct HandbookCheck {
  let folder: String
  /// How many seconds nothing may move; `SOPWRIGHT_PATIENCE` sets it for slow disks.
  static let patience = Environment["SOPWRIGHT_PATIENCE"].flatMap { Int32($0) } ?? 60

  func run() throws -> [Finding] {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["verify", "--handbook-only", "-C", folder]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    var received = Data()
    var descriptor = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while true {
      guard poll(&descriptor, 1, HandbookCheck.patience * 1000) > 0 else {
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        return [
          Finding(
            "handbook_stuck", "sop.git", "Reading the repository did not come to an end: an object in it is damaged.")
        ]
      }
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      received.append(chunk)
    }
    child.waitUntilExit()
    let lines = received.split(separator: UInt8(ascii: "\n"))
    guard child.terminationStatus == 0, let last = lines.last,
      case .array(let values) = try? JSONValue(parsing: [UInt8](last))  // checked: else the finding below
    else {
      return [Finding("handbook_unreadable", "sop.git", "The repository cannot be read; the reason stands above.")]
    }
    return values.map { value in
      func text(_ name: String) -> String {
        if case .string(let text)? = value[name] { text } else { "" }
      }
      return Finding(text("check"), text("subject"), text("detail"))
    }
  }
}
