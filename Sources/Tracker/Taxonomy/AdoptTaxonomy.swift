// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

/// What adopting led to.
package enum Adoption: Equatable, Sendable {
  case adopted(version: Int, opened: [ItemID])
  /// People, roles or policies would change: another administrator has to give the same command.
  case waitsForSecondAdministrator
  /// Only names, addresses or logins changed, which no version holds.
  case detailsOnly
  /// The files say again what is in force: what waited for a second administrator waits no more.
  case takenBack
}

extension Workspace {
  /// Puts the taxonomy in the files in force. What it opens under its rules opens at once.
  ///
  /// A change to people, roles or policies takes two administrators: the first proposes it by adopting, the second adopts the same
  /// files. Where there is one administrator only, theirs counts, and `verify` says so.
  /// - Parameter seen: what was looked at (`TaxonomyComparison.seen`); nil takes the files, whatever they say.
  /// - Throws: `FileProblem`; `Rejection.taxonomyFaulty` where the check finds errors; `.taxonomyMoved`, `.taxonomyFilesMoved` where
  ///   something else was looked at.
  package func adoptTaxonomy(seen: SeenTaxonomy? = nil, by caller: Caller) throws -> Adoption {
    try reportedAdoption(holding: WorkspaceLock(waitingFor: ledger.lockPath), seen: seen, by: caller).adoption
  }

  /// The same, and says what it did.
  package func reportedAdoption(by caller: Caller) throws -> AdoptionReport {
    try reportedAdoption(holding: WorkspaceLock(waitingFor: ledger.lockPath), by: caller)
  }

  /// The same for a caller that holds the lock already.
  func reportedAdoption(
    holding lock: borrowing WorkspaceLock, seen: SeenTaxonomy? = nil, by caller: Caller
  ) throws -> AdoptionReport {
    let files = try checkedFiles(at: caller.now)
    return try command(holding: lock, by: caller) { transaction, actor in
      try actor.must(be: .administrator, to: "adopt a taxonomy")
      try seen?.mustStillBe(SeenTaxonomy(version: transaction.reader.requiredTaxonomy().version, files))
      let proposer = try proposer(of: files, transaction, actor)
      guard let proposer else {
        try transaction.append(.taxonomy(.proposed(document: transaction.keep(document: files.document))))
        return AdoptionReport(
          adoption: .waitsForSecondAdministrator, difference: try files.difference(transaction.reader))
      }
      return try adopt(files, proposer, transaction)
    }
  }

  /// What adopting would do, whoever asks: it is not done, and nothing is written. What is due anyway, because time has passed, is not
  /// counted as its doing. Where a second administrator is needed, what the second one's command would do.
  /// - Throws: as adopting does, but for what only concerns who adopts.
  package func rehearsedAdoption(by caller: Caller) throws -> AdoptionReport {
    let files = try checkedFiles(at: caller.now)
    return try ledger.rehearse(by: caller.authorship, at: caller.now) { transaction in
      let actor = try transaction.reader.actor(caller)
      _ = try openItems(transaction)
      return try adopt(files, .alone, transaction, needsSecond: files.needsSecond(transaction.reader, actor))
    }
  }

  private func checkedFiles(at now: Timestamp) throws -> TaxonomyFiles {
    let files = try TaxonomyFiles(folder: taxonomyFolder)
    let errors = try check(files, at: now).filter { $0.finding.weight == .error }.count
    guard errors == 0 else { throw Rejection.taxonomyFaulty(errors) }
    return files
  }

  /// Who proposed what is now adopted.
  private enum Proposer {
    case alone
    case first(PersonID)
  }

  /// Nil where a second administrator is needed and this is the first.
  private func proposer(
    of files: TaxonomyFiles, _ transaction: LedgerTransaction, _ actor: Actor
  ) throws -> Proposer? {
    guard try files.needsSecond(transaction.reader, actor) else { return .alone }
    guard let proposal = try transaction.reader.taxonomyProposal(),
      proposal.document == MerkleTree.sha256(files.document)
    else { return nil }
    guard proposal.by != actor.id else { throw Rejection.secondAdministratorNeeded(proposal.by) }
    return .first(proposal.by)
  }

  private func adopt(
    _ files: TaxonomyFiles, _ proposer: Proposer, _ transaction: LedgerTransaction, needsSecond: Bool = false
  ) throws -> AdoptionReport {
    let reader = transaction.reader
    let inForce = try reader.requiredTaxonomy()
    let difference = try files.difference(reader)
    let document = try transaction.keep(document: files.document)
    guard document != inForce.digest else {
      let hasDetails = try reader.people() != files.people.sorted { $0.id < $1.id }
      let isTakenBack = try reader.taxonomyProposal().map { $0.document != document } ?? false
      guard hasDetails || isTakenBack else { throw Rejection.taxonomyUnchanged(inForce.version) }
      if hasDetails { try transaction.setPeople(files.people) }
      // Nobody's word stands any more for what nobody wants.
      if isTakenBack {
        try transaction.append(.taxonomy(.proposed(document: document)))
        return AdoptionReport(adoption: .takenBack, difference: difference)
      }
      return AdoptionReport(adoption: .detailsOnly, difference: difference)
    }
    try transaction.setPeople(files.people)
    let before = try reader.keysOfOpenItems()
    let version = inForce.version + 1
    let proposedBy: PersonID? = if case .first(let person) = proposer { person } else { nil }
    try transaction.append(.taxonomy(.adopted(version: version, document: document, proposedBy: proposedBy)))
    let after = try reader.keysOfOpenItems()
    let opened = try openItems(transaction)
    return AdoptionReport(
      adoption: .adopted(version: version, opened: opened), difference: difference,
      opened: try opened.map { id in
        let item = try reader.requiredItem(id)
        return OpenedItem(item: item, title: files.taxonomy.entry(item.key)?.title ?? item.key.value)
      },
      inherited: before.sorted { $0.key < $1.key }.flatMap { item, keys in
        (after[item] ?? []).subtracting(keys).sorted().map { heir -> InheritedItem in
          let replaced = files.taxonomy.entry(heir)?.replaces ?? []
          return InheritedItem(
            item: item, from: keys.sorted().first { replaced.contains($0.value) } ?? heir, heir: heir)
        }
      },
      needsSecondAdministrator: needsSecond)
  }
}

extension TaxonomyFiles {
  fileprivate var document: [UInt8] { taxonomy.json.canonicalBytes }

  fileprivate func difference(_ reader: LedgerReader) throws -> TaxonomyDifference {
    try reader.requiredTaxonomy().taxonomy.difference(to: taxonomy)
  }

  /// Whether people, roles or policies change while there is another administrator.
  fileprivate func needsSecond(_ reader: LedgerReader, _ actor: Actor) throws -> Bool {
    let inForce = try reader.requiredTaxonomy().taxonomy
    return !taxonomy.governsLike(inForce) && inForce.people(with: .administrator).contains { $0 != actor.id }
  }
}
