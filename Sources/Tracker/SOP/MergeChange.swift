// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

/// What became of joining a draft with what changed meanwhile.
package enum MergedDraft: Sendable {
  /// The change's next revision, in review.
  case revised(SOPChange)
  /// Both changed the same lines: the text with both, between marks.
  case conflicting([UInt8])
}

extension Workspace {
  /// Joins a draft with what others made of its SOP since it was written: the next revision where they changed other lines.
  /// - Throws: `ProposalError.nothingToMerge` where nobody changed it; `Rejection` where the caller may not revise it.
  package func mergeChange(_ id: ChangeID, by caller: Caller) throws -> MergedDraft {
    try command(by: caller) { transaction, actor in
      try adoptPushes(transaction)
      let change = try transaction.reader.requiredChange(id)
      // Whether the caller may: the draft itself is no news.
      _ = try change.revise(change.draft, by: actor)
      let merged = try joined(change, transaction.reader)
      guard merged.isClean else { return .conflicting(merged.bytes) }
      let summary = erasable(try transaction.reader.text(change.draft.summary) ?? "")
      let text = ProposedText(
        closing: change.draft.closes, path: change.draft.path, bytes: merged.bytes, summary: summary)
      return .revised(try propose(text, revising: change, by: actor, transaction))
    }
  }

  /// A draft that somebody else's change of its SOP stopped, joined with that, for whoever revises it: where both changed the same lines,
  /// both stand there between marks. Nil where the SOP is as it was when the draft was written. Nothing is recorded.
  package func joinedText(of change: SOPChange) throws -> (bytes: [UInt8], isClean: Bool)? {
    guard change.state == .conflicted else { return nil }
    do {
      let merged = try ledger.read { try joined(change, $0) }
      return (merged.bytes, merged.isClean)
    } catch ProposalError.nothingToMerge { return nil }
  }

  /// - Throws: `ProposalError.nothingToMerge` where nobody changed the SOP since the draft was written.
  private func joined(_ change: SOPChange, _ reader: LedgerReader) throws -> MergedText {
    let path = change.draft.path
    guard let ours = try reader.document(change.draft.content) else { throw ClosingError.textMissing(change.id) }
    guard let tip = try handbook.tip(), let theirs = try handbook.document(at: path, in: tip),
      theirs.blob != change.draft.base?.blob
    else { throw ProposalError.nothingToMerge(change.id) }
    let base = try change.draft.base.flatMap { try handbook.bytes(ofBlob: $0.blob) } ?? []
    return try merge(
      base: base, ours: ours, theirs: theirs.bytes,
      labels: (change.id.description, "the handbook, \(tip.abbreviated)"))
  }

  /// - Throws: `Rejection.marksLeft` where a text that was joined still has lines of both.
  func mustBeDecided(_ text: [UInt8], revising change: SOPChange) throws {
    let mark = Array("<<<<<<< \(change.id)".utf8)
    for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    where line.starts(with: mark) { throw Rejection.marksLeft(line: number + 1) }
  }

  /// The tool raises version and date by itself, and gives front matter to a file that has none, so that these lines are no conflict.
  private func merge(
    base: [UInt8], ours: [UInt8], theirs: [UInt8], labels: (ours: String, theirs: String)
  ) throws -> MergedText {
    let target = try ParsedSOP(bytes: theirs).frontMatter
    let effective = try target.effective ?? ParsedSOP(bytes: ours).frontMatter.effective
    func levelled(_ bytes: [UInt8]) throws -> [UInt8] {
      try bytes.isEmpty ? bytes : ParsedSOP(bytes: bytes).raised(to: target.version, effective: effective)
    }
    return try handbook.mergeFile(base: levelled(base), ours: levelled(ours), theirs: levelled(theirs), labels: labels)
  }
}
