// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

/// Whose data are to go.
package struct ErasureSubject: Equatable, Sendable {
  /// A person of the workspace: name, address and logins, and whatever holds one of them.
  package var person: PersonID?
  /// An exception: its personal fields. With its source, where several have the reference.
  package var exception: String?
  package var source: String?
  /// Names, addresses, customer numbers: whatever holds one of them.
  package var values: [String] = []

  package init(
    person: PersonID? = nil, exception: String? = nil, source: String? = nil, values: [String] = []
  ) {
    self.person = person
    self.exception = exception
    self.source = source
    self.values = values
  }
}

/// What an erasure came to.
package struct Erasure: Equatable, Sendable {
  package struct Rest: Equatable, Sendable {
    package let place: String
    package let count: Int
  }

  package let event: PersonalDataErased
  /// Whether every byte is gone; else somebody read all the time, and `maintain` has to do it.
  package let isPurged: Bool
  /// Where it also stands, and cannot be erased.
  package let rest: [Rest]
  /// Uploads that held it, and are thrown away: their ids.
  package let uploads: [String]

  package var json: JSONValue {
    .fields([
      "records": .int(event.records), "held_back": .int(event.heldBack), "texts": .int(event.texts),
      "person": .text(event.person), "purged": .bool(isPurged),
      "uploads": .int(uploads.count),
      "rest": .array(rest.map { .fields(["place": .string($0.place), "count": .int($0.count)]) }),
    ])
  }
}

/// Why nothing is erased.
package enum ErasureError: Error, Equatable {
  case reasonNamesIt
  case valueTooShort(String)
  /// A file that somebody sent.
  case unreadable(String)
  case nothingFound([Erasure.Rest])
  /// So many of them are gone; there is nothing else.
  case uploadsOnly(Int)
  /// It was done and recorded, but for the bytes in free pages.
  case bytesRemain

  package var sentence: String {
    switch self {
    case .reasonNamesIt: "The reason names what is to be erased, and would keep it. Write it without."
    case .valueTooShort(let value):
      "\"\(value)\" is too short to look for: half of what it finds would be something else."
    case .unreadable(let path):
      "\(path) cannot be read, so nobody can tell whether it holds what is to be erased. Let it be read, or remove it; nothing was changed."
    case .bytesRemain:
      "It is erased and recorded; but somebody reads the database all the time, so bytes of it may still be in the file. Tidy up to "
        + "finish it."
    case .uploadsOnly(let count):
      "Nothing that is recorded and can be erased holds it. \(Words.count(count, "upload")) that held it, and \(count == 1 ? "was" : "were") not "
        + "imported, \(count == 1 ? "is" : "are") thrown away."
    case .nothingFound(let rest) where rest.isEmpty: "Nothing that can be erased holds it; nothing was changed."
    case .nothingFound(let rest):
      "Nothing that can be erased holds it, and nothing was changed. It stands where it cannot be erased: "
        + rest.map { "\($0.count) \($0.place)" }.joined(separator: ", ") + "."
    }
  }

  /// What to type next, where that follows.
  package var command: String? {
    switch self {
    case .bytesRemain: "sopwright maintain"
    case .reasonNamesIt, .valueTooShort, .unreadable, .nothingFound, .uploadsOnly: nil
    }
  }
}

/// What takes long about an erasure, in its order.
package enum ErasureStep: String, CaseIterable, Sendable {
  case searching = "looking where it stands"
  case deleting = "deleting and recording it"
  case rewriting = "writing the database anew"
}

extension Workspace {
  /// Deletes personal data, salt and value, from evidence, rows held back, texts, the details of people,
  /// people.yaml, and the accounts; throws away what the server keeps and holds it: packs, backups, uploads; writes the database anew, so
  /// that no byte of it is left in the folder; and records that, without what it was. Everything still verifies. Nothing brings it back:
  /// the same rows are duplicates, an amendment of an exception is stored without personal fields.
  ///
  /// A crash before the event leaves everything but details in people.yaml, and the same command goes on; a crash after
  /// it leaves bytes in free pages, which `maintain` removes.
  ///
  /// - Throws: `ErasureError`, `ReadingError` where no exception or several are meant, or `Rejection` unless the caller is administrator;
  ///   then nothing was changed.
  package func erase(
    _ subject: ErasureSubject, reason: String, by caller: Caller, progress: (ErasureStep) -> Void = { _ in }
  ) throws -> Erasure {
    progress(.searching)
    let plan = try plan(subject, reason: reason, by: caller)
    let found = try ledger.read { try search(plan, $0) }
    let uploads = try uploads(holding: plan.soughtInUploads)
    try ledger.overwriteDeleted()
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    progress(.deleting)
    if let person = subject.person {
      try eraseInFile(person)
      try removeAccount(of: person)
    }
    let text = erasable(reason)
    let (event, rest) = try command(holding: lock, by: caller) {
      transaction, _ -> (PersonalDataErased?, [Erasure.Rest]) in
      // Looking takes long, so it is done before the lock; and again if something came in meanwhile.
      let (rows, rest) = transaction.size == plan.size ? found : try search(plan, transaction.reader)
      return (try transaction.erase(rows, of: subject.person, reason: text), rest)
    }
    try removeUploads(uploads)
    guard let event else {
      throw uploads.isEmpty ? ErasureError.nothingFound(rest) : ErasureError.uploadsOnly(uploads.count)
    }
    // They hold texts, or everything; one that is being made looks for this event when it is done.
    try removePacks()
    try removeBackups()
    progress(.rewriting)
    return Erasure(event: event, isPurged: try ledger.purge(holding: lock), rest: rest, uploads: uploads)
  }

  /// What an erasure would take at this moment. Changes nothing.
  /// - Throws: what `erase` would throw.
  package func lookAtErasure(
    of subject: ErasureSubject, reason: String, by caller: Caller
  ) throws -> ErasureLook {
    let plan = try plan(subject, reason: reason, by: caller)
    let uploads = try uploads(holding: plan.soughtInUploads).count
    return try ledger.read { reader in
      let (rows, rest) = try search(plan, reader)
      let exceptions = try reader.exceptions(withPersonal: rows.personal)
      let look = ErasureLook(
        records: rows.personal.count, exceptions: exceptions.sorted(),
        heldBack: try reader.lines(ofHeldBack: rows.heldBack), texts: try reader.events(naming: rows.texts),
        logins: rows.logins.count, hasDetails: plan.details.map(\.hasAny) ?? false, uploads: uploads, rest: rest)
      if look.isEmpty { throw ErasureError.nothingFound(rest) }
      return look
    }
  }

  /// Whether an erasure may be asked for like this: what can be said without looking for anything.
  /// - Throws: `ErasureError`, or `Rejection` unless the caller is administrator.
  package func mayErase(_ subject: ErasureSubject, reason: String, by caller: Caller) throws {
    _ = try plan(subject, reason: reason, by: caller)
  }

  /// What is looked for, and in which state of the record.
  private struct Plan {
    let subject: ErasureSubject
    let details: PersonDetails?
    /// Where it is not given, the one that has the exception.
    let source: String?
    let sought: SoughtValues
    let size: Int

    /// An export has an exception under its reference.
    var soughtInUploads: SoughtValues { sought.with(subject.exception) }
  }

  private func plan(_ subject: ErasureSubject, reason: String, by caller: Caller) throws -> Plan {
    try ledger.read { try $0.actor(caller).must(be: .administrator, to: "erase personal data") }
    guard reason.contains(where: { !$0.isWhitespace }) else { throw Rejection.textMissing("reason") }
    for value in subject.values where value.count < 3 { throw ErasureError.valueTooShort(value) }
    return try ledger.read { reader in
      let details = try subject.person.map { try knownDetails(of: $0, reader) }
      let source = try subject.exception.map { try reader.source(of: $0, named: subject.source) }
      let identifying = [details?.name, details?.address].compactMap { $0 } + (details?.logins ?? [])
      let values = subject.values + identifying.filter { $0 != subject.person?.text && $0.count >= 3 }
      let sought = SoughtValues(values)
      guard !sought.occur(in: reason) else { throw ErasureError.reasonNamesIt }
      return Plan(
        subject: subject, details: details, source: source, sought: sought, size: try reader.treeHead().size)
    }
  }

  private func search(_ plan: Plan, _ reader: LedgerReader) throws -> (rows: ErasedRows, rest: [Erasure.Rest]) {
    (try rows(plan, reader), try unerasable(plan.subject.values, plan.sought, reader))
  }

  /// What is known of a person, in the tables and in the file.
  private func knownDetails(of person: PersonID, _ reader: LedgerReader) throws -> PersonDetails {
    let filed = try TaxonomyFiles(folder: taxonomyFolder).people
    let all = (try reader.people() + filed).filter { $0.id == person }
    guard let first = all.first else { throw Rejection.unknownPerson(person.text) }
    return PersonDetails(
      id: person, name: first.name ?? all.last?.name, address: first.address ?? all.last?.address,
      logins: Array(Set(all.flatMap(\.logins))).sorted())
  }

  private func rows(_ plan: Plan, _ reader: LedgerReader) throws -> ErasedRows {
    var rows = ErasedRows()
    if !plan.sought.isEmpty { rows = try reader.erasableRows(holding: plan.sought, except: summariesInUse(reader)) }
    if let details = plan.details { rows.logins = try reader.logins(of: details.id, known: details.logins) }
    if let reference = plan.subject.exception {
      rows.formUnion(try reader.personalRows(of: reference, source: plan.source))
    }
    return rows
  }

  /// Summaries that stand in commits, or will: git keeps them for ever, and a closing needs them.
  private func summariesInUse(_ reader: LedgerReader) throws -> Set<Digest> {
    let states = ["in_review", "approved", "committing", "committed", "conflicted", "returned"]
    return try Set(reader.changes(in: states).map(\.draft.summary))
  }

  private func unerasable(
    _ values: [String], _ sought: SoughtValues, _ reader: LedgerReader
  ) throws -> [Erasure.Rest] {
    guard !values.isEmpty else { return [] }
    var rest = try reader.unerasable(values).map { Erasure.Rest(place: $0.place, count: $0.count) }
    let summaries = try summariesInUse(reader).count { try reader.text($0).map(sought.occur) ?? false }
    if summaries > 0 { rest.append(.init(place: "summaries of SOP changes, which stand in commits", count: summaries)) }
    return rest
  }
}
