// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@Suite struct WriteTests {
  @Test func whatWasWrittenIsThereForACloneAndForFsck() throws {
    let bench = try Workbench()
    try bench.commit(["refunds/duplicate-charge.md": "# One\n", "Größe & Maß (2).md": "# Zwei\n"])
    try bench.commit(["refunds/eu/late.md": "", "refunds/duplicate-charge.md": "# Two\n"])
    #expect(try bench.findings() == "")
    try bench.git("clone", "-q", bench.repository, bench.folder + "/clone")
    let text = { (path: String) in try String(contentsOfFile: bench.folder + "/clone/" + path, encoding: .utf8) }
    #expect(try text("refunds/duplicate-charge.md") == "# Two\n")
    #expect(try text("refunds/eu/late.md") == "")
    #expect(try text("Größe & Maß (2).md") == "# Zwei\n")
    #expect(
      try bench.git("log", "--format=%an <%ae> %ad|%cn", "--date=raw", "-1")
        == "ann <ann@example.org> 1700000000 +0000|sopwright")
  }

  @Test func theSamePlanGivesTheSameCommitAsGitItself() throws {
    let bench = try Workbench()
    let message = "Refund duplicates — at once\n\nWhy: müde\n\nSOP-Change: CHG-1\n"
    let plan = try bench.plan(["refunds/a.md": "text\n", "z.md": "z"], message: message)
    let first = try bench.handbook.write(plan, onto: nil)
    #expect(try bench.handbook.write(plan, onto: nil) == first)
    #expect(try bench.handbook.tip() == nil)

    let inner = try bench.git("mktree", input: "100644 blob \(bench.blob("text\n"))\ta.md\n")
    let tree = try bench.git("mktree", input: "040000 tree \(inner)\trefunds\n100644 blob \(bench.blob("z"))\tz.md\n")
    #expect(first.tree == tree)
    #expect(try bench.commit(treeID: tree, parents: [], message: message) == first.id)
    #expect(try first.blobs[SOPPath("z.md")] == bench.blob("z"))

    let second = try bench.handbook.write(bench.plan(["z.md": "zz"]), onto: first.id)
    #expect(try bench.handbook.write(bench.plan(["z.md": "zz"]), onto: first.id) == second)
    #expect(try bench.commit(treeID: second.tree, parents: [first.id], message: "Change\n") == second.id)
  }

  @Test func otherFilesStayAsTheyAre() throws {
    let bench = try Workbench()
    let folder = try bench.git("mktree", input: "100644 blob \(bench.blob("x"))\tkeep.md\n")
    let base = try bench.commit(tree: [
      "100755 blob \(try bench.blob("run"))\trun.sh", "120000 blob \(try bench.blob("run.sh"))\tlink",
      "160000 commit 1111111111111111111111111111111111111111\tmodule", "040000 tree \(folder)\ta",
      "100644 blob \(try bench.blob("dot"))\ta.md", "100644 blob \(try bench.blob("n"))\ta-b.txt",
    ])
    let written = try bench.handbook.write(bench.plan(["a/new.md": "new", "a.md": "changed"]), onto: base)
    #expect(
      try bench.git("diff-tree", "-r", "--name-status", base.text, written.id.text) == "M\ta.md\nA\ta/new.md")
    #expect(try bench.git("cat-file", "-p", written.id.text + ":").contains("160000 commit"))
    try bench.git("update-ref", "refs/heads/main", written.id.text)
    #expect(try bench.findings() == "")
  }

  @Test func whatStandsInTheWayIsRefused() throws {
    let bench = try Workbench()
    let folder = try bench.git("mktree", input: "100644 blob \(bench.blob("x"))\tx.md\n")
    let base = try bench.commit(tree: [
      "120000 blob \(try bench.blob("/etc/passwd"))\tlink.md", "120000 blob \(try bench.blob("/tmp"))\tlinked",
      "160000 commit 1111111111111111111111111111111111111111\tmodule.md", "040000 tree \(folder)\tfolder.md",
      "100644 blob \(try bench.blob("f"))\tfile",
    ])
    for path in ["link.md", "linked/a.md", "module.md", "module.md/a.md", "folder.md", "file/a.md"] {
      let found = sentence { try bench.handbook.write(bench.plan([path: "x"]), onto: base) }
      #expect(found?.contains("is there") == true, "\(path)")
    }
    let both = sentence { try bench.handbook.write(bench.plan(["a.md": "x", "a.md/b.md": "y"]), onto: nil) }
    #expect(both?.contains("a folder and a file of one name") == true)
  }

  @Test func aPlanThatGitWouldStoreOtherwiseIsRefused() throws {
    let bench = try Workbench()
    let good = try bench.plan(["a.md": "a"])
    func refusal(
      files: [SOPPath: [UInt8]]? = nil, author: Signature? = nil, time: Timestamp? = nil, message: String? = nil
    ) -> String? {
      let plan = CommitPlan(
        files: files ?? good.files, author: author ?? good.author, committer: good.committer, time: time ?? good.time,
        message: message ?? good.message)
      return sentence { try bench.handbook.write(plan, onto: nil) }
    }
    #expect(refusal() == nil)
    #expect(refusal(files: [:])?.contains("change no file") == true)
    let path = try SOPPath("a.md")
    #expect(refusal(files: [path: Array(repeating: 0x61, count: SOPDocument.largest)]) == nil)
    let tooLarge = refusal(files: [path: Array(repeating: 0x61, count: SOPDocument.largest + 1)])
    #expect(tooLarge?.contains("at most 1048576") == true)
    for message in ["", "\n", "no newline", "two\n\n", "a\0b\n"] {
      #expect(refusal(message: message) != nil, "\(message.debugDescription)")
    }
    for name in ["", "a<b", "a>b", "a\nb", "a\0b", " ann", "ann.", "ann\r"] {
      #expect(refusal(author: Signature(name: name, address: "a@b")) != nil, "\(name.debugDescription)")
      #expect(refusal(author: Signature(name: "ann", address: name)) != nil, "\(name.debugDescription)")
    }
    for milliseconds: Int64 in [1, -1000, 253_402_300_800_000, .min, .max] {
      #expect(refusal(time: Timestamp(milliseconds: milliseconds)) != nil)
    }
    #expect(sentence { try bench.handbook.write(good, onto: CommitID(String(repeating: "1", count: 40))) } != nil)
  }

  @Test func anEmptyObjectFileThatAPowerCutLeftIsWrittenAnew() throws {
    let bench = try Workbench()
    let plan = try bench.plan(["refunds/a.md": "text\n"])
    let written = try bench.handbook.write(plan, onto: nil)
    for id in try [written.id.text, written.tree, #require(written.blobs.values.first)] {
      let file = "\(bench.repository)/objects/\(id.prefix(2))/\(id.dropFirst(2))"
      try FileManager.default.removeItem(atPath: file)
      try Data().write(to: URL(fileURLWithPath: file))
    }
    let again = try Handbook.open(at: bench.repository)
    #expect(try again.write(plan, onto: nil) == written)
    try bench.git("update-ref", "refs/heads/main", written.id.text)
    #expect(try bench.findings() == "")
  }

  @Test func aPackedRepositoryIsReadAndWrittenAlike() throws {
    let bench = try Workbench()
    for number in 0..<20 { try bench.commit(["a/\(number).md": "\(number)\n"]) }
    try bench.git("gc", "-q")
    let tip = try #require(try bench.handbook.tip())
    #expect(try bench.handbook.documents(in: tip).count == 20)
    try bench.commit(["a/5.md": "five\n"])
    #expect(try bench.git("rev-list", "--count", "main") == "21")
    #expect(try bench.findings() == "")
  }
}
