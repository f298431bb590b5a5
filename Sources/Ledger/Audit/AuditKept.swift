// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// What of a workspace a record has to hold.
package enum KeptScope: Sendable {
  case workspace
  /// What an audit pack has: no rows that were held back, and personal fields only where they were asked for.
  case pack
}

extension LedgerReader {
  /// Whether everything that events name by a digest is still kept: taxonomies, SOP texts, what people wrote, personal fields and rows
  /// held back. Whether it is unchanged, `auditChain` and `auditEvidence` say.
  package func auditKept(_ events: [RecordedEvent], of scope: KeptScope = .workspace) throws -> [Finding] {
    var findings: [Finding] = []
    let erased = try erasedRows(events.map(\.event))
    for recorded in events {
      for digest in recorded.event.documents where try document(digest) == nil {
        findings.append(
          Finding("document_missing", "event \(recorded.position)", "The document that it names, \(digest), is gone."))
      }
      for digest in recorded.event.texts where try !erased.texts.contains(digest) && text(digest) == nil {
        findings.append(Finding("text_missing", "event \(recorded.position)", "The text that it names is gone."))
      }
      if case .batch(let batch) = recorded.event, scope == .workspace {
        let held = try Int.fetchOne(
          db.cachedStatement(
            sql: "SELECT count(*) FROM quarantine JOIN batches ON batches.id = batch WHERE position = ?"),
          arguments: [recorded.position])
        if held != batch.quarantined {
          findings.append(
            Finding(
              "quarantine", "batch \(batch.digest)",
              "It held back \(batch.quarantined) rows, and \(held ?? 0) are kept."))
        }
      }
    }
    findings += try auditErased(erased) + auditHandbookTip(events)
    guard scope == .workspace else { return findings }
    let personal = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT ref, name, exceptions.personal FROM exceptions JOIN sources ON sources.id = source
          LEFT JOIN personal ON personal.exception = exceptions.id
          WHERE exceptions.personal IS NOT NULL AND personal.exception IS NULL
          """))
    findings += try personal.filter { try !erased.personal.contains(Digest(stored: $0["personal"])) }.map {
      Finding(
        "personal_missing", "exception \($0["name"] as String) \($0["ref"] as String)", "Its personal fields are gone.")
    }
    return findings
  }

  private func auditHandbookTip(_ events: [RecordedEvent]) throws -> [Finding] {
    var tip: CommitID?
    for recorded in events {
      switch recorded.event {
      case .handbook(.founded(let commit)), .handbook(.tipAdopted(_, let commit)): tip = commit
      case .change(_, .committed(let committed)): tip = committed.sop.commit
      default: break
      }
    }
    guard try handbookTip() != tip else { return [] }
    return [Finding("handbook_tip", "sop.git", "The table says another tip than the ledger saw last.")]
  }
}
