// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// A command that finds the refs as they were does not open the repository, and misses nothing by that.
@Suite struct LookAtHandbookTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")

  /// What a command of its own does: another process's view of the workspace.
  private func command(_ test: TestWorkspace) throws -> (caughtUp: CaughtUp?, opened: Bool) {
    let workspace = try Workspace.open("\(test.folder)/ws")
    let caughtUp = try workspace.catchUp(by: ben)
    return (caughtUp, workspace.handbook.isOpen)
  }

  /// So that what was changed until now cannot pass for what is changed from now on; then a command that remembers it.
  private func settle(_ test: TestWorkspace) async throws {
    try await Task.sleep(for: .seconds(2.1))
    #expect(try command(test).opened, "nobody has looked since")
    #expect(try !command(test).opened)
  }

  @Test func whatWasPushedIsSeenByTheNextCommand() async throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    _ = try test.workspace.catchUp(by: ben)
    #expect(try command(test).opened, "refs that have just changed are not remembered")
    #expect(try command(test).opened)
    try await settle(test)

    let git = try PersonWithGit("ana", cloning: test)
    try git.write("sops/pushed.md", "Pushed.\n")
    try git.commit("Pushed")
    try git.git("push", "-q", "origin", "HEAD:main")
    #expect(try command(test).caughtUp?.adoptedPush == true)
    #expect(try command(test).caughtUp?.adoptedPush == false)
    try await settle(test)

    try git.git("checkout", "-q", "-B", "proposals/\(item)", "origin/main")
    try git.write("sops/damaged.md", "---\ncodes: [DAMAGED]\n---\n\nOne.\n")
    try git.commit("Better")
    try git.git("push", "-q", "origin", "proposals/\(item)")
    #expect(try command(test).opened)
    #expect(try test.workspace.proposalBranches().first?.change != nil)
    try await settle(test)

    try git.git("--git-dir", "\(test.folder)/ws/sop.git", "pack-refs", "--all")
    #expect(try command(test).opened)
    try await settle(test)

    let before = try #require(FileManager.default.contents(atPath: "\(test.folder)/ws/handbook.seen"))
    _ = try test.workspace.maintain(writePack: { nil })
    #expect(try command(test).opened, "tidying up forgets what was seen")
    #expect(FileManager.default.contents(atPath: "\(test.folder)/ws/handbook.seen") == before)
    #expect(try test.findings().isEmpty)
  }

  @Test func aBranchIsJudgedAgainWhereTheLedgerHasChanged() async throws {
    let rows = (1...3).map { Row("d\($0)", day: $0, "Damaged") } + (1...2).map { Row("l\($0)", day: $0, "Lost") }
    let test = try TestWorkspace(rows)
    let git = try PersonWithGit("ana", cloning: test)
    try git.git("checkout", "-q", "-B", "proposals/REM-7", "origin/main")
    try git.write("sops/damaged.md", "---\ncodes: [DAMAGED]\n---\n\nOne.\n")
    try git.commit("Of an item that is not there yet")
    try git.git("push", "-q", "origin", "proposals/REM-7")
    #expect(try command(test).opened)
    let judged = try #require(try test.workspace.proposalBranches().first)
    #expect(judged.problem != nil)
    try await settle(test)
    _ = try test.importRows([Row("l3", day: 3, "Lost")])
    #expect(try command(test).opened, "there is another item, so the branch is looked at again")
    let again = try #require(try test.workspace.proposalBranches().first)
    #expect(again.problem != nil && again.basis != judged.basis)
  }

  @Test func whatIsRememberedHoldsForOneLedgerAndOneRepository() async throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    _ = try test.workspace.catchUp(by: ana)
    try await settle(test)
    let seen = "\(test.folder)/ws/handbook.seen"
    let words = try #require(FileManager.default.contents(atPath: seen))
    for other in [Data(), words.dropLast(2), Data("\u{0}\n".utf8)] {
      try other.write(to: URL(fileURLWithPath: seen))
      #expect(try command(test).opened)
      #expect(FileManager.default.contents(atPath: seen) == words)
    }
    try shell("/bin/cp", ["-a", "\(test.folder)/ws/sop.git", "\(test.folder)/copy.git"])
    try FileManager.default.removeItem(atPath: "\(test.folder)/ws/sop.git")
    try FileManager.default.moveItem(atPath: "\(test.folder)/copy.git", toPath: "\(test.folder)/ws/sop.git")
    #expect(try command(test).opened, "the same refs in other files")
    try FileManager.default.removeItem(atPath: "\(test.folder)/ws/sop.git")
    #expect(throws: (any Error).self) { try command(test) }
  }
}
