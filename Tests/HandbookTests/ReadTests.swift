// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing

@Suite struct ReadTests {
  /// A tree with everything in it that an SOP's path can meet.
  private func oddities(_ bench: Workbench) throws -> CommitID {
    let folder = try bench.git("mktree", input: "100644 blob \(bench.blob("x"))\tx.md\n")
    let text = try bench.blob("text")
    return try bench.commit(tree: [
      "100644 blob \(text)\ta.md", "100755 blob \(text)\trun.md", "120000 blob \(text)\tlink.md",
      "160000 commit 1111111111111111111111111111111111111111\tmodule.md", "040000 tree \(folder)\tfolder.md",
      "040000 tree \(folder)\trefunds", "100644 blob \(text)\tfile", "100644 blob \(text)\tREADME",
      "100644 blob \(text)\tCaf\u{65}\u{301}.md", "100644 blob \(text)\t-rf.md", "100644 blob \(text)\tcon.md",
      "100644 blob \(text)\ta\u{202E}b.md", "040000 tree \(folder)\tPolicies", "040000 tree \(folder)\t.hidden",
    ])
  }

  @Test func aDocumentIsARegularFile() throws {
    let bench = try Workbench()
    let commit = try oddities(bench)
    func document(_ path: String) throws -> SOPDocument? { try bench.handbook.document(at: SOPPath(path), in: commit) }
    #expect(try document("a.md")?.bytes == Array("text".utf8))
    #expect(try document("a.md")?.blob == bench.blob("text"))
    #expect(try document("run.md") != nil)
    #expect(try document("refunds/x.md")?.bytes == Array("x".utf8))
    for path in ["b.md", "A.md", "refunds/a.md", "file/a.md", "link.md/a.md", "refunds/x.md/a.md", "none/a.md"] {
      #expect(try document(path) == nil, "\(path)")
    }
    #expect(sentence { try document("link.md") }?.hasSuffix("it is a symbolic link.") == true)
    #expect(sentence { try document("module.md") }?.hasSuffix("it is a submodule.") == true)
    #expect(sentence { try document("folder.md") }?.hasSuffix("it is a folder.") == true)
    let absent = try #require(CommitID(String(repeating: "5", count: 40)))
    #expect(sentence { try bench.handbook.document(at: SOPPath("a.md"), in: absent) } != nil)
  }

  @Test func aFileOverOneMebibyteIsRefusedBeforeItIsRead() throws {
    let bench = try Workbench()
    let most = try bench.blob(String(repeating: "a", count: 1 << 20))
    let more = try bench.blob(String(repeating: "a", count: 1 << 20 + 1))
    let commit = try bench.commit(tree: ["100644 blob \(most)\tmost.md", "100644 blob \(more)\tmore.md"])
    #expect(try bench.handbook.document(at: SOPPath("most.md"), in: commit)?.bytes.count == 1 << 20)
    let found = sentence { try bench.handbook.document(at: SOPPath("more.md"), in: commit) }
    #expect(found?.contains("at most 1048576 bytes") == true)
  }

  @Test func documentsAreTheRegularFilesWithAllowedNames() throws {
    let bench = try Workbench()
    let commit = try oddities(bench)
    let paths = try bench.handbook.documents(in: commit).map(\.path.text)
    // A combining mark is no letter, so the decomposed name is off the list.
    #expect(paths == ["Policies/x.md", "a.md", "folder.md/x.md", "refunds/x.md", "run.md"])
  }

  @Test(arguments: [
    ("a.md", "file", nil, nil), ("b.md", "absent", nil, nil), ("A.md", "absent", nil, "a.md"),
    ("link.md", "symlink", nil, nil), ("module.md", "submodule", nil, nil), ("folder.md", "folder", nil, nil),
    ("folder.md/a.md", "absent", nil, nil), ("file/a.md", "absent", "file", nil),
    ("link.md/a.md", "absent", "link.md", nil), ("File/a.md", "absent", nil, "file"),
    ("a.md/b/c.md", "absent", "a.md", nil), ("refunds/X.md", "absent", nil, "refunds/x.md"),
    ("policies/x.md", "absent", nil, "Policies/x.md"), ("policies/y.md", "absent", nil, nil),
    ("Policies/x.md", "file", nil, nil), ("Caf\u{E9}.md", "absent", nil, "Cafe\u{301}.md"),
    ("cAF\u{C9}.md", "absent", nil, "Cafe\u{301}.md"),
  ]) func anEntrySaysWhatIsThere(path: String, kind: String, obstacle: String?, twin: String?) throws {
    let bench = try Workbench()
    let entry = try bench.handbook.entry(at: SOPPath(path), in: oddities(bench))
    #expect("\(entry.kind)".hasPrefix(kind))
    #expect(entry.obstacle == obstacle)
    #expect(entry.twin.map { Array($0.utf8) } == twin.map { Array($0.utf8) })
    #expect(try bench.handbook.entry(at: SOPPath(path), in: nil).kind == .absent)
  }

  @Test func changesAgreeWithGit() throws {
    let bench = try Workbench()
    var generator = SystemRandomNumberGenerator()
    var names = (0..<12).map { "f\($0).md" } + (0..<12).map { "d/e\($0 % 3)/f\($0).md" }
    names += ["d/e0.md", "d.md", "d/e1/x/y/z.md"]
    var commits: [CommitID] = []
    for round in 0..<12 {
      var files: [String: String] = [:]
      for name in names.shuffled(using: &generator).prefix(4) { files[name] = "\(round % 3)" }
      commits.append(try bench.commit(files))
    }
    // A file that becomes a folder, one that goes, one that is only made executable.
    let folder = try bench.git("mktree", input: "100644 blob \(bench.blob("q"))\tq.md\n")
    commits.append(
      try bench.commit(tree: ["040000 tree \(folder)\td.md", "100755 blob \(try bench.blob("1"))\tf1.md"]))
    commits.append(
      try bench.commit(tree: ["100644 blob \(try bench.blob("1"))\td.md", "100644 blob \(try bench.blob("1"))\tf1.md"]))
    for old in commits {
      for new in commits {
        let lines = try bench.git("diff-tree", "-r", "--no-renames", old.text, new.text)
        var expected: [String] = []
        for line in lines.split(separator: "\n") {
          let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
          expected.append("\(fields[5]) \(fields[2]) \(fields[3])")
        }
        let none = String(repeating: "0", count: 40)
        let found = try bench.handbook.changes(from: old, to: new)
          .map { "\($0.path) \($0.oldBlob ?? none) \($0.newBlob ?? none)" }
        #expect(found == expected.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
      }
    }
    let all = try bench.handbook.changes(from: nil, to: commits[0])
    #expect(all.allSatisfy { $0.oldBlob == nil && $0.newBlob != nil })
    #expect(all.count == 4)
  }

  @Test func symlinksAndStrangeNamesAreNoChanges() throws {
    let bench = try Workbench()
    let commit = try oddities(bench)
    let plain = try bench.commit(tree: ["100644 blob \(try bench.blob("text"))\tlink.md"])
    let changed = try bench.handbook.changes(from: plain, to: commit).map(\.path.text)
    #expect(changed == ["Policies/x.md", "a.md", "folder.md/x.md", "link.md", "refunds/x.md", "run.md"])
  }

  @Test func aTreeThatNamesItselfManyTimesIsGivenUp() throws {
    let bench = try Workbench()
    var tree = try bench.git("mktree", input: "100644 blob \(bench.blob("x"))\tx.md\n")
    for _ in 0..<10 {
      let lines = (0..<10).map { "040000 tree \(tree)\td\($0)\n" }.joined()
      tree = try bench.git("mktree", input: lines)
    }
    let commit = try bench.commit(treeID: tree, parents: [], message: "x")
    #expect(sentence { try bench.handbook.documents(in: commit) }?.contains("more than 100000") == true)
  }

  @Test func aDiffReadsAsGitPrintsIt() throws {
    let bench = try Workbench()
    let old = (1...12).map { "line \($0)\n" }.joined()
    let new = old.replacingOccurrences(of: "line 6\n", with: "line six\n") + "end"
    let text = try bench.handbook.unifiedDiff(from: Array(old.utf8), to: Array(new.utf8), path: "a b/c.md")
    let expected = try bench.run(["diff", try bench.blob(old), try bench.blob(new)], input: "", in: bench.repository)
    let hunks = { (text: String) in text.components(separatedBy: "\n").drop { !$0.hasPrefix("@@") } }
    #expect(Array(hunks(text)) == Array(hunks(expected.output)))
    #expect(text.contains("--- a/a b/c.md\n+++ b/a b/c.md\n") || text.contains("a/a b/c.md\t\n"))
    #expect(text.contains("\\ No newline at end of file"))
    #expect(try bench.handbook.unifiedDiff(from: [], to: [], path: "x.md") == "")
    #expect(try bench.handbook.unifiedDiff(from: [], to: Array("a\n".utf8), path: "x.md").contains("+a\n"))
  }

  @Test func aMergeIsCleanOrNone() throws {
    let bench = try Workbench()
    func merge(_ base: String, _ ours: String, _ theirs: String) throws -> String? {
      let merged = try bench.handbook.mergeFile(
        base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
      return merged.isClean ? String(decoding: merged.bytes, as: UTF8.self) : nil
    }
    #expect(try merge("1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n") == "one\n2\n3\n4\nfive\n")
    #expect(try merge("1\n2\n", "one\n2\n", "eins\n2\n") == nil)
    #expect(try merge("1\n", "1\n", "1\n") == "1\n")
    #expect(try merge("", "", "") == "")
    #expect(try merge("", "a\n", "") == "a\n")
    #expect(try merge("a\r\nb\r\nc\r\nd\r\n", "A\r\nb\r\nc\r\nd\r\n", "a\r\nb\r\nc\r\nD\r\n") == "A\r\nb\r\nc\r\nD\r\n")
  }
}
