// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// The records of a pack, batch by batch, in the order of the ledger.
final class PackEvidence {
  private unowned let audit: PackAudit
  private var lines: PackLines?
  private var personal: PackLines?
  /// Personal fields that were read and belong to a record further on.
  private var waiting: PackPersonalFields?
  /// Lines read so far: the id of the last record.
  private var read = 0
  /// The event that is replayed next.
  var nextEvent = 0

  init(_ audit: PackAudit, hasPersonal: Bool) {
    self.audit = audit
    audit.check(PackPart.records) { lines = try PackLines(audit.folder, PackPart.records) }
    if hasPersonal { audit.check(PackPart.personal) { personal = try PackLines(audit.folder, PackPart.personal) } }
  }

  /// The records of the next batch, as far as they can be read, checked against its digest.
  func records(of received: BatchReceived) -> [PreparedRecord] {
    var records: [PreparedRecord] = []
    var leaves = MerkleFrontier()
    let subject = "batch \(received.digest)"
    let first = read + 1
    guard received.records <= BatchReceived.mostRecords else {
      audit.find("records_missing", subject, "No batch has \(received.records) records.")
      return []
    }
    audit.check(PackPart.records) {
      while leaves.size < received.records, let line = try lines?.next() {
        read += 1
        leaves.append(MerkleTree.leaf(line))
        do {
          let fields = try personalFields()
          records.append(
            try PreparedRecord(canonicalBytes: line, personal: fields?.fields ?? [], salt: fields?.salt ?? []))
        } catch {
          audit.find("record_bytes", "\(PackPart.records) line \(read)", PackAudit.sentence(error))
        }
      }
    }
    if leaves.size != received.records {
      audit.find("records_missing", subject, "It had \(received.records) records, and \(leaves.size) are there.")
    } else if leaves.root != received.digest {
      audit.find(
        "batch_digest", subject,
        "Its records, the lines \(first) to \(read) of \(PackPart.records), do not have its digest: one was changed.")
    }
    audit.progress()
    return records
  }

  /// What is left belongs to no batch.
  func finish() {
    audit.check(PackPart.records) {
      if try lines?.next() != nil {
        audit.find("record_unknown", "\(PackPart.records) line \(read + 1)", "It belongs to no batch of the ledger.")
      }
    }
    audit.check(PackPart.personal) {
      if let rest = try waiting ?? nextPersonalFields() {
        audit.find("personal_unknown", "record \(rest.record)", "There is no such record after the one before it.")
      }
    }
  }

  /// Those of the record that was read last; nil where it has none here.
  private func personalFields() throws -> PackPersonalFields? {
    if waiting == nil { waiting = try nextPersonalFields() }
    guard let fields = waiting, fields.record == read else { return nil }
    waiting = nil
    return fields
  }

  private func nextPersonalFields() throws -> PackPersonalFields? {
    try personal?.next().map { try PackPersonalFields(canonicalBytes: $0) }
  }
}
