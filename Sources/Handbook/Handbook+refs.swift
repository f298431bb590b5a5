// SPDX-License-Identifier: Apache-2.0

import CGit2
import Glibc
package import Remediation

/// What became of an attempt to move the branch.
package enum RefMove: Equatable, Sendable {
  /// The branch points at the new commit, durably.
  case moved
  /// It did not point at the expected commit: somebody else moved it. Read it afresh.
  case lostRace
  /// Somebody holds its lock. Wait and try again; see `removeStaleLock`.
  case locked
}

extension Handbook {
  package static let ledgerRef = "refs/ledger/tip"

  /// The branch that HEAD names, as `refs/heads/main`, whether or not it has a commit.
  ///
  /// - Throws: where HEAD names no branch.
  package func branch() throws(HandbookError) -> String {
    try locked { (repository) throws(HandbookError) in try repository.branch() }
  }

  /// The commit that the branch points at, read afresh; nil while it has none.
  ///
  /// - Throws: where the branch names something that is not a commit, or that is not there.
  package func tip() throws(HandbookError) -> CommitID? {
    try locked { (repository) throws(HandbookError) in try repository.target(of: repository.branch()) }
  }

  /// The newest commit of ours that was recorded, `refs/ledger/tip`; nil before the first. No push can move or hide it.
  package func ledgerTip() throws(HandbookError) -> CommitID? {
    try locked { (repository) throws(HandbookError) in try repository.target(of: Handbook.ledgerRef) }
  }

  /// Moves the branch to `new` if it still points at `old` (nil: has no commit yet), by compare-and-swap under git's
  /// own lock, durably. Where it points at `new` already and `old` is stale, the race is lost.
  ///
  /// - Throws: for any other failure. Then it is unknown whether the branch moved: the rename may have happened before
  ///   the error. Look again. A crash midway leaves the old or the new value, and perhaps a lock.
  package func moveBranch(from old: CommitID?, to new: CommitID) throws(HandbookError) -> RefMove {
    try locked { (repository) throws(HandbookError) in
      try repository.move(repository.branch(), from: old, to: new)
    }
  }

  /// Moves `refs/ledger/tip` forward to this commit, durably. Where the commit is behind it already, nothing happens,
  /// so that doing it twice is harmless. Looks at the new commits only, not at the history. The caller holds the
  /// workspace's lock.
  ///
  /// - Returns: false where the commit is no descendant of the present one: the branch was rewritten. Then the ref stays
  ///   where it is, on what was lost.
  /// - Throws: where somebody goes on holding the lock of the ref, and for any other failure; then look again. A lock that a killed
  ///   process left is removed once it is stale.
  @discardableResult
  package func advanceLedgerTip(to commit: CommitID) throws(HandbookError) -> Bool {
    for _ in 0..<Handbook.lockAttempts {
      if let isAhead = try advancedLedgerTip(to: commit) { return isAhead }
      if !removeStaleLock() { usleep(20_000) }
    }
    throw .refused("move \(Handbook.ledgerRef)", because: "somebody holds its lock; try again")
  }

  private static let lockAttempts = 12

  /// Nil where somebody holds the lock of the ref.
  private func advancedLedgerTip(to commit: CommitID) throws(HandbookError) -> Bool? {
    try locked { (repository) throws(HandbookError) in
      let present = try repository.target(of: Handbook.ledgerRef)
      if let present {
        if commit == present { return true }
        guard try repository.isReachable(present, from: commit) else {
          return try repository.isReachable(commit, from: present)
        }
      }
      switch try repository.move(Handbook.ledgerRef, from: present, to: commit) {
      case .moved: return true
      case .lostRace: throw .refused("move \(Handbook.ledgerRef)", because: "somebody else moved it; try again")
      case .locked: return nil
      }
    }
  }

  /// Removes the lock files of the branch and of our own refs that a killed process left: older than ten seconds
  /// and open in no process. Where processes of other logins cannot be looked into, ten minutes instead. The caller
  /// holds the workspace's lock, so that none of them is Sopwright's.
  ///
  /// - Returns: whether one was removed. Never fails: a lock that stays shows itself as `.locked`.
  @discardableResult
  package func removeStaleLock() -> Bool {
    // A branch that cannot be read has no lock to look for; whoever needs the branch gets the error.
    let locks = try? locked { (repository) throws(HandbookError) in
      [try repository.branch(), Handbook.ledgerRef, Handbook.checkpointsRef].map { repository.folder + $0 + ".lock" }
    }
    return (locks ?? []).map { StaleLock.remove($0) }.contains(true)
  }
}

extension GitRepository {
  func branch() throws(HandbookError) -> String {
    let operation = "read the branch of the SOP repository"
    let head = try GitObject(operation, free: git_reference_free) { git_reference_lookup($0, pointer, "HEAD") }
    let name = head.peek { git_reference_symbolic_target($0).map { String(cString: $0) } }
    guard let name, name.hasPrefix("refs/heads/") else {
      throw .refused(operation, because: "its HEAD names no branch; run git symbolic-ref HEAD refs/heads/main in it")
    }
    return name
  }

  /// Nil where there is no such ref.
  func target(of name: String) throws(HandbookError) -> CommitID? {
    let operation = "read \(name)"
    let found = try GitObject.find(operation, free: git_reference_free) { git_reference_lookup($0, pointer, name) }
    guard let reference = found else { return nil }
    guard let id = reference.peek({ git_reference_target($0)?.pointee }) else {
      throw .refused(operation, because: "it is a name for another ref")
    }
    guard try find(id, GIT_OBJECT_COMMIT, operation) != nil else {
      throw .refused(operation, because: "it names \(id.hex), which is not a commit that the repository has")
    }
    return try id.commitID(operation)
  }

  func move(_ name: String, from old: CommitID?, to new: CommitID) throws(HandbookError) -> RefMove {
    let operation = "move \(name) to \(new.abbreviated)"
    guard try find(git_oid(new), GIT_OBJECT_COMMIT, operation) != nil else {
      throw .refused(operation, because: "the SOP repository has no such commit")
    }
    var newID = git_oid(new)
    // Compared under the lock; the id of zeros stands for a ref that is not there.
    var oldID = old.map { git_oid($0) } ?? git_oid()
    var made: OpaquePointer?
    let code = git_reference_create_matching(&made, pointer, name, &newID, 1, &oldID, "sopwright")
    git_reference_free(made)
    let known: [Int32: RefMove] = [
      GIT_EMODIFIED.rawValue: .lostRace, GIT_ENOTFOUND.rawValue: .lostRace, GIT_ELOCKED.rawValue: .locked,
    ]
    guard let outcome = known[code] else {
      try LibGit2.check(code, operation)
      return .moved
    }
    git_error_clear()
    return outcome
  }
}
