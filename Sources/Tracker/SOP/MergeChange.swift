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
      guard let tip = try handbook.tip() else { throw ProposalError.nothingToMerge(id) }
      let merged = try joined(change, with: tip, transaction.reader)
      guard merged.isClean else { return .conflicting(merged.bytes) }
      let summary = erasable(try transaction.reader.text(change.draft.summary) ?? "")
      var text = ProposedText(
        closing: change.draft.closes, path: change.draft.path, bytes: merged.bytes, summary: summary)
      // Somebody may push between the two looks at the branch.
      text.base = .some(try file(at: change.draft.path, in: tip))
      return .revised(try propose(text, revising: change, by: actor, transaction))
    }
  }

  /// A draft, joined with what the SOP is in a commit.
  /// - Throws: `ProposalError.nothingToMerge` where nobody changed the SOP since the draft was written; `HandbookError` where what stands
  ///   there cannot be read.
  func joined(_ change: SOPChange, with tip: CommitID, _ reader: LedgerReader) throws -> MergedText {
    let path = change.draft.path
    guard let ours = try reader.document(change.draft.content) else { throw ClosingError.textMissing(change.id) }
    guard let theirs = try handbook.document(at: path, in: tip), theirs.blob != change.draft.base?.blob else {
      throw ProposalError.nothingToMerge(change.id)
    }
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
    // Both may have mended a base that could not be read.
    return try handbook.mergeFile(
      base: (try? levelled(base)) ?? base, ours: levelled(ours), theirs: levelled(theirs), labels: labels)
  }
}
