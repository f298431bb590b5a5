// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Handbook
internal import Ledger
package import Remediation

/// Why a closing did not finish. Nothing is lost: the intent stands, and the next command continues.
package enum ClosingError: Error, Equatable {
  case notFinished(ChangeID)
  case conflicted(ChangeID, SOPPath)
  case alreadyCommitted(ChangeID)
  case textMissing(ChangeID)

  package var sentence: String {
    switch self {
    case .notFinished(let id):
      "\(id) is not finished: the repository is busy or cannot be written. The next command continues, or the server "
        + "within a minute. As long as its commit is not on the branch, it can be given up at a terminal."
    case .conflicted(let id, let path):
      "\(path) has changed since \(id) was written, so its approval is void and nothing was committed. "
        + "Whoever proposed it withdraws it, or joins the two."
    case .alreadyCommitted(let id): "\(id) cannot be abandoned: its commit is in the repository already."
    case .textMissing(let id): "The text of \(id) is missing from the workspace. Verify everything."
    }
  }

  /// See `Rejection.command`.
  var command: String? {
    switch self {
    case .notFinished(let id): "sopwright close \(id) --abandon"
    case .conflicted(let id, _): "sopwright merge \(id)"
    case .textMissing: "sopwright verify"
    case .alreadyCommitted: nil
    }
  }
}

// Closing: intent, commit, outcome. docs/formats/closing.md has the steps, and what a crash between any two of them leaves.
extension Workspace {
  /// Commits the approved text and closes the change's items. When it returns, the commit is reachable and durable, and the
  /// ledger says so. Giving the same command again is success.
  /// - Throws: `Rejection` where it may not be closed; `ClosingError.conflicted` where somebody changed the file meanwhile;
  ///   `ClosingError.notFinished` where git does not let us, and then the next command continues.
  package func closeChange(_ id: ChangeID, by caller: Caller) throws -> SOPChange {
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    // What was looked at concerns the intent alone.
    let finisher = caller.with(seen: nil)
    // Others that a crash left come first: their commits may be on the branch already.
    for other in try ledger.read({ try $0.changes(in: ["committing"]) }) where other.id != id {
      _ = try? finishClosing(other, holding: lock, by: finisher)  // stands as it is if it cannot be finished now
    }
    let change = try command(holding: lock, by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      switch change.state {
      case .committed, .committing: return change
      default: break
      }
      try adoptPushes(transaction)
      try mustPassGate(change, transaction)
      let owners = try change.draft.closes.map { try transaction.reader.requiredItem($0).owner }
      try transaction.append(
        change.intendClosing(
          by: actor, owners: owners, at: transaction.time, base: handbook.tip(), domain: settings.domain),
        on: change)
      return try transaction.reader.requiredChange(id)
    }
    return try finishClosing(change, holding: lock, by: finisher)
  }

  /// Steps 3 to 9 for a change whose intent stands: also what catch-up does with one that a crash left.
  func finishClosing(
    _ change: SOPChange, holding lock: borrowing WorkspaceLock, by caller: Caller
  ) throws -> SOPChange {
    guard case .committing(let intent) = change.state else { return change }
    let plan = try plan(for: change, intent)
    for _ in 0..<Workspace.closingAttempts {
      let tip = try handbook.tip()
      if let tip, let commit = try committed(plan, intent, from: tip) {
        return try recordOutcome(of: change, intent, commit, plan, holding: lock, by: caller)
      }
      if let tip, try isConflicting(change, at: tip) {
        try recordConflict(of: change, intent, tip, holding: lock, by: caller)
        throw ClosingError.conflicted(change.id, change.draft.path)
      }
      // Any error leaves the outcome unknown, even one after the branch moved: then look again.
      if let written = try? move(plan, onto: tip) {
        return try recordOutcome(of: change, intent, written, plan, holding: lock, by: caller)
      }
    }
    throw ClosingError.notFinished(change.id)
  }

  static let closingAttempts = 12

  /// Steps 5 and 6: writes the commit and moves the branch to it. Nil where somebody else moved the branch, or holds its lock.
  private func move(_ plan: CommitPlan, onto tip: CommitID?) throws(HandbookError) -> WrittenCommit? {
    let written = try handbook.write(plan, onto: tip)
    switch try handbook.moveBranch(from: tip, to: written.id) {
    case .moved: return written
    case .lostRace: return nil
    case .locked:
      if !handbook.removeStaleLock() { usleep(20_000) }
      return nil
    }
  }

  /// The commit that the intent describes, but for its parent.
  func plan(for change: SOPChange, _ intent: ClosingIntent) throws -> CommitPlan {
    try ledger.read { reader in
      guard let text = try reader.document(change.draft.content),
        let position = try reader.position(of: intent, of: change)
      else { throw ClosingError.textMissing(change.id) }
      let summary = try reader.text(change.draft.summary) ?? ""
      let size = position + 1
      func signature(_ person: PersonID) -> Signature {
        Signature(name: person.text, address: "\(person)@\(intent.domain)")
      }
      return CommitPlan(
        files: [change.draft.path: text], author: signature(change.proposedBy),
        committer: signature(intent.closedBy), time: intent.time,
        message: CommitMessage.text(
          summary: summary, change: change.id, draft: change.draft, intent: intent, treeSize: size,
          treeRoot: try reader.root(ofSize: size).base64))
    }
  }

  /// The intent's commit between the tip and the intent's base, if it is there. Trailers can be forged, so a commit counts only
  /// if making it again from the intent, on its parent, gives the same id.
  private func committed(_ plan: CommitPlan, _ intent: ClosingIntent, from tip: CommitID) throws -> WrittenCommit? {
    guard tip != intent.base else { return nil }
    let candidates = try handbook.findCommits(
      trailer: CommitMessage.closingIntent, value: intent.id, from: tip, backTo: intent.base)
    for found in candidates {
      guard let details = try handbook.commit(found) else { continue }
      let again = try handbook.write(plan, onto: details.parents.first)
      if again.id == found { return again }
    }
    return nil
  }

  /// Whether a commit of the change's intent is on the branch already.
  private func isCommitted(_ change: SOPChange) throws -> Bool {
    guard case .committing(let intent) = change.state, let tip = try handbook.tip() else { return false }
    return try committed(plan(for: change, intent), intent, from: tip) != nil
  }

  private func isConflicting(_ change: SOPChange, at tip: CommitID) throws -> Bool {
    try handbook.blob(at: change.draft.path, in: tip) != change.draft.base?.blob
  }

  /// Records what was committed below a commit by other intents, which a crash or a lock left without an outcome: versions stand in the
  /// branch's order, and a commit of ours is no push.
  private func recordOutcomes(
    below commit: WrittenCommit, except change: ChangeID, holding lock: borrowing WorkspaceLock, by caller: Caller
  ) throws {
    guard let parent = commit.parent else { return }
    for id in try ledger.read({ try $0.changes(in: ["committing"]).map(\.id) }) where id != change {
      // One of those below may have recorded it in the meantime.
      let other = try ledger.read { try $0.requiredChange(id) }
      guard case .committing(let intent) = other.state else { continue }
      let plan = try plan(for: other, intent)
      guard let found = try committed(plan, intent, from: parent) else { continue }
      _ = try recordOutcome(of: other, intent, found, plan, holding: lock, by: caller)
    }
  }

  /// Steps 7 to 9: protect the commit, make it durable, record the outcome, close the items.
  private func recordOutcome(
    of change: SOPChange, _ intent: ClosingIntent, _ commit: WrittenCommit, _ plan: CommitPlan,
    holding lock: borrowing WorkspaceLock, by caller: Caller
  ) throws -> SOPChange {
    do {
      try recordOutcomes(below: commit, except: change.id, holding: lock, by: caller)
    } catch ClosingError.notFinished {
      throw ClosingError.notFinished(change.id)
    }
    do {
      try handbook.advanceLedgerTip(to: commit.id)
      try handbook.syncToDisk()
    } catch {
      // The commit is on the branch and will be found there; what else people want to do need not wait for that.
      throw ClosingError.notFinished(change.id)
    }
    return try ledger.write(holding: lock, by: caller.authorship, at: caller.now) { transaction in
      let present = try transaction.reader.requiredChange(change.id)
      let draft = change.draft
      let sop = SOPReference(
        id: draft.sop, path: draft.path, version: draft.sopVersion, commit: commit.id, content: draft.content)
      let effect = settings.zone.inForceFrom(draft.effective, committedAt: intent.time)
      let events = try present.commit(
        ChangeCommitted(
          intent: intent.id, approvedBy: intent.approvedBy, sop: sop, tree: commit.tree,
          blob: commit.blobs[draft.path] ?? "", parent: commit.parent, takesEffect: effect))
      guard !events.isEmpty else { return present }
      // What people pushed before our commit is taken up first, so that versions stand in the branch's order.
      let known = try transaction.reader.handbookTip()
      if let parent = commit.parent, known != parent {
        try adopt(from: known, to: parent, transaction)
      }
      try transaction.append(events, on: present, actor: intent.closedBy)
      let files = plan.files.keys.sorted()
      try transaction.index([
        IndexedCommit(
          id: commit.id, author: plan.author.text, committedAt: plan.time, origin: .change(change.id),
          files: files.map { IndexedCommit.File(path: $0, blob: commit.blobs[$0]) })
      ])
      for path in files {
        guard let bytes = plan.files[path], let blob = commit.blobs[path] else { continue }
        try transaction.keep(SOPContents(bytes), of: blob)
      }
      for id in draft.closes {
        let item = try transaction.reader.requiredItem(id)
        try transaction.append(
          [.closed(ItemEvent.ItemClosed(change: change.id, sop: sop, takesEffect: effect))], on: item,
          actor: intent.closedBy)
      }
      try adoptPushes(transaction)
      _ = try openItems(transaction)
      publishAtClosing(transaction)
      return try transaction.reader.requiredChange(change.id)
    }
  }

  private func recordConflict(
    of change: SOPChange, _ intent: ClosingIntent, _ tip: CommitID, holding lock: borrowing WorkspaceLock,
    by caller: Caller
  ) throws {
    try ledger.write(holding: lock, by: caller.authorship, at: caller.now) { transaction in
      let present = try transaction.reader.requiredChange(change.id)
      try transaction.append(present.conflict(intent: intent.id, tip: tip), on: present, actor: .rules)
      try adoptPushes(transaction)
    }
  }

  private func mustPassGate(_ change: SOPChange, _ transaction: LedgerTransaction) throws {
    guard let text = try transaction.reader.document(change.draft.content) else {
      throw ClosingError.textMissing(change.id)
    }
    let tip = try handbook.tip()
    if let tip { try mustBeFree(change.draft.path, in: tip) }
    let base = try tip.flatMap { try handbook.blob(at: change.draft.path, in: $0) }
    guard base == change.draft.base?.blob else { return }  // a conflict, which step 4 records
    let before = try base.flatMap { try handbook.bytes(ofBlob: $0) }
    let isApproved = try transaction.reader.versions(at: change.draft.path).last?.isApproved ?? true
    try SOPGate.check(
      ParsedSOP(bytes: text).gateVersion(), at: change.draft.path,
      against: before.flatMap { try? ParsedSOP(bytes: $0).gateVersion(isApproved: isApproved) },
      keys: change.draft.keys,
      taxonomy: transaction.reader.requiredTaxonomy().taxonomy, today: date(transaction.time))
  }

  /// Gives an intent up, under the lock, while no commit of it is reachable. The change is approved again.
  package func abandonClosing(_ id: ChangeID, by caller: Caller) throws {
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    let isCommitted = try isCommitted(ledger.read { try $0.requiredChange(id) })
    try command(holding: lock, by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      let events = try change.abandonClosing(by: actor)
      if isCommitted { throw ClosingError.alreadyCommitted(id) }
      try transaction.append(events, on: change)
    }
  }
}

extension LedgerReader {
  /// Where the intent stands in the ledger; nil where it does not.
  fileprivate func position(of intent: ClosingIntent, of change: SOPChange) throws -> Int? {
    func isIntent(_ recorded: RecordedEvent) -> Bool {
      if case .change(_, .closingIntended(let other)) = recorded.event { other.id == intent.id } else { false }
    }
    let subject = change.id.description
    // While a change is committing nothing else happens to it, so that its intent is its last event.
    if let last = try event(of: subject, version: change.version), isIntent(last) { return last.position }
    return try history(of: subject).last(where: isIntent)?.position
  }
}
