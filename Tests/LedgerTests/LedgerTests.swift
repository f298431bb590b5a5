// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Remediation
import Testing

@testable import Ledger

/// What the ledger promises, by its public face alone: append, expected version, order, gapless positions, durability.
@Suite struct LedgerTests {
  private final class Folder {
    let path = NSTemporaryDirectory() + "sopwright-ledger-\(UUID().uuidString)"
    var database: String { "\(path)/sopwright.sqlite" }
    var lock: String { "\(path)/sopwright.lock" }

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }  // what stays is in the system's temporary folder

    func create() throws -> Ledger { try Ledger.create(at: database, lock: lock, handbook: LedgerTests.noHandbook) }
    func open() throws -> Ledger { try Ledger.open(at: database, lock: lock, handbook: LedgerTests.noHandbook) }
  }

  private static let noHandbook = HandbookReading(
    contents: { $0.map { _ in .leftAlone("no handbook") } }, origin: { _, _ in nil })
  private let ana = PersonID("ana").map { Authorship(person: $0, login: "ana") }
  private let now = Timestamp(seconds: 1_780_000_000)

  private func founded(_ number: Int) -> Event { .workspaceFounded(id: "id-\(number)", zone: "UTC") }

  @Test func positionsHaveNoGapsAndVersionsCountPerSubject() throws {
    let folder = try Folder()
    let ledger = try folder.create()
    let ana = try #require(ana)
    for number in 0..<5 {
      let recorded = try ledger.write(by: ana, at: now) { try $0.append(founded(number)) }
      #expect(recorded.position == number)
      #expect(recorded.version == number + 1)
    }
    let (events, findings) = try ledger.read { try $0.auditChain() }
    #expect(events.map(\.position) == Array(0..<5))
    #expect(findings.isEmpty)
  }

  @Test func anUnexpectedVersionIsRefusedAndNothingIsWritten() throws {
    let folder = try Folder()
    let ledger = try folder.create()
    let ana = try #require(ana)
    try ledger.write(by: ana, at: now) { _ = try $0.append(founded(0), expecting: 0) }
    #expect(throws: LedgerError.versionMoved(subject: "workspace", expected: 0, present: 1)) {
      try ledger.write(by: ana, at: now) { transaction in
        try transaction.append(.handbook(.tipAdopted(from: nil, to: commit)))
        try transaction.append(founded(1), expecting: 0)
      }
    }
    #expect(try ledger.read { try $0.treeHead().size } == 1)
  }

  private var commit: CommitID {
    get throws { try #require(CommitID(String(repeating: "a", count: 40))) }
  }

  @Test func timeNeverRunsBackwards() throws {
    let folder = try Folder()
    let ledger = try folder.create()
    let ana = try #require(ana)
    try ledger.write(by: ana, at: now) { _ = try $0.append(founded(0)) }
    let earlier = try ledger.write(by: ana, at: Timestamp(seconds: 1)) { try $0.append(founded(1)) }
    #expect(earlier.at == now)
  }

  @Test func whatWasWrittenIsThereAfterOpeningAgain() throws {
    let folder = try Folder()
    let ana = try #require(ana)
    let written = try folder.create().write(by: ana, at: now) { try $0.append(founded(0)) }
    let ledger = try folder.open()
    #expect(try ledger.read { try $0.event(at: 0) } == written)
    #expect(try ledger.read { try $0.login(written.login) } == "ana")
  }

  /// Every row of every table.
  private func tables(_ path: String) throws -> [String: [String]] {
    try DatabaseQueue(path: path).read { db in
      var contents: [String: [String]] = [:]
      for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") {
        contents[table] = try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"").map(\.description)
      }
      return contents
    }
  }

  private struct Stopped: Error {}

  @Test func aRehearsalLeavesNothingAndSeesEverything() throws {
    let folder = try Folder()
    let ledger = try folder.create()
    let ana = try #require(ana)
    try ledger.write(by: ana, at: now) { _ = try $0.append(founded(0)) }
    let head = try ledger.read { try $0.treeHead() }
    let before = try tables(folder.database)
    let files = try [folder.database, folder.database + "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    let someoneElse = Authorship(person: ana.person, login: "somebody new")
    let entry = TaxonomyEntry(id: "RF-07", title: "Duplicate charge")
    func rehearse(_ isStopped: Bool) throws -> Int {
      try ledger.rehearse(by: someoneElse, at: now) { transaction in
        let document = try transaction.keep(document: Taxonomy(codes: [entry]).json.canonicalBytes)
        try transaction.append(.taxonomy(.adopted(version: 1, document: document, proposedBy: nil)))
        try transaction.keep(ErasableText(digest: document, salt: [1], text: "rehearsed"))
        #expect(try transaction.reader.requiredTaxonomy().taxonomy.codes == [entry])
        if isStopped { throw Stopped() }
        return try transaction.append(founded(1)).position
      }
    }
    for _ in 0..<2 { #expect(try rehearse(false) == 2) }
    #expect(throws: Stopped.self) { try rehearse(true) }
    #expect(try tables(folder.database) == before)
    #expect(
      try [folder.database, folder.database + "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: $0)) } == files)
    let after = try ledger.read { try $0.treeHead() }
    #expect(after.size == head.size && after.root == head.root)
    // What is read and written later knows nothing of it.
    #expect(try ledger.read { try $0.taxonomy()?.version } == nil)
    #expect(try ledger.write(by: ana, at: now) { try $0.append(founded(1)) }.position == 1)
    #expect(try ledger.read { try $0.auditChain() }.findings.isEmpty)
  }

  @Test func aRehearsalTakesItsTurn() async throws {
    let folder = try Folder()
    let ledger = try folder.create()
    let ana = try #require(ana)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        let other = try folder.open()
        group.addTask {
          for round in 0..<10 {
            if number % 2 == 0 {
              try other.write(by: ana, at: now) { _ = try $0.append(founded(round)) }
            } else {
              try other.rehearse(by: ana, at: now) { _ = try $0.append(founded(round)) }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let (events, findings) = try ledger.read { try $0.auditChain() }
    #expect(events.count == 20 && findings.isEmpty)
  }

  @Test func twoLedgersOnOneFileTakeTurns() async throws {
    let folder = try Folder()
    _ = try folder.create()
    let ana = try #require(ana)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        let ledger = try folder.open()
        group.addTask {
          for number in 0..<25 {
            try ledger.write(by: ana, at: now) { _ = try $0.append(founded(writer * 100 + number)) }
          }
        }
      }
      try await group.waitForAll()
    }
    let (events, findings) = try folder.open().read { try $0.auditChain() }
    #expect(events.count == 100)
    #expect(findings.isEmpty)
  }

  @Test func onlyOursIsOpened() throws {
    let folder = try Folder()
    #expect(throws: LedgerError.missing(folder.database)) { try folder.open() }
    try DatabaseQueue(path: folder.database).write { try $0.execute(sql: "CREATE TABLE t (x)") }
    #expect(throws: LedgerError.foreign(folder.database)) { try folder.open() }
    #expect(throws: LedgerError.exists(folder.database)) { try folder.create() }
  }

  @Test func anySingleChangedByteOfALeafIsFound() throws {
    let folder = try Folder()
    let ledger = try folder.create()
    let ana = try #require(ana)
    for number in 0..<3 { try ledger.write(by: ana, at: now) { _ = try $0.append(founded(number)) } }
    let queue = try DatabaseQueue(path: folder.database)
    let leaf = try queue.write { db in
      try db.execute(sql: "DROP TRIGGER events_never_change")
      return try Data.fetchOne(db, sql: "SELECT leaf FROM events WHERE position = 1") ?? Data()
    }
    for index in leaf.indices {
      var changed = leaf
      changed[index] ^= 1
      try queue.write { try $0.execute(sql: "UPDATE events SET leaf = ? WHERE position = 1", arguments: [changed]) }
      let findings = try ledger.read { try $0.auditChain().findings }
      #expect(findings.contains { $0.check == "leaf_hash" && $0.subject == "event 1" })
    }
  }
}
