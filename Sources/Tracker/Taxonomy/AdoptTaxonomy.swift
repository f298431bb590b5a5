// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What adopting led to.
package enum Adoption: Equatable, Sendable {
  case adopted(version: Int, opened: [ItemID])
  /// People, roles or policies would change: another administrator has to give the same command.
  case waitsForSecondAdministrator
  /// Only names, addresses or logins changed, which no version holds.
  case detailsOnly
}

extension Workspace {
  /// Puts the taxonomy in the files in force. What it opens under its rules opens at once.
  ///
  /// A change to people, roles or policies takes two administrators: the first proposes it by adopting, the second adopts the same
  /// files. Where there is one administrator only, theirs counts, and `verify` says so.
  /// - Throws: `FileProblem`; `Rejection.taxonomyFaulty` where the check finds errors.
  package func adoptTaxonomy(by caller: Caller) throws -> Adoption {
    let files = try TaxonomyFiles(folder: taxonomyFolder)
    let errors = try check(files).filter { $0.finding.weight == .error }.count
    guard errors == 0 else { throw Rejection.taxonomyFaulty(errors) }
    return try command(by: caller) { transaction, actor in
      try actor.must(be: .administrator, to: "adopt a taxonomy")
      return try adopt(files, transaction, actor)
    }
  }

  private func adopt(_ files: TaxonomyFiles, _ transaction: LedgerTransaction, _ actor: Actor) throws -> Adoption {
    let inForce = try transaction.reader.requiredTaxonomy()
    let document = try transaction.keep(document: files.taxonomy.json.canonicalBytes)
    let details = try transaction.reader.people()
    guard document != inForce.digest else {
      guard details != files.people.sorted(by: { $0.id < $1.id }) else {
        throw Rejection.taxonomyUnchanged(inForce.version)
      }
      try transaction.setPeople(files.people)
      return .detailsOnly
    }
    let others = inForce.taxonomy.people(with: .administrator).filter { $0 != actor.id }
    var proposer: PersonID?
    if !files.taxonomy.governsLike(inForce.taxonomy), !others.isEmpty {
      let proposal = try transaction.reader.taxonomyProposal()
      guard let proposal, proposal.document == document, proposal.by != actor.id else {
        if let proposal, proposal.document == document { throw Rejection.secondAdministratorNeeded(proposal.by) }
        try transaction.append(.taxonomy(.proposed(document: document)))
        return .waitsForSecondAdministrator
      }
      proposer = proposal.by
    }
    try transaction.setPeople(files.people)
    let version = inForce.version + 1
    try transaction.append(.taxonomy(.adopted(version: version, document: document, proposedBy: proposer)))
    return .adopted(version: version, opened: try openItems(transaction))
  }
}
