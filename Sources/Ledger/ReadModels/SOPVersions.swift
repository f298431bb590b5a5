// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// One version of an SOP on the handbook's branch, as read from git.
package struct SOPVersion: Equatable, Sendable {
  /// Its commit's place among those that the branch took up.
  package var number: Int
  package var reference: SOPReference
  package var title: String?
  package var owner: String?
  /// Git's id of the file; nil where the commit deleted it, and then the rest is what the version before said.
  package var blob: String?
  /// The commit's author as it stands there.
  package var author: String
  package var committedAt: Timestamp
  /// The later of the commit's time and the effective date at 00:00 in the workspace's zone.
  package var inForceFrom: Timestamp
  package var reviewBy: CalendarDate?
  /// The file says so, or was deleted.
  package var isRetired: Bool
  /// How it came into force.
  package var origin: Origin
  /// The second person who stands by what was pushed.
  package var ratifiedBy: PersonID?
  /// Whether a second person stands by it, or it was there when the workspace began; also where it says again what such a version
  /// said last.
  package var isApproved: Bool
  /// Codes and tags that it covers, each once, in their order.
  package var keys: [RecurrenceKey]

  package enum Origin: Equatable, Sendable {
    /// It was there when the workspace began.
    case founding
    /// An approved change made it.
    case change(ChangeID)
    /// Somebody pushed it past the tool.
    case push

    package var word: String {
      switch self {
      case .founding: "founding"
      case .change: "change"
      case .push: "push"
      }
    }
  }

  /// The approved change that made it; nil for what came past the tool.
  package var change: ChangeID? {
    if case .change(let id) = origin { id } else { nil }
  }
}

/// A commit that the branch took up, and what it changed.
package struct IndexedCommit: Equatable, Sendable {
  package let id: CommitID
  package let author: String
  package let committedAt: Timestamp
  package let origin: SOPVersion.Origin
  /// Paths and git's ids of the files; nil where the commit deleted the file.
  package let files: [File]

  package struct File: Equatable, Sendable {
    package let path: SOPPath
    package let blob: String?

    package init(path: SOPPath, blob: String?) {
      self.path = path
      self.blob = blob
    }
  }

  package init(
    id: CommitID, author: String, committedAt: Timestamp, origin: SOPVersion.Origin, files: [File]
  ) {
    self.id = id
    self.author = author
    self.committedAt = committedAt
    self.origin = origin
    self.files = files
  }
}

extension LedgerTransaction {
  /// Adds commits in the order in which the branch took them up. Commits that changed no SOP leave no row.
  package func index(_ commits: [IndexedCommit]) throws {
    // For a whole history, an index made at the end takes a third of the time of one that grows with each row.
    let isMadeAfter = commits.count > 1_000
    if isMadeAfter { try db.execute(sql: "DROP INDEX sop_versions_by_blob") }
    let insertCommit = try BulkStatement(
      db,
      "INSERT INTO sop_commits (number, commit_id, author, committed_at, founding, change) VALUES (?, ?, ?, ?, ?, ?)")
    let insertVersion = try BulkStatement(db, "INSERT INTO sop_versions (path, number, blob) VALUES (?, ?, ?)")
    var number =
      try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(number) FROM sop_commits")) ?? 0
    for commit in commits where !commit.files.isEmpty {
      number += 1
      insertCommit.bind(number, at: 1)
      insertCommit.bind(commit.id.bytes, at: 2)
      insertCommit.bind(commit.author, at: 3)
      insertCommit.bind(commit.committedAt.milliseconds, at: 4)
      insertCommit.bind(commit.origin == .founding ? 1 : 0, at: 5)
      var change: Int64?
      if case .change(let id) = commit.origin { change = Int64(id.number) }
      insertCommit.bind(change, at: 6)
      try insertCommit.run()
      for file in commit.files {
        insertVersion.bind(file.path.text, at: 1)
        insertVersion.bind(number, at: 2)
        insertVersion.bind(file.blob.flatMap { [UInt8](lowerCaseHex: $0) }, at: 3)
        try insertVersion.run()
      }
    }
    if isMadeAfter { try db.execute(sql: Schema.versionsByBlob) }
  }

  func setHandbookTip(_ tip: CommitID) throws {
    try db.cachedStatement(
      sql: "INSERT INTO handbook_tip (id, commit_id) VALUES (1, ?1) ON CONFLICT DO UPDATE SET commit_id = ?1"
    ).execute(arguments: [tip.text])
  }
}

extension LedgerReader {
  /// The branch's tip as the ledger last saw it.
  package func handbookTip() throws -> CommitID? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT commit_id FROM handbook_tip")).flatMap { CommitID($0) }
  }

  /// All versions of the SOP at a path, oldest first. A file that is left alone is not among them, unless it was an SOP before.
  package func versions(at path: SOPPath) throws -> [SOPVersion] {
    try once("versions", path.text) { try readVersions(at: path) }
  }

  private func readVersions(at path: SOPPath) throws -> [SOPVersion] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: LedgerReader.joined + " WHERE path = ? ORDER BY sequence"), arguments: [path.text])
    try readAhead(rows)
    let zone = try zone()
    var versions: [SOPVersion] = []
    var approved: String?
    for row in rows {
      guard var version = try version(row, at: path, after: versions.last, zone) else { continue }
      if !version.isApproved { version.isApproved = version.blob != nil && version.blob == approved }
      if version.isApproved { approved = version.blob }
      versions.append(version)
    }
    return versions
  }

  /// Every path that ever had a file on the branch, by its bytes.
  package func everyPath() throws -> [SOPPath] {
    try String.fetchAll(db.cachedStatement(sql: "SELECT DISTINCT path FROM sop_versions ORDER BY path"))
      .map { try SOPPath($0) }
  }

  /// Paths whose file was deleted.
  package func deletedPaths() throws -> [SOPPath] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT path FROM sop_versions WHERE blob IS NULL
          AND sequence IN (SELECT max(sequence) FROM sop_versions GROUP BY path) ORDER BY path
          """)
    ).map { try SOPPath($0) }
  }

  /// The newest version of each path that came past the tool and that nobody ratified or undid, deletions too, by path.
  package func unapprovedVersions() throws -> [SOPVersion] {
    try once("unapproved versions") { try readUnapprovedVersions() }
  }

  private func readUnapprovedVersions() throws -> [SOPVersion] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT path FROM sop_versions JOIN sop_commits USING (number) WHERE founding = 0 AND change IS NULL
          AND sequence = (SELECT max(sequence) FROM sop_versions AS other WHERE other.path = sop_versions.path)
          ORDER BY path
          """)
    ).compactMap { try versions(at: SOPPath($0)).last }.filter { !$0.isApproved }
  }

  /// The newest version of each path that is there, retired ones too, by path.
  package func newestVersions() throws -> [SOPVersion] { try once("newest versions") { try readNewestVersions() } }

  private func readNewestVersions() throws -> [SOPVersion] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: LedgerReader.joined
          + " WHERE sequence IN (SELECT max(sequence) FROM sop_versions GROUP BY path) AND sop_versions.blob IS NOT NULL"
          + " ORDER BY path"))
    let zone = try zone()
    return try rows.compactMap { row in
      let path = try SOPPath(row["path"])
      guard let version = try version(row, at: path, after: nil, zone) else { return try versions(at: path).last }
      return version.isApproved ? version : try versions(at: path).last
    }
  }

  /// The version of a path in force at a time: the newest whose time has come.
  package func version(at path: SOPPath, inForceAt time: Timestamp) throws -> SOPVersion? {
    try versions(at: path).last { $0.inForceFrom <= time }
  }

  /// Changes that a commit is of: one, or none.
  package func changes(committedIn commit: CommitID) throws -> [ChangeID] {
    try Int.fetchAll(
      db.cachedStatement(sql: "SELECT DISTINCT change FROM sop_commits WHERE commit_id = ? AND change IS NOT NULL"),
      arguments: [commit.bytes.data]
    ).map(ChangeID.init)
  }

  /// Paths of which some version covers a key.
  package func paths(covering key: RecurrenceKey) throws -> [SOPPath] {
    try once("paths \(key.kind.rawValue)", key.value) { try paths(key.kind.rawValue, key.value) }
  }

  /// Paths whose newest version has this id, or that are this path.
  package func paths(named name: String) throws -> [SOPPath] {
    var found = try paths("id", name).filter { try versions(at: $0).last?.reference.id == name }
    if let path = try? SOPPath(name), !found.contains(path),  // a name need not be a path
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM sop_versions WHERE path = ? LIMIT 1"), arguments: [path.text]) != nil
    {
      found.append(path)
    }
    return found.sorted()
  }

  /// Everything that is indexed, for an audit: commits in their order.
  package func indexedCommits() throws -> [IndexedCommit] {
    var files: [Int64: [IndexedCommit.File]] = [:]
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_versions ORDER BY sequence")) {
      files[try row["number"], default: []].append(
        IndexedCommit.File(
          path: try SOPPath(row["path"]), blob: (try row["blob"] as Data?).map { [UInt8]($0).lowerCaseHex }))
    }
    return try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_commits ORDER BY number")).map { row in
      IndexedCommit(
        id: try LedgerReader.commit(row), author: try row["author"], committedAt: try row.time("committed_at"),
        origin: try LedgerReader.origin(row), files: files[try row["number"] as Int64] ?? [])
    }
  }

  /// Whether commits are numbered without gaps, each row of a version has its commit and stands after those of the commits before it, and
  /// none is of two origins.
  package func versionsAreWhole() throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT (SELECT count(*) = coalesce(max(number), 0) AND coalesce(min(number), 1) = 1 FROM sop_commits)
            AND NOT EXISTS (SELECT 1 FROM sop_commits WHERE founding NOT IN (0, 1) OR founding = 1 AND change IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM sop_versions WHERE number NOT IN (SELECT number FROM sop_commits))
            AND NOT EXISTS (
              SELECT 1 FROM (SELECT number, lag(number) OVER (ORDER BY sequence) AS before FROM sop_versions)
              WHERE number < before)
          """)) ?? false
  }

  // MARK: Rows

  static let joined = """
    SELECT number, path, sop_versions.blob AS blob, commit_id, author, committed_at, founding, change, content, problem, front_matter
    FROM sop_versions JOIN sop_commits USING (number) LEFT JOIN sop_contents ON sop_contents.blob = sop_versions.blob
    """

  private func paths(_ kind: String, _ value: String) throws -> [SOPPath] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT path FROM sop_keys JOIN sop_versions USING (blob) WHERE kind = ? AND value = ? ORDER BY path
          """),
      arguments: [kind, value]
    ).map { try SOPPath($0) }
  }

  /// Nil of a file that is left alone.
  func version(
    _ row: Row, at path: SOPPath, after last: SOPVersion?, _ zone: Zone
  ) throws -> SOPVersion? {
    let commit = try LedgerReader.commit(row)
    let committedAt = try row.time("committed_at")
    let origin = try LedgerReader.origin(row)
    let ratifiedBy = origin == .push ? try ratifier(of: path, in: commit) : nil
    let isApproved = origin != .push || ratifiedBy != nil
    switch try contents(row) {
    case .leftAlone:
      // A file that never was an SOP is none. One that was, and can no longer be read, is a version of it all the same.
      guard var unreadable = last else { return nil }
      unreadable.reference = SOPReference(
        id: unreadable.reference.id, path: path, version: unreadable.reference.version, commit: commit,
        content: MerkleTree.emptyRoot)
      unreadable.number = try row["number"]
      unreadable.blob = (try row["blob"] as Data?).map { [UInt8]($0).lowerCaseHex }
      unreadable.author = try row["author"]
      unreadable.committedAt = committedAt
      unreadable.inForceFrom = committedAt
      unreadable.origin = origin
      unreadable.ratifiedBy = ratifiedBy
      unreadable.isApproved = isApproved
      return unreadable
    case .sop(let content, let frontMatter):
      return SOPVersion(
        number: try row["number"],
        reference: SOPReference(
          id: frontMatter.id ?? path.text, path: path, version: frontMatter.version, commit: commit, content: content),
        title: frontMatter.title, owner: frontMatter.owner,
        blob: (try row["blob"] as Data?).map { [UInt8]($0).lowerCaseHex }, author: try row["author"],
        committedAt: committedAt,
        inForceFrom: zone.inForceFrom(frontMatter.effective, committedAt: committedAt),
        reviewBy: frontMatter.reviewBy, isRetired: frontMatter.isRetired, origin: origin,
        ratifiedBy: ratifiedBy, isApproved: isApproved, keys: frontMatter.keys)
    case nil:
      guard var deletion = last else { return nil }
      deletion.reference = SOPReference(
        id: deletion.reference.id, path: path, version: deletion.reference.version, commit: commit,
        content: MerkleTree.emptyRoot)
      deletion.number = try row["number"]
      deletion.blob = nil
      deletion.author = try row["author"]
      deletion.committedAt = committedAt
      deletion.inForceFrom = committedAt
      deletion.isRetired = true
      deletion.origin = origin
      deletion.ratifiedBy = ratifiedBy
      deletion.isApproved = isApproved
      deletion.keys = []
      return deletion
    }
  }

  static func commit(_ row: Row) throws -> CommitID {
    guard let commit = CommitID(bytes: [UInt8](try row["commit_id"] as Data)) else {
      throw DecodingFailure(field: "commit_id", problem: "is not the id of a commit")
    }
    return commit
  }

  private static func origin(_ row: Row) throws -> SOPVersion.Origin {
    if let change = try row["change"] as Int? { return .change(ChangeID(change)) }
    return try row["founding"] as Bool ? .founding : .push
  }
}

extension SOPFrontMatter {
  /// Codes and tags that it covers, each once, in their order.
  package var keys: [RecurrenceKey] {
    Set(codes.map { RecurrenceKey(.code, $0) } + rootCauses.map { RecurrenceKey(.rootCause, $0) }).sorted()
  }
}
