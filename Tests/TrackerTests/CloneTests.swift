// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Workspaces whose handbook existed before them.
@Suite struct CloneTests {
  private let ana = TestWorkspace.caller("ana")

  private func temporaryFolder() -> String { NSTemporaryDirectory() + "sopwright-clone-\(UUID().uuidString)" }

  /// A repository with habits: another branch name, merges, renames, other front matter or none, links, large and non-UTF-8 files.
  private func handbook(at folder: String) throws -> PersonWithGit {
    let git = try PersonWithGit("old", at: folder, branch: "trunk")
    try git.write("README.md", "# The handbook\n\nRead it.\n")
    try git.write("guides/refunds.md", "---\nlayout: page\ntags: {a: [b]}\n---\n# Refunds\n\nAs we always did.\n")
    try git.commit("Begin")
    try git.write("latin.md", Data("Ein M\u{FC}ller".unicodeScalars.map { UInt8($0.value) }))
    try git.write("huge.md", Data(repeating: 0x61, count: (1 << 20) + 1))
    try git.write("picture.png", Data([0x89, 0x50, 0x4E, 0x47]))
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link.md", withDestinationPath: "README.md")
    try git.write("odd\u{202E}name.md", "odd")
    try git.commit("Habits")
    try git.git("checkout", "-q", "-b", "side")
    try git.write("guides/side.md", "On a branch.\n")
    try git.commit("Side")
    try git.git("checkout", "-q", "trunk")
    try git.write("guides/refunds.md", "# Refunds\n\nAs we do now.\n")
    try git.commit("Trunk")
    try git.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    try git.git("mv", "guides/refunds.md", "guides/money.md")
    try git.commit("Rename")
    let commit = try git.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    try git.git("update-index", "--add", "--cacheinfo", "160000,\(commit),module.md")
    try git.git("commit", "-q", "-m", "Submodule")
    try git.git("update-index", "--skip-worktree", "module.md")
    return git
  }

  @Test func anExistingHandbookIsTakenAsItIs() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let git = try handbook(at: "\(folder)/original")
    let before = try git.git("for-each-ref") + git.git("status", "--porcelain")
    let workspace = try Workspace.make(
      at: "\(folder)/ws", handbook: .clone("\(folder)/original"), people: [TestWorkspace.ben], by: ana)

    #expect(try workspace.handbook.branch() == "refs/heads/trunk")
    #expect(try workspace.handbook.tip()?.text == git.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines))
    #expect(try workspace.sops().map(\.reference.path.text) == ["README.md", "guides/money.md", "guides/side.md"])
    #expect(try workspace.sops().map(\.title) == ["The handbook", "Refunds", nil])
    #expect(
      try workspace.leftAlone().map(\.path).sorted() == [
        "huge.md", "latin.md", "link.md", "module.md", "odd\u{202E}name.md",
      ])
    let merge = try git.git("log", "--first-parent", "--format=%H", "--", "guides/side.md")
    #expect(try workspace.history(of: "guides/side.md").map { $0.reference.commit.text + "\n" }.joined() == merge)
    #expect(try workspace.unapproved().isEmpty, "what was there at the start is nobody's task")
    let codes = try workspace.taxonomy(at: nil).taxonomy.codes
    #expect(codes.allSatisfy { $0.playbook?.text == "README.md" })
    #expect(try workspace.verifyRecord().findings.isEmpty)
    #expect(try workspace.verifyHandbook().isEmpty)
    #expect(
      try git.git("for-each-ref") + git.git("status", "--porcelain") == before, "the original is never written to")
    #expect(try shell("/usr/bin/git", ["-C", "\(folder)/ws/sop.git", "fsck", "--strict"]).isEmpty)
  }

  @Test func whatCannotBeClonedIsRefusedAndLeavesNothingBehind() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    _ = try PersonWithGit("old", at: "\(folder)/empty")
    let detached = try PersonWithGit("old", at: "\(folder)/detached")
    try detached.write("a.md", "a")
    try detached.commit()
    try detached.git("checkout", "-q", "--detach")
    try detached.commit("On no branch")
    let pictures = try PersonWithGit("old", at: "\(folder)/pictures")
    try pictures.write("a.png", "a")
    try pictures.commit()
    let whole = try PersonWithGit("old", at: "\(folder)/whole")
    for text in ["a", "b"] {
      try whole.write("a.md", text)
      try whole.commit()
    }
    try shell("/usr/bin/git", ["clone", "-q", "--depth", "1", "file://\(folder)/whole", "\(folder)/shallow"])
    for name in ["empty", "detached", "pictures", "nowhere", "shallow"] {
      #expect(throws: (any Error).self, "\(name)") {
        try Workspace.make(at: "\(folder)/ws-\(name)", handbook: .clone("\(folder)/\(name)"), people: [], by: ana)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/ws-\(name)"))
    }
  }

  @Test func pushesAreTakenUpInTheBranchsOwnOrder() throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let workspace = test.workspace
    let git = try PersonWithGit("old", cloning: test)
    // Several tips between two looks.
    let first = try git.push("a.md", "One\n")
    let second = try git.push("a.md", "Two\n")
    _ = try workspace.catchUp(by: ana)
    #expect(try workspace.history(of: "a.md").map(\.reference.commit) == [second, first])
    // A foxtrot merge makes the recorded tip a second parent: what differs counts as brought by the merge.
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    let other = try PersonWithGit("old", cloning: test)
    try other.write("b.md", "Theirs\n")
    try other.commit("Theirs")
    let ours = try test.close(item, after: 100)
    try other.git("fetch", "-q")
    try other.git("merge", "-q", "--no-edit", "origin/main")
    try other.git("push", "-q", "origin", "HEAD")
    _ = try workspace.catchUp(by: TestWorkspace.caller("ana", after: 200))
    let merge = CommitID(try other.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines))
    #expect(try workspace.history(of: "b.md").map(\.reference.commit) == [merge].compactMap { $0 })
    #expect(
      try workspace.history(of: "sops/damaged.md").map(\.change) == [ours.id], "our own version stays one version")
    // A rename, and a revert of it.
    let third = try PersonWithGit("old", cloning: test)
    try third.git("mv", "a.md", "c.md")
    try third.commit("Rename")
    try third.git("revert", "--no-edit", "HEAD")
    try third.git("push", "-q", "origin", "HEAD")
    _ = try workspace.catchUp(by: TestWorkspace.caller("ana", after: 300))
    #expect(try workspace.history(of: "a.md").map(\.reference.path.text) == ["a.md", "c.md", "a.md", "a.md"])
    #expect(try workspace.retired().map(\.reference.path.text) == ["c.md"])
    #expect(try test.findings().isEmpty)
  }
}
