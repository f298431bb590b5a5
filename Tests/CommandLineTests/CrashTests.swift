// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// The real process, killed by SIGKILL at every mutating system call of a closing: `verify` is clean each time, and the retry closes
/// once.
@Suite struct CrashTests {
  private static let strace = "/usr/bin/strace"
  private static let calls =
    "write,pwrite64,fsync,fdatasync,syncfs,link,linkat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,ftruncate"

  /// Whether this machine lets a process be traced.
  private static let canTrace: Bool = {
    guard FileManager.default.isExecutableFile(atPath: strace) else { return false }
    // No answer means that it cannot.
    return (try? Sopwright.process(strace, ["-qq", "-o", "/dev/null", "/bin/true"]).status) == 0
  }()

  @Test(.enabled(if: canTrace, "strace cannot trace here"))
  func aClosingKilledAtAnyMutatingCallIsFinishedOnceByTheRetry() throws {
    let folder = try Folder()
    let prepared = try prepare(folder)
    var kills = 0
    for call in 1...400 {
      let copy = Sopwright(workspace: "\(folder.path)/copy-\(call)")
      try FileManager.default.copyItem(atPath: prepared.workspace, toPath: copy.workspace)
      let killed = try Sopwright.process(
        CrashTests.strace,
        [
          "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(CrashTests.calls)", "-e",
          "inject=\(CrashTests.calls):signal=SIGKILL:when=\(call)", Sopwright.path, "close", "CHG-1", "-C",
          copy.workspace,
          "--as", "ben",
        ])
      try check(copy, killedAt: call)
      try FileManager.default.removeItem(atPath: copy.workspace)
      if killed.status == 0 { break }
      kills += 1
    }
    print("killed a closing at \(kills) system calls")
    #expect(kills > 30, "a closing has more mutating calls than this")
    #expect(kills < 400)
  }

  private func check(_ copy: Sopwright, killedAt call: Int) throws {
    let after = try copy.run("verify")
    #expect(after.status == 0, "after the kill at call \(call): \(after.output)")
    let retried = try copy.run("close", "CHG-1", as: "ben")
    #expect(retried.status == 0, "the retry after call \(call): \(retried.errors)")
    let verification = try copy.json("verify")
    #expect(verification["ok"] == true, "after the retry of call \(call)")
    #expect(verification["commits"] == 1)
    let log = try shell(
      "git", "-C", "\(copy.workspace)/sop.git", "log", "--format=%(trailers:key=SOP-Change,valueonly)")
    #expect(log.split(separator: "\n") == ["CHG-1"], "one commit after call \(call)")
    try shell("git", "-C", "\(copy.workspace)/sop.git", "fsck", "--strict", "--no-progress")
    try #expect(copy.json("show", "REM-1")["state"] == "closed")
  }

  /// A workspace with one approved change.
  private func prepare(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let export = try folder.write(
      "export.csv", "id,at,code\n" + (1...3).map { "r\($0),2026-01-0\($0),Damaged\n" }.joined())
    let map = try folder.write("map.yaml", "source: tests\nid: id\noccurred_at: at\ncode: code\n")
    let made = try Sopwright.process(
      Sopwright.path,
      ["init", sopwright.workspace, "--from", export, "--map", map, "--people", "ana,ben", "--as", "ana"])
    #expect(made.status == 0, "\(made.errors)")
    let text = try folder.write("sop.md", "---\ncodes: [DAMAGED]\n---\nPack it well.\n")
    _ = try sopwright.json(
      "propose", "REM-1", "--sop", "packing/fragile.md", "--text", text, "--summary", "Pack it well")
    _ = try sopwright.json("approve", "CHG-1", as: "ben")
    return sopwright
  }
}
