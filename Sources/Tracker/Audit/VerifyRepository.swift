// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

// The repository as a whole, and what is kept of its branches and words.
extension Workspace {
  func auditRefs(_ progress: () -> Void) throws -> [Finding] {
    try handbook.unreadableRefs().map {
      Finding(
        "ref", $0,
        "It names no object, or is none that the ledger has. Put it back from a backup, or from the clone of somebody.")
    } + auditBranch()
  }

  /// Closings go to the branch that HEAD names, git's hook guards it, and a clone shows it: the one that the workspace was founded on.
  private func auditBranch() throws -> [Finding] {
    let founding = try ledger.read { try $0.event(of: "handbook", version: 1) }
    let named = try handbook.branch()
    guard case .handbook(.founded(_, let founded?))? = founding?.event, !founded.utf8.elementsEqual(named.utf8) else {
      return []
    }
    return [
      Finding(
        "branch_moved", "HEAD",
        "It names \(named), and the workspace was founded on \(founded), which nothing guards now. Compare the two, then run: "
          + "git symbolic-ref HEAD \(founded)")
    ]
  }

  /// Files of git's that say themselves whether they are whole.
  func auditSums(_ progress: () -> Void) throws -> [Finding] {
    try handbook.brokenSums(progress: progress).map {
      Finding(
        "git_file", "sop.git/\($0)",
        "It is not what git wrote: the sum at its end is of something else. A pack is put back from a backup; its index is made anew by "
          + "git index-pack, and what else is there to be faster may be deleted.")
    }
  }

  /// Every object that a ref reaches, what stands in the place of others, and the settings.
  func auditRepository(_ progress: () -> Void) throws -> [Finding] {
    var findings = try handbook.missingObjects(progress: progress).map { object in
      Finding(
        "object", "object \(object.id)",
        object.problem.map { "It cannot be read, and \(object.namedBy) names it. \($0)" }
          ?? "It is missing, and \(object.namedBy) names it.")
    }
    findings += try handbook.substitutes().map {
      Finding("substitute", "sop.git/\($0)", "With it git shows something else than what is there. Take it away.")
    }
    findings += try handbook.changedSettings().map {
      Finding(
        "setting", "sop.git/config",
        "\($0) is not what Sopwright relies on. docs/formats/closing.md has what it must be.")
    }
    return try findings + auditAnchor()
  }

  /// `refs/ledger/tip` is on one line with what the ledger has taken up: before it in a backup, after it where a command was interrupted.
  private func auditAnchor() throws -> [Finding] {
    guard let known = try ledger.read({ try $0.handbookTip() }) else { return [] }
    guard let anchor = try handbook.ledgerTip() else {
      return [Finding("anchor_missing", "refs/ledger/tip", "It is gone; the ledger has taken up \(known).")]
    }
    guard known != anchor, try !handbook.isReachable(known, from: anchor),
      try !handbook.isReachable(anchor, from: known)
    else { return [] }
    return [
      Finding("anchor_moved", "refs/ledger/tip", "It was moved away from \(known), which the ledger has taken up.")
    ]
  }

  /// The words of the index against those of the files that it is said to have.
  func auditSearchIndex(_ progress: () -> Void) throws -> [Finding] {
    let differs = try ledger.read { reader in
      try reader.searchIndexDiffers { blob in
        progress()
        return try searchable(blob)?.text
      }
    }
    return differs
      ? [Finding("sop_text", "search", "The search index has other words than the files that it is of.")] : []
  }

  /// What became of a proposal branch follows from the proposals that name it. Why one cannot be proposed is judged again and again, and
  /// not compared.
  func auditBranches(_ events: [RecordedEvent], _ progress: () -> Void) throws -> [Finding] {
    var changes: [String: ChangeID] = [:]
    for recorded in events {
      switch recorded.event {
      case .change(let id, .proposed(let draft)), .change(let id, .revised(let draft)):
        if let pushed = draft.pushed { changes["\(pushed.branch) \(pushed.commit)"] = id }
      default: break
      }
    }
    return try ledger.read { try $0.proposalBranches() }.filter { branch in
      progress()
      let commit = try handbook.commit(branch.commit)
      return branch.change != changes["\(branch.name) \(branch.commit)"]
        || (branch.author == nil && (branch.problem == nil || branch.isTakenUp))
        || (branch.author != nil && commit != nil && branch.author != commit?.author.text)
    }.map {
      Finding("proposal_branches", $0.name, "What is kept of the branch is not what became of it.")
    }
  }
}
