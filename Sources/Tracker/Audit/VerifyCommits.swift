// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

/// The closings that the ledger speaks of, for commits that say that they are of one.
private struct KnownClosings {
  /// What the workspace began with may have closings of another one in it.
  var founding: CommitID?
  var outcomes: Set<CommitID> = []
  /// By the id of an intent, each with the digest of the text that it was to commit. After a restore an id may come twice.
  var attempts: [String: [(intent: ClosingIntent, content: Digest)]] = [:]
  /// Sizes of the tree from which on others may have gone on: a restore's backup, and the present one.
  var sizes: [Int]

  init(_ events: [RecordedEvent]) {
    sizes = [events.count]
    var drafts: [ChangeID: Digest] = [:]
    for recorded in events {
      switch recorded.event {
      case .handbook(.founded(let tip, _)): founding = tip
      case .workspaceRestored(let restored): sizes.append(restored.size)
      case .change(let id, .proposed(let draft)), .change(let id, .revised(let draft)): drafts[id] = draft.content
      case .change(let id, .closingIntended(let intent)):
        if let content = drafts[id] { attempts[intent.id, default: []].append((intent, content)) }
      case .change(_, .committed(let committed)): outcomes.insert(committed.sop.commit)
      default: break
      }
    }
  }

  /// Whether an attempt that was recorded made the commit.
  func explain(_ commit: Commit) -> Bool {
    if outcomes.contains(commit.id) { return true }
    let said = Dictionary(commit.trailers.map { ($0.name, $0.value) }) { $1 }
    return (attempts[said[CommitMessage.closingIntent] ?? ""] ?? []).contains { attempt in
      attempt.intent.time == commit.time && said["Content-SHA256"] == attempt.content.description
    }
  }

  /// Whether it was made when the ledger was larger than what a backup had of it: that part is not known here.
  func isBeyond(_ commit: Commit) -> Bool {
    guard let tree = commit.trailers.last(where: { $0.name == "Ledger-Tree" }) else { return false }
    let size = tree.value.prefix { $0 != " " }
    return Int(size).map { size in sizes.contains { $0 < size } } ?? false
  }
}

extension Workspace {
  /// A commit that says that it closes something is the outcome of a closing, or, where no ref holds it, of an attempt that was recorded.
  func auditCommits(_ progress: () -> Void) throws -> [Finding] {
    guard let tip = try handbook.tip(), let founding = try ledger.read({ try $0.event(of: "handbook", version: 1) }),
      case .handbook(.founded(let base, _)) = founding.event
    else { return [] }
    // The commits first: before one is made, its intent stands in the ledger.
    let onBranch = try handbook.findCommits(from: tip, backTo: base, where: saysThatItCloses)
    progress()
    let dangling = try handbook.danglingCommits(progress: progress).filter { saysThatItCloses($0.message) }
    guard !onBranch.isEmpty || !dangling.isEmpty else { return [] }
    let known = KnownClosings(try ledger.read { try $0.auditChain().events })
    let unfinished = try ledger.read { try $0.changes(in: ["committing"]) }
    var findings: [Finding] = []
    for id in onBranch where !known.outcomes.contains(id) {
      guard let commit = try handbook.commit(id) else { continue }
      // The next command records it.
      let isUnfinished = unfinished.contains { change in
        guard case .committing(let intent) = change.state else { return false }
        return commit.trailers.contains(Trailer(name: CommitMessage.closingIntent, value: intent.id))
      }
      if isUnfinished, known.explain(commit) { continue }
      findings.append(
        Finding(
          "commit_unknown", "commit \(id)",
          "Its message says that it closes something, and the ledger has no such closing: it was put past git's hook. Revert it, and ask who "
            + "can write sop.git."))
    }
    for commit in dangling where !known.explain(commit) && !known.isBeyond(commit) {
      findings.append(
        Finding(
          "commit_unexplained", "commit \(commit.id)",
          "No ref holds it, its message says that it closes something, and the ledger knows no such attempt. If it came with another "
            + "repository, git prune takes it away, while nobody is at work."))
    }
    return findings
  }

  /// By any line after the first that a reader could take for our trailer, as git's hook looks for them.
  private func saysThatItCloses(_ message: String) -> Bool {
    message.utf8.split(separator: UInt8(ascii: "\n")).dropFirst().contains { line in
      let name = line.prefix { $0 != UInt8(ascii: ":") }
      guard name.endIndex < line.endIndex else { return false }
      let word = String(Substring(name)).lowercased()
      return word.hasPrefix("closing-intent") && word.dropFirst(14).allSatisfy { $0 == " " || $0 == "\t" }
    }
  }
}
