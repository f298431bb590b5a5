// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
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

extension Workspace {
  /// Deletes personal data, salt and value, from evidence, rows held back, texts, the details of people, people.yaml, and the accounts;
  /// throws away what the server keeps and may hold it: packs, backups, uploads; writes the database anew, so that no byte of it is left in
  /// the folder; and records that, without what it was. Everything still verifies. Nothing brings it back: the same rows are duplicates, an
  /// amendment of an exception is stored without personal fields.
  ///
  /// Uploads, people.yaml and the account go before the event, and each of them that is gone stays gone: after a crash there, the same
  /// again does the rest. After the event a crash, or what cannot be removed, leaves bytes in free pages, and packs and backups from before
  /// on the disk. Nobody is offered those any more; the server clears them away by itself, and so do `maintain` and the same again.
  ///
  /// - Throws: `ErasureError`, `ReadingError` where no exception or several are meant, or `Rejection` unless the caller is administrator;
  ///   then nothing is recorded. What remains once it is recorded is no error: see `Erasure.remains`.
  package func erase(
    _ subject: ErasureSubject, reason: String, by caller: Caller, progress: (ErasureStep) -> Void = { _ in }
  ) throws -> Erasure {
    progress(.searching)
    let plan = try plan(subject, reason: reason, by: caller)
    var found = FoundRows()
    let rest = try ledger.read { reader in
      try found.extend(plan.search, reader)
      return try unerasable(subject, plan.search.sought, reader)
    }
    let uploads = try uploads(holding: plan.soughtInUploads)
    try ledger.overwriteDeleted()
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    progress(.deleting)
    let text = erasable(reason)
    let event = try command(holding: lock, by: caller) { transaction, actor -> PersonalDataErased? in
      try actor.must(be: .administrator, to: "erase personal data")
      // Looking takes long, so it is done before the lock; what came in meanwhile is looked at now.
      try found.extend(plan.search, transaction.reader)
      let hadMore = try subject.person.map { try eraseOutsideRecord($0, transaction.reader) } ?? false
      try removeUploads(uploads)
      return try transaction.erase(
        found, except: summariesInUse(transaction.reader), of: subject.person, hadMore: hadMore, reason: text)
    }
    // They hold texts, or everything; one that is being made looks for this event when it is done.
    var remains = removeCopies()
    progress(.rewriting)
    do {
      if try !ledger.purge(holding: lock) { remains.append(.bytes) }
    } catch { remains.append(.database(reason: sentence(for: error))) }
    if event == nil, uploads.isEmpty, remains.isEmpty { throw ErasureError.nothingFound(rest) }
    return Erasure(event: event, remains: remains, rest: rest, uploads: uploads)
  }

  /// What of a person is in no table of the record, or in people.yaml as well.
  /// - Returns: whether anything of them was known: then the erasure goes on.
  private func eraseOutsideRecord(_ person: PersonID, _ reader: LedgerReader) throws -> Bool {
    guard try knownDetails(of: person, reader).hasAny || hasAccount(person) else { return false }
    try eraseInFile(person)
    try removeAccount(of: person)
    return true
  }

  /// What an erasure would take at this moment. Changes nothing.
  /// - Throws: what `erase` would throw.
  package func lookAtErasure(
    of subject: ErasureSubject, reason: String, by caller: Caller
  ) throws -> ErasureLook {
    let plan = try plan(subject, reason: reason, by: caller)
    let uploads = try uploads(holding: plan.soughtInUploads).count
    let hasAccount = try subject.person.map(hasAccount) ?? false
    return try ledger.read { reader in
      var found = FoundRows()
      try found.extend(plan.search, reader)
      let rest = try unerasable(subject, plan.search.sought, reader)
      let look = ErasureLook(
        records: found.records.count, exceptions: try reader.exceptions(of: found.records).sorted(),
        heldBack: try reader.lines(ofHeldBack: found.rows.heldBack),
        texts: try reader.events(naming: found.rows.texts.subtracting(summariesInUse(reader))),
        logins: found.rows.logins.count, hasDetails: plan.details.map(\.hasAny) ?? false, hasAccount: hasAccount,
        uploads: uploads, rest: rest)
      if look.isEmpty { throw ErasureError.nothingFound(rest) }
      return look
    }
  }

  /// Whether an erasure may be asked for like this: what can be said without looking for anything.
  /// - Throws: `ErasureError`, or `Rejection` unless the caller is administrator.
  package func mayErase(_ subject: ErasureSubject, reason: String, by caller: Caller) throws {
    _ = try plan(subject, reason: reason, by: caller)
  }

  /// What is looked for.
  private struct Plan {
    let search: ErasableSearch
    let details: PersonDetails?

    /// An export has an exception under its reference.
    var soughtInUploads: SoughtValues { search.sought.with(search.exception) }
  }

  private func plan(_ subject: ErasureSubject, reason: String, by caller: Caller) throws -> Plan {
    try ledger.read { try $0.actor(caller).must(be: .administrator, to: "erase personal data") }
    guard reason.contains(where: { !$0.isWhitespace }) else { throw Rejection.textMissing("reason") }
    let count = subject.values.count
    guard count <= ErasureError.mostValues else { throw ErasureError.tooManyValues(count) }
    for value in subject.values {
      if value.trimmed.count < 3 { throw ErasureError.valueTooShort(value) }
      if value.count > ErasureError.longestValue { throw ErasureError.valueTooLong(value) }
    }
    return try ledger.read { reader in
      let details = try subject.person.map { try knownDetails(of: $0, reader) }
      let source = try subject.exception.map { try reader.source(of: $0, named: subject.source) }
      let identifying = [details?.name, details?.address].compactMap { $0 } + (details?.logins ?? [])
      let values = subject.values + identifying.filter { $0 != subject.person?.text && $0.count >= 3 }
      let sought = SoughtValues(values)
      guard !sought.occur(in: reason) else { throw ErasureError.reasonNamesIt }
      let search = ErasableSearch(
        sought, person: subject.person, logins: details?.logins ?? [], exception: subject.exception, source: source)
      return Plan(search: search, details: details)
    }
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

  /// Somebody's own details go when they are named, not because a value is found in them: they sign in with them.
  private func people(
    holding sought: SoughtValues, but subject: PersonID?, _ reader: LedgerReader
  ) throws -> [Erasure.Rest] {
    // Somebody may be at work on the files; what is in force says the same.
    let filed = (try? TaxonomyFiles(folder: taxonomyFolder).people) ?? []
    let holders = try (reader.people() + filed).filter { person in
      person.id != subject
        && ([person.name, person.address].compactMap { $0 } + person.logins).contains(where: sought.occur)
    }
    return Set(holders.map(\.id)).sorted().map {
      Erasure.Rest(
        place: "person of the workspace, \($0), whose details go when \($0) is named as the person", count: 1)
    }
  }

  /// Summaries that stand in commits, or will: git keeps them for ever, and a closing needs them.
  private func summariesInUse(_ reader: LedgerReader) throws -> Set<Digest> {
    let states = ["in_review", "approved", "committing", "committed", "conflicted", "returned"]
    return try Set(reader.changes(in: states).map(\.draft.summary))
  }

  private func unerasable(
    _ subject: ErasureSubject, _ sought: SoughtValues, _ reader: LedgerReader
  ) throws -> [Erasure.Rest] {
    guard !subject.values.isEmpty else { return [] }
    var rest = try reader.unerasable(sought).map { Erasure.Rest(place: $0.place, count: $0.count) }
    rest += try people(holding: sought, but: subject.person, reader)
    let committed = try Set(reader.changes(in: ["committed"]).map(\.draft.summary))
    let underWay = try summariesInUse(reader).subtracting(committed)
    rest += [
      Erasure.Rest(
        place: "summaries of SOP changes under way, which go once those are withdrawn",
        count: try underWay.count { try reader.text($0).map(sought.occur) ?? false }),
      Erasure.Rest(
        place: "texts, messages, authors and names of files in sop.git, which git keeps for ever",
        count: try handbook.objectCount { sought.occur(in: String(decoding: $0, as: UTF8.self)) }),
    ]
    rest += try people(withTokensNamed: sought.occur).map {
      Erasure.Rest(place: "names of tokens of \($0), who can revoke them", count: 1)
    }
    rest += filesOfTaxonomy(holding: sought).map {
      Erasure.Rest(place: "file taxonomy/\($0), where somebody has to take it out", count: 1)
    }
    return rest.filter { $0.count > 0 }
  }

  /// By their names in the folder; people.yaml is looked at as what it says of people.
  private func filesOfTaxonomy(holding sought: SoughtValues) -> [String] {
    ["", "maps/"].flatMap { folder in
      ((try? folderNames("\(taxonomyFolder)/\(folder)")) ?? []).sorted().map { folder + $0 }
    }.filter { name in
      guard name.hasSuffix(".yaml"), name != TaxonomyFiles.peopleFile,
        let bytes = try? foreignBytes(at: "\(taxonomyFolder)/\(name)", atMost: 4 << 20)
      else { return false }
      return sought.occur(in: String(decoding: bytes, as: UTF8.self))
    }
  }
}
