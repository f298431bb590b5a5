// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
internal import Remediation

/// Commits whose messages say that they close something.
struct ClosingClaims {
  var onBranch: [CommitID] = []
  /// On no ref.
  var dangling: [Commit] = []
}

/// The closings that the ledger speaks of, for commits that say that they are of one.
private struct KnownClosings {
  var outcomes: Set<CommitID> = []
  /// By the id of an intent, each with the digest of the text that it was to commit. After a restore an id may come twice.
  var attempts: [String: [(intent: ClosingIntent, content: Digest)]] = [:]

  init(_ events: [RecordedEvent]) {
    var drafts: [ChangeID: Digest] = [:]
    for recorded in events {
      switch recorded.event {
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
      attempt.intent.time == commit.time && said[CommitMessage.contentDigest] == attempt.content.description
    }
  }
}

extension Workspace {
  /// Those beyond the founding's tip, and those on no ref. None where the branch, or its founding, cannot be read: that is found elsewhere.
  func commitsThatClaimAClosing(_ progress: () -> Void) throws -> ClosingClaims {
    guard let tip = try handbook.tip(), let founding = try ledger.read({ try $0.event(of: "handbook", version: 1) }),
      case .handbook(.founded(let base, _)) = founding.event
    else { return ClosingClaims() }
    let onBranch = try handbook.findCommits(from: tip, backTo: base, where: saysThatItCloses)
    progress()
    return ClosingClaims(
      onBranch: onBranch,
      dangling: try handbook.danglingCommits(progress: progress).filter { saysThatItCloses($0.message, nil) })
  }

  /// A commit that says that it closes something is the outcome of a closing, or, where no ref holds it, of an attempt that was recorded.
  /// - Parameter events: read after the claims.
  func auditCommits(_ claims: ClosingClaims, _ events: [RecordedEvent]) throws -> [Finding] {
    let known = KnownClosings(events)
    let unfinished = try ledger.read { try $0.changes(in: ["committing"]) }
    var findings: [Finding] = []
    for id in claims.onBranch where !known.outcomes.contains(id) {
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
          "Its message has trailers of Sopwright, or a charset in which they can hide, and the ledger has no closing by it: it was put past "
            + "git's hook. Ask who can write sop.git. It stays on the branch, so say in the next version what it is."))
    }
    for commit in claims.dangling where try !known.explain(commit) && saysThatItIsOfThisLedger(commit) {
      findings.append(
        Finding(
          "commit_unexplained", "commit \(commit.id)",
          "No ref holds it, its message says that it closes something, and the ledger, whose tree it names, knows no such attempt. "
            + "Ask who can write sop.git; git gc --prune=now takes it away, while nobody is at work."))
    }
    return findings
  }

  /// Those of another workspace came with a handbook that was cloned; those of a tree that this ledger never had were made after the
  /// backup that it was restored from.
  private func saysThatItIsOfThisLedger(_ commit: Commit) throws -> Bool {
    guard let tree = commit.trailers.last(where: { $0.name == CommitMessage.ledgerTree })?.value.split(separator: " "),
      tree.count == 2, let size = Int(tree[0]), size > 0
    else { return false }
    return try ledger.read { reader in
      try size <= reader.treeHead().size && reader.root(ofSize: size).base64 == tree[1]
    }
  }

  /// By any line after the first that a reader could take for a trailer of ours, or by a charset in which one can hide: as git's hook looks
  /// for them.
  private func saysThatItCloses(_ message: String, _ charset: String?) -> Bool {
    if let charset, !isPlain(charset.lowercased()) { return true }
    return message.utf8.split(separator: UInt8(ascii: "\n")).dropFirst().contains { line in
      let name = line.prefix { $0 != UInt8(ascii: ":") }
      guard name.endIndex < line.endIndex else { return false }
      let word = String(Substring(name)).lowercased()
      return Workspace.trailers.contains { word.hasPrefix($0) && word.dropFirst($0.count).allSatisfy(" \t".contains) }
    }
  }

  private static let trailers = CommitMessage.trailers.map { $0.lowercased() }

  /// Whether ASCII is ASCII in the charset.
  private func isPlain(_ charset: String) -> Bool {
    charset.wholeMatch(of: /utf-?8|(us-)?ascii|(iso-?8859|latin)-?[0-9]+|koi8-?[ru]|euc-?[a-z]+/) != nil
      || charset.wholeMatch(of: /(windows-?|cp)(125[0-8]|9(32|36|49|50))|gb(2312|k|18030)|big5|s(hift[-_]?)?jis/) != nil
  }
}
