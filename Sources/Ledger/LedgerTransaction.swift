// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// A write in progress. What is appended is projected at once, so that reads through `reader` see it.
package final class LedgerTransaction {
  let db: Database
  private let taxonomies: TaxonomyCache
  let sops: SOPSource
  package let author: Authorship
  /// The time of this transaction's events: now, or the last event's time where the clock went back.
  package let time: Timestamp
  private let login: Digest
  /// The person whose login it is; nil where nobody claims it.
  private let loginOwner: String?
  private var frontier: MerkleFrontier
  /// Time of the last event that this transaction stored; nil while it has stored none.
  private var lastAt: Timestamp?

  let loaded = LoadedStates()

  package var reader: LedgerReader { LedgerReader(db: db, taxonomies: taxonomies, sops: sops, loaded: loaded) }

  /// Number of events so far: the position of the next one.
  package var size: Int { frontier.size }
  /// The root over all events so far, those of this transaction included.
  package var root: Digest { frontier.root }

  init(
    db: Database, taxonomies: TaxonomyCache, sops: SOPSource, author: Authorship, now: Timestamp
  ) throws {
    self.db = db
    self.taxonomies = taxonomies
    self.sops = sops
    self.author = author
    let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT size, frontier, last_at FROM tree_head"))
    guard let row, let frontier = MerkleFrontier(size: try row["size"], bytes: [UInt8](try row["frontier"] as Data))
    else {
      throw LedgerError.damaged(position: 0, "the tree head cannot be read.")
    }
    self.frontier = frontier
    time = max(now, Timestamp(milliseconds: try row["last_at"]))
    login = try LedgerTransaction.digest(ofLogin: author.login, db)
    loginOwner =
      author.isAccount
      ? author.person.text
      : try String.fetchOne(
        db.cachedStatement(sql: "SELECT person FROM person_logins WHERE login = ?"), arguments: [author.login])
  }

  /// Appends an event and projects it.
  /// - Parameters:
  ///   - expected: the version of the subject that the caller decided on; nil where it is new or does not matter.
  ///   - actor: who brings it about, where that is not the author: `PersonID.rules` for what follows by rule; the person who gave
  ///     the command that is being finished.
  /// - Throws: `LedgerError.versionMoved` where the subject has moved on.
  @discardableResult
  package func append(
    _ event: Event, expecting expected: Int? = nil, actor: PersonID? = nil, dueAt: Timestamp? = nil
  ) throws -> RecordedEvent {
    let present = try version(of: event.subject)
    if let expected, expected != present {
      throw LedgerError.versionMoved(subject: event.subject, expected: expected, present: present)
    }
    let actor = actor ?? author.person
    let recorded = RecordedEvent(
      position: frontier.size, version: present + 1, at: time, dueAt: dueAt, actor: actor, login: login,
      isAsserted: actor != .rules && actor.text != loginOwner, event: event)
    try store(recorded, leaf: recorded.canonicalBytes)
    return recorded
  }

  /// - Throws: `LedgerError.versionMoved` where the subject is at another version.
  package func mustBe(_ subject: String, atVersion expected: Int) throws {
    let present = try version(of: subject)
    if present != expected { throw LedgerError.versionMoved(subject: subject, expected: expected, present: present) }
  }

  /// How many events the subject has; 0 where there is no such.
  private func version(of subject: String) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(sql: "SELECT version FROM subjects WHERE subject = ?"), arguments: [subject]) ?? 0
  }

  /// Appends an event of another record as it stands there, under its own time, person and login, and projects it.
  /// - Throws: `DecodingFailure` where the bytes are no event; `LedgerError.outOfOrder` where it does not follow the last one.
  package func replay(leaf: [UInt8]) throws -> RecordedEvent {
    let recorded = try RecordedEvent(canonicalBytes: leaf)
    let present = try version(of: recorded.event.subject)
    guard recorded.position == frontier.size, recorded.version == present + 1 else {
      throw LedgerError.outOfOrder(position: frontier.size)
    }
    try store(recorded, leaf: leaf)
    return recorded
  }

  private func store(_ recorded: RecordedEvent, leaf: [UInt8]) throws {
    let hash = MerkleTree.leaf(leaf)
    var nodes: [UInt8] = []
    frontier.append(hash) { nodes += $0.bytes }
    lastAt = recorded.at
    let event = recorded.event
    try db.cachedStatement(
      sql: """
        INSERT INTO events (position, subject, version, kind, leaf, hash, root, nodes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      recorded.position, event.subject, recorded.version, event.kind, leaf.data, hash.data, frontier.root.data,
      nodes.data,
    ])
    try db.cachedStatement(
      sql: "INSERT INTO subjects (subject, version) VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version"
    ).execute(arguments: [event.subject, recorded.version])
    try project(recorded)
  }

  /// Keeps a text that an event of this transaction names by its digest.
  package func keep(_ text: ErasableText) throws {
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO texts (digest, salt, text) VALUES (?, ?, ?)")
      .execute(arguments: [text.digest.data, text.salt.data, text.text])
  }

  /// Keeps bytes under their SHA-256, and returns it.
  @discardableResult
  package func keep(document bytes: [UInt8]) throws -> Digest {
    let digest = MerkleTree.sha256(bytes)
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO documents (digest, bytes) VALUES (?, ?)")
      .execute(arguments: [digest.data, bytes.data])
    return digest
  }

  /// Writes the tree head, where something was appended. Called once, before the commit.
  func finish() throws {
    guard let lastAt else { return }
    try db.cachedStatement(sql: "UPDATE tree_head SET size = ?, frontier = ?, last_at = ?")
      .execute(arguments: [
        frontier.size, frontier.bytes.data, lastAt.milliseconds,
      ])
  }

  private static func digest(ofLogin login: String, _ db: Database) throws -> Digest {
    if let known = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT digest FROM logins WHERE login = ?"), arguments: [login])
    {
      return try Digest(stored: known)
    }
    let salt = randomBytes(32)
    let digest = MerkleTree.salted(salt, Array(login.utf8))
    try db.execute(
      sql: "INSERT INTO logins (digest, salt, login) VALUES (?, ?, ?)", arguments: [digest.data, salt.data, login])
    return digest
  }
}
