// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// One version of an SOP on the handbook's branch, as read from git.
package struct SOPVersion: Equatable, Sendable {
  package var reference: SOPReference
  package var title: String?
  package var owner: String?
  /// Git's id of the file.
  package var blob: String
  /// The commit's author as it stands there.
  package var author: String
  package var committedAt: Timestamp
  /// The later of the commit's time and the effective date at 00:00 in the workspace's zone.
  package var inForceFrom: Timestamp
  package var reviewBy: CalendarDate?
  /// The file says so, or was deleted.
  package var isRetired: Bool
  /// The approved change that made it; nil for what came past the tool.
  package var change: ChangeID?
  /// Codes and tags that it covers, each once, in their order.
  package var keys: [RecurrenceKey]

  package init(
    reference: SOPReference, title: String?, owner: String?, blob: String, author: String, committedAt: Timestamp,
    inForceFrom: Timestamp, reviewBy: CalendarDate?, isRetired: Bool, change: ChangeID?, keys: [RecurrenceKey]
  ) {
    self.reference = reference
    self.title = title
    self.owner = owner
    self.blob = blob
    self.author = author
    self.committedAt = committedAt
    self.inForceFrom = inForceFrom
    self.reviewBy = reviewBy
    self.isRetired = isRetired
    self.change = change
    self.keys = Set(keys).sorted()
  }
}

extension LedgerTransaction {
  /// Adds versions in the order in which the branch took them up.
  package func index(_ versions: [SOPVersion]) throws {
    for version in versions {
      try db.cachedStatement(
        sql: """
          INSERT INTO sop_versions (path, sop, version, title, owner, commit_id, blob, content, author, committed_at,
            in_force_from, review_by, retired, change)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        version.reference.path.text, version.reference.id, version.reference.version, version.title, version.owner,
        version.reference.commit.text, version.blob, version.reference.content.data, version.author,
        version.committedAt.milliseconds, version.inForceFrom.milliseconds, version.reviewBy?.description,
        version.isRetired, version.change?.number,
      ])
      let sequence = db.lastInsertedRowID
      for key in version.keys {
        try db.cachedStatement(sql: "INSERT INTO sop_coverage (kind, value, sequence) VALUES (?, ?, ?)")
          .execute(arguments: [key.kind.rawValue, key.value, sequence])
      }
    }
  }

  func setHandbookTip(_ tip: CommitID) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO handbook_tip (id, commit_id) VALUES (1, ?)")
      .execute(arguments: [tip.text])
  }
}

extension LedgerReader {
  /// The branch's tip as the ledger last saw it.
  package func handbookTip() throws -> CommitID? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT commit_id FROM handbook_tip")).flatMap { CommitID($0) }
  }

  /// The branch's tip when the workspace was made.
  package func foundingTip() throws -> CommitID? {
    guard case .handbook(.founded(let tip))? = try event(of: "handbook", version: 1)?.event else { return nil }
    return tip
  }

  /// All versions of the SOP at a path, oldest first.
  package func versions(at path: SOPPath) throws -> [SOPVersion] {
    try versions("WHERE path = ? ORDER BY sequence", [path.text])
  }

  /// All versions that a commit brought.
  package func versions(in commit: CommitID) throws -> [SOPVersion] {
    try versions("WHERE commit_id = ? ORDER BY sequence", [commit.text])
  }

  /// All versions, oldest first.
  package func allVersions() throws -> [SOPVersion] {
    try versions("ORDER BY sequence", [])
  }

  /// All versions that cover a key, oldest first.
  package func versions(covering key: RecurrenceKey) throws -> [SOPVersion] {
    try versions(
      "WHERE sequence IN (SELECT sequence FROM sop_coverage WHERE kind = ? AND value = ?) ORDER BY sequence",
      [key.kind.rawValue, key.value])
  }

  /// Paths whose newest version has this id, or that are this path.
  package func paths(named name: String) throws -> [SOPPath] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT path FROM sop_versions AS newest WHERE (path = ? OR sop = ?)
          AND sequence = (SELECT max(sequence) FROM sop_versions WHERE path = newest.path) ORDER BY path
          """), arguments: [name, name]
    ).map { try SOPPath($0) }
  }

  /// The newest version of each path that is not deleted or retired, by path.
  package func newestVersions() throws -> [SOPVersion] {
    try versions(
      """
      WHERE retired = 0 AND sequence = (SELECT max(sequence) FROM sop_versions AS other
        WHERE other.path = sop_versions.path) ORDER BY path
      """, [])
  }

  /// The version of a path in force at a time: the newest whose time has come.
  package func version(at path: SOPPath, inForceAt time: Timestamp) throws -> SOPVersion? {
    try versions(
      "WHERE path = ? AND in_force_from <= ? ORDER BY sequence DESC LIMIT 1", [path.text, time.milliseconds]
    ).first
  }

  private func versions(_ clause: String, _ arguments: StatementArguments) throws -> [SOPVersion] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_versions \(clause)"), arguments: arguments).map { row in
      let keys = try Row.fetchAll(
        db.cachedStatement(sql: "SELECT kind, value FROM sop_coverage WHERE sequence = ? ORDER BY kind, value"),
        arguments: [row["sequence"] as Int64]
      ).map { RecurrenceKey(try $0.choice("kind"), $0["value"]) }
      guard let commit = CommitID(row["commit_id"] as String) else {
        throw DecodingFailure(field: "commit_id", problem: "is not the id of a commit")
      }
      return SOPVersion(
        reference: SOPReference(
          id: row["sop"], path: try SOPPath(row["path"]), version: row["version"], commit: commit,
          content: try Digest(stored: row["content"])),
        title: row["title"], owner: row["owner"], blob: row["blob"], author: row["author"],
        committedAt: row.time("committed_at"), inForceFrom: row.time("in_force_from"),
        reviewBy: (row["review_by"] as String?).flatMap { CalendarDate($0) }, isRetired: row["retired"],
        change: (row["change"] as Int?).map(ChangeID.init), keys: keys)
    }
  }
}
