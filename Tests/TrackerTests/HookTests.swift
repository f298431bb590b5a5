// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@testable import Tracker

/// What the repository's own hook lets people push.
@Suite struct HookTests {
  /// Whether git takes the push; the sentences of the hook where it does not.
  private func push(_ git: PersonWithGit, _ refspec: String, force: Bool = false) throws -> String? {
    do {
      try git.git("push", "-q", force ? "-f" : "--no-force-with-lease", "origin", refspec)
      return nil
    } catch let failure as ShellFailure {
      return failure.message
    }
  }

  private func test() throws -> (TestWorkspace, PersonWithGit) {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    return (test, try PersonWithGit("dora", cloning: test))
  }

  /// The hook has no Unicode data of its own. A failure prints the table that it should have.
  @Test func theHookKnowsTheLettersThatPathsMayHave() throws {
    let hook = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Sources/Handbook/Hook/pre-receive")
    let text = try String(contentsOf: hook, encoding: .utf8)
    let table = try #require(text.firstMatch(of: /SOPWRIGHT_LETTERS='([0-9 \n]+)'/)?.1)
    var runs: [UInt32] = []
    var begin: UInt32 = 0x80
    var isInside = false
    for value in UInt32(0x80)...0x110000 {
      let isAllowed = Unicode.Scalar(value).map(SOPPath.allows) ?? false
      if isAllowed != isInside {
        runs.append(value - begin)
        begin = value
        isInside = isAllowed
      }
    }
    #expect(
      table.split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) } == runs,
      "\(runs.map(String.init).joined(separator: " "))")
  }

  @Test func theHookKnowsOurTrailers() throws {
    let hook = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Sources/Handbook/Hook/pre-receive")
    let text = try String(contentsOf: hook, encoding: .utf8)
    let match = try #require(text.firstMatch(of: /names = "([A-Za-z0-9 -]+)"\n  n = split\(names " ([A-Za-z-]+)"/))
    #expect(Set("\(match.1) \(match.2)".split(separator: " ").map(String.init)) == Set(CommitMessage.trailers))
  }

  /// A failure prints the table that it should have.
  @Test func theHookKnowsTheLettersWithoutCase() throws {
    let hook = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../Sources/Handbook/Hook/pre-receive")
    let text = try String(contentsOf: hook, encoding: .utf8)
    let table = try #require(text.firstMatch(of: /SOPWRIGHT_CASES='([-0-9 \n]+)'/)?.1)
    let numbers = table.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    var folded: [Int: Int] = [:]
    var begin = 0x80
    for run in stride(from: 0, to: numbers.count - 3, by: 4) {
      begin += numbers[run]
      for place in 0..<numbers[run + 1] {
        let letter = begin + place * numbers[run + 2]
        folded[letter] = letter + numbers[run + 3]
      }
    }
    var expected: [Int: Int] = [:]
    for scalar in (UInt32(0x80)...0x10FFFF).compactMap(Unicode.Scalar.init) where scalar.folded != scalar {
      expected[Int(scalar.value)] = Int(scalar.folded.value)
    }
    let missing = expected.filter { folded[$0.key] != $0.value }.sorted { $0.key < $1.key }
    #expect(folded == expected, "it lacks \(missing)")
  }

  @Test func theBranchIsNeitherRewrittenNorDeletedAndProposalsAre() throws {
    let (_, git) = try test()
    try git.push("a.md", "One\n")
    try git.git("commit", "-q", "--amend", "-m", "Otherwise")
    #expect(try push(git, "HEAD:main", force: true)?.contains("main") == true)
    #expect(try push(git, ":main") != nil)
    #expect(try push(git, "HEAD:proposals/x") == nil)
    try git.git("commit", "-q", "--amend", "-m", "Again")
    #expect(try push(git, "HEAD:proposals/x", force: true) == nil)
    #expect(try push(git, ":proposals/x") == nil)
    #expect(try push(git, "HEAD:refs/ledger/tip") != nil)
  }

  @Test func nobodyWritesOurTrailers() throws {
    let (test, git) = try test()
    try git.write("a.md", "One\n")
    try git.commit("Forged\n\nClosing-Intent: CHG-1.1\nApproved-By: ben\n")
    #expect(try push(git, "HEAD:main")?.contains("Closing-Intent") == true)
    // What we committed may come along in a merge.
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.close(item)
    try git.git("reset", "-q", "--hard", "origin/main")
    try git.write("b.md", "Two\n")
    try git.commit()
    try git.git("pull", "-q", "--no-rebase", "--no-edit")
    #expect(try push(git, "HEAD:main") == nil)
  }

  @Test func linksSubmodulesAndHarmfulNamesStayOut() throws {
    let (_, git) = try test()
    try FileManager.default.createSymbolicLink(atPath: "\(git.folder)/link.md", withDestinationPath: "/etc/passwd")
    try git.commit()
    #expect(try push(git, "HEAD:main")?.contains("link.md") == true)
    try git.git("reset", "-q", "--hard", "origin/main")
    for name in ["a\\b.md", "odd\u{202E}.md", "-rf.md", "new\nline.md", "con.md"] {
      try git.write(name, "x")
      try git.commit()
      #expect(try push(git, "HEAD:main") != nil, "\(name)")
      try git.git("reset", "-q", "--hard", "origin/main")
    }
    try git.write("pictures/a picture.png", "x")
    try git.write(".github/pull_request_template.md", "x")
    try git.commit()
    #expect(try push(git, "HEAD:main") == nil, "what is no SOP may be called as people like")
  }
}
