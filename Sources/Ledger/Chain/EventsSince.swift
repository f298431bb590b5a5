// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

// What came after a place in the ledger, which has no index by kind: what counts or looks for kinds reads the events from there on.
extension LedgerReader {
  /// How many events of each kind stand at a position or after it, the most first, then by name.
  package func kinds(from position: Int) throws -> [(kind: String, count: Int)] {
    try once("kinds", String(position)) {
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT kind, count(*) AS count FROM events WHERE position >= ? GROUP BY kind ORDER BY count DESC, kind"),
        arguments: [position]
      ).map { KindCount(kind: try $0["kind"], count: try $0["count"]) }
    }.map { ($0.kind, $0.count) }
  }

  /// Whether an event of another kind stands at a position or after it. Looks no further than the first of them.
  package func hasEvents(from position: Int, but kind: String) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM events WHERE position >= ? AND kind <> ?)"),
      arguments: [position, kind]) ?? false
  }

  private struct KindCount: Sendable {
    let kind: String
    let count: Int
  }

  /// The newest events of some kinds, the newest first.
  /// - Parameters:
  ///   - start: the first position that counts.
  ///   - end: the first that counts no more; nil where all after it do.
  package func newestEvents(
    of kinds: [String], from start: Int, before end: Int? = nil, limit: Int
  ) throws -> [RecordedEvent] {
    let places = Array(repeating: "?", count: kinds.count).joined(separator: ", ")
    return try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT position, leaf FROM events WHERE position >= ? AND position < ? AND kind IN (\(places))
          ORDER BY position DESC LIMIT ?
          """),
      arguments: StatementArguments([start, end ?? Int.max]) + StatementArguments(kinds)
        + StatementArguments([limit])
    ).map { try LedgerReader.event(leaf: $0["leaf"], at: $0["position"]) }
  }

  /// The newest events about a subject, the newest first.
  package func newestEvents(about subject: String, limit: Int) throws -> [RecordedEvent] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT position, leaf FROM events WHERE subject = ? ORDER BY version DESC LIMIT ?"),
      arguments: [subject, limit]
    ).map { try LedgerReader.event(leaf: $0["leaf"], at: $0["position"]) }
  }

  /// The review of the record that came last; nil where there was none.
  package func lastAuditReview() throws -> (event: RecordedEvent, review: AuditReviewed)? {
    guard let event = try newestEvents(about: AuditReviewed.subject, limit: 1).first,
      case .audited(let review) = event.event
    else { return nil }
    return (event, review)
  }

  /// Whether each review of the record is of a tree that this ledger had, and begins where the one before ended.
  func auditReviews(_ events: [RecordedEvent]) throws -> [Finding] {
    var findings: [Finding] = []
    var last = 0
    for recorded in events {
      guard case .audited(let review) = recorded.event else { continue }
      let isOfThisLedger = try review.to <= recorded.position && root(ofSize: review.to) == review.root
      if !isOfThisLedger || review.from != last || review.to <= review.from {
        findings.append(
          Finding(
            "audit_review", "event \(recorded.position)",
            "The review by \(recorded.actor) is not of events \(last) on as this ledger has them."))
      }
      last = review.to
    }
    return findings
  }
}
