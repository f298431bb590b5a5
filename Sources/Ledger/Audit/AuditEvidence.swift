// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

extension LedgerReader {
  /// Recomputes the leaf of every record and the root of every batch, and what is derived from records alone.
  /// - Parameter events: the ledger's, from `auditChain`.
  package func auditEvidence(_ events: [RecordedEvent]) throws -> [Finding] {
    var findings: [Finding] = []
    var next: Int64 = 1
    var tags = TagSum()
    let batches = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT batches.*, name FROM batches LEFT JOIN sources ON sources.id = source ORDER BY batches.id"))
    var byPosition = Dictionary(try batches.map { (try $0["position"] as Int, $0) }) { first, _ in first }
    for recorded in events {
      guard case .batch(let received) = recorded.event else { continue }
      let subject = "batch \(received.digest)"
      guard let row = byPosition.removeValue(forKey: recorded.position) else {
        findings.append(
          Finding("batch_missing", subject, "The ledger has this batch, and the table of batches has not."))
        continue
      }
      if try row["digest"] != received.digest.data || row["records"] != received.records
        || row["name"] as String? != received.source
        || row["taxonomy"] != received.taxonomy || row["received_at"] != recorded.at.milliseconds
        || row["first"] != next
      {
        findings.append(Finding("batch_columns", subject, "Its row says something else than its event."))
      }
      // Every batch has at most so many; more stands in an event that was changed, which is found by its hash.
      guard (0...BatchReceived.mostRecords).contains(received.records) else { continue }
      findings += try auditRecords(of: row, from: next, received, subject, &tags)
      next += Int64(received.records)
    }
    findings += try byPosition.values.map {
      Finding("batch_unknown", "batch \(try $0["id"] as Int64)", "The table of batches has it, and the ledger has not.")
    }
    return try findings + auditStrays(from: next) + auditSuperseded() + auditTags(tags) + auditSpacing()
      + auditStrayFields()
  }

  private func auditRecords(
    of batch: Row, from first: Int64, _ received: BatchReceived, _ subject: String,
    _ tags: inout TagSum
  ) throws -> [Finding] {
    var findings: [Finding] = []
    var leaves = MerkleFrontier()
    var canonical: [UInt8] = []
    var expected = first
    let (number, source) = (try batch["id"] as Int64, try batch["source"] as Int64)
    let statement = try db.cachedStatement(
      sql: """
        SELECT exceptions.*, ? AS source_name, salt, fields FROM exceptions
        LEFT JOIN personal ON personal.exception = exceptions.id
        WHERE id >= ? AND id < ? ORDER BY id
        """)
    let columns = try AuditedColumns(of: statement)
    let cursor = try Row.fetchCursor(
      statement, arguments: [received.source, first, first + Int64(received.records)])
    while let row = try cursor.next() {
      let record = try columns.record.record(row)
      var name: String { "exception \(record.source) \(record.reference)" }
      let id = try columns.id.of(row)
      if try id != expected || columns.batch.of(row) != number {
        findings.append(
          Finding("record_order", name, "A record before it was taken out, or it was moved to another batch."))
      }
      expected = id + 1
      if try columns.supersededBy.of(row) == nil {
        for tag in record.rootCauses { tags.add(tag, record.occurredAt.milliseconds, id) }
      }
      let personal = try columns.personal.of(row).flatMap { Digest(bytes: [UInt8]($0)) }
      canonical.removeAll(keepingCapacity: true)
      record.appendCanonical(to: &canonical, personal: personal)
      let stored = Digest(bytes: [UInt8](try columns.leaf.of(row)))
      if MerkleTree.leaf(canonical) != stored {
        findings.append(Finding("record_leaf", name, "The record was changed: it does not have its stored leaf."))
      }
      if let salt = try columns.salt.of(row), let fields = try columns.fields.of(row),
        salt.count != MerkleTree.saltLength || MerkleTree.salted([UInt8](salt), [UInt8](fields)) != personal
      {
        findings.append(
          Finding("personal_digest", name, "Its personal fields were changed: they do not have their digest."))
      }
      if try columns.source.of(row) != source {
        findings.append(Finding("record_source", name, "It stands under another source than its batch."))
      }
      if let stored { leaves.append(stored) }
    }
    if leaves.size != received.records {
      findings.append(
        Finding("records_missing", subject, "It had \(received.records) records, and \(leaves.size) are there."))
    } else if leaves.root != received.digest {
      findings.append(
        Finding(
          "batch_digest", subject,
          "Its records do not have the batch's digest: a record was changed together with its leaf."))
    }
    return findings
  }

  private func auditStrays(from next: Int64) throws -> [Finding] {
    try String.fetchAll(
      db.cachedStatement(sql: "SELECT ref FROM exceptions WHERE id >= ? OR id < 1"), arguments: [next]
    ).map {
      Finding("record_unknown", "exception \($0)", "The record belongs to no batch of the ledger.")
    }
  }

  private func auditStrayFields() throws -> [Finding] {
    try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT personal.exception FROM personal LEFT JOIN exceptions ON exceptions.id = personal.exception
          WHERE exceptions.personal IS NULL
          """)
    ).map {
      Finding(
        "personal_unknown", "record \($0)",
        "There are personal fields of a record that has none, or that the ledger does not have.")
    }
  }

  /// Each record points to the one that followed it under its reference, and one stands. Looks at amended ones only; that nothing
  /// else stands twice, the index of references says in its own order.
  private func auditSuperseded() throws -> [Finding] {
    let unmarked = try String.fetchAll(
      db.cachedStatement(
        sql: """
          WITH old AS (SELECT id, source, ref, superseded_by FROM exceptions WHERE superseded_by IS NOT NULL),
          chain AS (
            SELECT * FROM old UNION ALL
            SELECT new.id, new.source, new.ref, new.superseded_by
            FROM (SELECT DISTINCT source, ref FROM old) AS amended JOIN exceptions AS new
              ON new.source = amended.source AND new.ref = amended.ref AND new.superseded_by IS NULL)
          SELECT ref FROM (
            SELECT ref, superseded_by, lead(id) OVER (PARTITION BY source, ref ORDER BY id) AS following FROM chain)
          WHERE superseded_by IS NOT following
          """))
    let twice = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT ref FROM exceptions WHERE superseded_by IS NULL
          GROUP BY source, ref HAVING count(*) > 1
          """))
    return Set(unmarked + twice).sorted().map {
      Finding("superseded", "exception \($0)", "It is not marked as superseded by the record that followed it.")
    }
  }

  /// Tags stand one blank apart: so whoever makes a record's leaf by hand comes to the same.
  private func auditSpacing() throws -> [Finding] {
    try String.fetchAll(
      db.cachedStatement(
        sql: "SELECT ref FROM exceptions WHERE instr(' ' || root_causes || ' ', '  ') AND root_causes <> ''")
    ).map {
      Finding("record_tags", "exception \($0)", "Its tags are not written one blank apart.")
    }
  }

  /// - Parameter expected: of the tags that the records have.
  private func auditTags(_ expected: TagSum) throws -> [Finding] {
    var listed = TagSum(like: expected)
    let statement = try db.cachedStatement(sql: "SELECT run, tag, occurred_at, exception FROM tags")
    let (run, tag) = (try StoredColumn<Int64>("run", of: statement), try StoredColumn<String>("tag", of: statement))
    let time = try StoredColumn<Int64>("occurred_at", of: statement)
    let exception = try StoredColumn<Int64>("exception", of: statement)
    let all = try Row.fetchCursor(statement)
    var isInItsRun = true
    while let row = try all.next() {
      let id = try exception.of(row)
      // In another run nobody finds it.
      if try run.of(row) == ExceptionRun.of(id) {
        listed.add(try tag.of(row), try time.of(row), id)
      } else {
        isInItsRun = false
      }
    }
    // To look for each tag's record takes as long as everything else, so only where something is wrong.
    guard listed != expected || !isInItsRun else { return [] }
    var findings = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT tag, ref FROM tags LEFT JOIN exceptions ON exceptions.id = tags.exception
          WHERE exceptions.id IS NULL OR superseded_by IS NOT NULL OR exceptions.occurred_at <> tags.occurred_at
            OR exceptions.run <> tags.run
            OR instr(' ' || root_causes || ' ', ' ' || tag || ' ') = 0
          """)
    ).map { row in
      Finding(
        "tags", "exception \(try row["ref"] as String? ?? "?")",
        "It is listed under the tag \(try row["tag"] as String) wrongly.")
    }
    if findings.isEmpty {
      findings.append(
        Finding("tags", "tags", "\(expected.count) tags of exceptions should be listed, and \(listed.count) are."))
    }
    return findings
  }
}

/// What the audit reads of each record.
private struct AuditedColumns {
  let record: RecordColumns
  let id, batch, source: StoredColumn<Int64>
  let supersededBy: StoredColumn<Int64?>
  let leaf: StoredColumn<Data>
  let personal, salt, fields: StoredColumn<Data?>

  init(of statement: Statement) throws {
    record = try RecordColumns(of: statement)
    id = try StoredColumn("id", of: statement)
    batch = try StoredColumn("batch", of: statement)
    source = try StoredColumn("source", of: statement)
    supersededBy = try StoredColumn("superseded_by", of: statement)
    leaf = try StoredColumn("leaf", of: statement)
    personal = try StoredColumn("personal", of: statement)
    salt = try StoredColumn("salt", of: statement)
    fields = try StoredColumn("fields", of: statement)
  }
}

/// A sum over tags, in whatever order they are added: two that differ in a tag differ, but for one chance in 2^64. The key is random,
/// so nobody can aim at it.
private struct TagSum: Equatable {
  private(set) var count = 0
  private var sum: UInt64 = 0
  private let key: UInt64

  init() { key = UInt64.random(in: .min ... .max) }

  init(like other: TagSum) { key = other.key }

  mutating func add(_ tag: String, _ time: Int64, _ exception: Int64) {
    var hasher = Hasher()
    hasher.combine(key)
    hasher.combine(tag)
    hasher.combine(time)
    hasher.combine(exception)
    sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
    count += 1
  }

  static func == (left: TagSum, right: TagSum) -> Bool { left.count == right.count && left.sum == right.sum }
}
