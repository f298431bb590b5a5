// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
internal import Remediation

/// Every command looks whether somebody pushed. Mostly nobody has, and then opening the repository would take a quarter of a command's
/// time: so what its refs' files looked like when there was nothing new is remembered beside it (`docs/decisions/0067`).
struct HandbookLook {
  /// Of the refs' files and what the ledger knows of the refs; nil where it cannot be told, or need not, because the repository is
  /// open.
  fileprivate let state: Data?
  /// Whether a later push could not leave the same state.
  fileprivate let isSettled: Bool
  /// Whether the refs are what the ledger knows of them, as an earlier look found.
  let isAsSeen: Bool
}

extension Workspace {
  /// Looks at the refs' files alone. To be done before the repository is asked: what is pushed in between is seen the next time.
  func lookAtHandbook() throws -> HandbookLook {
    guard !handbook.isOpen, let files = RefFiles(of: handbook.path) else {
      return HandbookLook(state: nil, isSettled: false, isAsSeen: false)
    }
    let known = try ledger.read { reader in
      (
        try reader.handbookTip()?.text ?? "", try reader.proposalBranches(),
        try reader.lastCheckpoint()?.note.bytes ?? []
      )
    }
    // Whichever of them is another one, the repository has to be asked.
    let branches = known.1.map { "\($0.commit) \($0.name)\n" }.sorted().joined()
    let text = "\(files.digest)\n\(known.0)\n\(MerkleTree.sha256(known.2))\n\(branches)"
    let state = Data("\(MerkleTree.sha256(Array(text.utf8)))\n".utf8)
    return HandbookLook(
      state: state, isSettled: files.isSettled, isAsSeen: FileManager.default.contents(atPath: seenFile) == state)
  }

  /// Whether the branch, or a branch on which people propose, is not as the ledger saw it last.
  func handbookHasNews(_ look: HandbookLook, _ reader: LedgerReader) throws -> Bool {
    let (tip, known) = (try reader.handbookTip(), try reader.proposalBranches())
    guard !look.isAsSeen else {
      return try hasNewProposals(known.map { Branch(name: $0.name, tip: $0.commit) }, known, at: tip, reader)
    }
    let now = try handbook.tip()
    if now != nil, tip != now { return true }
    return try hasNewProposals(
      handbook.branches(beginning: Workspace.proposalPrefix), known, at: now, reader)
  }

  /// Remembers that nothing was new. Nobody else writes the file, because the lock is held; where it cannot be written, or a crash
  /// leaves a part of it, the next look asks the repository.
  func remember(_ look: HandbookLook) {
    guard let state = look.state, look.isSettled, !look.isAsSeen else { return }
    unlink(seenFile)
    try? writeFile(seenFile, state)
  }

  /// Has the next command ask the repository.
  func forgetLook() { unlink(seenFile) }

  static let seenFileName = "handbook.seen"

  private var seenFile: String { "\(folder)/\(Workspace.seenFileName)" }
}
