// SPDX-License-Identifier: Apache-2.0

/// An event with its place in the ledger, and who brought it about.
package struct RecordedEvent: Equatable, Sendable {
  /// Its place, from 0 on, without gaps: the index of its leaf in the tree.
  package let position: Int
  /// Its number among the events of its subject, from 1 on.
  package let version: Int
  /// When it was recorded. Never before the event at the position before.
  package let at: Timestamp
  /// When it was due, where time brought it about; it may have been noticed later.
  package let dueAt: Timestamp?
  /// Who gave the command; `PersonID.rules` for what a rule or time did.
  package let actor: PersonID
  /// SHA-256(salt ‖ login) of the login that ran the command; the login stands in an erasable row.
  package let login: Digest
  /// Whether the actor was only named, and the login is not known to be that person's.
  package let isAsserted: Bool
  package let event: Event

  package init(
    position: Int, version: Int, at: Timestamp, dueAt: Timestamp?, actor: PersonID, login: Digest, isAsserted: Bool,
    event: Event
  ) {
    self.position = position
    self.version = version
    self.at = at
    self.dueAt = dueAt
    self.actor = actor
    self.login = login
    self.isAsserted = isAsserted
    self.event = event
  }

  /// The bytes that the ledger stores and hashes: canonical JSON. See docs/formats/ledger.md.
  package var canonicalBytes: [UInt8] {
    JSONValue.fields([
      "actor": .text(actor),
      "asserted": .bool(isAsserted),
      "at": .text(at),
      "data": event.data,
      "due_at": dueAt.map(JSONValue.text),
      "kind": .string(event.kind),
      "login": .text(login),
      "position": .int(position),
      "subject": .string(event.subject),
      "version": .int(version),
    ]).canonicalBytes
  }

  /// Reads what `canonicalBytes` wrote. Bytes that are not canonical are refused, so that an event has one form only.
  package init(canonicalBytes bytes: [UInt8]) throws(DecodingFailure) {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw DecodingFailure(field: "(event)", problem: "cannot be read. \(error.sentence)")
    }
    let fields = Fields(json)
    let subject = try fields.string("subject")
    self.init(
      position: try fields.int("position"), version: try fields.int("version"), at: try fields.time("at"),
      dueAt: try fields.optionalTime("due_at"), actor: try fields.person("actor"), login: try fields.digest("login"),
      isAsserted: try fields.bool("asserted"),
      event: try Event(kind: fields.string("kind"), subject: subject, data: fields.object("data")))
    guard canonicalBytes == bytes else {
      throw DecodingFailure(field: "(event)", problem: "is not in canonical form")
    }
  }
}
