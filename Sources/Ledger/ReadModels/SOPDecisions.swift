// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// What somebody said of a version of an SOP: that it stands, that it was reviewed, that it was read; or that its review came due.
package struct SOPDecision: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case ratified, reviewed, read
    case reviewDue = "review_due"
  }

  package let kind: Kind
  package let path: SOPPath
  package let commit: CommitID
  package let person: PersonID
  package let at: Timestamp
  /// When the next review is due, or came due; of reviews alone.
  package let next: CalendarDate?
}

extension SOPDecision {
  init(_ event: SOPEvent, by person: PersonID, at time: Timestamp) {
    var next: CalendarDate?
    let kind: Kind
    switch event {
    case .ratified: kind = .ratified
    case .reviewed(_, let date, _):
      kind = .reviewed
      next = date
    case .read: kind = .read
    case .reviewDue(_, let date):
      kind = .reviewDue
      next = date
    }
    self.init(
      kind: kind, path: event.reference.path, commit: event.reference.commit, person: person, at: time, next: next)
  }
}

extension LedgerTransaction {
  func project(_ event: SOPEvent, _ recorded: RecordedEvent) throws {
    let decision = SOPDecision(event, by: recorded.actor, at: recorded.at)
    try db.cachedStatement(
      sql: """
        INSERT INTO sop_decisions (position, kind, path, commit_id, person, at, next) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      recorded.position, decision.kind.rawValue, decision.path.text, decision.commit.bytes.data,
      decision.person.text, decision.at.milliseconds, decision.next?.description,
    ])
    try addToHistory(of: recorded.event.subject, recorded.position)
  }
}

extension LedgerTransaction {
  /// Notes that the reviews that are due on a day were looked for.
  package func noteReviews(lookedForOn day: CalendarDate) throws {
    try db.cachedStatement(sql: "UPDATE handbook_tip SET reviews_looked_for = ?").execute(arguments: [day.daysSince1970]
    )
  }
}

extension LedgerReader {
  /// The last day on which reviews were looked for, in days since 1970-01-01; nil where none was.
  package func reviewsLookedFor() throws -> Int? {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT reviews_looked_for FROM handbook_tip"))
  }

  /// Whether nobody has looked yet which reviews are due on a day.
  package func mustLookForReviews(on day: CalendarDate) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT coalesce(reviews_looked_for, -1) < ? FROM handbook_tip"),
      arguments: [day.daysSince1970]) ?? false
  }

  /// Everything that was said of an SOP, oldest first; of all SOPs where no path is given.
  package func decisions(at path: SOPPath? = nil) throws -> [SOPDecision] {
    let rows = try path.map {
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM sop_decisions WHERE path = ? ORDER BY position"), arguments: [$0.text])
    }
    return try (rows ?? Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_decisions ORDER BY position"))).map {
      SOPDecision(
        kind: try $0.choice("kind"), path: try SOPPath($0["path"]), commit: try LedgerReader.commit($0),
        person: try $0.person("person"), at: try $0.time("at"),
        next: try ($0["next"] as String?).map { text in
          guard let date = CalendarDate(text) else { throw LedgerError.unreadable(column: "next") }
          return date
        })
    }
  }

  /// Who ratified a version; nil where nobody did.
  func ratifier(of path: SOPPath, in commit: CommitID) throws -> PersonID? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT person FROM sop_decisions WHERE path = ? AND commit_id = ? AND kind = 'ratified'"),
      arguments: [path.text, commit.bytes.data]
    ).map { try $0.person("person") }
  }
}
