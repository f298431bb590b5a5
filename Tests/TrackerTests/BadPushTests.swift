// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Trees and commits that no editor makes. Most are refused at the push; what gets past it, past the hook or with a repository that
/// was cloned, is left alone, and the workspace still verifies.
@Suite struct BadPushTests {
  /// The entries of a tree as git stores them.
  private struct Entry {
    var mode = "100644"
    let name: [UInt8]
    var isFolder = false

    init(_ name: String, mode: String = "100644") {
      self.name = Array(name.utf8)
      self.mode = mode
      isFolder = mode == "40000"
    }

    init(bytes: [UInt8]) { name = bytes }
  }

  private struct Bench {
    let test: TestWorkspace
    let git: PersonWithGit

    init() throws {
      test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
      git = try PersonWithGit("dora", cloning: test)
    }

    var tip: String { get throws { try id("rev-parse", "origin/main") } }

    func id(_ arguments: String...) throws -> String {
      try shell("/usr/bin/git", ["-C", git.folder] + arguments).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func object(_ type: String, _ bytes: [UInt8], in repository: String? = nil) throws -> String {
      let file = "\(test.folder)/object"
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      return try shell(
        "/usr/bin/git", ["-C", repository ?? git.folder, "hash-object", "-w", "--literally", "-t", type, file]
      ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func tree(_ entries: [Entry], in repository: String? = nil) throws -> String {
      let file = try object("blob", Array("# A\n".utf8), in: repository)
      let folder = try object("tree", Self.bytes("100644", Array("x.md".utf8), file), in: repository)
      let bytes = entries.map { Self.bytes($0.mode, $0.name, $0.isFolder ? folder : file) }
      return try object("tree", bytes.flatMap { $0 }, in: repository)
    }

    static func bytes(_ mode: String, _ name: [UInt8], _ id: String) -> [UInt8] {
      Array(mode.utf8) + [0x20] + name + [0] + ([UInt8](lowerCaseHex: id) ?? [])
    }

    func commit(_ tree: String, onto parent: String, saying message: String = "Raw\n", in repository: String? = nil)
      throws -> String
    {
      let who = "dora <dora@example.org> 1767225600 +0000"
      let text = "tree \(tree)\nparent \(parent)\nauthor \(who)\ncommitter \(who)\n\n\(message)"
      return try object("commit", Array(text.utf8), in: repository)
    }

    /// What the pusher reads; nil where the push is taken.
    func push(_ commit: String, to branch: String = "main") throws -> String? {
      do {
        try git.git("push", "-q", "origin", "\(commit):refs/heads/\(branch)")
        return nil
      } catch let failure as ShellFailure {
        return failure.message
      }
    }
  }

  private static let refused: [(entries: [Entry], expected: String)] = [
    ([Entry("../x.md")], "fullPathname"), ([Entry("..", mode: "40000")], "hasDotdot"),
    ([Entry(".git", mode: "40000")], "hasDotgit"), ([Entry(".GIT", mode: "40000")], "hasDotgit"),
    ([Entry("git~1", mode: "40000")], "hasDotgit"), ([Entry(".git.", mode: "40000")], "hasDotgit"),
    ([Entry(".git ", mode: "40000")], "hasDotgit"), ([Entry(".git::$INDEX_ALLOCATION", mode: "40000")], "hasDotgit"),
    ([Entry(".g\u{200C}it", mode: "40000")], "hasDotgit"),
    ([Entry("a.md"), Entry("a.md")], "duplicateEntries"), ([Entry("z.md"), Entry("a.md")], "treeNotSorted"),
    ([Entry(".gitmodules")], "git keeps for itself"),
    ([Entry("a\\b.md")], "a name may have letters"), ([Entry("a\\b")], "backslash"),
    ([Entry("a\nb.md")], "a name may have letters"), ([Entry("a\nb")], "control character"),
    ([Entry("a\u{1}.md")], "a name may have letters"), ([Entry("%252e%252e.md")], "a name may have letters"),
    ([Entry(bytes: [0x61, 0xFF, 0x2E, 0x6D, 0x64])], "not valid UTF-8"),
    ([Entry(bytes: [0x61, 0xFF])], "not valid UTF-8"),
    ([Entry("a\u{202E}b.md")], "a name may have letters"), ([Entry("a\u{202E}b")], "\""),
    ([Entry("cafe\u{301}.md"), Entry("caf\u{E9}.md")], "a name may have letters"),
    ([Entry("con.md")], "Windows reserves"), ([Entry("nul")], "Windows reserves"),
    ([Entry("AUX.png")], "Windows reserves"),
    ([Entry("-rf.md")], "may not begin with"), ([Entry("-rf")], "may not begin with"),
    ([Entry("a.md ")], "may not end in a dot or a space"), ([Entry("a.png.")], "may not end in a dot or a space"),
    ([Entry("A.md"), Entry("a.md")], "differ in upper and lower case only"),
    ([Entry("A.png"), Entry("a.png")], "differ in upper and lower case only"),
    ([Entry("K.md"), Entry("\u{212A}.md")], "differ in upper and lower case only"),
    ([Entry("\u{C4}rger.md"), Entry("\u{E4}rger.md")], "differ in upper and lower case only"),
    ([Entry("\u{E5}.md"), Entry("\u{212B}.md")], "differ in upper and lower case only"),
    ([Entry("\u{1112}\u{1161}\u{11AB}.md"), Entry("\u{D55C}.md")], "differ in upper and lower case only"),
    ([Entry("D"), Entry("d", mode: "40000")], "\"D\" is a file and \"d\" a folder"),
    ([Entry("D", mode: "40000"), Entry("d")], "\"d\" is a file and \"D\" a folder"),
    ([Entry("D", mode: "40000"), Entry("d", mode: "40000")], "\"D/x.md\" and \"d/x.md\" differ"),
    ([Entry("link.md", mode: "120000")], "is a symbolic link"),
    ([Entry("module.md", mode: "160000")], "is a submodule"),
    ([Entry(String(repeating: "a", count: 4096))], "longer than"),
    ([Entry(String(repeating: "a", count: 4093) + ".md")], "longer than 240 bytes"),
  ]

  @Test func whatNobodyShouldCheckOutIsRefused() throws {
    let bench = try Bench()
    let tip = try bench.tip
    for (entries, expected) in BadPushTests.refused {
      let message = try bench.push(bench.commit(bench.tree(entries), onto: tip)) ?? "it was taken"
      #expect(message.contains(expected), "\(entries.map { String(decoding: $0.name, as: UTF8.self) }): \(message)")
    }
    var deep = try bench.tree([Entry("x.md")])
    for _ in 0..<300 { deep = try bench.object("tree", Bench.bytes("40000", Array("d".utf8), deep)) }
    #expect(try bench.push(bench.commit(deep, onto: tip))?.contains("cannot be the path") == true)
    #expect(try shell("/usr/bin/git", ["-C", "\(bench.test.folder)/ws/sop.git", "rev-parse", "main"]).hasPrefix(tip))
    #expect(try bench.test.findings().isEmpty)
  }

  @Test(arguments: [
    ("Hello\n\0Closing-Intent: CHG-1.1\n", "nulInCommit"), ("Hello\n\nApproved-By: ben\n", "\"Approved-By:\""),
    ("Hello\n\nCLOSING-INTENT : CHG-1.1\n", "\"Closing-Intent:\""),
    ("x\n\nSOP-Change: CHG-1\n\nmore\n", "\"SOP-Change:\""),
    (String(repeating: "x", count: 1 << 20), "longer than 1 MiB"),
  ])
  func aMessageThatLiesIsRefused(message: String, expected: String) throws {
    let bench = try Bench()
    let commit = try bench.commit(bench.tree([Entry("a.md")]), onto: bench.tip, saying: message)
    #expect(try bench.push(commit)?.contains(expected) == true)
    #expect(try bench.test.findings().isEmpty)
  }

  /// Whoever has two such files already may go on working, and take one away.
  @Test func twinsThatWereThereStandInNobodysWay() throws {
    let bench = try Bench()
    let bare = "\(bench.test.folder)/ws/sop.git"
    // A Turkish dotless i is a letter of its own.
    let side = try bench.commit(bench.tree([Entry("sin.md"), Entry("s\u{131}n.md")]), onto: bench.tip)
    #expect(try bench.push(side, to: "side") == nil)
    let twins = try bench.commit(
      bench.tree([Entry("A.md"), Entry("D"), Entry("a.md"), Entry("d", mode: "40000")], in: bare), onto: bench.tip,
      in: bare)
    try shell("/usr/bin/git", ["-C", bare, "update-ref", "refs/heads/main", twins])
    try bench.git.git("fetch", "-q")
    let more = try bench.commit(
      bench.tree([Entry("A.md"), Entry("D"), Entry("a.md"), Entry("b.md"), Entry("d", mode: "40000")]), onto: twins)
    #expect(try bench.push(more) == nil)
    try bench.git.git("fetch", "-q")
    // A branch that was there before may take them over.
    let pairs = [Entry("A.md"), Entry("D"), Entry("a.md"), Entry("d", mode: "40000")]
    #expect(try bench.push(bench.commit(bench.tree(pairs), onto: side), to: "side") == nil)
    let fewer = try bench.tree([Entry("a.md"), Entry("b.md"), Entry("d", mode: "40000")])
    #expect(try bench.push(bench.commit(fewer, onto: more)) == nil)
    _ = try bench.test.workspace.catchUp(by: TestWorkspace.caller("ana"))
    #expect(try bench.test.findings().isEmpty)
  }

  /// Attributes are for those who check files out; what is shown, compared and committed here are the bytes. A file of 3 MiB is no SOP.
  @Test func whatIsNoSOPIsLeftAlone() throws {
    let bench = try Bench()
    try bench.git.write(
      ".gitattributes", "* text eol=crlf ident filter=none diff=none merge=none\n")
    try bench.git.write("large.md", Data(repeating: 0x61, count: 3 << 20))
    try bench.git.commit()
    let commit = try bench.commit(
      bench.id("rev-parse", "HEAD^{tree}"), onto: bench.id("rev-parse", "HEAD"), saying: "\u{1B}[31m\u{7}\n")
    #expect(try bench.push(commit) == nil)
    _ = try bench.test.workspace.catchUp(by: TestWorkspace.caller("ana"))
    #expect(try bench.test.workspace.leftAlone().map(\.path) == ["large.md"])
    let item = try #require(try bench.test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let change = try bench.test.close(item, body: "Two\nlines $Id$", after: 100)
    let text = try bench.test.workspace.text(of: bench.test.workspace.version(change.draft.path.text))
    #expect(String(decoding: text.bytes, as: UTF8.self).hasSuffix("Two\nlines $Id$\n"))
    #expect(try bench.test.findings().isEmpty)
  }

  /// Somebody with a shell on the machine needs no push.
  @Test func whatGotPastTheHookIsLeftAlone() throws {
    let bench = try Bench()
    let bare = "\(bench.test.folder)/ws/sop.git"
    var tip = try bench.tip
    for entries in BadPushTests.refused.map(\.entries) + [[Entry("")], [Entry("a.md", mode: "777777")]] {
      tip = try bench.commit(bench.tree(entries, in: bare), onto: tip, in: bare)
      try shell("/usr/bin/git", ["-C", bare, "update-ref", "refs/heads/main", tip])
      let names = entries.map { String(decoding: $0.name, as: UTF8.self) }
      do {
        _ = try bench.test.workspace.catchUp(by: TestWorkspace.caller("ana"))
        for sop in try bench.test.workspace.sops() { _ = try SOPPath(sop.reference.path.text) }
        _ = try bench.test.workspace.leftAlone()
        _ = try bench.test.workspace.verifyHandbook()
      } catch {
        #expect(sentence(for: error).hasPrefix("Cannot "), "\(names): \(sentence(for: error))")
      }
    }
    // The last good commit puts everything right.
    try shell(
      "/usr/bin/git",
      [
        "-C", bare, "update-ref", "refs/heads/main",
        try bench.commit(
          bench.tree([Entry("good.md")], in: bare), onto: tip, in: bare),
      ])
    _ = try bench.test.workspace.catchUp(by: TestWorkspace.caller("ana"))
    #expect(try bench.test.workspace.sops().map(\.reference.path.text) == ["good.md"])
    #expect(try bench.test.workspace.verifyRecord().findings.isEmpty)
  }
}
