// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

// From commits to rows: which version of which SOP a commit brought, and from when it is in force.
extension Workspace {
  /// The versions that one commit brought, compared with its first parent.
  /// - Parameters:
  ///   - change: the approved change that made it; nil for what came past the tool.
  ///   - known: the last version of a path before this commit.
  func versions(
    in commit: CommitID, after parent: CommitID?, change: ChangeID?, known: (SOPPath) throws -> SOPVersion?
  ) throws -> [SOPVersion] {
    guard let details = try handbook.commit(commit) else { return [] }
    return try handbook.changes(from: parent, to: commit).compactMap { file in
      if file.newBlob == nil {
        return try known(file.path).map { deletion(of: $0, in: commit, details, change) }
      }
      guard let document = try? handbook.document(at: file.path, in: commit) else { return nil }  // huge: left alone
      return version(of: document, in: commit, by: details.author, at: details.time, change)
    }
  }

  func version(
    of document: SOPDocument, in commit: CommitID, by author: Signature, at time: Timestamp, _ change: ChangeID?
  ) -> SOPVersion {
    // What somebody pushed may have front matter that cannot be read; it is a valid SOP of version 0 all the same.
    let frontMatter = (try? ParsedSOP(bytes: document.bytes))?.frontMatter ?? SOPFrontMatter()
    return SOPVersion(
      reference: SOPReference(
        id: frontMatter.id ?? document.path.text, path: document.path, version: frontMatter.version, commit: commit,
        content: MerkleTree.sha256(document.bytes)),
      title: frontMatter.title, owner: frontMatter.owner, blob: document.blob,
      author: "\(author.name) <\(author.address)>", committedAt: time,
      inForceFrom: effect(of: frontMatter.effective, committedAt: time), reviewBy: frontMatter.reviewBy,
      isRetired: frontMatter.isRetired, change: change,
      keys: frontMatter.codes.map { RecurrenceKey(.code, $0) }
        + frontMatter.rootCauses.map { RecurrenceKey(.rootCause, $0) })
  }

  private func deletion(
    of last: SOPVersion, in commit: CommitID, _ details: Commit, _ change: ChangeID?
  ) -> SOPVersion {
    var deletion = last
    deletion.reference = SOPReference(
      id: last.reference.id, path: last.reference.path, version: last.reference.version, commit: commit,
      content: MerkleTree.emptyRoot)
    deletion.author = "\(details.author.name) <\(details.author.address)>"
    deletion.committedAt = details.time
    deletion.inForceFrom = details.time
    deletion.isRetired = true
    deletion.change = change
    deletion.keys = []
    return deletion
  }

  /// From when a version is in force: the later of its commit's time and its effective date at 00:00 in the workspace's zone.
  func effect(of date: CalendarDate?, committedAt: Timestamp) -> Timestamp {
    max(committedAt, date.map(settings.zone.startOfDay) ?? committedAt)
  }

  /// Takes up what people pushed to the branch: an event for the move of the tip, and a version for each change.
  /// - Returns: whether there was anything.
  @discardableResult
  func adoptPushes(_ transaction: LedgerTransaction) throws -> Bool {
    let known = try transaction.reader.handbookTip()
    guard let tip = try handbook.tip(), tip != known else { return false }
    // A commit of ours that is not recorded yet is no push; finishing its closing takes it up.
    guard try transaction.reader.changes(in: ["committing"]).isEmpty else { return false }
    try transaction.append(.handbook(.tipAdopted(from: known, to: tip)), actor: .rules)
    try index(from: known, to: tip, transaction)
    // So that rewriting the branch later cannot hide it.
    try handbook.advanceLedgerTip(to: tip)
    return true
  }

  /// Indexes what the branch took up between two tips.
  func index(from old: CommitID?, to tip: CommitID, _ transaction: LedgerTransaction) throws {
    try transaction.index(versions(from: old, to: tip, change: nil) { try transaction.reader.versions(at: $0).last })
  }

  /// The versions along the first parents from one tip to another, oldest first. Where the old tip is no longer among them, somebody
  /// merged or rewrote: then the two trees are compared, and what differs counts as brought by the new tip.
  func versions(
    from old: CommitID?, to tip: CommitID, change: ChangeID?, known: (SOPPath) throws -> SOPVersion?
  ) throws -> [SOPVersion] {
    let line = try handbook.firstParentCommits(from: old, to: tip)
    let first = try line.first.flatMap { try handbook.commit($0)?.parents.first }
    guard first == old else { return try versions(in: tip, after: old, change: change, known: known) }
    var parent = old
    var found: [SOPVersion] = []
    for commit in line {
      found += try versions(in: commit, after: parent, change: change) { path in
        try found.last { $0.reference.path == path } ?? known(path)
      }
      parent = commit
    }
    return found
  }
}
