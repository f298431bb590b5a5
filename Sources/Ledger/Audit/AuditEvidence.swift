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
    let batches = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT batches.*, name FROM batches JOIN sources ON sources.id = source ORDER BY batches.id"))
    var byPosition = Dictionary(uniqueKeysWithValues: batches.map { ($0["position"] as Int, $0) })
    for recorded in events {
      guard case .batch(let received) = recorded.event else { continue }
      let subject = "batch \(received.digest)"
      guard let row = byPosition.removeValue(forKey: recorded.position) else {
        findings.append(
          Finding("batch_missing", subject, "The ledger has this batch, and the table of batches has not."))
        continue
      }
      if row["digest"] != received.digest.data || row["records"] != received.records || row["name"] != received.source
        || row["taxonomy"] != received.taxonomy || row["received_at"] != recorded.at.milliseconds
        || row["first"] != next
      {
        findings.append(Finding("batch_columns", subject, "Its row says something else than its event."))
      }
      findings += try auditRecords(of: row["id"], from: next, received, subject)
      next += Int64(received.records)
    }
    findings += byPosition.values.map {
      Finding("batch_unknown", "batch \($0["id"] as Int64)", "The table of batches has it, and the ledger has not.")
    }
    return try findings + auditStrays(from: next) + auditSuperseded() + auditTags()
  }

  private func auditRecords(
    of batch: Int64, from first: Int64, _ received: BatchReceived, _ subject: String
  ) throws -> [Finding] {
    var findings: [Finding] = []
    var leaves = MerkleFrontier()
    var canonical: [UInt8] = []
    var expected = first
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT exceptions.*, ? AS source_name, salt, fields FROM exceptions
          LEFT JOIN personal ON personal.exception = exceptions.id
          WHERE id >= ? AND id < ? ORDER BY id
          """), arguments: [received.source, first, first + Int64(received.records)])
    while let row = try cursor.next() {
      let record = LedgerReader.record(row)
      let name = "exception \(record.source) \(record.reference)"
      let id: Int64 = row["id"]
      if id != expected || row["batch"] != batch {
        findings.append(
          Finding("record_order", name, "A record before it was taken out, or it was moved to another batch."))
      }
      expected = id + 1
      let personal = (row["personal"] as Data?).flatMap { Digest(bytes: [UInt8]($0)) }
      canonical.removeAll(keepingCapacity: true)
      record.appendCanonical(to: &canonical, personal: personal)
      let stored = row["leaf"] as Data
      if MerkleTree.leaf(canonical).data != stored {
        findings.append(Finding("record_leaf", name, "The record was changed: it does not have its stored leaf."))
      }
      if let salt = row["salt"] as Data?, let fields = row["fields"] as Data?,
        MerkleTree.salted([UInt8](salt), [UInt8](fields)) != personal
      {
        findings.append(
          Finding("personal_digest", name, "Its personal fields were changed: they do not have their digest."))
      }
      if let leaf = Digest(bytes: [UInt8](stored)) { leaves.append(leaf) }
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
    try String.fetchAll(db.cachedStatement(sql: "SELECT ref FROM exceptions WHERE id >= ?"), arguments: [next]).map {
      Finding("record_unknown", "exception \($0)", "The record belongs to no batch of the ledger.")
    }
  }

  private func auditSuperseded() throws -> [Finding] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT ref FROM (
            SELECT ref, superseded_by, lead(id) OVER (PARTITION BY source, ref ORDER BY id) AS following FROM exceptions)
          WHERE superseded_by IS NOT following
          """)
    ).map { Finding("superseded", "exception \($0)", "It is not marked as superseded by the record that followed it.") }
  }

  private func auditTags() throws -> [Finding] {
    var findings = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT tag, ref FROM tags LEFT JOIN exceptions ON exceptions.id = tags.exception
          WHERE exceptions.id IS NULL OR superseded_by IS NOT NULL OR exceptions.occurred_at <> tags.occurred_at
            OR instr(' ' || root_causes || ' ', ' ' || tag || ' ') = 0
          """)
    ).map { row in
      Finding(
        "tags", "exception \(row["ref"] as String? ?? "?")",
        "It is listed under the tag \(row["tag"] as String) wrongly.")
    }
    let listed = try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM tags")) ?? 0
    let expected =
      try Int.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT sum(length(root_causes) - length(replace(root_causes, ' ', '')) + 1) FROM exceptions
            WHERE superseded_by IS NULL AND root_causes IS NOT NULL
            """)) ?? 0
    if listed != expected {
      findings.append(Finding("tags", "tags", "\(expected) tags of exceptions should be listed, and \(listed) are."))
    }
    return findings
  }
}
