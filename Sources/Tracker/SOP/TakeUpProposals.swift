// SPDX-License-Identifier: Apache-2.0

internal import Handbook
package import Ledger
package import Remediation

// People with an editor propose by pushing a branch `proposals/REM-12`, which changes exactly one SOP. It may be rewritten: each push
// is the next revision.
extension Workspace {
  static let proposalPrefix = "proposals/"

  /// The proposal branches, and what became of each.
  package func proposalBranches() throws -> [ProposalBranch] {
    try ledger.read { try $0.proposalBranches() }
  }

  /// Whether a branch is there that was not looked at as it is now, with the canonical branch at this commit.
  func hasNewProposals(
    _ branches: [Branch], _ known: [ProposalBranch], at tip: CommitID?, _ reader: LedgerReader
  ) throws -> Bool {
    guard !(branches.isEmpty && known.isEmpty) else { return false }
    let basis = try proposalBasis(at: tip, reader)
    return known.count != branches.count
      || branches.contains { branch in
        !known.contains { $0.name == branch.name && $0.commit == branch.tip && ($0.isTakenUp || $0.basis == basis) }
      }
  }

  /// Makes changes, and revisions of changes, out of what was pushed to proposal branches.
  func takeUpProposals(_ transaction: LedgerTransaction) throws {
    let branches = try handbook.branches(beginning: Workspace.proposalPrefix)
    let known = try transaction.reader.proposalBranches()
    let basis = try proposalBasis(at: handbook.tip(), transaction.reader)
    for branch in known where !branches.contains(where: { $0.name == branch.name }) {
      try transaction.forgetProposalBranch(branch.name)
    }
    for branch in branches {
      let before = known.first { $0.name == branch.name && $0.commit == branch.tip }
      if let before, before.isTakenUp || before.basis == basis { continue }
      var seen = ProposalBranch(
        name: branch.name, commit: branch.tip, author: nil, change: nil, problem: nil, basis: basis)
      do {
        let pushed = try pushedText(branch, transaction.reader)
        seen.author = pushed.author
        seen.change = try takeUp(pushed, transaction)
      } catch let error as ProposalError {
        seen.problem = error.sentence
      } catch let error as Rejection {
        seen.problem = error.sentence
      } catch let error as HandbookError {
        seen.problem = error.sentence
        // What the disk did not give may be there the next time; no basis equals this one, so the branch is looked at again.
        if !error.isAboutText { seen.basis = "" }
      }
      try transaction.note(seen)
    }
  }

  /// Takes a proposal branch for one's own whose author's address is nobody's here.
  /// - Throws: `ProposalError` where there is no such branch, or it was taken up already; what else keeps it from being proposed.
  package func claim(_ name: String, by caller: Caller) throws -> SOPChange {
    try command(by: caller) { transaction, actor in
      try actor.mayWork()
      let name = name.hasPrefix(Workspace.proposalPrefix) ? name : Workspace.proposalPrefix + name
      guard let branch = try handbook.branches(beginning: Workspace.proposalPrefix).first(where: { $0.name == name })
      else {
        throw ProposalError.unknownBranch(name)
      }
      if let change = try liveChange(on: name, transaction.reader) {
        throw ProposalError.claimedAlready(name, change.id)
      }
      let pushed = try pushedText(branch, transaction.reader)
      let authors = try pushed.authors.compactMap {
        try transaction.reader.person(ofAuthor: $0, domain: settings.domain)
      }
      let change = try propose(pushed.text(by: authors), revising: nil, by: actor, transaction)
      try transaction.note(
        ProposalBranch(
          name: name, commit: branch.tip, author: pushed.author, change: change.id, problem: nil,
          basis: proposalBasis(at: handbook.tip(), transaction.reader)))
      return change
    }
  }

  /// What the judgement of a branch depends on beside the branch itself.
  private func proposalBasis(at tip: CommitID?, _ reader: LedgerReader) throws -> String {
    let taxonomy = try reader.requiredTaxonomy().version
    let addresses = try reader.people().map { "\($0.id) \($0.address ?? "")\n" }.joined()
    return """
      \(tip?.text ?? "") \(taxonomy) \(try reader.newestItem()?.number ?? 0) \
      \(MerkleTree.sha256(Array(addresses.utf8)))
      """
  }

  private func liveChange(on branch: String, _ reader: LedgerReader) throws -> SOPChange? {
    try reader.changes(in: ["in_review", "approved", "conflicted", "returned", "committing"])
      .last { $0.draft.pushed?.branch == branch }
  }

  /// The change that the branch proposes; nil where it waits to be claimed, or was proposed, and is over, before.
  private func takeUp(_ pushed: PushedText, _ transaction: LedgerTransaction) throws -> ChangeID? {
    let reader = transaction.reader
    let known = try liveChange(on: pushed.branch.name, reader)
    if let known, known.draft.pushed?.commit == pushed.branch.tip { return known.id }
    let taken = try reader.changes(at: pushed.path).last {
      $0.isOver && $0.draft.pushed?.branch == pushed.branch.name && $0.draft.pushed?.commit == pushed.branch.tip
    }
    if let taken { return taken.id }
    let people = try pushed.authors.map { try reader.person(ofAuthor: $0, domain: settings.domain) }
    // A branch with commits of strangers is whose change it was, or waits for somebody who takes it for their own.
    guard let author = try known?.proposedBy ?? reader.person(ofAuthor: pushed.author, domain: settings.domain),
      known != nil || !people.contains(nil), let person = try reader.requiredTaxonomy().taxonomy.person(author)
    else { return nil }
    let actor = Actor(id: person.id, roles: person.roles)
    try actor.mayWork()
    return try propose(pushed.text(by: people.compactMap { $0 }), revising: known, by: actor, transaction).id
  }

  private func pushedText(_ branch: Branch, _ reader: LedgerReader) throws -> PushedText {
    guard let tip = try handbook.tip(), let base = try handbook.mergeBase(tip, branch.tip) else {
      throw ProposalError.branch(branch.name, "it has no commit in common with the handbook's branch")
    }
    let changed = try handbook.changedPaths(from: base, to: branch.tip)
    guard let only = changed.first, changed.count == 1 else {
      throw ProposalError.branch(
        branch.name,
        changed.isEmpty ? "it changes nothing" : "it changes \(changed.count) files; a proposal changes one SOP")
    }
    let path = try SOPPath(only)
    guard let document = try handbook.document(at: path, in: branch.tip) else {
      throw ProposalError.branch(branch.name, "it deletes \(path); write status: retired into it instead")
    }
    guard let commit = try handbook.commit(branch.tip) else { throw ProposalError.unknownBranch(branch.name) }
    return PushedText(
      branch: branch, path: path, bytes: document.bytes,
      base: try handbook.blob(at: path, in: base).map { ($0, base) },
      summary: String(commit.message.prefix { !$0.isNewline }), author: commit.author.text,
      authors: try handbook.authors(from: tip, to: branch.tip).map(\.text).sorted())
  }
}

/// What a proposal branch holds.
private struct PushedText {
  let branch: Branch
  let path: SOPPath
  let bytes: [UInt8]
  let base: (blob: String, commit: CommitID)?
  let summary: String
  let author: String
  let authors: [String]

  /// Items that the branch's name names: `proposals/REM-12`, `proposals/REM-12+REM-13`.
  private var items: [ItemID] {
    branch.name.dropFirst(Workspace.proposalPrefix.count).split { !$0.isLetter && !$0.isNumber && $0 != "-" }
      .compactMap { ItemID(String($0)) }
  }

  func text(by authors: [PersonID]) -> ProposedText {
    var text = ProposedText(closing: items, path: path, bytes: bytes, summary: erasable(summary))
    text.base = .some(base)
    text.authors = authors
    text.pushed = PushedDraft(branch: branch.name, commit: branch.tip)
    return text
  }
}
