// SPDX-License-Identifier: Apache-2.0

package import Handbook
package import Ledger
package import Remediation

/// A workspace: the folder that `sopwright init` makes, opened. The use cases are extensions of it, one per file.
package struct Workspace: Sendable {
  package let folder: String
  package let settings: Settings
  package let ledger: Ledger
  package let handbook: Handbook

  /// - Throws: `LedgerError.missing` where there is no workspace, `MakingError.unfinished` where its making was interrupted, `BackupError.isBackup`, `FileProblem` where its settings cannot be read.
  package static func open(_ folder: String) throws -> Workspace {
    if MakingMark.stands(in: folder) { throw MakingError.unfinished(folder) }
    if BackupManifest.stands(in: folder) { throw BackupError.isBackup(folder) }
    let database = "\(folder)/\(databaseName)"
    try Ledger.mustExist(at: database)
    let handbook = Handbook(at: "\(folder)/sop.git")
    let ledger = try Ledger.open(
      at: database, lock: "\(folder)/\(lockName)", handbook: HandbookReading(of: handbook))
    let zone = try ledger.read { try $0.zone() }
    return Workspace(
      folder: folder, settings: try Settings(zone: zone, at: "\(folder)/\(Settings.file)"), ledger: ledger,
      handbook: handbook)
  }

  static let databaseName = "sopwright.sqlite"
  static let lockName = "sopwright.lock"

  var taxonomyFolder: String { "\(folder)/taxonomy" }

  /// Today in the workspace's zone.
  package func date(_ time: Timestamp) -> CalendarDate { settings.zone.date(of: time) }
}

/// Who gives a command, under which login, and when: values that only the edge of the program knows.
package struct Caller: Sendable {
  package let person: PersonID
  package let login: String
  package let now: Timestamp
  /// The version that they looked at, where they say it: the command is refused where its subject has changed since.
  package let seen: SeenVersion?

  package init(person: PersonID, login: String, now: Timestamp, seen: SeenVersion? = nil) {
    self.person = person
    self.login = login
    self.now = now
    self.seen = seen
  }

  /// The same at another time, or having seen another version.
  package func with(now: Timestamp? = nil, seen: SeenVersion?) -> Caller {
    Caller(person: person, login: login, now: now ?? self.now, seen: seen)
  }

  var authorship: Authorship { Authorship(person: person, login: login) }
}

/// A version of an item or a change that somebody looked at.
package struct SeenVersion: Equatable, Sendable {
  /// `REM-1` or `CHG-1`.
  package let subject: String
  package let version: Int

  package init(_ subject: String, version: Int) {
    self.subject = subject
    self.version = version
  }
}

extension LedgerReader {
  /// The caller with the roles that the taxonomy in force gives.
  /// - Throws: `Rejection.unknownPerson`.
  /// - Parameter time: of what they do, which decides for whom they stand in; nil is the caller's now.
  func actor(_ caller: Caller, at time: Timestamp? = nil) throws -> Actor {
    let day = try zone().date(of: time ?? caller.now)
    guard let actor = try requiredTaxonomy().taxonomy.actor(caller.person, on: day) else {
      throw Rejection.unknownPerson(caller.person.text)
    }
    return actor
  }
}

/// A text on its way into the ledger, with a fresh salt.
func erasable(_ text: String) -> ErasableText {
  let salt = randomBytes(32)
  return ErasableText(digest: MerkleTree.salted(salt, Array(text.utf8)), salt: salt, text: text)
}

extension Workspace {
  /// One command: a transaction under the lock, by the caller, who must be known.
  func command<Result>(
    by caller: Caller, _ body: (LedgerTransaction, Actor) throws -> Result
  ) throws -> Result {
    try ledger.write(by: caller.authorship, at: caller.now) { transaction in
      try transaction.mustBeUnchanged(since: caller.seen)
      return try body(transaction, try transaction.reader.actor(caller, at: transaction.time))
    }
  }

  /// The same for a caller that holds the lock already.
  func command<Result>(
    holding lock: borrowing WorkspaceLock, by caller: Caller, _ body: (LedgerTransaction, Actor) throws -> Result
  ) throws -> Result {
    try ledger.write(holding: lock, by: caller.authorship, at: caller.now) { transaction in
      try transaction.mustBeUnchanged(since: caller.seen)
      return try body(transaction, try transaction.reader.actor(caller, at: transaction.time))
    }
  }
}

extension LedgerTransaction {
  fileprivate func mustBeUnchanged(since seen: SeenVersion?) throws {
    if let seen { try mustBe(seen.subject, atVersion: seen.version) }
  }

  /// Appends what was decided on an item at the version that was looked at.
  func append(_ events: [ItemEvent], on item: RemediationItem, actor: PersonID? = nil) throws {
    for (offset, event) in events.enumerated() {
      try append(.item(item.id, event), expecting: item.version + offset, actor: actor)
    }
  }

  /// Appends what was decided on a change at the version that was looked at.
  func append(_ events: [ChangeEvent], on change: SOPChange, actor: PersonID? = nil) throws {
    for (offset, event) in events.enumerated() {
      try append(.change(change.id, event), expecting: change.version + offset, actor: actor)
    }
  }
}
