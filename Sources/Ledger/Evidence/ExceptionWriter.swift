// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Remediation

/// Stores the records of one batch: finds what is known of each, hashes it, inserts it. Statements are bound through SQLite's C
/// interface, because this is where an import spends its time.
struct ExceptionWriter {
  private(set) var outcome = BatchOutcome()
  private(set) var leaves = MerkleFrontier()
  private(set) var movements: [RecurrenceKey: KeyMovement] = [:]
  /// Records stored, and the id of the first.
  private(set) var stored = 0
  let first: Int64
  /// Tags of the records stored, to be written at the end.
  private var tags: [(tag: String, time: Int64, id: Int64)] = []

  private let source: Int64
  private let batch: Int64
  private let find: BulkStatement
  private let findPersonal: BulkStatement
  private let insert: BulkStatement
  private let insertTag: BulkStatement
  private let insertPersonal: BulkStatement
  private let supersede: BulkStatement
  private let deleteTag: BulkStatement

  init(db: Database, source: Int64, batch: Int64) throws {
    self.source = source
    self.batch = batch
    first = (try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM exceptions")) ?? 0) + 1
    find = try BulkStatement(
      db,
      """
      SELECT id, leaf, personal, updated_at, occurred_at, code, root_causes, amount, currency FROM exceptions
      WHERE source = ? AND ref = ? AND superseded_by IS NULL
      """)
    findPersonal = try BulkStatement(db, "SELECT salt FROM personal WHERE exception = ?")
    insert = try BulkStatement(
      db,
      """
      INSERT INTO exceptions (id, batch, line, source, ref, occurred_at, code, raw_code, root_causes, raw_root_cause,
        team, severity, status, case_ref, amount, currency, deviation, resolved_at, updated_at, personal, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (source, ref) WHERE superseded_by IS NULL DO NOTHING
      """)
    insertTag = try BulkStatement(db, "INSERT INTO tags (run, tag, occurred_at, exception) VALUES (?, ?, ?, ?)")
    insertPersonal = try BulkStatement(db, "INSERT INTO personal (exception, salt, fields) VALUES (?, ?, ?)")
    supersede = try BulkStatement(db, "UPDATE exceptions SET superseded_by = ? WHERE id = ?")
    deleteTag = try BulkStatement(
      db, "DELETE FROM tags WHERE run = ? AND tag = ? AND occurred_at = ? AND exception = ?")
  }

  mutating func receive(_ new: PreparedRecord) throws {
    var received = new
    let record = received.record
    // Most are new, and the index of references says so when they are inserted: to look first would be to search it twice.
    if try insert(received) {
      outcome.new += 1
    } else {
      guard let known = try known(record.reference) else {
        throw LedgerError.damaged(position: 0, "\(record.reference) is in the index of references and nowhere else.")
      }
      if let stored = known.updatedAt, let updated = record.updatedAt, updated.milliseconds < stored {
        outcome.duplicate += 1
        return
      }
      if try isSame(received, as: known) {
        outcome.duplicate += 1
        return
      }
      if try isReclassified(received, from: known) { outcome.reclassified += 1 }
      try supersede(known)
      outcome.amended += 1
      if try isErased(known) { received = received.withoutPersonal(but: known.personal) }
      guard try insert(received) else { throw LedgerError.damaged(position: 0, "\(record.reference) stands twice.") }
    }
    try noteStored(received)
  }

  /// Stores a record of another database's evidence: it is known that it is no duplicate, so what stands under its reference is
  /// superseded.
  mutating func replay(_ recorded: PreparedRecord) throws {
    if try !insert(recorded) {
      guard let known = try known(recorded.record.reference) else {
        throw LedgerError.damaged(
          position: 0, "\(recorded.record.reference) is in the index of references and nowhere else.")
      }
      try supersede(known)
      outcome.amended += 1
      guard try insert(recorded) else {
        throw LedgerError.damaged(position: 0, "\(recorded.record.reference) stands twice.")
      }
    } else {
      outcome.new += 1
    }
    try noteStored(recorded)
  }

  /// Writes the tags, in the order of their table: a search for each on its own would read most of it.
  mutating func finish() throws {
    tags.sort {
      let (run, other) = (ExceptionRun.of($0.id), ExceptionRun.of($1.id))
      guard run == other else { return run < other }
      return $0.tag != $1.tag ? $0.tag < $1.tag : ($0.time, $0.id) < ($1.time, $1.id)
    }
    for entry in tags { try run(insertTag, entry.tag, entry.time, entry.id) }
    tags = []
  }

  private func run(_ statement: BulkStatement, _ tag: String, _ time: Int64, _ exception: Int64) throws {
    statement.bind(ExceptionRun.of(exception), at: 1)
    statement.bind(tag, at: 2)
    statement.bind(time, at: 3)
    statement.bind(exception, at: 4)
    try statement.run()
  }

  // MARK: What is known

  private struct Known {
    let id: Int64
    let leaf: [UInt8]
    let personal: Digest?
    let updatedAt: Int64?
    let occurrence: KeyMovement.Occurrence
    let code: String
    let rootCauses: [String]
  }

  private func known(_ reference: String) throws -> Known? {
    find.bind(source, at: 1)
    find.bind(reference, at: 2)
    defer { find.reset() }
    guard try find.step() else { return nil }
    return Known(
      id: find.int(0) ?? 0, leaf: find.bytes(1), personal: Digest(bytes: find.bytes(2)), updatedAt: find.int(3),
      occurrence: .init(time: find.int(4) ?? 0, amount: find.int(7), currency: find.text(8)),
      code: find.text(5) ?? "", rootCauses: find.text(6)?.split(separator: " ").map(String.init) ?? [])
  }

  /// Whether the record would have the leaf that is stored. What was erased counts as equal: it is not restored.
  private func isSame(_ received: PreparedRecord, as known: Known) throws -> Bool {
    var digest = known.personal
    if known.personal != nil || !received.personal.isEmpty {
      findPersonal.bind(known.id, at: 1)
      defer { findPersonal.reset() }
      if try findPersonal.step() {
        digest = received.personal.isEmpty ? nil : MerkleTree.salted(findPersonal.bytes(0), received.personal)
      } else if known.personal == nil {
        return false
      }
    }
    return received.leaf(withPersonal: digest).bytes == known.leaf
  }

  /// Whether it had personal fields that are gone. An amendment does not bring them back.
  private func isErased(_ known: Known) throws -> Bool {
    guard known.personal != nil else { return false }
    findPersonal.bind(known.id, at: 1)
    defer { findPersonal.reset() }
    return try !findPersonal.step()
  }

  /// Whether the record differs in code and tags alone: the same row, read by another map or taxonomy.
  private func isReclassified(_ received: PreparedRecord, from known: Known) throws -> Bool {
    var record = received.record
    (record.code, record.rootCauses) = (known.code, known.rootCauses)
    return try isSame(received.saying(record), as: known)
  }

  private mutating func supersede(_ known: Known) throws {
    supersede.bind(first + Int64(stored), at: 1)
    supersede.bind(known.id, at: 2)
    try supersede.run()
    movements[RecurrenceKey(.code, known.code), default: KeyMovement()].removed.append(known.occurrence)
    // A record of this batch has its tags written at the end.
    if known.id >= first {
      tags.removeAll { $0.id == known.id }
    }
    for tag in known.rootCauses {
      try run(deleteTag, tag, known.occurrence.time, known.id)
      movements[RecurrenceKey(.rootCause, tag), default: KeyMovement()].removed.append(known.occurrence)
    }
  }

  // MARK: Storing

  /// Whether it was inserted: not where its reference is known.
  private func insert(_ received: PreparedRecord) throws -> Bool {
    bind(
      received.record, id: first + Int64(stored), line: received.line, personal: received.personalDigest,
      leaf: received.leaf)
    try insert.run()
    return insert.hasChanged
  }

  private mutating func noteStored(_ received: PreparedRecord) throws {
    let record = received.record
    let id = first + Int64(stored)
    if !received.personal.isEmpty {
      insertPersonal.bind(id, at: 1)
      insertPersonal.bind(received.salt, at: 2)
      insertPersonal.bind(received.personal, at: 3)
      try insertPersonal.run()
    }
    leaves.append(received.leaf)
    let occurrence = KeyMovement.Occurrence(
      time: record.occurredAt.milliseconds, amount: record.amount, currency: record.currency)
    movements[RecurrenceKey(.code, record.code), default: KeyMovement()].added.append(occurrence)
    for tag in record.rootCauses {
      tags.append((tag, occurrence.time, id))
      movements[RecurrenceKey(.rootCause, tag), default: KeyMovement()].added.append(occurrence)
    }
    stored += 1
  }

  private func bind(_ record: ExceptionRecord, id: Int64, line: Int, personal: Digest?, leaf: Digest) {
    insert.bind(id, at: 1)
    insert.bind(batch, at: 2)
    insert.bind(Int64(line), at: 3)
    insert.bind(source, at: 4)
    insert.bind(record.reference, at: 5)
    insert.bind(record.occurredAt.milliseconds, at: 6)
    insert.bind(record.code, at: 7)
    insert.bind(record.rawCode, at: 8)
    insert.bind(record.rootCauses.isEmpty ? nil : record.rootCauses.joined(separator: " "), at: 9)
    insert.bind(record.rawRootCause, at: 10)
    insert.bind(record.team, at: 11)
    insert.bind(record.severity, at: 12)
    insert.bind(record.status, at: 13)
    insert.bind(record.caseReference, at: 14)
    insert.bind(record.amount, at: 15)
    insert.bind(record.currency, at: 16)
    insert.bind(record.deviation, at: 17)
    insert.bind(record.resolvedAt?.milliseconds, at: 18)
    insert.bind(record.updatedAt?.milliseconds, at: 19)
    insert.bind(personal, at: 20)
    insert.bind(leaf, at: 21)
  }
}
