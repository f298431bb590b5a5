// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Handbook
package import Ledger
internal import Remediation

extension Workspace {
  /// Checks every closing against git, and the table of versions against a rebuild. libgit2 can loop for ever on a damaged object, so
  /// the caller runs this in a process of its own, with a time limit; `progress` is called after each step.
  ///
  /// Git and the database cannot be read at one moment. Where something does not add up and somebody wrote meanwhile, everything is looked
  /// at again, the last time while nobody else may.
  package func verifyHandbook(progress: () -> Void = {}) throws -> [Finding] {
    // What cannot be read is found below.
    func state() -> String {
      "\((try? ledger.read { try $0.treeHead().size }) ?? 0) \((try? handbook.tip())?.text ?? "")"
    }
    for _ in 0..<2 {
      let before = state()
      let findings = try auditHandbook(progress)
      if findings.isEmpty || before == state() { return findings }
    }
    let lock = lockIfItMay(progress)
    defer { withExtendedLifetime(lock) {} }
    return try auditHandbook(progress)
  }

  /// Nil for who may only read, and where somebody goes on holding it for a minute.
  private func lockIfItMay(_ progress: () -> Void) -> WorkspaceLock? {
    for _ in 0..<600 {
      do {
        if let lock = try WorkspaceLock.ifFree(ledger.lockPath) { return lock }
      } catch { return nil }
      progress()
      usleep(100_000)
    }
    return nil
  }

  private typealias Audit = (_ progress: () -> Void) throws -> [Finding]

  private func auditHandbook(_ progress: () -> Void) throws -> [Finding] {
    let changes = try ledger.read { try $0.changes(in: ["committed"]) }
    guard let tip = try handbook.tip() else {
      guard try ledger.read({ try $0.handbookTip() }) != nil else { return [] }
      let branch = try handbook.branch()
      return [Finding("branch_missing", "sop.git", "The branch that HEAD names, \(branch), has no commit.")]
    }
    var findings: [Finding] = []
    for change in changes {
      findings += audit(change, tip)
      progress()
    }
    let known = try [handbook.ledgerTip(), ledger.read { try $0.handbookTip() }].compactMap { $0 }
    if let anchor = try known.first(where: { try !handbook.isReachable($0, from: tip) }) {
      findings.append(
        Finding(
          "anchor_lost", "sop.git",
          "The branch was rewritten: the last commit that the ledger knows, \(anchor), is no longer in it."))
    }
    // The commits first: before one is made, its intent stands in the ledger.
    let claims = Result { try commitsThatClaimAClosing(progress) }
    let events = Result { try ledger.read { try $0.auditChain().events } }
    progress()
    let ofGit: [Audit] = [
      auditRefs, auditSums, auditRepository, { _ in try auditCommits(claims.get(), events.get()) },
    ]
    for audit in ofGit {
      do { findings += try audit(progress) } catch {
        findings.append(
          Finding("repository", "sop.git", "Its refs and objects could not be checked. \(sentence(for: error))"))
      }
    }
    // What is damaged can keep one table from being checked at all; the others are, all the same.
    let ofTables: [(String, Audit)] = [
      ("sop_versions", { try auditVersions(events.get(), $0) }), ("sop_contents", auditContents),
      ("sop_origins", auditOrigins), ("sop_lines", auditLines), ("sop_text", auditSearchIndex),
      ("proposal_branches", { try auditBranches(events.get(), $0) }),
    ]
    for (table, audit) in ofTables {
      do { findings += try audit(progress) } catch {
        findings.append(
          Finding(table, "sop.git", "What is kept of SOP versions could not be checked. \(sentence(for: error))"))
      }
    }
    do { findings += try auditCheckpointCopies(progress) } catch {
      findings.append(
        Finding(
          "checkpoint_copy", "sop.git", "The copies of checkpoints could not be checked. \(sentence(for: error))"))
    }
    return findings
  }

  /// Each copy in `refs/ledger/checkpoints` is a note of the database, and of a larger tree than the copy before it. That the newest notes
  /// have no copy yet is no fault: the next command writes one.
  private func auditCheckpointCopies(_ progress: () -> Void) throws -> [Finding] {
    var findings: [Finding] = []
    var next = try handbook.lastCheckpointCopy()
    var following: Int?
    while let copy = next {
      let subject = "copy \(copy.commit.abbreviated)"
      if try !ledger.read({ try $0.hasPublished(copy.note) }) {
        findings.append(
          Finding(
            "checkpoint_copy", subject,
            "sop.git holds a checkpoint that the database does not: the database was rolled back, or one of them was changed."
          ))
      }
      // What is no note was found already.
      let size = try? Checkpoint(text: SignedNote(copy.note).text).size
      if let size, let commit = try handbook.commit(copy.commit),
        commit.author != Handbook.checkpointAuthor || commit.committer != Handbook.checkpointAuthor
          || commit.message != Workspace.copyMessage(size)
      {
        findings.append(
          Finding(
            "checkpoint_copy", subject, "Its author or message is not what Sopwright writes: somebody made it anew."))
      }
      if let size, let following, size >= following {
        findings.append(
          Finding("checkpoint_copy_order", subject, "It is not of a smaller tree than the copy that follows it."))
      }
      following = size
      next = try copy.parent.map { try handbook.checkpointCopy($0) }
      progress()
    }
    return findings
  }

  /// One closing: its commit is there, reachable, what the intent describes, and holds the approved text.
  private func audit(_ change: SOPChange, _ tip: CommitID) -> [Finding] {
    guard case .committed(let committed) = change.state else { return [] }
    let id = committed.sop.commit
    let subject = "\(change.id) commit \(id)"
    do {
      guard let details = try handbook.commit(id) else {
        return [Finding("commit_missing", subject, "The commit that closed it is not in the repository.")]
      }
      var findings: [Finding] = []
      if try !handbook.isReachable(id, from: tip) {
        findings.append(Finding("commit_unreachable", subject, "The commit that closed it is not on the branch."))
      }
      let document = try handbook.document(at: committed.sop.path, in: id)
      if document.map({ MerkleTree.sha256($0.bytes) }) != committed.sop.content {
        findings.append(
          Finding("content", subject, "\(committed.sop.path) does not hold the approved text in that commit."))
      }
      if details.parents.first != committed.parent || details.tree != committed.tree || document?.blob != committed.blob
      {
        findings.append(
          Finding("commit_differs", subject, "The commit has another parent, tree or file than was recorded."))
      }
      findings += try auditMessage(change, details, subject)
      return findings
    } catch {
      return [Finding("commit_unreadable", subject, "The commit or its file cannot be read. \(sentence(for: error))")]
    }
  }

  private func auditMessage(_ change: SOPChange, _ commit: Commit, _ subject: String) throws -> [Finding] {
    let event = try ledger.read { reader in
      try reader.history(of: change.id.description).last { recorded in
        if case .change(_, .closingIntended) = recorded.event { true } else { false }
      }
    }
    guard case .change(_, .closingIntended(let intent))? = event?.event else {
      return [Finding("intent_missing", subject, "The ledger has an outcome without an intent.")]
    }
    let plan = try plan(for: change, intent)
    guard commit.message == plan.message, commit.author == plan.author, commit.committer == plan.committer,
      commit.time == plan.time
    else {
      return [Finding("commit_differs", subject, "The commit is not the one that its intent describes.")]
    }
    return []
  }

  /// Makes the table of versions again from git and the moves of the branch that the ledger saw.
  private func auditVersions(_ events: [RecordedEvent], _ progress: () -> Void) throws -> [Finding] {
    var expected: [IndexedCommit] = []
    for recorded in events {
      let move: (from: CommitID?, to: CommitID, origin: SOPVersion.Origin)
      switch recorded.event {
      case .handbook(.founded(let tip, _)): move = (nil, tip, .founding)
      case .handbook(.tipAdopted(let old, let new)): move = (old, new, .push)
      case .change(let id, .committed(let committed)): move = (committed.parent, committed.sop.commit, .change(id))
      default: continue
      }
      expected += try indexedCommits(from: move.from, to: move.to, origin: move.origin).filter { !$0.files.isEmpty }
      progress()
    }
    let unknown = auditReferences(events, expected)
    let (stored, isWhole) = try ledger.read { (try $0.indexedCommits(), try $0.versionsAreWhole()) }
    guard stored != expected || !isWhole else { return try unknown + auditMissingContents(expected) }
    let differing = zip(stored, expected).first { $0 != $1 }?.0 ?? stored.last
    return unknown + [
      Finding(
        "sop_versions", differing?.files.first?.path.text ?? "sop.git",
        "The table of SOP versions says something else than the repository.")
    ]
  }

  /// What people ratified, reviewed and read are versions that the branch has.
  private func auditReferences(_ events: [RecordedEvent], _ commits: [IndexedCommit]) -> [Finding] {
    let versions = Dictionary(grouping: commits, by: \.id).mapValues { Set($0.flatMap(\.files).map(\.path)) }
    return events.compactMap { recorded in
      guard case .sop(_, let event) = recorded.event else { return nil }
      let sop = event.reference
      guard versions[sop.commit]?.contains(sop.path) != true else { return nil }
      return Finding(
        "sop_unknown", "event \(recorded.position)",
        "\(event.kind) is about \(sop.path) in commit \(sop.commit), which made no version of it.")
    }
  }

  /// What files say of themselves is kept from the founding's tip on, and of all versions once somebody asked.
  private func auditMissingContents(_ commits: [IndexedCommit]) throws -> [Finding] {
    var needed: Set<String> = []
    var founding: [SOPPath: String] = [:]
    let areAllRead = try ledger.read { try $0.unreadBlobs() } == nil
    for commit in commits {
      for file in commit.files {
        if commit.origin == .founding { founding[file.path] = file.blob }
        if let blob = file.blob, commit.origin != .founding || areAllRead { needed.insert(blob) }
      }
    }
    let kept = try Set(ledger.read { try $0.allContents() }.map(\.blob))
    return needed.union(founding.values).subtracting(kept).sorted().map {
      Finding("sop_contents", "file \($0)", "What it says of itself is not kept, so it is not found by it.")
    }
  }

  private func auditContents(_ progress: () -> Void) throws -> [Finding] {
    try ledger.read { try $0.allContents() }.filter { blob, kept in
      progress()
      return try !SOPContents(of: blob, in: handbook).isSpelled(as: kept)
    }.map { blob, _ in
      Finding("sop_contents", "file \(blob)", "What is kept of its front matter is not what the file says.")
    }
  }

  private func auditOrigins(_ progress: () -> Void) throws -> [Finding] {
    let reading = HandbookReading(of: handbook)
    return try ledger.read { try $0.allOrigins() }.filter { known in
      progress()
      // What came from nowhere is said of a file that the commit has.
      let isThere = try ledger.read { try $0.versions(at: known.path) }.contains {
        $0.reference.commit == known.commit && $0.blob != nil
      }
      return try !isThere || reading.origin(known.path, known.commit) != known.origin
    }.map { known in
      Finding(
        "sop_origins", "\(known.path) in \(known.commit)", "What is kept of where it came from is not what git says.")
    }
  }

  private func auditLines(_ progress: () -> Void) throws -> [Finding] {
    try ledger.read { try $0.allLines() }.filter { known in
      progress()
      let history = try ledger.read { try $0.followed(known.path, throughCopies: false) }
      let last = history.lastIndex { $0.reference.commit == known.lines.commit }
      return try last.map { try lineOrigins(of: Array(history[...$0]), startingFrom: nil) } != known.lines.runs
    }.map { known in
      Finding("sop_lines", known.path.text, "What is kept of where its lines came from is not what git says.")
    }
  }
}
