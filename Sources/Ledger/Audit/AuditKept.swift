// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerReader {
  /// Whether everything that events name by a digest is still kept: taxonomies, SOP texts, what people wrote, personal fields and rows
  /// held back. Whether it is unchanged, `auditChain` and `auditEvidence` say.
  package func auditKept(_ events: [RecordedEvent]) throws -> [Finding] {
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
      if case .batch(let batch) = recorded.event {
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
    return findings + (try auditErased(erased)) + (try auditHandbookTip(events))
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

extension Event {
  /// Digests of documents that the event names.
  fileprivate var documents: [Digest] {
    switch self {
    case .taxonomy(.proposed(let document)), .taxonomy(.adopted(_, let document, _)): [document]
    case .change(_, .proposed(let draft)), .change(_, .revised(let draft)): [draft.content]
    case .batch(let batch): batch.map.map { [$0] } ?? []
    case .erased(let erased): [erased.rows]
    case .item(_, .opened(let opened)): opened.calendar.map { [$0] } ?? []
    default: []
    }
  }

  /// Digests of texts that people wrote and the event names.
  fileprivate var texts: [Digest] {
    switch self {
    case .item(_, .commented(let text)), .item(_, .rejectionReturned(let text)), .change(_, .returned(let text)): [text]
    case .item(_, .rejectionProposed(let proposal)): [proposal.rationale]
    case .item(_, .extensionProposed(let proposal)): [proposal.reason]
    case .item(_, .extensionReturned(let note)): [note]
    case .item(_, .paused(let pause)): [pause.reason]
    case .sop(_, .ratified(_, _, let note)), .sop(_, .reviewed(_, _, let note)): [note]
    case .change(_, .proposed(let draft)), .change(_, .revised(let draft)): [draft.summary]
    case .erased(let erased): [erased.reason]
    default: []
    }
  }
}
