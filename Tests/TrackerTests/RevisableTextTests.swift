// SPDX-License-Identifier: Apache-2.0

import Handbook
import Remediation
import Testing

@testable import Tracker

/// Revising a change while others change its SOP: what they committed is joined, or found when the change is closed, and never undone.
@Suite struct RevisableTextTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")
  private let path = "sops/damaged.md"
  private let lines = "One.\nTwo.\nThree.\nFour.\nFive.\n"

  private struct Scene {
    let test: TestWorkspace
    let git: PersonWithGit
    /// Ana's, of an SOP that is there; it changes the last line.
    let change: SOPChange
  }

  private func scene() throws -> Scene {
    let test = try TestWorkspace()
    let git = try PersonWithGit("dora", cloning: test)
    try git.push(path, "---\ntitle: Damaged\n---\n\(lines)")
    _ = try test.workspace.catchUp(by: ben)
    let change = try test.workspace.proposeChange(
      closing: [], path: SOPPath(path), text: bytes("Five.", "Five, says Ana."), summary: "Five", by: ana)
    return Scene(test: test, git: git, change: change)
  }

  private func bytes(_ line: String, _ other: String) -> [UInt8] {
    Array("---\ntitle: Damaged\n---\n\(lines.replacing(line, with: other))".utf8)
  }

  /// Dora pushes her line.
  private func push(_ scene: Scene, _ line: String, _ other: String) throws {
    let there = try shell("/usr/bin/git", ["-C", "\(scene.test.folder)/ws/sop.git", "show", "HEAD:\(path)"])
    try scene.git.push(path, there.replacing(line, with: other))
  }

  private func change(_ scene: Scene) throws -> SOPChange {
    try scene.test.workspace.change(scene.change.id, by: ana).change
  }

  private func approve(_ scene: Scene) throws {
    try scene.test.workspace.approveChange(scene.change.id, revision: nil, by: ben)
  }

  private func close(_ scene: Scene) throws {
    _ = try scene.test.workspace.closeChange(scene.change.id, by: ben)
  }

  private func newest(_ scene: Scene) throws -> String {
    let version = try #require(try scene.test.workspace.history(of: path).first)
    return String(decoding: try scene.test.workspace.text(of: version).bytes, as: UTF8.self)
  }

  private var conflict: ClosingError {
    get throws { .conflicted(try #require(ChangeID("CHG-1")), try SOPPath(path)) }
  }

  @Test func revisingWhatWasReturnedDoesNotUndoWhatOthersCommitted() throws {
    let scene = try scene()
    let workspace = scene.test.workspace
    try workspace.returnChange(scene.change.id, note: "Say more.", by: ben)
    try push(scene, "One.", "One, says Dora.")
    // A text that was made before Dora pushed, and a sender who says nothing of it.
    let revised = try workspace.reviseChange(
      scene.change.id, text: bytes("Five.", "Five, says Ana aloud."), summary: "Five", by: ana)
    #expect(revised.draft.base == scene.change.draft.base)
    try approve(scene)
    #expect(throws: try conflict) { try close(scene) }
    #expect(try newest(scene).contains("One, says Dora."))
  }

  @Test func whatIsRevisedIsJoinedWithWhatOthersCommitted() throws {
    let scene = try scene()
    #expect(try scene.test.workspace.revisableText(of: scene.change).joining == .notNeeded)
    #expect(try scene.test.workspace.revisableText(of: scene.change).base == scene.change.draft.base?.commit)
    try push(scene, "One.", "One, says Dora.")
    let text = try scene.test.workspace.revisableText(of: scene.change)
    #expect(text.joining == .clean)
    #expect(text.base == (try scene.test.workspace.handbook.tip()))
    _ = try scene.test.workspace.reviseChange(
      scene.change.id, text: text.bytes, summary: "Five", base: text.base, by: ana)
    try approve(scene)
    try close(scene)
    #expect(try newest(scene).hasSuffix("\nOne, says Dora.\nTwo.\nThree.\nFour.\nFive, says Ana.\n"))
    #expect(try scene.test.findings().isEmpty)
  }

  @Test func whatOthersCommitWhileTheTwoAreJoinedIsFound() throws {
    let scene = try scene()
    let workspace = scene.test.workspace
    try approve(scene)
    try push(scene, "One.", "One, says Dora.")
    #expect(throws: try conflict) { try close(scene) }
    let text = try workspace.revisableText(of: change(scene))
    try push(scene, "Three.", "Three, says Dora.")
    #expect(throws: ProposalError.baseMissing(scene.change.id)) {
      try workspace.reviseChange(scene.change.id, text: text.bytes, summary: "Five", by: ana)
    }
    _ = try workspace.reviseChange(scene.change.id, text: text.bytes, summary: "Five", base: text.base, by: ana)
    try approve(scene)
    #expect(throws: try conflict) { try close(scene) }
    #expect(try newest(scene).contains("Three, says Dora."))
  }

  @Test func whatIsProposedDoesNotUndoWhatOthersCommittedWhileItWasWritten() throws {
    let scene = try scene()
    let workspace = scene.test.workspace
    try workspace.withdrawChange(scene.change.id, by: ana)
    let base = try #require(try workspace.recordedTip())
    try push(scene, "One.", "One, says Dora.")
    let change = try workspace.proposeChange(
      closing: [], path: SOPPath(path), text: bytes("Two.", "Two, says Ana."), summary: "Two", base: base, by: ana)
    try workspace.approveChange(change.id, revision: nil, by: ben)
    #expect(throws: ClosingError.conflicted(change.id, try SOPPath(path))) {
      try workspace.closeChange(change.id, by: ben)
    }
    let unknown = try #require(CommitID(String(repeating: "a", count: 40)))
    #expect(throws: ProposalError.baseUnknown(unknown)) {
      try workspace.reviseChange(change.id, text: bytes("Two.", "Two."), summary: "Two", base: unknown, by: ana)
    }
  }

  @Test func versionAndDateFollowWhatTheTextWasMadeFrom() throws {
    let scene = try scene()
    let workspace = scene.test.workspace
    try workspace.withdrawChange(scene.change.id, by: ana)
    func text(_ version: Int, _ effective: String, _ last: String) -> String {
      "---\ntitle: Damaged\nversion: \(version)\neffective: \(effective)\n---\n\(lines)\(last)\n"
    }
    try scene.git.push(path, text(3, "2025-12-01", "Six."))
    _ = try workspace.catchUp(by: ben)
    let base = try #require(try workspace.recordedTip())
    try scene.git.push(path, text(7, "2025-12-24", "Seven."))
    // Ana changed nothing but a line of what she was shown; the day that stands there is not her wish.
    let change = try workspace.proposeChange(
      closing: [], path: SOPPath(path), text: Array(text(3, "2025-12-01", "Six, says Ana.").utf8), summary: "Six",
      base: base, by: ana)
    #expect(change.draft.base?.commit == base)
    #expect(change.draft.base?.version == 3)
    #expect(change.draft.sopVersion == 4)
    #expect(change.draft.effective == workspace.date(ana.now))
    // Joined with what stands there now, it goes on from that.
    let merged = try workspace.handbook.tip()
    let revised = try workspace.reviseChange(
      change.id, text: Array(text(7, "2025-12-24", "Seven, says Ana.").utf8), summary: "Seven", base: merged, by: ana)
    #expect(revised.draft.base?.version == 7)
    #expect(revised.draft.sopVersion == 8)
    #expect(revised.draft.effective == workspace.date(ana.now))
  }

  @Test func whatCannotBeReadIsReplacedByTheDraft() throws {
    let scene = try scene()
    let workspace = scene.test.workspace
    try approve(scene)
    try push(scene, "title: Damaged", "title: [Damaged")
    #expect(throws: try conflict) { try close(scene) }
    let text = try workspace.revisableText(of: change(scene))
    guard case .impossible(let why) = text.joining else {
      Issue.record("its front matter cannot be read: \(text.joining)")
      return
    }
    #expect(why.contains("front matter"))
    #expect(text.bytes == (try workspace.proposedText(of: scene.change)))
    _ = try workspace.reviseChange(scene.change.id, text: text.bytes, summary: "Five", base: text.base, by: ana)
    try approve(scene)
    try close(scene)
    #expect(try newest(scene).hasSuffix("\nFive, says Ana.\n"))
  }

  @Test func aBaseThatCouldNotBeReadKeepsNothingFromBeingJoined() throws {
    let test = try TestWorkspace()
    let git = try PersonWithGit("dora", cloning: test)
    try git.push(path, "---\ntitle: [Damaged\n---\n\(lines)")
    _ = try test.workspace.catchUp(by: ben)
    let change = try test.workspace.proposeChange(
      closing: [], path: SOPPath(path), text: bytes("Five.", "Five, says Ana."), summary: "Five", by: ana)
    try push(Scene(test: test, git: git, change: change), "title: [Damaged", "title: Damaged")
    let text = try test.workspace.revisableText(of: change)
    guard case .impossible = text.joining else { return }
    Issue.record("what Dora mended would be lost")
  }
}
