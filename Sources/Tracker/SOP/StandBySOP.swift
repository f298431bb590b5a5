// SPDX-License-Identifier: Apache-2.0

internal import Handbook
package import Ledger
package import Remediation

// A version that came past the tool is in force, because people read it; somebody has to say whether it stands.
extension Workspace {
  /// The newest versions that came past the tool, that nobody ratified or undid, by path. Deletions are among them.
  package func unapproved() throws -> [SOPVersion] {
    try ledger.read { try $0.unapprovedVersions() }
  }

  /// The first of these versions, in their order, that the caller may ratify.
  /// - Parameter unapproved: the newest of their SOPs each.
  package func toRatify(of unapproved: [SOPVersion], atMost count: Int, by caller: Caller) throws -> [SOPVersion] {
    try ledger.read { reader in
      let actor = try reader.actor(caller)
      guard !actor.approvers.isEmpty else { return [] }
      var found: [SOPVersion] = []
      for version in unapproved where try found.count < count && mayRatify(version, actor, reader) {
        found.append(version)
      }
      return found
    }
  }

  /// Whether the caller may ratify this version, if it is the newest.
  package func mayRatify(_ version: SOPVersion, by caller: Caller) throws -> Bool {
    try ledger.read { try mayRatify(version, $0.actor(caller), $0) }
  }

  private func mayRatify(_ version: SOPVersion, _ actor: Actor, _ reader: LedgerReader) throws -> Bool {
    let sides = try [version] + (otherSide(of: version, reader).map { $0.isApproved ? [] : [$0] } ?? [])
    return try sides.allSatisfy { side in
      let standing = try standing(of: side, reader)
      return (try? standing.ratify(note: erasable("note"), by: actor)) != nil  // the reason is not asked for
    }
  }

  /// A second person stands by the newest version of an SOP, which came past the tool; where it was moved, by both sides of the move.
  /// - Parameter seen: the commit of the version that was looked at; nil takes the newest, whichever it is.
  /// - Throws: `Rejection` where it is approved already, or the caller pushed it; `StandingError.moved`.
  package func ratify(
    _ sop: String, note: String, seen: CommitID? = nil, by caller: Caller
  ) throws -> SOPVersion {
    let note = erasable(note)
    return try command(by: caller) { transaction, actor in
      try adoptPushes(transaction)
      let version = try newest(sop, transaction.reader, seen: seen)
      let events = try standing(of: version, transaction.reader).ratify(note: note, by: actor)
      try transaction.keep(note)
      for event in events { try transaction.append(.sop(version.reference.path, event)) }
      if let other = try otherSide(of: version, transaction.reader), !other.isApproved {
        for event in try standing(of: other, transaction.reader).ratify(note: note, by: actor) {
          try transaction.append(.sop(other.reference.path, event))
        }
      }
      return try newest(sop, transaction.reader)
    }
  }

  /// Proposes to put back what a second person stood by last: an SOP change like any other, which somebody else approves.
  /// - Parameter seen: the commit of the version that was looked at; nil takes the newest, whichever it is.
  /// - Throws: `StandingError.nothingToRestore` where the newest version is approved, or none ever was; `.moved`; `Rejection` from the
  ///   gate.
  package func restore(
    _ sop: String, summary: String?, seen: CommitID? = nil, by caller: Caller
  ) throws -> SOPChange {
    let path = try sopPath(sop)
    let versions = try ledger.read { try $0.versions(at: path) }
    guard let newest = versions.last, !newest.isApproved,
      let approved = versions.last(where: { $0.isApproved && $0.blob != nil })
    else { throw StandingError.nothingToRestore(path) }
    if let seen, newest.reference.commit != seen { throw StandingError.moved(path) }
    return try proposeChange(
      closing: [], path: path, text: text(of: approved).bytes,
      summary: summary
        ?? "Restore \(label(of: approved, among: versions)), which \(newest.reference.commit.abbreviated) changed",
      base: newest.reference.commit, by: caller)
  }

  /// Of the move of a file: the deletion for what was added, and what was added for the deletion.
  private func otherSide(of version: SOPVersion, _ reader: LedgerReader) throws -> SOPVersion? {
    let (path, commit) = (version.reference.path, version.reference.commit)
    let other = try version.blob == nil ? reader.renamed(path) : reader.movedFrom(path, by: commit)
    let newest = try other.flatMap { try reader.versions(at: $0).last }
    return newest?.reference.commit == commit ? newest : nil
  }

  /// The newest version of the SOP that a person names.
  func newest(_ sop: String, _ reader: LedgerReader, seen: CommitID? = nil) throws -> SOPVersion {
    guard let path = try knownPath(sop, reader), let version = try reader.versions(at: path).last else {
      throw ProposalError.unknownSOP(sop)
    }
    if let seen, version.reference.commit != seen { throw StandingError.moved(path) }
    return version
  }

  /// The same for what only a text can be: read, or reviewed.
  func newestText(_ sop: String, _ reader: LedgerReader, seen: CommitID? = nil) throws -> SOPVersion {
    let version = try newest(sop, reader, seen: seen)
    guard version.blob != nil else { throw ProposalError.deleted(version.reference.path, version.reference.commit) }
    return version
  }

  func standing(of version: SOPVersion, _ reader: LedgerReader) throws -> SOPStanding {
    let versions = try reader.versions(at: version.reference.path)
    let approved = versions.last { $0.isApproved }
    var authors: Set<String> = []
    for pushed in versions where !pushed.isApproved && pushed.number > approved?.number ?? 0 {
      authors.insert(pushed.author)
      // A merge brings commits of others: whoever wrote one of them may have written this.
      guard let commit = try handbook.commit(pushed.reference.commit), commit.parents.count > 1, let approved else {
        continue
      }
      authors.formUnion(try handbook.authors(from: approved.reference.commit, to: commit.id).map(\.text))
    }
    let people = try authors.compactMap { try reader.person(ofAuthor: $0, domain: settings.domain) }
    return SOPStanding(
      reference: version.reference, isApproved: version.isApproved,
      author: try reader.person(ofAuthor: version.author, domain: settings.domain), authors: Set(people),
      keys: try keys(of: version.reference.path, in: [version, approved].compactMap(\.?.blob), reader))
  }
}

/// Why what came past the tool cannot be undone.
package enum StandingError: Error, Equatable {
  case nothingToRestore(SOPPath)
  /// Another version came since it was looked at.
  case moved(SOPPath)

  package var sentence: String {
    switch self {
    case .nothingToRestore(let path):
      "There is nothing to restore in \(path): its newest version is approved, or none before it was."
    case .moved(let path): "\(path) has changed since you looked at it. Look at it again."
    }
  }
}

extension LedgerReader {
  /// The person whose address a commit bears: as Sopwright writes it, `ID@DOMAIN`, or the one that the person gave. Nil where it is
  /// nobody's. Anybody can write any address, as with every git commit.
  func person(ofAuthor author: String, domain: String) throws -> PersonID? {
    guard let open = author.lastIndex(of: "<"), author.hasSuffix(">") else { return nil }
    let address = author[author.index(after: open)...].dropLast().lowercased()
    let people = try requiredTaxonomy().taxonomy.people.map(\.id)
    if let person = people.first(where: { "\($0)@\(domain)".lowercased() == address }) { return person }
    let known = try self.people().first { $0.address?.lowercased() == address }
    return known.flatMap { known in people.first { $0 == known.id } }
  }
}
