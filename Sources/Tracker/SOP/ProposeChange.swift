// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// Why a proposed text cannot be taken, apart from the rules.
package enum ProposalError: Error, Equatable {
  case unreadable(String)
  case occupied(SOPPath, String)
  case identityTaken(String, SOPPath)
  case ambiguous(String, [SOPPath])
  case unknownSOP(String)

  package var sentence: String {
    switch self {
    case .unreadable(let path): "The file \(path) cannot be read."
    case .occupied(let path, let reason): "\(path) cannot be written in the handbook: \(reason)"
    case .identityTaken(let id, let path): "The id \"\(id)\" belongs to \(path). Give this SOP an id of its own."
    case .ambiguous(let name, let paths):
      "\"\(name)\" names several SOPs: \(paths.map(\.text).joined(separator: ", ")). Say which path."
    case .unknownSOP(let name): "There is no SOP \"\(name)\". List them with: sopwright sop list"
    }
  }
}

extension Workspace {
  /// Proposes a text for one SOP, which closes the items named when it is approved and committed. The tool raises `version` and
  /// fills in `effective`; what is kept, shown and approved are the final bytes. A draft of the same person for the same SOP
  /// that is not over is revised.
  /// - Throws: `Rejection` from the gate, `HandbookError` where the front matter cannot be read, `ProposalError`.
  package func proposeChange(
    closing items: [ItemID], path: SOPPath, text: [UInt8], summary: String, by caller: Caller
  ) throws -> SOPChange {
    guard text.count <= SOPGate.largestText else { throw Rejection.textTooLarge(bytes: text.count) }
    let summary = erasable(summary)
    return try command(by: caller) { transaction, actor in
      try actor.mayWork()
      guard !summary.text.allSatisfy(\.isWhitespace) else { throw Rejection.textMissing("summary") }
      try adoptPushes(transaction)
      let known = try openChange(of: actor.id, at: path, closing: items, transaction.reader)
      let subjects = try items.map { id in
        let item = try transaction.reader.requiredItem(id)
        try item.mayJoinChange(of: actor.id, replacing: known?.id)
        return item
      }
      var draft = try draft(path: path, text: text, keys: subjects.map(\.key), transaction)
      draft.closes = items
      draft.summary = summary.digest
      try transaction.keep(summary)
      let id: ChangeID
      if let known {
        id = known.id
        try transaction.append(known.revise(draft, by: actor), on: known)
      } else {
        id = try transaction.nextChangeID()
        try transaction.append(.change(id, .proposed(draft)), expecting: 0)
      }
      return try transaction.reader.requiredChange(id)
    }
  }

  /// The path that a person means by a path or an id.
  package func sopPath(_ name: String) throws -> SOPPath {
    let known = try ledger.read { try $0.paths(named: name) }
    guard known.count <= 1 else { throw ProposalError.ambiguous(name, known) }
    return try known.first ?? SOPPath(name)
  }

  private func openChange(
    of person: PersonID, at path: SOPPath, closing items: [ItemID], _ reader: LedgerReader
  ) throws -> SOPChange? {
    try reader.changes(at: path).last { change in
      !change.isOver && change.proposedBy == person
        && (change.draft.closes.isEmpty ? items.isEmpty : !Set(change.draft.closes).isDisjoint(with: items))
    }
  }

  /// The final bytes, kept, and everything that the change says of them.
  private func draft(
    path: SOPPath, text: [UInt8], keys: [RecurrenceKey], _ transaction: LedgerTransaction
  ) throws -> ChangeDraft {
    let tip = try handbook.tip()
    let today = date(transaction.time)
    if let tip { try mustBeFree(path, in: tip) }
    let base = try tip.flatMap { try handbook.document(at: path, in: $0) }
    let before = try base.map { try ParsedSOP(bytes: $0.bytes) }
    let given = try ParsedSOP(bytes: text)
    let version = (before?.frontMatter.version ?? 0) + 1
    let stated = given.frontMatter.effective
    let effective = stated == nil || stated == before?.frontMatter.effective ? today : stated ?? today
    let final = try ParsedSOP(bytes: given.raised(to: version, effective: effective))
    try SOPGate.check(
      final.gateVersion, at: path, against: before?.gateVersion, keys: keys, today: today)
    if let id = final.frontMatter.id {
      for other in try transaction.reader.paths(named: id) where other != path && other.text != id {
        throw ProposalError.identityTaken(id, other)
      }
    }
    let digest = try transaction.keep(document: final.bytes)
    return ChangeDraft(
      closes: [], keys: keys, path: path, sop: final.frontMatter.id ?? path.text, sopVersion: version,
      effective: effective, content: digest,
      base: base.flatMap { base in
        tip.map { SOPBase(commit: $0, blob: base.blob, version: before?.frontMatter.version ?? 0) }
      },
      summary: digest)
  }

  /// A new file must not collide with what is there: a folder of that name, a file where a folder is needed, or a name that
  /// differs in upper and lower case only.
  func mustBeFree(_ path: SOPPath, in commit: CommitID) throws {
    let entry = try handbook.entry(at: path, in: commit)
    if let obstacle = entry.obstacle { throw ProposalError.occupied(path, "\(obstacle) is a file, not a folder.") }
    if let twin = entry.twin {
      throw ProposalError.occupied(path, "it differs from \(twin) by upper and lower case only. Use one name.")
    }
    switch entry.kind {
    case .absent, .file: break
    case .folder: throw ProposalError.occupied(path, "it is a folder.")
    case .symlink: throw ProposalError.occupied(path, "it is a symbolic link.")
    case .submodule: throw ProposalError.occupied(path, "it is a submodule.")
    }
  }
}

extension ParsedSOP {
  var gateVersion: SOPGate.Version { SOPGate.Version(frontMatter: frontMatter, body: body) }
}
