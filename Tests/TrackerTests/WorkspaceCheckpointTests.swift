// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Checkpoints of a real workspace: when they are signed, where they are copied to, who co-signs, and what is proved by them.
@Suite struct WorkspaceCheckpointTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")

  private func workspace() throws -> (test: TestWorkspace, item: ItemID) {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    return (test, try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id)
  }

  private func last(_ test: TestWorkspace) throws -> PublishedCheckpoint? {
    try test.workspace.ledger.read { try $0.lastCheckpoint() }
  }

  private func size(_ test: TestWorkspace) throws -> Int { try test.workspace.ledger.read { try $0.treeHead().size } }

  private func git(_ test: TestWorkspace, _ arguments: String...) throws -> String {
    try shell("/usr/bin/git", ["-C", "\(test.folder)/ws/sop.git"] + arguments)
  }

  private func copies(_ test: TestWorkspace) throws -> [String] {
    try git(test, "log", "--format=%s", "refs/ledger/checkpoints").split(separator: "\n").map(String.init)
  }

  private func sqlite(_ test: TestWorkspace, _ sql: String) throws {
    let triggers = [
      "events_never_change", "events_are_never_deleted", "checkpoints_never_change", "checkpoints_are_never_deleted",
    ].map { "DROP TRIGGER \($0);" }.joined()
    try shell("/usr/bin/sqlite3", ["\(test.folder)/ws/sopwright.sqlite", triggers + sql])
  }

  @Test func aWorkspaceHasAKeyOfItsOwnThatFollowsFromItsFoundingAndNotFromItsDomain() throws {
    let test = try TestWorkspace()
    let key = try test.workspace.verifierKey()
    #expect(try key.name == test.workspace.ledger.read { try $0.origin() })
    #expect(key.kind == .note)
    let file = "\(test.folder)/ws/keys/checkpoint.key"
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    #expect(try SigningKey(at: file).verifier == key)
    let before = try test.workspace.publishCheckpoint(by: ana)
    try "domain: other.example\n".write(toFile: "\(test.folder)/ws/sopwright.yaml", atomically: true, encoding: .utf8)
    #expect(try Workspace.open("\(test.folder)/ws").publishCheckpoint(by: ana) == before)
  }

  @Test func everyClosingIsSignedWithItsOutcome() throws {
    let (test, item) = try workspace()
    try test.close(item)
    let signed = try #require(try last(test))
    #expect(try signed.size == size(test))
    #expect(try signed.note.checkpoint(signedBy: test.workspace.verifierKey()).root == signed.root)
    #expect(try test.findings().isEmpty)
  }

  @Test func aRejectionIsSignedToo() throws {
    let (test, item) = try workspace()
    try test.workspace.proposeRejection(
      of: item, rationale: "Cheaper.", expiresOn: try #require(CalendarDate("2026-09-01")), tripwire: nil, by: ana)
    try test.workspace.approveRejection(of: item, revision: nil, by: ben)
    try test.workspace.closeRejected(item, by: ben)
    #expect(try last(test)?.size == size(test))
  }

  @Test(arguments: [0o644, nil] as [Int?])
  func aKeyThatCannotBeUsedKeepsNothingFromClosingAndIsNamedAfterwards(mode: Int?) throws {
    let (test, item) = try workspace()
    let key = "\(test.folder)/ws/keys/checkpoint.key"
    if let mode {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
    } else {
      try FileManager.default.removeItem(atPath: key)
    }
    try test.close(item)
    #expect(try test.item(of: RecurrenceKey(.code, "DAMAGED"), closed: true) != nil)
    #expect(try last(test) == nil)
    let problem = try #require(try test.workspace.catchUp(by: ana)?.checkpointProblem)
    #expect(problem.contains("checkpoint.key"))
    #expect(throws: KeyFileError.self) { try test.workspace.publishCheckpoint(by: ana) }
  }

  @Test func catchUpSignsOnceAnHourWhatHasGrown() throws {
    let test = try TestWorkspace()
    func published(after seconds: Int64) throws -> Int? {
      try test.workspace.catchUp(by: TestWorkspace.caller("ana", after: seconds))?.published
    }
    func grow(_ name: String, after seconds: Int64) throws {
      _ = try test.workspace.addPerson(
        TestWorkspace.person(name), roles: [.approver], logins: [], by: TestWorkspace.caller("ana", after: seconds))
    }
    #expect(try published(after: 0) == size(test), "the first")
    #expect(try published(after: 8_000) == nil, "nothing has grown")
    try grow("carl", after: 8_001)
    #expect(try published(after: 8_002) == size(test))
    try grow("dora", after: 8_100)
    #expect(try published(after: 8_002 + 3_600) == nil, "not over an hour old")
    #expect(try published(after: 8_002 + 3_601) == size(test))
  }

  @Test func theNewestIsCopiedIntoTheRepositoryAndOnlyForward() throws {
    let (test, item) = try workspace()
    _ = try test.workspace.publishCheckpoint(by: ana)
    let first = try size(test)
    try test.close(item)
    #expect(try copies(test) == ["Checkpoint of \(first) events"], "a closing does not wait for a copy")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try copies(test) == ["Checkpoint of \(size(test)) events", "Checkpoint of \(first) events"])
    let note = try #require(try last(test)).note.description
    #expect(try git(test, "show", "refs/ledger/checkpoints:checkpoint") == note)
    let tip = try git(test, "rev-parse", "refs/ledger/checkpoints")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try git(test, "rev-parse", "refs/ledger/checkpoints") == tip)
    // As after a crash before the ref moved: the same note on the same copy is the same commit.
    _ = try git(test, "update-ref", "refs/ledger/checkpoints", "refs/ledger/checkpoints~1")
    #expect(try test.findings().isEmpty, "behind is no fault")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try git(test, "rev-parse", "refs/ledger/checkpoints") == tip)
    #expect(try test.findings().isEmpty)
  }

  @Test func aLockThatAKilledCopyLeftIsRemoved() throws {
    let test = try TestWorkspace()
    let lock = "\(test.folder)/ws/sop.git/refs/ledger/checkpoints.lock"
    try shell("/usr/bin/touch", ["-d", "20 minutes ago", lock])
    #expect(try test.workspace.catchUp(by: ana)?.checkpointProblem != nil)
    #expect(try test.workspace.catchUp(by: ana)?.checkpointProblem == nil)
    #expect(try copies(test).count == 1)
  }

  @Test func nobodyPushesToTheCopies() throws {
    let test = try TestWorkspace()
    _ = try test.workspace.publishCheckpoint(by: ana)
    try shell("/usr/bin/git", ["clone", "-q", "\(test.folder)/ws/sop.git", "\(test.folder)/clone"])
    #expect(throws: ShellFailure.self) {
      try shell("/usr/bin/git", ["-C", "\(test.folder)/clone", "push", "origin", "HEAD:refs/ledger/checkpoints"])
    }
    #expect(throws: ShellFailure.self) {
      try shell("/usr/bin/git", ["-C", "\(test.folder)/clone", "push", "origin", ":refs/ledger/checkpoints"])
    }
  }

  /// A database from a backup beside a newer repository would sign a second history.
  @Test func aDatabaseThatWasRolledBackSignsNothing() throws {
    let test = try TestWorkspace()
    _ = try test.workspace.publishCheckpoint(by: ana)
    try shell("/bin/cp", ["-r", "\(test.folder)/ws", "\(test.folder)/backup"])
    _ = try test.workspace.addPerson(TestWorkspace.person("carl"), roles: [.approver], logins: [], by: ana)
    _ = try test.workspace.publishCheckpoint(by: ana)
    try shell(
      "/bin/sh",
      ["-c", "rm -r '\(test.folder)/backup/sop.git'; cp -r '\(test.folder)/ws/sop.git' '\(test.folder)/backup/'"])
    let old = try Workspace.open("\(test.folder)/backup")
    _ = try old.addPerson(TestWorkspace.person("eve"), roles: [.approver], logins: [], by: ana)
    #expect { try old.publishCheckpoint(by: ana) } throws: { error in
      if case CheckpointError.copyUnknown = error { true } else { false }
    }
    #expect(try old.catchUp(by: TestWorkspace.caller("ana", after: 9_000))?.checkpointProblem != nil)
    #expect(try old.verifyHandbook().map(\.check) == ["checkpoint_copy"])
  }

  @Test func aCopyThatWasChangedIsFound() throws {
    let (test, item) = try workspace()
    _ = try test.workspace.publishCheckpoint(by: ana)
    try test.close(item)
    _ = try test.workspace.catchUp(by: ana)
    let tip = try git(test, "rev-parse", "refs/ledger/checkpoints").trimmingCharacters(in: .newlines)
    func commit(_ tree: String, on parent: String) throws -> String {
      try git(
        test, "-c", "user.name=e", "-c", "user.email=e@e", "commit-tree", "-m", "x", "-p", parent, "\(tree)^{tree}"
      ).trimmingCharacters(in: .newlines)
    }
    // The older note on top of the newer one, and a file that is no copy.
    let swapped = try commit("\(tip)~1", on: tip)
    _ = try git(test, "update-ref", "refs/ledger/checkpoints", swapped)
    #expect(try test.workspace.verifyHandbook().map(\.check) == ["checkpoint_copy", "checkpoint_copy_order"])
    // The newest note, by another author.
    _ = try git(test, "update-ref", "refs/ledger/checkpoints", commit(tip, on: "\(tip)~1"))
    #expect(try test.workspace.verifyHandbook().map(\.check) == ["checkpoint_copy"])
    _ = try git(test, "update-ref", "refs/ledger/checkpoints", "refs/heads/main")
    #expect(try test.workspace.verifyHandbook().map(\.check) == ["checkpoint_copy"])
    try sqlite(test, "DELETE FROM checkpoints WHERE size = (SELECT min(size) FROM checkpoints)")
    _ = try git(test, "update-ref", "refs/ledger/checkpoints", tip)
    #expect(try test.workspace.verifyHandbook().map(\.check) == ["checkpoint_copy"])
  }

  @Test func aRewrittenEventNamesTheCheckpointsThatNoLongerFit() throws {
    let (test, item) = try workspace()
    let first = try test.workspace.publishCheckpoint(by: ana).size
    try test.close(item)
    let second = try #require(try last(test)).size
    try sqlite(test, "UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = \(first)")
    let workspace = try Workspace.open("\(test.folder)/ws")
    let findings = try workspace.verifyRecord().findings.filter { $0.check.hasPrefix("checkpoint") }
    #expect(findings.map(\.check) == ["checkpoint_root"])
    #expect(findings.map(\.subject) == ["checkpoint \(second)"])
  }

  @Test func aKeyThatWasExchangedIsFound() throws {
    let test = try TestWorkspace()
    let origin = try test.workspace.publishCheckpoint(by: ana).note.checkpoint(signedBy: test.workspace.verifierKey())
      .origin
    let file = "\(test.folder)/ws/keys/checkpoint.vkey"
    func exchange(_ name: String) throws -> [String] {
      let path = "\(test.folder)/\(UUID().uuidString)"
      let key = try SigningKey.make(at: path, name: name, kind: .note).verifier
      try "\(key)\n".write(toFile: file, atomically: true, encoding: .utf8)
      return try test.workspace.verifyRecord().findings.map(\.check)
    }
    // Twice: of what was signed, and of the key that signs.
    #expect(try exchange(origin) == ["checkpoint_signature", "checkpoint_key"])
    #expect(try exchange("sopwright/other") == ["checkpoint_key", "checkpoint_key"])
    try FileManager.default.removeItem(atPath: file)
    #expect(try test.workspace.verifyRecord().findings.map(\.check) == ["unreadable"])
  }

  // MARK: Kept notes

  private func keep(_ test: TestWorkspace) throws -> String {
    let file = "\(test.folder)/kept.note"
    try Data(test.workspace.publishCheckpoint(by: ana).note.bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  @Test func aKeptNoteIsProvedToBeTheBeginning() throws {
    let (test, item) = try workspace()
    let file = try keep(test)
    let same = try test.workspace.compare(withNoteAt: file, by: ana)
    #expect(same.proof?.hashes.isEmpty == true)
    try test.close(item)
    let grown = try test.workspace.compare(withNoteAt: file, by: ana)
    let kept = try #require(grown.kept)
    let today = try #require(grown.today)
    #expect(grown.proof?.proves((kept.size, kept.root), isPrefixOf: (today.size, today.root)) == true)
    #expect(grown.proofText?.hasPrefix("old \(kept.size)\n") == true)
  }

  @Test func aKeptNoteFindsWhatWasRewrittenSince() throws {
    let (test, item) = try workspace()
    try test.close(item)
    let file = try keep(test)
    try sqlite(test, "UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = 4")
    let workspace = try Workspace.open("\(test.folder)/ws")
    let changed = try workspace.compare(withNoteAt: file, by: ana)
    #expect(changed.proof == nil)
    #expect(changed.problem?.contains("changed") == true)
  }

  @Test func aNoteOfAnotherLedgerProvesNothing() throws {
    let (test, other) = (try TestWorkspace(), try TestWorkspace())
    let compared = try test.workspace.compare(withNoteAt: keep(other), by: ana)
    #expect(compared.kept == nil)
    #expect(compared.problem != nil)
    #expect(throws: FileProblem.self) {
      try test.workspace.compare(withNoteAt: "\(test.folder)/ws/sopwright.yaml", by: ana)
    }
    #expect(throws: FileProblem.self) { try test.workspace.compare(withNoteAt: "\(test.folder)/none", by: ana) }
  }

  // MARK: Co-signing

  private func auditor(_ test: TestWorkspace) throws -> String {
    let file = "\(test.folder)/dora.key"
    _ = try Workspace.makeCosigningKey(at: file, name: "dora")
    return file
  }

  private func addDora(_ test: TestWorkspace) throws {
    _ = try test.workspace.addPerson(TestWorkspace.person("dora"), roles: [.auditor], logins: [], by: ana)
    _ = try test.workspace.adoptTaxonomy(by: ben)
  }

  @Test func anAuditorCosignsWhatHasOnlyGrown() throws {
    let (test, item) = try workspace()
    try addDora(test)
    let dora = TestWorkspace.caller("dora")
    let key = try auditor(test)
    let first = try test.workspace.cosign(keyFile: key, by: dora)
    #expect(first.cosignatures.map(\.key.name) == ["dora"])
    #expect(try test.workspace.cosign(keyFile: key, by: dora) == first, "once")
    try test.close(item)
    #expect(try test.workspace.cosign(keyFile: key, by: dora).size > first.size)
    #expect(try test.findings().isEmpty)
    #expect(throws: Rejection.self) { try test.workspace.cosign(keyFile: key, by: TestWorkspace.caller("eve")) }
  }

  @Test func anAuditorDoesNotCosignWhatWasRewritten() throws {
    let (test, item) = try workspace()
    let key = try auditor(test)
    _ = try test.workspace.cosign(keyFile: key, by: ana)
    try test.close(item)
    let before = try test.workspace.ledger.read { try $0.lastCheckpoint() }
    // Everything is made again, checkpoints and key included: only the auditor's memory knows.
    let memory = try #require(
      try FileManager.default.contentsOfDirectory(atPath: test.folder).first { $0.hasPrefix("dora.key.") })
    let path = "\(test.folder)/\(memory)"
    let stranger = try SigningKey.make(
      at: "\(test.folder)/stranger", name: try test.workspace.verifierKey().name, kind: .note)
    let text = Checkpoint(origin: stranger.verifier.name, size: 3, root: MerkleTree.emptyRoot).text
    let lines = [try stranger.sign(text, at: ana.now).line, try SigningKey(at: key).sign(text, at: ana.now).line]
    let forged = try SignedNote(text + Array("\n\(lines.joined())".utf8))
    try Data(forged.bytes).write(to: URL(fileURLWithPath: path))
    #expect { try test.workspace.cosign(keyFile: key, by: ana) } throws: { error in
      if case CheckpointError.grownOtherwise = error { true } else { false }
    }
    #expect(try test.workspace.ledger.read { try $0.lastCheckpoint() } == before)
    // A memory that this key did not sign is not believed.
    try Data(text + Array("\n\(lines[0])".utf8)).write(to: URL(fileURLWithPath: path))
    #expect(throws: FileProblem.self) { try test.workspace.cosign(keyFile: key, by: ana) }
  }

  @Test func aKeyInTheWorkspaceOrOfTheLedgerDoesNotCosign() throws {
    let test = try TestWorkspace()
    let inside = "\(test.folder)/ws/keys/dora.key"
    _ = try Workspace.makeCosigningKey(at: inside, name: "dora")
    #expect(throws: CheckpointError.keyInside(inside)) { try test.workspace.cosign(keyFile: inside, by: ana) }
    try shell("/bin/cp", ["\(test.folder)/ws/keys/checkpoint.key", "\(test.folder)/copied.key"])
    #expect(throws: CheckpointError.notToCosign("\(test.folder)/copied.key")) {
      try test.workspace.cosign(keyFile: "\(test.folder)/copied.key", by: ana)
    }
  }

  // MARK: Receipts

  @Test func aClosedItemAndItsChangeHaveReceipts() throws {
    let (test, item) = try workspace()
    #expect(throws: ProofError.notClosed(item.description)) { try test.workspace.receipt(for: item, by: ana) }
    let change = try test.close(item)
    let key = try test.workspace.verifierKey()
    let closed = try test.workspace.receipt(for: item, by: ana).verified(by: key)
    #expect(try RecordedEvent(canonicalBytes: closed.leaf).event.kind == "item_closed")
    let committed = try test.workspace.receipt(for: change.id, by: ana).verified(by: key)
    #expect(try RecordedEvent(canonicalBytes: committed.leaf).event.kind == "change_committed")
    // Other events, and an auditor's signature on the earlier tree: the receipt is by that one.
    let cosigner = try auditor(test)
    let cosigned = try test.workspace.cosign(keyFile: cosigner, by: ana)
    _ = try test.workspace.addPerson(TestWorkspace.person("carl"), roles: [.approver], logins: [], by: ana)
    _ = try test.workspace.publishCheckpoint(by: ana)
    let receipt = try test.workspace.receipt(for: item, by: ana)
    #expect(try receipt.verified(by: key, and: [SigningKey(at: cosigner).verifier]).checkpoint.size == cosigned.size)
  }

  @Test func anOutcomeThatWasNotSignedYetIsSignedForItsReceipt() throws {
    let (test, item) = try workspace()
    let key = "\(test.folder)/ws/keys/checkpoint.key"
    try shell("/bin/mv", [key, "\(test.folder)/away"])
    try test.close(item)
    try shell("/bin/mv", ["\(test.folder)/away", key])
    #expect(try last(test) == nil)
    let receipt = try test.workspace.receipt(for: item, by: ana)
    #expect(try receipt.verified(by: test.workspace.verifierKey()).index < size(test))
  }

  @Test func aReceiptIsCheckedWithoutAWorkspace() throws {
    let (test, item) = try workspace()
    try test.close(item)
    let file = "\(test.folder)/receipt"
    let receipt = try test.workspace.receipt(for: item, by: ana)
    try Data(receipt.bytes).write(to: URL(fileURLWithPath: file))
    let key = try test.workspace.verifierKey()
    let checked = try CheckedReceipt(at: file, key: key.description, cosigners: [], leaf: nil)
    #expect(checked.event.event.subject == item.description)
    #expect(
      try CheckedReceipt(at: file, key: "\(test.folder)/ws/keys/checkpoint.vkey", cosigners: [], leaf: nil).event
        == checked.event)
    let another = try TestWorkspace()
    let other = try another.workspace.verifierKey()
    #expect(throws: NoteError.notSigned(by: other.name)) {
      try CheckedReceipt(at: file, key: other.description, cosigners: [], leaf: nil)
    }
    #expect(throws: FileProblem.self) { try CheckedReceipt(at: file, key: "nowhere", cosigners: [], leaf: nil) }
  }
}
