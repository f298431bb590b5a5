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
      let path = change.draft.path
      guard let ours = try transaction.reader.document(change.draft.content) else { throw ClosingError.textMissing(id) }
      guard let tip = try handbook.tip(), let theirs = try handbook.document(at: path, in: tip),
        theirs.blob != change.draft.base?.blob
      else { throw ProposalError.nothingToMerge(id) }
      let base = try change.draft.base.flatMap { try handbook.bytes(ofBlob: $0.blob) } ?? []
      let merged = try merge(
        base: base, ours: ours, theirs: theirs.bytes, labels: (id.description, "the handbook, \(tip.abbreviated)"))
      guard merged.isClean else { return .conflicting(merged.bytes) }
      let summary = erasable(try transaction.reader.text(change.draft.summary) ?? "")
      let text = ProposedText(
        closing: change.draft.closes, path: path, bytes: merged.bytes, summary: summary)
      return .revised(try propose(text, revising: change, by: actor, transaction))
    }
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
