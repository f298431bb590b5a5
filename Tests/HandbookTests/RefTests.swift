// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@Suite struct RefTests {
  @Test func theBranchMovesOnlyFromWhereItIsExpected() throws {
    let bench = try Workbench()
    let handbook = bench.handbook
    let first = try handbook.write(bench.plan(["a.md": "1"]), onto: nil).id
    let other = try handbook.write(bench.plan(["a.md": "2"]), onto: nil).id
    #expect(try handbook.moveBranch(from: other, to: first) == .lostRace)
    #expect(try handbook.tip() == nil)
    #expect(try handbook.moveBranch(from: nil, to: first) == .moved)
    #expect(try handbook.moveBranch(from: nil, to: other) == .lostRace)
    #expect(try handbook.moveBranch(from: other, to: other) == .lostRace)
    #expect(try handbook.tip() == first)
    let second = try handbook.write(bench.plan(["a.md": "3"]), onto: first).id
    #expect(try handbook.moveBranch(from: first, to: second) == .moved)
    #expect(try handbook.moveBranch(from: first, to: other) == .lostRace)
    try bench.git("pack-refs", "--all")
    #expect(try handbook.moveBranch(from: first, to: other) == .lostRace)
    #expect(try handbook.moveBranch(from: second, to: other) == .moved)
    #expect(try bench.git("rev-parse", "main") == other.text)
    #expect(try bench.git("reflog", "show", "--format=%gn", "main").contains("ann") == false)
  }

  @Test func aRefThatGitMovedMeanwhileIsSeenAtOnce() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "1"])
    let pushed = try bench.commit(tree: ["100644 blob \(try bench.blob("2"))\ta.md"], parents: [first])
    try bench.git("update-ref", "refs/heads/main", pushed.text)
    #expect(try bench.handbook.tip() == pushed)
    let mine = try bench.handbook.write(bench.plan(["a.md": "3"]), onto: first).id
    #expect(try bench.handbook.moveBranch(from: first, to: mine) == .lostRace)
  }

  @Test func aBranchCannotPointAtWhatIsNoCommit() throws {
    let bench = try Workbench()
    let blob = try #require(CommitID(bench.blob("x")))
    #expect(sentence { try bench.handbook.moveBranch(from: nil, to: blob) }?.contains("no such commit") == true)
    let absent = try #require(CommitID(String(repeating: "2", count: 40)))
    #expect(sentence { try bench.handbook.moveBranch(from: nil, to: absent) }?.contains("no such commit") == true)
    try Data((absent.text + "\n").utf8).write(to: URL(fileURLWithPath: bench.repository + "/refs/heads/main"))
    #expect(sentence { try bench.handbook.tip() }?.contains("not a commit that the repository has") == true)
  }

  @Test func aLockedBranchIsLockedUntilTheLockIsStale() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "1"])
    let next = try bench.handbook.write(bench.plan(["a.md": "2"]), onto: first).id
    let lock = bench.repository + "/refs/heads/main.lock"
    #expect(bench.handbook.removeStaleLock() == false)

    try Data().write(to: URL(fileURLWithPath: lock))
    #expect(try bench.handbook.moveBranch(from: first, to: next) == .locked)
    #expect(bench.handbook.removeStaleLock() == false, "it is young")
    try age(lock, seconds: 9)
    #expect(bench.handbook.removeStaleLock() == false, "it is young still")

    // Where this test may not look into every process, only ten minutes make it stale.
    try age(lock, seconds: geteuid() == 0 ? 12 : 700)
    let holder = try FileHandle(forUpdating: URL(fileURLWithPath: lock))
    #expect(bench.handbook.removeStaleLock() == false, "a process has it open")
    try holder.close()
    #expect(bench.handbook.removeStaleLock() == true)
    #expect(!FileManager.default.fileExists(atPath: lock))
    #expect(try bench.handbook.moveBranch(from: first, to: next) == .moved)
  }

  @Test func theLockOfTheLedgersRefIsRemovedToo() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "1"])
    try bench.handbook.advanceLedgerTip(to: first)
    let lock = bench.repository + "/refs/ledger/tip.lock"
    try Data().write(to: URL(fileURLWithPath: lock))
    let second = try bench.commit(["a.md": "2"])
    #expect(sentence { try bench.handbook.advanceLedgerTip(to: second) }?.contains("holds its lock") == true)
    // A killed process left it: nobody else would ever remove it.
    try age(lock, seconds: 700)
    try bench.handbook.advanceLedgerTip(to: second)
    #expect(try bench.handbook.ledgerTip() == second)
  }

  @Test func theLedgersTipOnlyGoesForward() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "1"])
    let second = try bench.commit(["a.md": "2"])
    try bench.handbook.advanceLedgerTip(to: first)
    try bench.handbook.advanceLedgerTip(to: second)
    try bench.handbook.advanceLedgerTip(to: first)
    #expect(try bench.handbook.ledgerTip() == second)
    #expect(try bench.git("rev-parse", "refs/ledger/tip") == second.text)
    let stranger = try bench.handbook.write(bench.plan(["a.md": "9"]), onto: first).id
    #expect(try bench.handbook.advanceLedgerTip(to: stranger) == false)
    #expect(try bench.handbook.ledgerTip() == second)
  }

  @Test func aPushCannotMoveTheLedgersTip() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "1"])
    try bench.handbook.advanceLedgerTip(to: first)
    try bench.git("clone", "-q", bench.repository, bench.folder + "/clone")
    let clone = bench.folder + "/clone"
    try bench.git("commit", "-q", "--allow-empty", "-m", "x", in: clone)
    let push = try bench.run(["push", "origin", "HEAD:refs/ledger/tip", "-f"], input: "", in: clone)
    #expect(push.status != 0)
    #expect(try bench.handbook.ledgerTip() == first)
    #expect(try bench.run(["push", "origin", "HEAD:main"], input: "", in: clone).status == 0)
    #expect(try bench.handbook.tip()?.text == bench.git("rev-parse", "HEAD", in: clone))
  }

  @Test func manyThreadsThatMoveTheBranchLoseNothing() async throws {
    let bench = try Workbench()
    let handbook = bench.handbook
    let plans = try (0..<24).map { try bench.plan(["n\($0).md": "\($0)"]) }
    let moved = try await withThrowingTaskGroup(of: Int.self) { group in
      for plan in plans {
        group.addTask {
          for _ in 0..<500 {
            let tip = try handbook.tip()
            let id = try handbook.write(plan, onto: tip).id
            if try handbook.moveBranch(from: tip, to: id) == .moved { return 1 }
          }
          return 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(moved == 24)
    let tip = try #require(try handbook.tip())
    #expect(try handbook.documents(in: tip).count == 24)
    #expect(try handbook.log(from: nil, to: tip).count == 24)
  }

  private func age(_ path: String, seconds: TimeInterval) throws {
    try FileManager.default.setAttributes([.modificationDate: Date() - seconds], ofItemAtPath: path)
  }
}
