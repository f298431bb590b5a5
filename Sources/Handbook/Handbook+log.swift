// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
package import Remediation
import Synchronization

/// A commit and the SOPs that it changed against its first parent.
package struct LoggedCommit: Equatable, Sendable {
  package let id: CommitID
  /// The first parent; nil of a first commit.
  package let parent: CommitID?
  package let author: Signature
  /// The committer's time, whole seconds.
  package let time: Timestamp
  /// Sorted by the paths' bytes.
  package let changes: [FileChange]
}

extension Handbook {
  /// What the branch's own line gained: from `new` along first parents, as far as they are not `old` or an ancestor of it, oldest
  /// first; with nil, to the first commit. Trees alone are read, no file; as many cores work at it as there are.
  ///
  /// With nil, objects are not hashed while they are read, which would take a seventh of the time: `git fsck` says whether a repository
  /// is whole, and a verification reads what matters again.
  ///
  /// - Parameter progress: called now and then, from any thread, with the number of commits compared so far, and of all.
  /// - Throws: where a commit is absent.
  package func log(
    from old: CommitID?, to new: CommitID, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws(HandbookError) -> [LoggedCommit] {
    if old == nil { _ = sopwright_git_verify_hashes(0) }
    defer { if old == nil { _ = sopwright_git_verify_hashes(1) } }
    let line = try locked { (repository) throws(HandbookError) in try repository.line(from: old, to: new) }
    let cores = min(max(1, line.count / Handbook.fewestToShare), ProcessInfo.processInfo.activeProcessorCount)
    guard cores > 1 else {
      return try locked { (repository) throws(HandbookError) in
        try repository.compare(line[...]) { progress($0, line.count) }
      }
    }
    let share = (line.count + cores - 1) / cores
    let parts = Parts(count: cores)
    // Each core has a repository of its own: libgit2's objects are not safe across threads.
    DispatchQueue.concurrentPerform(iterations: cores) { core in
      let range = min(core * share, line.count)..<min((core + 1) * share, line.count)
      parts.set(
        core,
        Result { () throws(HandbookError) in
          try GitRepository(opening: path).compare(line[range]) { done in
            if core == 0 { progress(min(done * cores, line.count), line.count) }
          }
        })
    }
    var commits: [LoggedCommit] = []
    commits.reserveCapacity(line.count)
    for part in parts.all { commits += try part.get() }
    return commits
  }

  /// Below this, dividing the work costs more than it saves.
  private static let fewestToShare = 128
}

/// What each core found.
private final class Parts: Sendable {
  private let results: Mutex<[Result<[LoggedCommit], HandbookError>]>

  init(count: Int) {
    results = Mutex(Array(repeating: .success([]), count: count))
  }

  func set(_ index: Int, _ result: Result<[LoggedCommit], HandbookError>) {
    results.withLock { $0[index] = result }
  }

  var all: [Result<[LoggedCommit], HandbookError>] { results.withLock { $0 } }
}

/// A commit of a line, before its trees are compared.
private struct LineCommit: Sendable {
  let id: CommitID
  let parent: CommitID?
  let tree: git_oid
  let author: Signature
  let time: Timestamp
}

extension GitRepository {
  /// Oldest first.
  fileprivate func line(from old: CommitID?, to new: CommitID) throws(HandbookError) -> [LineCommit] {
    var gained: Set<CommitID>?
    if let old { gained = Set(try commits(from: new, backTo: old)) }
    var line: [LineCommit] = []
    var next: CommitID? = new
    while let id = next, gained?.contains(id) ?? true {
      let commit = try lineCommit(id)
      line.append(commit)
      next = commit.parent
    }
    return line.reversed()
  }

  private func lineCommit(_ id: CommitID) throws(HandbookError) -> LineCommit {
    let operation = "read commit \(id.abbreviated)"
    return try commit(id).lend { (commit) throws(HandbookError) in
      guard let tree = git_commit_tree_id(commit) else { throw .refused(operation, because: "it names no tree") }
      return LineCommit(
        id: id, parent: try git_commit_parent_id(commit, 0)?.pointee.commitID(operation), tree: tree.pointee,
        author: Signature(git_commit_author(commit)), time: Commit.time(of: commit))
    }
  }

  fileprivate func compare(
    _ line: ArraySlice<LineCommit>, progress: (Int) -> Void
  ) throws(HandbookError) -> [LoggedCommit] {
    var comparison = try TreeComparison(self)
    var compared: [LoggedCommit] = []
    compared.reserveCapacity(line.count)
    var before: LineCommit?
    for commit in line {
      var parentTree = before?.tree
      if before?.id != commit.parent {
        parentTree = try commit.parent.map { (id) throws(HandbookError) in try treeID(of: id) }
      }
      compared.append(
        LoggedCommit(
          id: commit.id, parent: commit.parent, author: commit.author, time: commit.time,
          changes: try comparison.changes(from: parentTree, to: commit.tree)))
      before = commit
      if compared.count % 256 == 0 { progress(compared.count) }
    }
    return compared
  }
}
