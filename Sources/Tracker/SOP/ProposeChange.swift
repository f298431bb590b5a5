// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// Why a proposed text cannot be taken, apart from the rules.
package enum ProposalError: Error, Equatable {
  case occupied(SOPPath, String)
  case identityTaken(String, SOPPath)
  case ambiguous(String, [SOPPath])
  case unknownSOP(String)
  case unknownVersion(SOPPath, String)
  case deleted(SOPPath, CommitID)
  case unknownBranch(String)
  case branch(String, String)
  case claimedAlready(String, ChangeID)
  case nothingToMerge(ChangeID)
  case baseMissing(ChangeID)
  case baseUnknown(CommitID)
  /// What would be replaced, and who has approved that.
  case notSeen(ChangeID, PersonID?)
  case textNotSeen(SOPPath)

  package var sentence: String {
    switch self {
    case .occupied(let path, let reason): "\(path) cannot be written in the handbook: \(reason)"
    case .identityTaken(let id, let path): "The id \"\(id)\" belongs to \(path). Give this SOP an id of its own."
    case .ambiguous(let name, let paths):
      "\"\(name)\" names several SOPs: \(paths.map(\.text).joined(separator: ", ")). Say which path."
    case .deleted(let path, let commit):
      "\(path) was deleted in commit \(commit.abbreviated). See its earlier versions."
    case .unknownBranch(let name): "There is no branch \(name). See the list of proposals."
    case .branch(let name, let reason): "The branch \(name) cannot be proposed: \(reason)."
    case .claimedAlready(let name, let id): "The branch \(name) is \(id) already."
    case .nothingToMerge(let id): "Nobody has changed the SOP since \(id) was written; there is nothing to merge."
    case .baseMissing(let id):
      "The SOP of \(id) has changed since it was written. Load the page of its revision again, which joins the two; what is sent "
        + "says as \"base\" the commit that it was joined with."
    case .baseUnknown(let commit):
      "\(commit.abbreviated) is no commit of the handbook's branch, so it is not known what others changed since. Load the page "
        + "again."
    case .notSeen(let id, let approver):
      "This would replace \(id), your open change of the same SOP\(approver.map { ", which \($0) has approved" } ?? ""): the page that you "
        + "began on did not show it so. Nothing was sent. Look at it first; sending again replaces it."
    case .textNotSeen(let path):
      "\(path) is an SOP already, and this text was not made from what it says, so all of that would be replaced unseen. Nothing was sent. "
        + "Propose a change of it, or write another path."
    case .unknownSOP(let name): "There is no SOP \"\(name)\". See the list of SOPs."
    case .unknownVersion(let path, let version):
      "\(path) has no version \"\(version)\". Write its number, or digits of its commit, as its history has them."
    }
  }

  /// See `Rejection.command`.
  var command: String? {
    switch self {
    case .deleted(let path, _), .unknownVersion(let path, _): "sopwright sop history \(path)"
    case .unknownBranch: "sopwright sop proposals"
    case .unknownSOP: "sopwright sop list"
    default: nil
    }
  }
}

extension Workspace {
  /// Proposes a text for one SOP, which closes the items named when it is approved and committed. The tool raises `version` and
  /// fills in `effective`; what is kept, shown and approved are the final bytes. A draft of the same person for the same SOP
  /// that is not over is revised.
  /// - Parameter base: the commit of the handbook that the text was made from: what others changed since is a conflict when the change
  ///   is closed, and is never undone. Nil says that it was made from what the branch has now.
  /// - Throws: `Rejection` from the gate, `HandbookError` where the front matter cannot be read, `ProposalError`.
  package func proposeChange(
    closing items: [ItemID], path: SOPPath, text: [UInt8], summary: String, base: CommitID? = nil, by caller: Caller
  ) throws -> SOPChange {
    try handIn(closing: items, path: path, text: text, summary: summary, base: base, by: caller).change
  }

  /// The version of a file that a text was made from; nil where there was none.
  /// - Throws: `ProposalError.baseUnknown` where the commit is none of the branch.
  func file(at path: SOPPath, in commit: CommitID) throws -> (blob: String, commit: CommitID)? {
    // Of a commit that is not there nothing can be compared.
    guard let tip = try handbook.tip(), (try? handbook.mergeBase(tip, commit)) == commit else {
      throw ProposalError.baseUnknown(commit)
    }
    return try handbook.blob(at: path, in: commit).map { (blob: $0, commit: commit) }
  }

  /// The same for every way in which a text is handed in.
  /// - Parameter known: the change whose next revision it is; nil looks for an open one of the same person for the same SOP.
  func propose(
    _ text: ProposedText, revising known: SOPChange?, by actor: Actor, _ transaction: LedgerTransaction
  ) throws -> SOPChange {
    try actor.mayWork()
    guard text.bytes.count <= SOPGate.largestText else { throw Rejection.textTooLarge }
    guard !text.summary.text.allSatisfy(\.isWhitespace) else { throw Rejection.textMissing("summary") }
    let known =
      try known ?? openChange(of: actor.id, at: text.path, closing: text.closing, transaction.reader)
    let subjects = try text.closing.map { id in
      let item = try transaction.reader.requiredItem(id)
      try item.mayJoinChange(of: actor.id, replacing: known?.id)
      return item
    }
    var draft = try draft(text, keys: subjects.map(\.key), revising: known, transaction)
    // Whoever had a hand in an earlier revision had one in this; and a branch stays the change's.
    draft.authors = Set(text.authors + (known?.draft.authors ?? [])).subtracting([known?.proposedBy ?? actor.id])
      .sorted()
    draft.pushed = text.pushed ?? known?.draft.pushed
    let id: ChangeID
    if let known {
      id = known.id
      try transaction.append(known.revise(draft, by: actor), on: known, actor: actor.id)
    } else {
      id = try transaction.nextChangeID()
      try transaction.append(.change(id, .proposed(draft)), expecting: 0, actor: actor.id)
    }
    return try transaction.reader.requiredChange(id)
  }

  /// The path that a person means by a path or an id.
  package func sopPath(_ name: String) throws -> SOPPath {
    try ledger.read { try knownPath(name, $0) } ?? SOPPath(name)
  }

  /// Nil where no SOP is called so.
  func knownPath(_ name: String, _ reader: LedgerReader) throws -> SOPPath? {
    let known = try reader.paths(named: name)
    guard known.count <= 1 else { throw ProposalError.ambiguous(name, known) }
    return known.first
  }

  /// The final bytes, kept, and everything that the change says of them. Version and date follow those of the version that the text was
  /// made from; the gate compares with what stands in the handbook now.
  private func draft(
    _ text: ProposedText, keys: [RecurrenceKey], revising known: SOPChange?, _ transaction: LedgerTransaction
  ) throws -> ChangeDraft {
    let path = text.path
    let tip = try handbook.tip()
    let today = date(transaction.time)
    if let tip { try mustBeFree(path, in: tip) }
    let there = try tip.flatMap { tip in try handbook.blob(at: path, in: tip).map { (blob: $0, commit: tip) } }
    let base = text.base ?? there
    let (before, present) = (try readable(base?.blob), try readable(there?.blob))
    let versions = try transaction.reader.versions(at: path)
    let newest = versions.last
    if let known { try mustBeDecided(text.bytes, revising: known) }
    let given = try ParsedSOP(bytes: text.bytes)
    let origin = versions.last { $0.blob == base?.blob } ?? (base == nil ? nil : newest)
    let version = (before?.frontMatter.version ?? origin?.reference.version ?? 0) + 1
    let stated = given.frontMatter.effective
    // The day of the draft before, where it has passed meanwhile, is nothing that somebody asks for.
    let isOfDraft = stated == known?.draft.effective && stated.map { $0 < today } ?? false
    let effective = stated == nil || stated == before?.frontMatter.effective || isOfDraft ? today : stated ?? today
    let final = try ParsedSOP(bytes: given.raised(to: version, effective: effective))
    try SOPGate.check(
      final.gateVersion(), at: path, against: present?.gateVersion(isApproved: newest?.isApproved ?? true), keys: keys,
      taxonomy: transaction.reader.requiredTaxonomy().taxonomy, today: today)
    if let id = final.frontMatter.id {
      for other in try transaction.reader.paths(named: id) where other != path && other.text != id {
        throw ProposalError.identityTaken(id, other)
      }
    }
    let digest = try transaction.keep(document: final.bytes)
    try transaction.keep(text.summary)
    return ChangeDraft(
      closes: text.closing, keys: keys, path: path, sop: final.frontMatter.id ?? path.text, sopVersion: version,
      effective: effective, content: digest,
      base: base.map { SOPBase(commit: $0.commit, blob: $0.blob, version: version - 1) },
      summary: text.summary.digest)
  }

  /// A version of a file; nil where there is none. What somebody pushed may be no text at all, or too large; it can be replaced all the
  /// same.
  private func readable(_ blob: String?) throws -> ParsedSOP? {
    try blob.flatMap { try handbook.bytes(ofBlob: $0) }.flatMap { try? ParsedSOP(bytes: $0) }
  }

  /// A new file must not collide with what is there: a folder of that name, a file where a folder is needed, or a name that
  /// differs in upper and lower case only.
  func mustBeFree(_ path: SOPPath, in commit: CommitID) throws {
    let entry = try handbook.entry(at: path, in: commit)
    if let obstacle = entry.obstacle { throw ProposalError.occupied(path, "\(obstacle) is a file, not a folder.") }
    switch entry.kind {
    case .file: break
    case .absent:
      guard let twin = entry.twin else { break }
      throw ProposalError.occupied(path, "it differs from \(twin) by upper and lower case only. Use one name.")
    case .folder: throw ProposalError.occupied(path, "it is a folder.")
    case .symlink: throw ProposalError.occupied(path, "it is a symbolic link.")
    case .submodule: throw ProposalError.occupied(path, "it is a submodule.")
    }
  }
}

/// A text for one SOP, on its way to become a draft.
struct ProposedText {
  /// Each once, also where somebody named it twice: a change closes an item once.
  let closing: [ItemID]
  let path: SOPPath
  let bytes: [UInt8]
  let summary: ErasableText
  /// The version that it was made from, where that is known (within: nil where the SOP was new); else the one at the branch's tip.
  var base: (blob: String, commit: CommitID)?? = nil
  /// Who wrote it, where it was pushed.
  var authors: [PersonID] = []
  var pushed: PushedDraft?

  init(closing: [ItemID], path: SOPPath, bytes: [UInt8], summary: ErasableText) {
    self.closing = closing.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    self.path = path
    self.bytes = bytes
    self.summary = summary
  }
}

extension ParsedSOP {
  func gateVersion(isApproved: Bool = true) -> SOPGate.Version {
    SOPGate.Version(frontMatter: frontMatter, body: body, isApproved: isApproved)
  }
}
