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

  package var json: JSONValue {
    .fields([
      "records": .int(event.records), "held_back": .int(event.heldBack), "texts": .int(event.texts),
      "person": .text(event.person), "purged": .bool(isPurged),
      "rest": .array(rest.map { .fields(["place": .string($0.place), "count": .int($0.count)]) }),
    ])
  }
}

/// Why nothing is erased.
package enum ErasureError: Error, Equatable {
  case reasonNamesIt
  case valueTooShort(String)
  case nothingFound([Erasure.Rest])
  /// It was done and recorded, but for the bytes in free pages.
  case bytesRemain

  package var sentence: String {
    switch self {
    case .reasonNamesIt: "The reason names what is to be erased, and would keep it. Write it without."
    case .valueTooShort(let value):
      "\"\(value)\" is too short to look for: half of what it finds would be something else."
    case .bytesRemain:
      "It is erased and recorded; but somebody reads the database all the time, so bytes of it may still be in the file. Finish it with: "
        + "sopwright maintain"
    case .nothingFound(let rest) where rest.isEmpty: "Nothing that can be erased holds it; nothing was changed."
    case .nothingFound(let rest):
      "Nothing that can be erased holds it, and nothing was changed. It stands where it cannot be erased: "
        + rest.map { "\($0.count) \($0.place)" }.joined(separator: ", ") + "."
    }
  }
}

extension Workspace {
  /// Deletes personal data, salt and value, from evidence, rows held back, texts, the details of people,
  /// people.yaml, and the accounts; writes the database anew, so that no byte of it is left in the folder; and records that, without what
  /// it was. Everything still verifies. Nothing brings it back: the same rows are duplicates, an amendment of an
  /// exception is stored without personal fields.
  ///
  /// A crash before the event leaves everything but details in people.yaml, and the same command goes on; a crash after
  /// it leaves bytes in free pages, which `maintain` removes.
  ///
  /// - Throws: `ErasureError`, `ReadingError` where no exception or several are meant, or `Rejection` unless the caller is administrator; then nothing was changed.
  package func erase(_ subject: ErasureSubject, reason: String, by caller: Caller) throws -> Erasure {
    guard reason.contains(where: { !$0.isWhitespace }) else { throw Rejection.textMissing("reason") }
    for value in subject.values where value.count < 3 { throw ErasureError.valueTooShort(value) }
    let (details, before) = try ledger.read { reader -> (PersonDetails?, Int) in
      try reader.actor(caller).must(be: .administrator, to: "erase personal data")
      return (try subject.person.map { try knownDetails(of: $0, reader) }, try reader.treeHead().size)
    }
    let identifying = [details?.name, details?.address].compactMap { $0 } + (details?.logins ?? [])
    let values = subject.values + identifying.filter { $0 != subject.person?.text && $0.count >= 3 }
    let sought = SoughtValues(values)
    guard !sought.occur(in: reason) else { throw ErasureError.reasonNamesIt }
    func search(_ reader: LedgerReader) throws -> (rows: ErasedRows, rest: [Erasure.Rest]) {
      (try rows(of: subject, details, sought, reader), try unerasable(values, sought, reader))
    }
    let found = try ledger.read { try search($0) }
    try ledger.overwriteDeleted()
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    if let person = subject.person {
      try eraseInFile(person)
      try removeAccount(of: person)
    }
    let text = erasable(reason)
    let (event, rest) = try command(holding: lock, by: caller) {
      transaction, _ -> (PersonalDataErased, [Erasure.Rest]) in
      // Looking takes long, so it is done before the lock; and again if something came in meanwhile.
      let (rows, rest) = transaction.size == before ? found : try search(transaction.reader)
      guard let event = try transaction.erase(rows, of: subject.person, reason: text) else {
        throw ErasureError.nothingFound(rest)
      }
      return (event, rest)
    }
    try removePacks(but: nil)  // which hold texts; one that is being made looks for this event when it is done
    return Erasure(event: event, isPurged: try ledger.purge(holding: lock), rest: rest)
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

  private func rows(
    of subject: ErasureSubject, _ details: PersonDetails?, _ sought: SoughtValues, _ reader: LedgerReader
  ) throws -> ErasedRows {
    var rows = ErasedRows()
    if !sought.isEmpty { rows = try reader.erasableRows(holding: sought, except: summariesInUse(reader)) }
    if let details { rows.logins = try reader.logins(of: details.id, known: details.logins) }
    if let reference = subject.exception {
      let source = try reader.source(of: reference, named: subject.source)
      rows.formUnion(try reader.personalRows(of: reference, source: source))
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
