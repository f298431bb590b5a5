// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@Suite struct HistoryTests {
  @Test func aCommitSaysWhatGitSays() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "1"])
    let message = "Subject\n\nBody\n\nSOP-Change: CHG-7\nRemediation-Item: REM-12\nRemediation-Item: REM-13\n"
    let second = try bench.commit(["a.md": "2"], message: message)
    let commit = try #require(try bench.handbook.commit(second))
    #expect(commit.parents == [first])
    #expect(commit.tree == (try bench.git("rev-parse", "main^{tree}")))
    #expect(commit.author == Signature(name: "ann", address: "ann@example.org"))
    #expect(commit.committer == Signature(name: "sopwright", address: "sopwright@example.org"))
    #expect(commit.time == Timestamp(seconds: 1_700_000_000))
    #expect(commit.message == message)
    #expect(
      commit.trailers.map { "\($0.name)=\($0.value)" } == [
        "SOP-Change=CHG-7", "Remediation-Item=REM-12", "Remediation-Item=REM-13",
      ])
    #expect(try bench.handbook.commit(#require(CommitID(String(repeating: "3", count: 40)))) == nil)
    #expect(try bench.handbook.commit(#require(CommitID(commit.tree))) == nil)
  }

  @Test(arguments: [
    ("Subject\n\nSOP-Change: CHG-1\n", ["SOP-Change: CHG-1"]),
    ("Subject\n\nSOP-Change: CHG-1", ["SOP-Change: CHG-1"]),
    ("Subject\n\nSOP-Change: CHG-1\r\nA: b\r\n\r\n", ["SOP-Change: CHG-1", "A: b"]),
    ("Subject\n\nA: one\n two\nB:c\n", ["A: one two", "B: c"]),
    ("Subject\n\nA:\n", ["A: "]),
    ("SOP-Change: CHG-1\n", []),
    ("\n\nSOP-Change: CHG-1\n", []),
    ("Subject\nSOP-Change: CHG-1\n", []),
    ("Subject\n\nSOP-Change: CHG-1\n\nThe end\n", []),
    ("Subject\n\nText\nSOP-Change: CHG-1\n", []),
    ("Subject\n\nSOP-Change: CHG-1\nText\n", []),
    ("Subject\n\n SOP-Change: CHG-1\n", []),
    ("Subject\n\nSOP Change: CHG-1\n", []),
    ("Subject\n\n: CHG-1\n", []),
    ("Subject\u{2028}\u{2028}SOP-Change: CHG-1\n", []),
    ("Subject\n\nA: b\u{2028}SOP-Change: CHG-1\n", ["A: b\u{2028}SOP-Change: CHG-1"]),
    ("Subject\n\nA: b\u{0B}SOP-Change: CHG-1\n", ["A: b\u{0B}SOP-Change: CHG-1"]),
    ("", []), ("\n", []),
  ]) func onlyTheLastParagraphHasTrailers(message: String, trailers: [String]) {
    #expect(Trailer.list(of: message).map { "\($0.name): \($0.value)" } == trailers)
  }

  @Test func commitsAreFoundByTrailerAcrossMerges() throws {
    let bench = try Workbench()
    let handbook = bench.handbook
    let trailer = "Closing-Intent: i-1\n"
    let base = try bench.commit(["a.md": "0"], message: "Old\n\n\(trailer)")
    let ours = try bench.commit(["a.md": "1"], message: "Ours\n\n\(trailer)")
    let forgedInBody = try bench.commit(["a.md": "2"], message: "Forged\n\n\(trailer)\nText\n")
    let side = try handbook.write(bench.plan(["b.md": "1"], message: "Side\n\nClosing-Intent: i-2\n"), onto: base).id
    let tree = try #require(try handbook.commit(forgedInBody)?.tree)
    let merge = try bench.commit(treeID: tree, parents: [side, forgedInBody], message: "Merge")
    func find(_ value: String, _ base: CommitID?) throws -> [CommitID] {
      try handbook.findCommits(trailer: "Closing-Intent", value: value, from: merge, backTo: base)
    }
    #expect(try find("i-1", base) == [ours])
    #expect(try find("i-2", base) == [side])
    #expect(try find("i-1", nil) == [ours, base])
    #expect(try find("i-3", nil) == [])
    #expect(try find("i-1", merge) == [])
    // A forged copy on top does not hide the real one.
    let copy = try bench.commit(treeID: tree, parents: [merge], message: "Forged\n\n\(trailer)")
    let both = try handbook.findCommits(trailer: "Closing-Intent", value: "i-1", from: copy, backTo: base)
    #expect(both == [copy, ours])
  }

  @Test func reachabilityFollowsEveryParent() throws {
    let bench = try Workbench()
    let handbook = bench.handbook
    let base = try bench.commit(["a.md": "0"])
    let left = try bench.commit(["a.md": "1"])
    let right = try handbook.write(bench.plan(["b.md": "1"]), onto: base).id
    let tree = try #require(try handbook.commit(left)?.tree)
    let merge = try bench.commit(treeID: tree, parents: [right, left], message: "Merge")
    for commit in [base, left, right, merge] {
      #expect(try handbook.isReachable(commit, from: merge))
    }
    #expect(try !handbook.isReachable(right, from: left))
    #expect(try !handbook.isReachable(merge, from: left))
    let absent = try #require(CommitID(String(repeating: "4", count: 40)))
    #expect(try !handbook.isReachable(absent, from: merge))
    #expect(sentence { try handbook.isReachable(base, from: absent) }?.contains("no such commit") == true)

    #expect(try handbook.log(from: nil, to: merge).map(\.id) == [base, right, merge])
    #expect(try handbook.log(from: base, to: merge).map(\.id) == [right, merge])
    #expect(try handbook.log(from: left, to: merge).map(\.id) == [right, merge])
    #expect(try handbook.log(from: merge, to: merge).map(\.id) == [])
    for (old, new) in [(base, merge), (left, merge), (right, merge)] {
      let expected = try bench.git("rev-list", "--first-parent", "--reverse", "^\(old.text)", new.text)
      let found = try handbook.log(from: old, to: new).map(\.id.text).joined(separator: "\n")
      #expect(found == expected)
    }
  }

  @Test func onlyHexadecimalDigitsNameACommit() throws {
    let bench = try Workbench()
    let first = try bench.commit(["a.md": "0"])
    let second = try bench.commit(["a.md": "1"])
    try bench.git("tag", "-a", "v1", "-m", "x", second.text)
    #expect(try bench.handbook.resolve(second.text) == second)
    #expect(try bench.handbook.resolve(String(first.text.prefix(7))) == first)
    let tree = try #require(try bench.handbook.commit(first)?.tree)
    let tag = try bench.git("rev-parse", "v1")
    for text in [
      "", "HEAD", "main", "v1", "HEAD@{1}", ":/Change", "--upload-pack=x", second.text + "^", second.text.uppercased(),
      String(second.text.prefix(3)), second.text + "0", tree, tag, String(tree.prefix(10)), "deadbeef", "ｄeadbeef",
      second.text.prefix(8) + "\0", " " + second.text.prefix(8),
    ] {
      #expect(try bench.handbook.resolve(text) == nil, "\(text)")
    }
  }

  @Test func anAbbreviationIsOfCommitsOnlyAndOneThing() throws {
    let bench = try Workbench()
    // 1,500 commits and as many blobs: some share their first four digits.
    var stream = ""
    for number in 1...1500 {
      stream += "commit refs/heads/main\ncommitter a <a@b> \(1_700_000_000 + number) +0000\ndata 1\nx\n"
      stream += "M 100644 inline a.md\ndata 5\n\(String(number + 10000))\n"
    }
    try bench.git("fast-import", "--quiet", input: stream)
    let commits = try bench.git("rev-list", "main").split(separator: "\n").map(String.init)
    let others = try bench.git("rev-list", "--objects", "--no-object-names", "main").split(separator: "\n")
    let all = Dictionary(grouping: others.map(String.init)) { $0.prefix(4) }
    let byPrefix = Dictionary(grouping: commits) { $0.prefix(4) }
    var ambiguous = 0
    var mixed = 0
    for (prefix, ids) in byPrefix where (all[prefix]?.count ?? 0) > 1 {
      if ids.count > 1 {
        ambiguous += 1
        let found = sentence { try bench.handbook.resolve(String(prefix)) }
        #expect(found?.contains("write more of its digits") == true)
      } else {
        mixed += 1
        #expect(try bench.handbook.resolve(String(prefix))?.text == ids[0])
      }
    }
    #expect(ambiguous > 0 && mixed > 0)
  }

  @Test func aTimeBeyondReasonIsMovedToTheEnd() throws {
    let bench = try Workbench()
    let tree = try bench.git("mktree")
    func commit(_ time: String) throws -> CommitID {
      let text = "tree \(tree)\nauthor a <a@b> \(time) +0000\ncommitter a <a@b> \(time) +0000\n\nx\n"
      return try #require(
        CommitID(bench.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", input: text)))
    }
    let late = try bench.handbook.commit(commit("9223372036854775807"))
    #expect(late?.time.description == "9999-12-31T23:59:59Z")
    let early = try bench.handbook.commit(commit("-5"))
    #expect(early?.time.description == "1970-01-01T00:00:00Z")
  }
}
