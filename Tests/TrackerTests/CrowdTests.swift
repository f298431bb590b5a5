// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Synchronization
import Testing

@testable import Tracker

/// Two people push and one closes, all at once. `SOPWRIGHT_ROUNDS` sets how often; `SOPWRIGHT_ROUNDS=500` is the long run.
@Suite(.serialized) struct CrowdTests {
  private static let rounds = ProcessInfo.processInfo.environment["SOPWRIGHT_ROUNDS"].flatMap { Int($0) } ?? 12

  /// A change that a person's pushes have met on the way is taken along; a refused push is tried again.
  private func push(_ git: PersonWithGit, _ path: String, _ text: String) throws -> CommitID {
    try git.write(path, text)
    try git.commit("Edit \(path)")
    for _ in 0..<50 {
      do {
        try git.git("push", "-q", "origin", "HEAD")
        let id = try git.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
        return try #require(CommitID(id))
      } catch is ShellFailure {
        // A merge whose second parent is what the ledger saw, as people's tools make it.
        try git.git("pull", "-q", "--no-rebase", "--no-edit")
      }
    }
    throw CocoaError(.coderInvalidValue)
  }

  /// As often as it takes: a closing that meets pushes says that it is not finished.
  private func close(_ change: ChangeID, in workspace: Workspace, by caller: Caller) throws {
    for _ in 0..<20 {
      do {
        _ = try workspace.closeChange(change, by: caller)
        return
      } catch ClosingError.notFinished {
        continue
      }
    }
    throw ClosingError.notFinished(change)
  }

  @Test func nothingIsLostWhenTwoPushAndOneCloses() throws {
    let rounds = CrowdTests.rounds
    let test = try TestWorkspace(
      (0..<rounds).flatMap { code in (1...3).map { Row("d\(code)-\($0)", day: $0, "Code \(code)") } }, top: rounds)
    let items = try test.workspace.items(ItemQuery(), by: TestWorkspace.caller("ana")).map(\.item.id).sorted()
    try #require(items.count == rounds)
    let changes = try items.enumerated().map { number, item in
      let change = try test.propose(item, after: Int64(number))
      try test.workspace.approveChange(change.id, revision: nil, by: TestWorkspace.caller("ben", after: Int64(number)))
      return change.id
    }
    let people = try ["dora", "emil"].map { try PersonWithGit($0, cloning: test) }
    let pushed = Mutex<[(path: String, commit: CommitID)]>([])
    let failures = Mutex<[String]>([])
    let folder = test.folder
    let closer = try Workspace.open("\(folder)/ws")
    for round in 0..<rounds {
      DispatchQueue.concurrentPerform(iterations: 3) { who in
        do {
          if who == 2 {
            try close(changes[round], in: closer, by: TestWorkspace.caller("ben", after: Int64(1_000 + round)))
          } else {
            let path = "pushed/\(who).md"
            let commit = try push(people[who], path, "Round \(round)\n")
            pushed.withLock { $0.append((path, commit)) }
          }
        } catch {
          failures.withLock { $0.append("\(who) in round \(round): \(error)") }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let ana = TestWorkspace.caller("ana", after: 10_000)
    _ = try test.workspace.catchUp(by: ana)
    let repository = "\(folder)/ws/sop.git"
    let all = Set(
      try shell("/usr/bin/git", ["-C", repository, "rev-list", "HEAD"]).split(separator: "\n").map(String.init))
    #expect(pushed.withLock { $0 }.count == 2 * rounds)
    #expect(pushed.withLock { $0 }.allSatisfy { all.contains($0.commit.text) }, "every accepted push is there")
    for change in changes {
      guard case .committed(let committed) = try test.workspace.change(change, by: ana).change.state else {
        Issue.record("\(change) is not committed")
        continue
      }
      #expect(all.contains(committed.sop.commit.text))
    }
    for who in 0..<2 {
      let newest = try #require(try test.workspace.history(of: "pushed/\(who).md").first)
      #expect(try test.workspace.text(of: newest).bytes == Array("Round \(rounds - 1)\n".utf8))
    }
    // One version for each closing, whoever merged what.
    let versions = try test.workspace.ledger.read { reader in
      try reader.indexedCommits().filter { if case .change = $0.origin { true } else { false } }.count
    }
    #expect(versions == rounds)
    #expect(try test.findings().isEmpty)
    #expect(try shell("/usr/bin/git", ["-C", repository, "fsck", "--strict", "--no-dangling"]).isEmpty)
  }
}
