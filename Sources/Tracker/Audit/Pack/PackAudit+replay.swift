// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
internal import Remediation

extension PackAudit {
  /// How many events are replayed in one transaction; a batch ends it.
  private static let eventsPerTransaction = 500

  /// Makes the workspace again: every event through the projections that it went through there, every record into its batch.
  /// - Parameter handbook: nil where the bundle cannot be read; then the SOPs' versions are left out.
  /// - Returns: nil where the events do not follow from each other.
  func replay(
    _ chain: PackChain, _ checkpoints: [(note: SignedNote, checkpoint: Checkpoint)], _ handbook: Handbook?,
    _ key: VerifierKey?, hasPersonal: Bool
  ) -> Workspace? {
    var workspace: Workspace?
    let documents = keptDocuments(chain.events)
    let texts = keptTexts(chain.events)
    let evidence = PackEvidence(self, hasPersonal: hasPersonal)
    check("replay") { workspace = chain.isWhole ? try emptyWorkspace(chain, handbook) : nil }
    if let made = workspace {
      do {
        try made.keep(documents, texts)
        try replay(into: made, evidence, indexing: handbook != nil)
        if let key { try made.keep(checkpoints, key) }
      } catch {
        workspace = nil
        find(
          "replay", "event \(evidence.nextEvent)",
          "It does not follow from the events before it. \(PackAudit.sentence(error))")
      }
    }
    // Where the replay broke off, what is left of the evidence can be checked all the same.
    for recorded in chain.events.dropFirst(evidence.nextEvent) {
      if case .batch(let received) = recorded.event { _ = evidence.records(of: received) }
    }
    evidence.finish()
    return workspace
  }

  private func emptyWorkspace(_ chain: PackChain, _ handbook: Handbook?) throws -> Workspace? {
    guard case .workspaceFounded(_, let name)? = chain.events.first?.event, let zone = Zone(name) else {
      find("replay", "event 0", "It does not say how the workspace was founded.")
      return nil
    }
    let repository = try handbook ?? Handbook.create(at: "\(scratch)/none.git")
    let ledger = try Ledger.create(
      at: "\(scratch)/sopwright.sqlite", lock: "\(scratch)/sopwright.lock", handbook: HandbookReading(of: repository))
    try ledger.useLargeCache()
    return Workspace(
      folder: scratch, settings: Settings(zone: zone, domain: Settings.defaultDomain), ledger: ledger,
      handbook: repository)
  }

  private func replay(into workspace: Workspace, _ evidence: PackEvidence, indexing: Bool) throws {
    let lines = try PackLines(folder, PackPart.events)
    var isOver = false
    while !isOver {
      try workspace.write { transaction in
        for _ in 0..<PackAudit.eventsPerTransaction {
          guard let leaf = try lines.next() else {
            isOver = true
            return
          }
          let recorded = try transaction.replay(leaf: leaf)
          if indexing { try workspace.index(recorded.event, transaction) }
          evidence.nextEvent += 1
          guard case .batch(let received) = recorded.event else { continue }
          let records = evidence.records(of: received)
          let replayed = try transaction.replay(records, of: received, recorded)
          if replayed.digest == received.digest, replayed.amended != received.amended {
            find(
              "batch_counts", "batch \(received.digest)",
              "Its event says \(received.amended) amended, and its records amend \(replayed.amended).")
          }
          return
        }
      }
      try workspace.ledger.checkpoint(
        holding: WorkspaceLock(waitingFor: workspace.ledger.lockPath), ifLargerThan: 64 << 20)
      progress()
    }
  }

  // MARK: Documents and texts

  /// Those with their digests. What is named by no event does not belong there.
  private func keptDocuments(_ events: [RecordedEvent]) -> [[UInt8]] {
    let named = Set(events.flatMap(\.event.documents))
    var kept: [[UInt8]] = []
    check(PackPart.documents) {
      for name in try folder.names().files where name.hasPrefix(PackPart.documents + "/") {
        guard let digest = Digest(name.dropFirst(PackPart.documents.count + 1)) else { continue }
        let bytes = try folder.bytes(of: name)
        if MerkleTree.sha256(bytes) != digest {
          find("document_digest", digest.description, "A taxonomy, a map or an SOP text was changed: \(name).")
        } else if !named.contains(digest) {
          find("document_unknown", digest.description, "No event names it: it was added.")
        } else {
          kept.append(bytes)
        }
      }
    }
    return kept
  }

  private func keptTexts(_ events: [RecordedEvent]) -> [ErasableText] {
    let named = Set(events.flatMap(\.event.texts))
    var kept: [ErasableText] = []
    var last: Digest?
    check(PackPart.texts) {
      let lines = try PackLines(folder, PackPart.texts)
      while let line = try lines.next() {
        let text: ErasableText
        do { text = try PackText(canonicalBytes: line).text } catch {
          find("text_line", "\(PackPart.texts) line \(lines.count)", PackAudit.sentence(error))
          continue
        }
        if MerkleTree.salted(text.salt, Array(text.text.utf8)) != text.digest {
          find("text_digest", text.digest.description, "A text that an event names was changed.")
        } else if !named.contains(text.digest) {
          find("text_unknown", text.digest.description, "No event names it: it was added.")
        } else if let last, !last.bytes.lexicographicallyPrecedes(text.digest.bytes) {
          find(
            "text_line", "\(PackPart.texts) line \(lines.count)", "It is not in the order of digests, or there twice.")
        } else {
          kept.append(text)
        }
        last = text.digest
      }
    }
    return kept
  }
}

extension Workspace {
  /// In a workspace that is made again nobody gives a command, and no time passes.
  fileprivate func write(_ body: (LedgerTransaction) throws -> Void) throws {
    try ledger.write(by: Authorship(person: .rules, login: "verify"), at: Timestamp(milliseconds: 0), body)
  }

  /// The ledger's key, and what it signed.
  fileprivate func keep(_ checkpoints: [(note: SignedNote, checkpoint: Checkpoint)], _ key: VerifierKey) throws {
    try makeFolders(to: "\(folder)/keys")
    try writeFile("\(folder)/\(Workspace.verifierFile)", "\(key)\n".utf8)
    try write { transaction in
      for (note, checkpoint) in checkpoints { try transaction.replay(note, saying: checkpoint, by: key) }
    }
  }

  fileprivate func keep(_ documents: [[UInt8]], _ texts: [ErasableText]) throws {
    try write { transaction in
      for document in documents { try transaction.keep(document: document) }
      for text in texts { try transaction.keep(text) }
    }
  }

  /// The versions that an event brought, from git.
  fileprivate func index(_ event: Event, _ transaction: LedgerTransaction) throws {
    let commits: [IndexedCommit]
    switch event {
    case .handbook(.founded(let tip, _)): return try indexFounding(at: tip, transaction)
    case .handbook(.tipAdopted(let old, let new)): commits = try indexedCommits(from: old, to: new, origin: .push)
    case .change(let id, .committed(let committed)):
      commits = try indexedCommits(from: committed.parent, to: committed.sop.commit, origin: .change(id))
    default: return
    }
    try index(commits, transaction)
  }
}
