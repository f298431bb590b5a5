// SPDX-License-Identifier: Apache-2.0

import CGit2
internal import Remediation

// What is found only by looking at every object, whether a ref reaches it or not.
extension Handbook {
  /// The commits that no ref reaches, in the order of their ids: of a push that lost a race, of a closing that was killed, of a branch
  /// that is gone. Reads every commit, and of other objects what kind they are.
  ///
  /// One that cannot be read is passed over: nothing names it.
  /// - Parameter progress: called now and then.
  package func danglingCommits(progress: () -> Void) throws(HandbookError) -> [Commit] {
    let operation = "look for commits that no ref reaches"
    let targets = try refs().targets.values.compactMap { git_oid(hex: $0) }
    return try locked { (repository) throws(HandbookError) in
      let reached = try repository.commits(reachedFrom: targets, operation, progress)
      var dangling: Set<String> = []
      var count = 0
      try repository.forEachObject(operation) { (_, id, kind, _) in
        count += 1
        if count.isMultiple(of: 500) { progress() }
        if kind == GIT_OBJECT_COMMIT, !reached.contains(id.hex) { dangling.insert(id.hex) }
      }
      return dangling.sorted().compactMap { CommitID($0) }
    }.compactMap { try? commit($0) }
  }

  /// How many files, folders, commits and tags of the repository are wanted, whether a ref reaches them or not. Each is read whole, but for
  /// what is larger than 64 MiB. What is damaged holds nothing that can be read.
  package func objectCount(where isWanted: ([UInt8]) -> Bool) throws(HandbookError) -> Int {
    let operation = "look through the SOP repository"
    return try locked { (repository) throws(HandbookError) in
      // One that two packs have counts once.
      var looked: Set<String> = []
      var count = 0
      try repository.forEachObject(operation) { (database, id, _, size) in
        guard size <= 64 << 20, looked.insert(id.hex).inserted else { return }
        guard let object = try? GitRepository.object(id, in: database, operation) else { return git_error_clear() }
        if isWanted(object.bytes) { count += 1 }
      }
      return count
    }
  }
}

extension GitRepository {
  /// Calls with every object whose header can be read, once for each pack or file that has it.
  fileprivate func forEachObject(
    _ operation: String, _ body: (_ database: OpaquePointer, _ id: git_oid, _ kind: git_object_t, _ size: Int) -> Void
  ) throws(HandbookError) {
    try objectDatabase().lend { (database) throws(HandbookError) in
      for id in try GitRepository.ids(of: database, operation) {
        var (id, size, kind) = (id, 0, GIT_OBJECT_INVALID)
        if git_odb_read_header(&size, &kind, database, &id) == 0 {
          body(database, id, kind, size)
        } else {
          git_error_clear()
        }
      }
    }
  }

  /// - Parameter targets: commits or tags; a tag of something else than a commit reaches none.
  fileprivate func commits(
    reachedFrom targets: [git_oid], _ operation: String, _ progress: () -> Void
  ) throws(HandbookError) -> Set<String> {
    let walk = try GitObject(operation, free: git_revwalk_free) { git_revwalk_new($0, pointer) }
    return try walk.lend { (walk) throws(HandbookError) in
      for target in targets {
        var target = target
        if git_revwalk_push(walk, &target) != 0 { git_error_clear() }
      }
      var reached: Set<String> = []
      var id = git_oid()
      while true {
        let code = git_revwalk_next(&id, walk)
        if code == GIT_ITEROVER.rawValue { return reached }
        try LibGit2.check(code, operation)
        reached.insert(id.hex)
        if reached.count.isMultiple(of: 500) { progress() }
      }
    }
  }
}
