// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// What of a workspace a record has to hold.
package enum KeptScope: Equatable, Sendable {
  case workspace
  /// What an audit pack has: no rows that were held back, and personal fields only where they were asked for.
  case pack(withPersonal: Bool)
}

extension LedgerReader {
  /// Whether everything that events name by a digest is still kept: taxonomies, SOP texts, what people wrote, personal fields and rows
  /// held back. Whether it is unchanged, `auditChain` and `auditEvidence` say.
  package func auditKept(_ events: [RecordedEvent], of scope: KeptScope = .workspace) throws -> [Finding] {
    var findings: [Finding] = []
    let erased = try erasedRows(events.map(\.event))
    var logins = erased.logins
    for recorded in events {
      for digest in recorded.event.documents where try document(digest) == nil {
        findings.append(
          Finding("document_missing", "event \(recorded.position)", "The document that it names, \(digest), is gone."))
      }
      // Few logins have many events.
      if scope == .workspace, logins.insert(recorded.login).inserted, try login(recorded.login) == nil {
        findings.append(
          Finding("login_missing", "event \(recorded.position)", "The login under which it was recorded is gone."))
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
    let (settled, impossible) = settledRows(events)
    findings += try impossible + auditErased(erased) + auditHandbookTip(events) + auditReviews(events)
    if scope == .workspace { findings += try auditHeldBack(events, settled, erased) }
    guard scope != .pack(withPersonal: false) else { return findings }
    let personal = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT ref, name, exceptions.personal FROM exceptions JOIN sources ON sources.id = source
          LEFT JOIN personal ON personal.exception = exceptions.id
          WHERE exceptions.personal IS NOT NULL AND personal.exception IS NULL
          """))
    findings += try personal.filter { try !erased.personal.contains(Digest(stored: try $0["personal"])) }.map {
      Finding(
        "personal_missing", "exception \(try $0["name"] as String) \(try $0["ref"] as String)",
        "Its personal fields are gone.")
    }
    return findings
  }

  /// The numbers of rows that were read later and of those that were set aside, and the events that are about rows which nobody had held back.
  private func settledRows(_ events: [RecordedEvent]) -> ((read: IndexSet, aside: IndexSet), findings: [Finding]) {
    var (read, aside, held) = (IndexSet(), IndexSet(), 0)
    var findings: [Finding] = []
    for recorded in events {
      switch recorded.event {
      // Whatever an event says that somebody made up.
      case .batch(let batch): held = min(held + max(0, batch.quarantined), 1 << 53)
      case .settled(let settled):
        guard settled.rows.allSatisfy({ $0.upperBound <= held }) else {
          findings.append(
            Finding(
              "held_back_rows", "event \(recorded.position)",
              "It is about rows that no import before it held back: only \(held) were."))
          continue
        }
        for rows in settled.rows {
          read.remove(integersIn: rows)
          aside.remove(integersIn: rows)
          switch settled.outcome {
          case .read: read.insert(integersIn: rows)
          case .setAside: aside.insert(integersIn: rows)
          case .takenBack: break
          }
        }
      default: break
      }
    }
    return ((read, aside), findings)
  }

  /// Of what was held back, the number, the file, the header and what became of it follow from events. What a row says and what is wrong
  /// with it are in no hash, so that they can be erased.
  private func auditHeldBack(
    _ events: [RecordedEvent], _ settled: (read: IndexSet, aside: IndexSet), _ erased: ErasedRows
  ) throws -> [Finding] {
    var files: [Int: Digest] = [:]
    for recorded in events {
      if case .batch(let batch) = recorded.event { files[recorded.position] = batch.file }
    }
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT quarantine.id, line, file, released, position, header, min(header) OVER (PARTITION BY file) AS same_header,
            header IS NULL OR EXISTS (SELECT 1 FROM documents WHERE documents.digest = header) AS has_header
          FROM quarantine LEFT JOIN batches ON batches.id = batch ORDER BY quarantine.id
          """)
    )
    func state(_ id: Int) -> QuarantineState {
      if erased.heldBack.contains(id) { return .erased }
      return settled.read.contains(id) ? .read : settled.aside.contains(id) ? .aside : .held
    }
    // Nobody takes one out.
    return try rows.enumerated().filter { number, row in
      let file = try (row["position"] as Int?).flatMap { files[$0] }?.data ?? Data()
      return try row["id"] != number + 1 || row["file"] != file || !row["has_header"]
        || row["header"] as Data? != row["same_header"]
        || row["released"] as Int != state(row["id"]).rawValue
    }.map { _, row in
      Finding(
        "quarantine", "held back row \(try row["id"] as Int)",
        "It stands under another number, file, header or batch than it came with, or as read, set aside or erased where no event says so."
      )
    }
  }

  private func auditHandbookTip(_ events: [RecordedEvent]) throws -> [Finding] {
    guard try handbookTip() != events.handbookTip else { return [] }
    return [Finding("handbook_tip", "sop.git", "The table says another tip than the ledger saw last.")]
  }
}
