// SPDX-License-Identifier: Apache-2.0

import CGit2
internal import Remediation

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
      let database = try repository.objectDatabase()
      let walk = try GitObject(operation, free: git_revwalk_free) { git_revwalk_new($0, repository.pointer) }
      let reached = try walk.lend { (walk) throws(HandbookError) in
        for target in targets {
          // A tag of something else than a commit reaches none.
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
      return try database.lend { (database) throws(HandbookError) in
        var dangling: Set<String> = []
        for (count, id) in try GitRepository.ids(of: database, operation).enumerated() {
          if count.isMultiple(of: 500) { progress() }
          var (id, size, kind) = (id, 0, GIT_OBJECT_INVALID)
          guard git_odb_read_header(&size, &kind, database, &id) == 0 else {
            git_error_clear()
            continue
          }
          if kind == GIT_OBJECT_COMMIT, !reached.contains(id.hex) { dangling.insert(id.hex) }
        }
        return dangling.sorted().compactMap { CommitID($0) }
      }
    }.compactMap { try? commit($0) }
  }
}

extension Handbook {
  /// How many files, folders, commits and tags of the repository are wanted, whether a ref reaches them or not. Each is read whole, but for
  /// what is larger than 64 MiB. What is damaged holds nothing that can be read.
  package func objectCount(where isWanted: ([UInt8]) -> Bool) throws(HandbookError) -> Int {
    let operation = "look through the SOP repository"
    return try locked { (repository) throws(HandbookError) in
      try repository.objectDatabase().lend { (database) throws(HandbookError) in
        var count = 0
        for hex in Set(try GitRepository.ids(of: database, operation).map(\.hex)) {
          guard var id = git_oid(hex: hex) else { continue }
          var (size, kind) = (0, GIT_OBJECT_INVALID)
          guard git_odb_read_header(&size, &kind, database, &id) == 0, size <= 64 << 20,
            let object = try? GitRepository.object(id, in: database, operation)
          else {
            git_error_clear()
            continue
          }
          if isWanted(object.bytes) { count += 1 }
        }
        return count
      }
    }
  }
}
