// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Whatever is changed in `sop.git` past the tool is found, and named. The changes are made with `git`.
@Suite struct VerifyRepositoryTests {
  @Test func aRewrittenBranchIsFound() throws {
    let test = try TestWorkspace.withOneClosed()
    try shell(
      "/usr/bin/git", ["-C", "\(test.folder)/ws/sop.git", "update-ref", "refs/heads/main", "refs/heads/main~1"])
    let findings = try test.workspace.verifyHandbook()
    #expect(findings.map(\.check).contains("commit_unreachable"))
    #expect(findings.map(\.check).contains("anchor_lost"))
  }

  @Test(arguments: [
    (
      "git update-ref refs/replace/$(git rev-parse HEAD) $(git rev-list --max-parents=0 HEAD)", "substitute",
      "refs/replace"
    ),
    ("git update-ref -d refs/ledger/tip", "anchor_missing", "refs/ledger/tip"),
    (
      "git update-ref refs/ledger/tip $(git -c user.name=a -c user.email=a@b commit-tree -m Begin HEAD^{tree})",
      "anchor_moved", "refs/ledger/tip"
    ),
    ("git symbolic-ref HEAD refs/heads/nowhere", "branch_missing", "sop.git"),
    ("git branch other && git symbolic-ref HEAD refs/heads/other", "branch_moved", "HEAD"),
    ("git config core.fsync none", "setting", "config"),
    ("git config core.bare false", "setting", "config"),
    ("git config core.filemode urue", "setting", "config"),
    ("git config core.hooksPath /nowhere", "setting", "config"),
    ("git config receive.fsckObjects off", "setting", "config"),
    ("git config receive.fsck.skipList none", "setting", "config"),
    ("git config extensions.worktreeConfig true", "setting", "config"),
    ("git config --add transfer.hideRefs '!refs/ledger'", "setting", "config"),
    ("git pack-refs --all && sed -i 's/# pack-refs/# p!ck-refs/' packed-refs", "ref", "packed-refs"),
    ("git config core.repositoryformatversion p", "setting", "config"),
    ("printf '\\013' >> config", "setting", "config"),
    ("git update-ref refs/ledger/other HEAD", "ref", "refs/ledger/other"),
    ("printf 'no object' > refs/heads/other", "ref", "refs/heads/other"),
    ("printf 'no line of it\\n' >> packed-refs", "ref", "packed-refs"),
    // A sum of one object in the index of a pack, by which git sees that the pack is damaged.
    (
      "git repack -adq; f=$(ls objects/pack/*.idx); s=$(stat -c %s $f); chmod u+w $f; "
        + "printf x | dd of=$f bs=1 seek=$((s - 41 - (s - 1072) / 28 * 4)) conv=notrunc",
      "git_file", "objects/pack/pack-"
    ),
    (
      "git -c core.commitGraph=true commit-graph write --reachable; printf x >> objects/info/commit-graph", "git_file",
      "info/commit-graph"
    ),
    ("git -c core.commitGraph=true commit-graph write --reachable", "substitute", "info/commit-graph"),
    ("git -c core.commitGraph=true commit-graph write --reachable --split", "substitute", "info/commit-graphs"),
    ("git config core.commitGraph true", "setting", "config"),
    // Another file of settings, read under a condition or not.
    ("touch more; git config include.path more", "setting", "config"),
    ("touch more; git config includeIf.onbranch:main.path more", "setting", "config"),
    ("touch more; git config 'includeIf.gitdir:**/sop.git.path' more", "setting", "config"),
    ("cp -r . ../other.git; echo ../other.git > commondir", "substitute", "commondir"),
    // What git shows is another text than there is.
    ("git config diff.evil.textconv 'sed s/4/5/'", "setting", "config"),
    ("echo '*.md diff=evil' > info/attributes", "substitute", "info/attributes"),
    ("git config trailer.separators %", "setting", "config"),
    ("git config mailmap.file /nowhere", "setting", "config"),
    ("git config fsck.badDate ignore", "setting", "config"),
    ("git config transfer.hideRefs refs/heads/main", "setting", "config"),
    ("printf '[x]\\n\\ty = \\377\\n' >> config", "setting", "config"),
    // The first SOP of the handbook is of no closing.
    ("rm -f objects/$(git rev-parse HEAD~1^{tree} | sed 's|^..|&/|')", "object", "object"),
  ])
  func aChangeInTheRepositoryIsFoundAndNamed(script: String, check: String, subject: String) throws {
    let test = try TestWorkspace.withOneClosed()
    try shell("/bin/bash", ["-euc", "cd \(test.folder)/ws/sop.git; \(script)"])
    let findings = try Workspace.open("\(test.folder)/ws").verifyHandbook()
    #expect(findings.contains { $0.check == check && $0.subject.contains(subject) }, "\(findings)")
  }

  /// The message of our commit once more, past git's hook.
  private func forge(in test: TestWorkspace, _ rest: String) throws -> String {
    try shell(
      "/bin/bash",
      [
        "-euc",
        """
        cd \(test.folder)/ws/sop.git
        made=$(git log -1 --format=%B | git -c user.name=eve -c user.email=e@example.org commit-tree -p HEAD -F - HEAD^{tree})
        \(rest)
        echo $made
        """,
      ]
    ).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func aSecondCommitThatSaysThatItClosesIsFoundBeforeAndAfterItWasTakenUp() throws {
    let test = try TestWorkspace.withOneClosed()
    let forged = try forge(in: test, "git update-ref refs/heads/main $made")
    let expected = ["commit_unknown commit \(forged)"]
    #expect(try test.findings().map { "\($0.check) \($0.subject)" } == expected)
    _ = try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: 60))
    #expect(try test.findings().map { "\($0.check) \($0.subject)" } == expected)
    let pack = try test.pack()
    #expect(try verifyPack(pack).findings.map { "\($0.check) \($0.subject)" } == expected)
    guard SecondVerifier.isThere else { return }
    let verdict = try #require(try SecondVerifier.verify([pack]).first)
    #expect(verdict.findings.map { "\($0.check) \($0.subject)" } == expected)
  }

  /// Each of them would be shown by git as a trailer of ours, or might be.
  @Test(arguments: [
    ("printf 'A change\\n\\nApproved-By: ben\\n' | git commit-tree -p HEAD HEAD^{tree}", true),
    ("printf 'A change\\n\\nremediation-item : REM-9\\n\\nMore\\n' | git commit-tree -p HEAD HEAD^{tree}", true),
    (
      "printf 'A change\\n\\nApproved-By: ben\\n' | iconv -t IBM037 | git -c i18n.commitEncoding=IBM037 commit-tree -p HEAD HEAD^{tree}",
      true
    ),
    ("printf 'Approved-By: ben\\n' | git commit-tree -p HEAD HEAD^{tree}", false),
    ("printf 'A change\\n\\n  Approved-By: ben\\n' | git commit-tree -p HEAD HEAD^{tree}", false),
    ("printf 'Stra\\337e\\n' | git -c i18n.commitEncoding=ISO-8859-1 commit-tree -p HEAD HEAD^{tree}", false),
  ])
  func aMessageInWhichATrailerOfOursStandsIsFoundByBoth(made: String, isFound: Bool) throws {
    let test = try TestWorkspace.withOneClosed()
    let people = ["AUTHOR", "COMMITTER"].map { "export GIT_\($0)_NAME=eve GIT_\($0)_EMAIL=e@example.org" }
    try shell(
      "/bin/bash",
      [
        "-euc",
        "cd \(test.folder)/ws/sop.git; \(people.joined(separator: "; ")); git update-ref refs/heads/main $(\(made))",
      ])
    _ = try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: 60))
    let expected = isFound ? ["commit_unknown"] : []
    #expect(try test.findings().map(\.check) == expected)
    let pack = try test.pack()
    #expect(try verifyPack(pack).findings.map(\.check) == expected)
    guard SecondVerifier.isThere else { return }
    #expect(try SecondVerifier.verify([pack]).flatMap(\.findings).map(\.check) == expected)
  }

  /// A handbook that was cloned may have closings of another workspace on its other branches.
  @Test func whatIsOfAnotherLedgerIsNoFindingWhileNoBranchHoldsIt() throws {
    let test = try TestWorkspace.withOneClosed()
    let script = """
      cd \(test.folder)/ws/sop.git
      git cat-file commit HEAD | sed "s/^Ledger-Tree: .*/Ledger-Tree: 3 $(printf '%043d' 0)=/" | git hash-object -t commit -w --stdin
      """
    try shell("/bin/bash", ["-euc", script])
    #expect(try test.findings().isEmpty)
  }

  /// Both are read one after the other.
  @Test func whoClosesMeanwhileMakesNoFinding() throws {
    let test = try TestWorkspace.withOneClosed()
    var isDone = false
    let workspace = try Workspace.open("\(test.folder)/ws")
    let findings = try workspace.verifyHandbook {
      if !isDone {
        isDone = true
        do { try test.close(ItemID(2)) } catch { Issue.record(error) }
      }
    }
    #expect(isDone && findings.isEmpty, "\(findings)")
  }

  @Test func aCommitOfNoAttemptIsFoundWhereNoRefHoldsIt() throws {
    let test = try TestWorkspace.withOneClosed()
    let forged = try forge(in: test, "")
    #expect(
      try test.findings().map { "\($0.check) \($0.subject)" } == ["commit_unexplained commit \(forged)"])
  }

  /// One that lost the race for the branch stays in the repository.
  @Test func aCommitOfAnAttemptIsExplained() throws {
    let test = try TestWorkspace.withOneClosed()
    let script = """
      cd \(test.folder)/ws/sop.git
      git cat-file commit HEAD | sed "s/^parent .*/parent $(git rev-parse HEAD)/" \
        | git hash-object -t commit -w --stdin
      """
    try shell("/bin/bash", ["-euc", script])
    #expect(try test.findings().isEmpty)
  }

  /// libgit2's own reader never returns from it.
  @Test(arguments: [1, 20, 60]) func anObjectThatWasCutIsAnErrorAndNoEndlessWait(bytes: Int) throws {
    let test = try TestWorkspace.withOneClosed()
    let tip = try #require(try test.workspace.handbook.tip()).text
    let path = "\(test.folder)/ws/sop.git/objects/\(tip.prefix(2))/\(tip.dropFirst(2))"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: path)
    try whole.dropLast(bytes).write(to: URL(fileURLWithPath: path))
    let workspace = try Workspace.open("\(test.folder)/ws")
    #expect(throws: HandbookError.self) { try workspace.handbook.tip() }
    #expect(throws: HandbookError.self) { try workspace.catchUp(by: TestWorkspace.caller("ana", after: 60)) }
  }

  @Test func aMissingObjectIsFound() throws {
    let test = try TestWorkspace.withOneClosed()
    let change = try test.workspace.change(ChangeID(1), by: TestWorkspace.caller("ana")).change
    guard case .committed(let outcome) = change.state else {
      Issue.record("CHG-1 is not committed.")
      return
    }
    let blob = outcome.blob
    let path = "\(test.folder)/ws/sop.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
    try FileManager.default.removeItem(atPath: path)
    let findings = try Workspace.open("\(test.folder)/ws").verifyHandbook()
    #expect(findings.contains { $0.subject.contains(outcome.sop.commit.text) }, "\(findings)")
  }
}
