// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation
internal import Synchronization

/// What a file of the handbook says of itself: a function of its bytes alone.
package enum SOPContents: Equatable, Sendable {
  /// The SHA-256 of the bytes, and the front matter (empty where there is none that can be read).
  case sop(content: Digest, SOPFrontMatter)
  /// Too large or not UTF-8, and why: no SOP, and nobody touches it.
  case leftAlone(String)

  /// Whether both say the same in the same bytes: a text is looked up by them.
  package func isSpelled(as other: SOPContents?) -> Bool {
    switch (self, other) {
    case (.sop(_, let one), .sop(_, let another)):
      self == other && one.json.canonicalBytes == another.json.canonicalBytes
    default: self == other
    }
  }
}

/// Where a file that a commit added came from.
package struct SOPOrigin: Hashable, Sendable {
  package let source: SOPPath
  /// Whether the source is still there.
  package let isCopy: Bool

  package init(source: SOPPath, isCopy: Bool) {
    self.source = source
    self.isCopy = isCopy
  }
}

/// How the ledger, which knows no git, asks for what git knows.
package struct HandbookReading: Sendable {
  /// What files say of themselves, by git's ids of them, in their order.
  package let contents: @Sendable (_ blobs: [String]) throws -> [SOPContents]
  /// Where a file that a commit added came from; nil where it is new.
  package let origin: @Sendable (SOPPath, CommitID) throws -> SOPOrigin?

  package init(
    contents: @escaping @Sendable (_ blobs: [String]) throws -> [SOPContents],
    origin: @escaping @Sendable (SOPPath, CommitID) throws -> SOPOrigin?
  ) {
    self.contents = contents
    self.origin = origin
  }
}

/// Reads the handbook for the read models, and keeps what it read until a write can store it.
final class SOPSource: Sendable {
  struct Addition: Hashable {
    let path: SOPPath
    let commit: CommitID
  }

  struct Unstored {
    var contents: [String: SOPContents] = [:]
    var origins: [Addition: SOPOrigin?] = [:]
    var lines: [SOPPath: SOPLines] = [:]
    var isEmpty: Bool { contents.isEmpty && origins.isEmpty && lines.isEmpty }
  }

  private let reading: HandbookReading
  private let unstored = Mutex(Unstored())

  init(_ reading: HandbookReading) {
    self.reading = reading
  }

  /// One that asks the same handbook, and remembers for itself.
  func separate() -> SOPSource { SOPSource(reading) }

  func contents(of blob: String) throws -> SOPContents {
    if let known = unstored.withLock({ $0.contents[blob] }) { return known }
    try readAhead([blob])
    return try contents(of: blob)
  }

  /// Reads files together that will be asked for one by one.
  func readAhead(_ blobs: [String]) throws {
    let unknown = unstored.withLock { unstored in blobs.filter { unstored.contents[$0] == nil } }
    let contents = try reading.contents(unknown)
    unstored.withLock { for (blob, contents) in zip(unknown, contents) { $0.contents[blob] = contents } }
  }

  func origin(of addition: Addition) throws -> SOPOrigin? {
    if let known = unstored.withLock({ $0.origins[addition] }) { return known }
    let origin = try reading.origin(addition.path, addition.commit)
    unstored.withLock { _ = $0.origins.updateValue(origin, forKey: addition) }
    return origin
  }

  func lines(of path: SOPPath) -> SOPLines? { unstored.withLock { $0.lines[path] } }

  func remember(_ lines: SOPLines, of path: SOPPath) { unstored.withLock { $0.lines[path] = lines } }

  /// What was read and is not stored; the caller stores it.
  func takeUnstored() -> Unstored {
    unstored.withLock { unstored in
      defer { unstored = Unstored() }
      return unstored
    }
  }

  var hasUnstored: Bool { unstored.withLock { !$0.isEmpty } }
}

extension LedgerTransaction {
  /// Stores what a file says.
  package func keep(_ contents: SOPContents, of blob: String) throws {
    try db.keep(contents, of: blob)
  }
}

extension Database {
  func keep(_ contents: SOPContents, of blob: String) throws {
    guard let id = [UInt8](lowerCaseHex: blob) else { return }
    let insert = try cachedStatement(
      sql: "INSERT OR IGNORE INTO sop_contents (blob, content, problem, front_matter) VALUES (?, ?, ?, ?)")
    switch contents {
    case .leftAlone(let problem): try insert.execute(arguments: [id.data, nil, problem, nil])
    case .sop(let content, let frontMatter):
      try insert.execute(arguments: [id.data, content.data, nil, frontMatter.json.columnText])
      for (kind, value) in frontMatter.searchable {
        try cachedStatement(sql: "INSERT OR IGNORE INTO sop_keys (kind, value, blob) VALUES (?, ?, ?)")
          .execute(arguments: [kind, value, id.data])
      }
    }
  }

  fileprivate func keep(_ unstored: SOPSource.Unstored) throws {
    for (blob, contents) in unstored.contents { try keep(contents, of: blob) }
    for (addition, origin) in unstored.origins {
      try cachedStatement(
        sql: "INSERT OR IGNORE INTO sop_origins (path, commit_id, source, copied) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [
        addition.path.text, addition.commit.bytes.data, origin?.source.text, origin?.isCopy ?? false,
      ])
    }
    for (path, lines) in unstored.lines { try keep(lines, of: path) }
  }
}

extension Ledger {
  /// Stores what files say. Waits for the lock.
  /// - Parameter areAll: whether every version is read now.
  package func keep(_ contents: [(blob: String, contents: SOPContents)], areAll: Bool) throws {
    let lock = try WorkspaceLock(waitingFor: lockPath)
    try writeCache(holding: lock) { db in
      for (blob, contents) in contents { try db.keep(contents, of: blob) }
      if areAll { try db.execute(sql: "UPDATE handbook_tip SET is_read = 1") }
    }
  }

  /// Stores what was read of the handbook to answer questions, so that nobody waits for it again; where somebody else holds the lock,
  /// later.
  package func keepWhatWasRead() throws {
    guard sops.hasUnstored, let lock = try WorkspaceLock.ifFree(lockPath) else { return }
    try writeCache(holding: lock) { db in try db.keep(sops.takeUnstored()) }
  }
}

extension LedgerReader {
  /// What the row of a version says of its file; nil of a deletion.
  func contents(_ row: Row) throws -> SOPContents? {
    guard let blob = try row["blob"] as Data? else { return nil }
    if let problem = try row["problem"] as String? { return .leftAlone(problem) }
    guard let content = try row["content"] as Data?, let text = try row["front_matter"] as String? else {
      return try sops.contents(of: [UInt8](blob).lowerCaseHex)
    }
    return .sop(content: try Digest(stored: content), try SOPFrontMatter(json: JSONValue(column: text)))
  }

  /// Reads what the files of these rows say, where nobody has.
  func readAhead(_ rows: [Row]) throws {
    try sops.readAhead(
      rows.filter { try $0["content"] as Data? == nil && $0["problem"] as String? == nil }
        .compactMap { (try $0["blob"] as Data?).map { [UInt8]($0).lowerCaseHex } })
  }

  /// Where the file came from that a commit added at a path; nil where it was new.
  func origin(of path: SOPPath, in commit: CommitID) throws -> SOPOrigin? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT source, copied FROM sop_origins WHERE path = ? AND commit_id = ?"),
      arguments: [path.text, commit.bytes.data])
    guard let row else { return try sops.origin(of: SOPSource.Addition(path: path, commit: commit)) }
    return try (row["source"] as String?).map { SOPOrigin(source: try SOPPath($0), isCopy: try row["copied"]) }
  }

  /// Files of versions that nobody has read yet, all of them from before the workspace; nil where it is known that there are none.
  package func unreadBlobs() throws -> [String]? {
    guard try Bool.fetchOne(db.cachedStatement(sql: "SELECT is_read FROM handbook_tip")) == false else { return nil }
    return try Data.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT blob FROM sop_versions LEFT JOIN sop_contents USING (blob)
          WHERE blob IS NOT NULL AND sop_contents.id IS NULL
          """)
    ).map { [UInt8]($0).lowerCaseHex }
  }

  /// Everything stored of where files came from, for an audit.
  package func allOrigins() throws -> [(path: SOPPath, commit: CommitID, origin: SOPOrigin?)] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_origins ORDER BY path")).map { row in
      (
        try SOPPath(row["path"]), try LedgerReader.commit(row),
        try (row["source"] as String?).map { SOPOrigin(source: try SOPPath($0), isCopy: try row["copied"]) }
      )
    }
  }

  /// Paths whose newest file is left alone, and why.
  package func leftAlone() throws -> [(path: SOPPath, problem: String)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT path, problem FROM sop_contents JOIN sop_versions USING (blob) WHERE problem IS NOT NULL
          AND sequence IN (SELECT max(sequence) FROM sop_versions GROUP BY path) ORDER BY path
          """)
    ).map { (try SOPPath($0["path"]), try $0["problem"]) }
  }

  /// Everything stored of files, for an audit: nil where the row cannot be read, or the file is found by other words than it has.
  package func allContents() throws -> [(blob: String, contents: SOPContents?)] {
    var keys: [Data: Set<Spelling>] = [:]
    for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_keys")) {
      keys[try row["blob"], default: []].insert(
        Spelling("\(try row["kind"] as String) \(try row["value"] as String)"))
    }
    let known = try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM sop_contents ORDER BY blob")).map { row in
      let blob = try row["blob"] as Data
      // Where a part is missing the file would be read again, but nobody would look for its words.
      let isWhole =
        try row["problem"] as String? != nil
        || (row["content"] as Data? != nil && row["front_matter"] as String? != nil)
      var contents = isWhole ? try? contents(row) : nil  // what cannot be read differs from what it must be
      var expected: Set<Spelling> = []
      if case .sop(_, let frontMatter) = contents {
        expected = Set(frontMatter.searchable.map { Spelling("\($0.kind) \($0.value)") })
      }
      if keys.removeValue(forKey: blob) ?? [] != expected { contents = nil }
      return ([UInt8](blob).lowerCaseHex, contents)
    }
    return known + keys.keys.map { ([UInt8]($0).lowerCaseHex, nil) }
  }
}

extension SOPFrontMatter {
  /// What the file is found by.
  fileprivate var searchable: [(kind: String, value: String)] {
    (id.map { [("id", $0)] } ?? []) + keys.map { ($0.kind.rawValue, $0.value) }
  }

  fileprivate var json: JSONValue {
    .fields([
      "id": id.map(JSONValue.string), "title": title.map(JSONValue.string), "owner": owner.map(JSONValue.string),
      "version": .int(version), "effective": effective.map(JSONValue.text), "review_by": reviewBy.map(JSONValue.text),
      "codes": .array(codes.map(JSONValue.string)), "root_causes": .array(rootCauses.map(JSONValue.string)),
      "retired": .bool(isRetired),
    ])
  }

  fileprivate init(json: JSONValue) throws {
    let fields = Fields(json)
    self.init(
      id: try fields.optionalString("id"), title: try fields.optionalString("title"),
      owner: try fields.optionalString("owner"), version: try fields.int("version"),
      effective: try fields.optionalString("effective").flatMap { CalendarDate($0) },
      reviewBy: try fields.optionalString("review_by").flatMap { CalendarDate($0) },
      codes: try fields.strings("codes"), rootCauses: try fields.strings("root_causes"),
      isRetired: try fields.bool("retired"))
  }
}
