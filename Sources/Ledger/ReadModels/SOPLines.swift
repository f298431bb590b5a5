// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

/// Which versions put the lines into a version of an SOP.
package struct SOPLines: Equatable, Sendable {
  /// Lines that follow each other and came with the same version.
  package struct Run: Equatable, Sendable {
    package let count: Int
    /// The version's place in the followed history; 0 is the oldest. No later version or commit changes it.
    package let place: Int

    package init(count: Int, place: Int) {
      self.count = count
      self.place = place
    }
  }

  package let commit: CommitID
  package let runs: [Run]

  package init(commit: CommitID, runs: [Run]) {
    self.commit = commit
    self.runs = runs
  }
}

extension LedgerReader {
  /// What is kept of the lines of an SOP; of which version, it says itself.
  package func lines(of path: SOPPath) throws -> SOPLines? {
    if let known = sops.lines(of: path) { return known }
    return try Row.fetchOne(
      db.cachedStatement(sql: "SELECT commit_id, origins FROM sop_lines WHERE path = ?"), arguments: [path.text]
    ).map(LedgerReader.lines)
  }

  /// Keeps it until a write can store it.
  package func remember(_ lines: SOPLines, of path: SOPPath) { sops.remember(lines, of: path) }

  /// Everything stored of lines, for an audit.
  package func allLines() throws -> [(path: SOPPath, lines: SOPLines)] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_lines ORDER BY path")).map { row in
      (try SOPPath(row["path"]), try LedgerReader.lines(row))
    }
  }

  private static func lines(_ row: Row) throws -> SOPLines {
    guard case .array(let values) = try JSONValue(column: row["origins"]) else {
      throw DecodingFailure(field: "origins", problem: "is no list")
    }
    let numbers = values.map { value in
      guard case .integer(let number) = value else { return -1 }
      return Int(number)
    }
    guard numbers.count.isMultiple(of: 2), numbers.allSatisfy({ $0 >= 0 }) else {
      throw DecodingFailure(field: "origins", problem: "is no list of pairs of numbers")
    }
    return SOPLines(
      commit: try commit(row),
      runs: stride(from: 0, to: numbers.count, by: 2).map { .init(count: numbers[$0], place: numbers[$0 + 1]) })
  }
}

extension Database {
  func keep(_ lines: SOPLines, of path: SOPPath) throws {
    let origins = JSONValue.array(lines.runs.flatMap { [.int($0.count), .int($0.place)] })
    try cachedStatement(sql: "INSERT OR REPLACE INTO sop_lines (path, commit_id, origins) VALUES (?, ?, ?)")
      .execute(arguments: [path.text, lines.commit.bytes.data, origins.columnText])
  }
}
