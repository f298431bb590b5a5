// SPDX-License-Identifier: Apache-2.0

internal import Handbook
internal import Ledger
package import Remediation

/// What somebody begins the next revision of a change with.
package struct RevisableText: Sendable {
  /// What became of what others made of the SOP since the draft was written.
  package enum Joining: Equatable, Sendable {
    /// Nobody changed it.
    case notNeeded
    /// Both stand in the text.
    case clean
    /// Both changed the same lines; both stand there, between marks.
    case marked
    /// Theirs cannot be read, for the reason given; the text is the draft's alone, and replaces theirs.
    case impossible(String)
  }

  package let bytes: [UInt8]
  package let joining: Joining
  /// The commit of the handbook that it was made from, for `reviseChange`; nil where there was no file and nothing was joined.
  package let base: CommitID?
}

extension Workspace {
  /// What the next revision of a change begins with: its draft, and where somebody else changed the SOP meanwhile, the two joined.
  /// Nothing is recorded.
  /// - Throws: `ClosingError.textMissing` where the workspace has lost the draft.
  package func revisableText(of change: SOPChange) throws -> RevisableText {
    let draft = RevisableText(
      bytes: try proposedText(of: change), joining: .notNeeded, base: change.draft.base?.commit)
    guard !change.isOver, let tip = try handbook.tip() else { return draft }
    do {
      let merged = try ledger.read { try joined(change, with: tip, $0) }
      return RevisableText(bytes: merged.bytes, joining: merged.isClean ? .clean : .marked, base: tip)
    } catch ProposalError.nothingToMerge {
      // Where somebody deleted the SOP, whoever revises a change that this stopped knows it.
      return change.state == .conflicted ? RevisableText(bytes: draft.bytes, joining: .notNeeded, base: tip) : draft
    } catch let error as HandbookError where error.isAboutText {
      return RevisableText(bytes: draft.bytes, joining: .impossible(error.sentence), base: tip)
    }
  }

  /// The commit that everything in the record of the handbook was read from: what a text that is shown to somebody was made from.
  package func recordedTip() throws -> CommitID? { try ledger.read { try $0.handbookTip() } }
}
