// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What people and scripts are told when the machine fails them.
@Suite struct FailureCommandTests {
  private func workspace(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let made = try Sopwright.process(Sopwright.path, ["init", sopwright.workspace, "--as", "ana"])
    #expect(made.status == 0, "\(made.errors)")
    return sopwright
  }

  @Test func anAnswerThatCannotBeWrittenIsNoYes() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let listed = try Sopwright.process(
      "/bin/sh", ["-c", "exec \"$0\" sop list -C \"$1\" --as ana > /dev/full", Sopwright.path, sopwright.workspace])
    #expect(listed.status == 1)
    #expect(listed.errors.hasPrefix("sopwright: The answer could not be written"), "\(listed.errors)")
    #expect(listed.errors.split(separator: "\n").count == 1)
  }

  @Test func noCommandIsWrongUsage() throws {
    let run = try Sopwright.process(Sopwright.path, [])
    #expect(run.status == 64)
    #expect(run.output.contains("USAGE"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
  func aFullDiskIsSaidInASentence() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let script = "trap '' XFSZ; exec prlimit --fsize=5000 \"$0\" people add ben -C \"$1\" --as ana"
    let added = try Sopwright.process("/bin/sh", ["-c", script, Sopwright.path, sopwright.workspace])
    #expect(added.status == 1)
    #expect(
      added.errors.contains("The workspace's database") || added.errors.contains("disk is full"), "\(added.errors)")
    #expect(!added.errors.contains("SQLite error"), "\(added.errors)")
    try #expect(sopwright.run("people", "add", "ben").status == 0)
    try #expect(sopwright.run("verify").status == 0)
  }
}
