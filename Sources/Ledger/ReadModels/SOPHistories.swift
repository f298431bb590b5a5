// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// Versions through renames and copies.
extension LedgerReader {
  /// The versions that led to what is at a path now, oldest first: its own, and before a commit that added it, those of the file that
  /// it was made from, as `git log --follow` finds them.
  /// - Parameter throughCopies: whether a copy goes on with the file that it was copied from, which is still there; a rename always does.
  package func followed(_ path: SOPPath, throughCopies: Bool) throws -> [SOPVersion] {
    var followed: [SOPVersion] = []
    var path = path
    var rest = try versions(at: path)[...]
    while let version = rest.popLast() {
      followed.append(version)
      guard version.blob != nil, rest.last?.blob == nil,
        let origin = try origin(of: path, in: version.reference.commit), throughCopies || !origin.isCopy
      else { continue }
      path = origin.source
      rest = try versions(at: path)[...].prefix { $0.number < version.number }
    }
    return followed.reversed()
  }

  /// SOPs that are there and whose newest addition nobody has looked behind, or whose lines nobody has; by path.
  /// - Parameter versions: lines are only kept of what has more of them, at this path.
  package func unfollowedSOPs(ofMoreThan versions: Int) throws -> [SOPPath] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          WITH present AS (
            SELECT path, count(*) AS versions, coalesce(max(sequence) FILTER (WHERE blob IS NULL), -1) AS deleted
            FROM sop_versions GROUP BY path HAVING max(sequence) > deleted
          ), added AS (
            SELECT path, versions,
              (SELECT number FROM sop_versions WHERE path = present.path AND sequence > deleted ORDER BY sequence LIMIT 1)
              AS number
            FROM present
          )
          SELECT added.path FROM added JOIN sop_commits USING (number)
          LEFT JOIN sop_origins USING (path, commit_id) LEFT JOIN sop_lines ON sop_lines.path = added.path
          WHERE sop_origins.path IS NULL OR (versions > ? AND sop_lines.path IS NULL) ORDER BY added.path
          """), arguments: [versions]
    ).map { try SOPPath($0) }
  }

  /// Where the file went that a commit took away from a path; nil where it was deleted, or is there.
  package func renamed(_ path: SOPPath) throws -> SOPPath? {
    guard let deletion = try versions(at: path).last, deletion.blob == nil else { return nil }
    return try String.fetchAll(
      db.cachedStatement(sql: "SELECT path FROM sop_versions WHERE number = ? AND blob IS NOT NULL ORDER BY sequence"),
      arguments: [deletion.number]
    ).map { try SOPPath($0) }.first { try movedFrom($0, by: deletion.reference.commit) == path }
  }

  /// Where the file was that a commit moved to a path; nil where it did something else.
  package func movedFrom(_ path: SOPPath, by commit: CommitID) throws -> SOPPath? {
    let versions = try versions(at: path)
    guard let place = versions.firstIndex(where: { $0.reference.commit == commit }), versions[place].blob != nil,
      place == 0 || versions[place - 1].blob == nil, let origin = try origin(of: path, in: commit), !origin.isCopy
    else { return nil }
    return origin.source
  }

  /// The path, and those to which its file was moved since, in their order.
  package func moves(of path: SOPPath) throws -> [SOPPath] {
    var paths = [path]
    while let next = try renamed(paths[paths.count - 1]), !paths.contains(next) { paths.append(next) }
    return paths
  }
}
