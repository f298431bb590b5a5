// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Remediation
import Testing

@testable import Ledger

/// A ledger that signs its tree: only what begins with what it signed before.
@Suite struct CheckpointTests {
  private final class Fixture {
    let path = NSTemporaryDirectory() + "sopwright-checkpoint-\(UUID().uuidString)"
    let ledger: Ledger
    let key: SigningKey
    let ana: Authorship

    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      ledger = try Ledger.create(
        at: "\(path)/sopwright.sqlite", lock: "\(path)/sopwright.lock",
        handbook: HandbookReading(contents: { $0.map { _ in .leftAlone("no handbook") } }, origin: { _, _ in nil }))
      key = try SigningKey.make(at: "\(path)/key", name: Checkpoint.origin(ofWorkspace: "id"), kind: .note)
      ana = Authorship(person: try #require(PersonID("ana")), login: "ana")
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }  // what stays is in the system's temporary folder

    func append(_ count: Int = 1) throws {
      try ledger.write(by: ana, at: Timestamp(seconds: 1_780_000_000)) { transaction in
        for _ in 0..<count { try transaction.append(.workspaceFounded(id: "id", zone: "UTC")) }
      }
    }

    func publish(
      _ key: SigningKey? = nil, rehashing: Bool = true, at seconds: Int64 = 1_780_000_000
    ) throws -> PublishedCheckpoint {
      try ledger.write(by: ana, at: Timestamp(seconds: seconds)) {
        try $0.publishCheckpoint(signing: key ?? self.key, rehashing: rehashing)
      }
    }

    func tamper(_ sql: String) throws {
      try DatabaseQueue(path: "\(path)/sopwright.sqlite").write { db in
        for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
          try db.execute(sql: "DROP TRIGGER \(trigger)")
        }
        try db.execute(sql: sql)
      }
    }

    func findings() throws -> [Finding] {
      try ledger.read { reader in
        try reader.auditCheckpoints(
          reader.auditChain(rootsAt: reader.checkpointSizes()).roots, key: key.verifier)
      }
    }
  }

  @Test func theTreeIsSignedOnceForEachSize() throws {
    let fixture = try Fixture()
    try fixture.append(3)
    let first = try fixture.publish()
    #expect(try fixture.publish(at: 1_790_000_000) == first)
    #expect(
      try first.note.checkpoint(signedBy: fixture.key.verifier).root == fixture.ledger.read { try $0.treeHead().root })
    try fixture.append()
    #expect(try fixture.publish().size == 4)
    #expect(try fixture.ledger.read { try $0.lastCheckpoint() }?.size == 4)
    #expect(try fixture.findings().isEmpty)
  }

  @Test func eventsOfTheSameTransactionAreInTheTreeThatItSigns() throws {
    let fixture = try Fixture()
    try fixture.append()
    let size = try fixture.ledger.write(by: fixture.ana, at: Timestamp(seconds: 1_780_000_000)) { transaction in
      try transaction.append(.workspaceFounded(id: "id", zone: "UTC"))
      return try transaction.publishCheckpoint(signing: fixture.key, rehashing: true).size
    }
    #expect(size == 2)
    #expect(try fixture.findings().isEmpty)
  }

  @Test func whatIsPublishedNeverGoesBackInTime() throws {
    let fixture = try Fixture()
    try fixture.append()
    let first = try fixture.publish(at: 1_790_000_000)
    try fixture.append()
    #expect(try fixture.publish(at: 1_785_000_000).publishedAt == first.publishedAt)
  }

  @Test func theKeyOfAnotherLedgerSignsNothing() throws {
    let fixture = try Fixture()
    try fixture.append()
    let other = try SigningKey.make(at: "\(fixture.path)/other", name: "sopwright/other", kind: .note)
    #expect(throws: NoteError.otherOrigin(found: "sopwright/other", expected: "sopwright/id")) {
      try fixture.publish(other)
    }
    let cosigner = try SigningKey.make(at: "\(fixture.path)/third", name: "sopwright/id", kind: .cosignature)
    #expect(throws: NoteError.self) { try fixture.publish(cosigner) }
    #expect(try fixture.ledger.read { try $0.lastCheckpoint() } == nil)
  }

  /// Whether a closing would find it too, which compares the nodes of the tree and hashes no event.
  @Test(arguments: [
    ("UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = 1", false),
    ("UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = 6", false),
    ("UPDATE events SET hash = randomblob(32) WHERE position = 4", true),
    ("UPDATE events SET nodes = randomblob(64) WHERE position = 3", true),
    ("UPDATE checkpoints SET root = randomblob(32)", true),
    ("DELETE FROM events WHERE position = 5", true),
  ])
  func aTreeThatDoesNotBeginWithTheLastOneIsNotSigned(sql: String, isFoundAtClosing: Bool) throws {
    let fixture = try Fixture()
    try fixture.append(5)
    _ = try fixture.publish()
    try fixture.append(2)
    try fixture.tamper(sql)
    if isFoundAtClosing {
      #expect(throws: LedgerError.self) { try fixture.publish(rehashing: false) }
    }
    #expect(throws: LedgerError.self) { try fixture.publish() }
    #expect(try fixture.ledger.read { try $0.lastCheckpoint() }?.size == 5)
  }

  @Test func theFirstIsNotSignedOverEventsThatWereChanged() throws {
    let fixture = try Fixture()
    try fixture.append(5)
    try fixture.tamper("UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = 3")
    #expect(throws: LedgerError.notItsEvents) { try fixture.publish() }
  }

  /// A whole ledger rewritten with all its hashes is consistent with itself, and not with what was signed.
  @Test func aLedgerRewrittenWithAllItsHashesIsNotSigned() throws {
    let fixture = try Fixture()
    try fixture.append(5)
    _ = try fixture.publish()
    let other = try Fixture()
    try other.append(3)
    try other.ledger.write(by: other.ana, at: Timestamp(seconds: 1_780_000_009)) { transaction in
      for _ in 0..<4 { try transaction.append(.workspaceFounded(id: "id", zone: "UTC")) }
    }
    try fixture.tamper(
      """
      DELETE FROM events; ATTACH '\(other.path)/sopwright.sqlite' AS other; INSERT INTO events SELECT * FROM other.events;
      DELETE FROM tree_head; INSERT INTO tree_head SELECT * FROM other.tree_head;
      DELETE FROM subjects; INSERT INTO subjects SELECT * FROM other.subjects;
      """)
    for rehashing in [false, true] {
      #expect(throws: LedgerError.notAnExtension(ofSize: 5)) { try fixture.publish(rehashing: rehashing) }
    }
    #expect(try fixture.findings().map(\.check) == ["checkpoint_root"])
  }

  @Test(arguments: [
    ("UPDATE checkpoints SET root = randomblob(32) WHERE size = 3", ["checkpoint_columns", "checkpoint_root"]),
    (
      "UPDATE checkpoints SET note = CAST(replace(note, char(10) || '3' || char(10), char(10) || '4' || char(10)) AS BLOB) WHERE size = 3",
      ["checkpoint_columns", "checkpoint_signature", "cosignature"]
    ),
    ("UPDATE checkpoints SET note = x'00' WHERE size = 3", ["checkpoint_note"]),
    ("UPDATE checkpoints SET published_at = published_at + 1 WHERE size = 3", ["checkpoint_order"]),
    ("UPDATE events SET leaf = CAST(leaf || ' ' AS BLOB) WHERE position = 4", ["checkpoint_root"]),
    ("DELETE FROM events WHERE position = 4", ["checkpoint_beyond"]),
    ("UPDATE cosignatures SET content = CAST(content || 'x' AS BLOB)", ["cosignature"]),
    ("UPDATE cosignatures SET key = 'x'", ["cosignature"]),
  ])
  func aChangeOfWhatWasSignedIsFound(sql: String, checks: [String]) throws {
    let fixture = try Fixture()
    try fixture.append(3)
    let signed = try fixture.publish()
    let auditor = try SigningKey.make(at: "\(fixture.path)/dora", name: "dora", kind: .cosignature)
    try fixture.ledger.write(by: fixture.ana, at: Timestamp(seconds: 1_780_000_000)) {
      try $0.keep(auditor.sign(signed.note.text, at: Timestamp(seconds: 7)), by: auditor.verifier, ofSize: 3)
    }
    try fixture.append(2)
    _ = try fixture.publish()
    #expect(try fixture.findings().isEmpty)
    try fixture.tamper(sql)
    #expect(try fixture.findings().map(\.check) == checks)
  }

  @Test func checkpointsRefuseChangesByThemselves() throws {
    let fixture = try Fixture()
    try fixture.append()
    _ = try fixture.publish()
    for sql in ["DELETE FROM checkpoints", "UPDATE checkpoints SET published_at = 0"] {
      #expect(throws: DatabaseError.self) {
        try DatabaseQueue(path: "\(fixture.path)/sopwright.sqlite").write { try $0.execute(sql: sql) }
      }
    }
  }

  @Test func aCosignatureIsKeptOnceAndShownInTheNote() throws {
    let fixture = try Fixture()
    try fixture.append()
    let signed = try fixture.publish()
    let auditor = try SigningKey.make(at: "\(fixture.path)/dora", name: "dora", kind: .cosignature)
    for seconds: Int64 in [7, 8] {
      try fixture.ledger.write(by: fixture.ana, at: Timestamp(seconds: 1_780_000_000)) {
        try $0.keep(auditor.sign(signed.note.text, at: Timestamp(seconds: seconds)), by: auditor.verifier, ofSize: 1)
      }
    }
    let stored = try #require(try fixture.ledger.read { try $0.checkpoint(covering: 0) })
    #expect(stored.cosignatures.map(\.time) == [Timestamp(seconds: 7)])
    #expect(stored.cosignatures.map(\.key) == [auditor.verifier])
    let verified = try stored.cosignedNote.verified(by: fixture.key.verifier, and: [auditor.verifier])
    #expect(verified.map(\.time) == [nil, Timestamp(seconds: 7)])
    #expect(throws: NoteError.wrongSignature(of: "dora")) {
      try fixture.ledger.write(by: fixture.ana, at: Timestamp(seconds: 1_780_000_000)) {
        try $0.keep(
          auditor.sign(Array("else\n".utf8), at: Timestamp(seconds: 7)), by: auditor.verifier, ofSize: 1)
      }
    }
  }

  @Test func proofsComeFromTheStoredNodes() throws {
    let fixture = try Fixture()
    try fixture.append(70)
    try fixture.ledger.read { reader in
      let root = try reader.treeHead().root
      for position in 0..<70 {
        let leaf = MerkleTree.leaf(try #require(try reader.leaf(at: position)))
        #expect(try reader.inclusionProof(of: position, inTreeOf: 70).root(leaf: leaf, size: 70) == root)
        #expect(
          try reader.consistencyProof(from: position, to: 70)
            .proves((position, reader.root(ofSize: position)), isPrefixOf: (70, root)))
      }
      #expect(
        try reader.rehashedRoots(ofSizes: [0, 33, 70, 71]) == [
          0: MerkleTree.emptyRoot, 33: reader.root(ofSize: 33), 70: root,
        ])
    }
  }
}
