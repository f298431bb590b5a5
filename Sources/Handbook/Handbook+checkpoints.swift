// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

/// A copy of a checkpoint in the repository: a commit whose one file is the note.
package struct CheckpointCopy: Equatable, Sendable {
  package let commit: CommitID
  /// The copy before it; nil for the first.
  package let parent: CommitID?
  package let note: [UInt8]
}

extension Handbook {
  package static let checkpointsRef = "refs/ledger/checkpoints"
  /// The author and committer of every copy.
  package static let checkpointAuthor = Signature(name: "sopwright", address: "sopwright@sopwright.invalid")
  fileprivate static let checkpointFile = Array("checkpoint".utf8)

  /// The newest copy, that of `refs/ledger/checkpoints`; nil before the first. No push can move or hide it.
  ///
  /// - Throws: where what the ref names is no copy.
  package func lastCheckpointCopy() throws(HandbookError) -> CheckpointCopy? {
    try locked { (repository) throws(HandbookError) in
      guard let commit = try repository.target(of: Handbook.checkpointsRef) else { return nil }
      return try repository.checkpointCopy(commit)
    }
  }

  /// - Throws: where the commit is not there, or is no copy.
  package func checkpointCopy(_ commit: CommitID) throws(HandbookError) -> CheckpointCopy {
    try locked { (repository) throws(HandbookError) in try repository.checkpointCopy(commit) }
  }

  /// Writes a copy on top of the last one and moves `refs/ledger/checkpoints` to it, durably. The same note on the same copy makes the same
  /// commit, so doing it twice is harmless; a crash midway leaves the ref as it was. The caller holds the workspace's lock.
  ///
  /// - Throws: where somebody else moved the ref or holds its lock, and for any other failure; then the next one writes it.
  package func writeCheckpointCopy(
    _ note: [UInt8], at time: Timestamp, message: String, onto last: CommitID?
  ) throws(HandbookError) {
    let operation = "copy the checkpoint to \(Handbook.checkpointsRef)"
    try locked { (repository) throws(HandbookError) in
      let writer = try ObjectWriter(repository)
      let blob = try writer.store(note, GIT_OBJECT_BLOB, operation)
      let file = TreeEntry(name: Handbook.checkpointFile, mode: 0o100644, id: blob)
      let tree = try writer.store(TreeEntry.encode([file]), GIT_OBJECT_TREE, operation)
      let author = Handbook.checkpointAuthor
      let plan = CommitPlan(files: [:], author: author, committer: author, time: time.wholeSecond, message: message)
      let buffer = try repository.commitBuffer(plan, tree: tree, parent: last)
      let commit = try writer.store(buffer, GIT_OBJECT_COMMIT, operation).commitID(operation)
      guard try repository.move(Handbook.checkpointsRef, from: last, to: commit) == .moved else {
        throw .refused(operation, because: "somebody else moves it; the next command tries again")
      }
    }
  }
}

extension GitRepository {
  fileprivate func checkpointCopy(_ id: CommitID) throws(HandbookError) -> CheckpointCopy {
    let operation = "read the copy of a checkpoint \(id.abbreviated)"
    let parents = try commit(id).peek { commit in
      (0..<git_commit_parentcount(commit)).compactMap { git_commit_parent_id(commit, $0)?.pointee }
    }
    let files = try entries(ofTree: treeID(of: id))
    guard parents.count < 2, files.count == 1, let file = files.first, file.name == Handbook.checkpointFile,
      file.mode == 0o100644
    else {
      throw .refused(operation, because: "it is not a commit with the file checkpoint alone, on the copy before it")
    }
    let parent = try parents.first.map { (id) throws(HandbookError) in try id.commitID(operation) }
    return CheckpointCopy(
      commit: id, parent: parent, note: try blob(file.id, atMost: SOPDocument.largest, called: "a checkpoint") ?? [])
  }
}
