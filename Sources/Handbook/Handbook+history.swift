// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

extension Handbook {
  /// The commit that 4 to 40 lower-case hexadecimal digits name; nil where there is none, or the text is anything else.
  /// No other way to write a revision is understood: no branch, no tag, no `HEAD@{1}`, no `:/text`.
  ///
  /// - Throws: where several commits begin so.
  package func resolve(_ abbreviation: String) throws(HandbookError) -> CommitID? {
    let digits = Array(abbreviation.utf8)
    guard (4...40).contains(digits.count),
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return try locked { (repository) throws(HandbookError) in
      let matches = try repository.commits(beginning: abbreviation, digits: digits.count)
      guard matches.count < 2 else {
        throw .refused("find commit \(abbreviation)", because: "several commits begin so; write more of its digits")
      }
      return try matches.first?.commitID("find commit \(abbreviation)")
    }
  }

  /// What a commit says; nil where the repository has no such commit.
  package func commit(_ id: CommitID) throws(HandbookError) -> Commit? {
    try locked { (repository) throws(HandbookError) in
      let operation = "read commit \(id.abbreviated)"
      guard let commit = try repository.find(git_oid(id), GIT_OBJECT_COMMIT, operation) else { return nil }
      return try commit.lend { (commit) throws(HandbookError) in try Commit(id, commit, operation) }
    }
  }

  /// Whether `commit` is `tip` or an ancestor of it, by any parent. A commit that the repository does not have is not.
  ///
  /// - Throws: where `tip` is absent.
  package func isReachable(_ commit: CommitID, from tip: CommitID) throws(HandbookError) -> Bool {
    try locked { (repository) throws(HandbookError) in try repository.isReachable(commit, from: tip) }
  }

  /// Every commit whose last paragraph has the trailer, newest first, among those that `tip` reaches by any parent and
  /// `base` does not (nil: all). Anybody can write a trailer: recompute what a found commit must be before trusting it,
  /// and look at all of them, since a forged one may be the newest.
  package func findCommits(
    trailer name: String, value: String, from tip: CommitID, backTo base: CommitID?
  ) throws(HandbookError) -> [CommitID] {
    let wanted = Trailer(name: name, value: value)
    return try findCommits(from: tip, backTo: base) { message, _ in Trailer.list(of: message).contains(wanted) }
  }

  /// Every commit whose message is wanted, newest first, among those that `tip` reaches by any parent and `base` does not (nil: all).
  /// - Parameter isWanted: gets the message's bytes as UTF-8, and the charset that the commit says they are of.
  package func findCommits(
    from tip: CommitID, backTo base: CommitID?, where isWanted: (_ message: String, _ charset: String?) -> Bool
  ) throws(HandbookError) -> [CommitID] {
    try locked { (repository) throws(HandbookError) in
      var found: [CommitID] = []
      for id in try repository.commits(from: tip, backTo: base) {
        let isFound = try repository.commit(id).peek { commit in
          isWanted(
            git_commit_message_raw(commit).map { String(cString: $0) } ?? "",
            git_commit_message_encoding(commit).map { String(cString: $0) })
        }
        if isFound { found.append(id) }
      }
      return found
    }
  }
}

extension GitRepository {
  func isReachable(_ commit: CommitID, from tip: CommitID) throws(HandbookError) -> Bool {
    let operation = "look for \(commit.abbreviated) below \(tip.abbreviated)"
    let parentHex = commit.text
    guard try find(git_oid(commit), GIT_OBJECT_COMMIT, operation) != nil else { return false }
    if commit == tip { return true }
    // The usual case: the commit that a new one was made on. libgit2 would read the history where times are equal.
    if try self.commit(tip).peek({ commit in
      (0..<git_commit_parentcount(commit)).contains { git_commit_parent_id(commit, $0)?.pointee.hex == parentHex }
    }) {
      return true
    }
    var descendant = git_oid(tip)
    var ancestor = git_oid(commit)
    return try LibGit2.check(git_graph_descendant_of(pointer, &descendant, &ancestor), operation) == 1
  }

  /// What `tip` reaches and `base` does not, children before their parents, newest first.
  func commits(from tip: CommitID, backTo base: CommitID?) throws(HandbookError) -> [CommitID] {
    let operation = "read the history of \(tip.abbreviated)"
    let walk = try GitObject(operation, free: git_revwalk_free) { git_revwalk_new($0, pointer) }
    return try walk.lend { (walk) throws(HandbookError) in
      let order = UInt32(GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue)
      try LibGit2.check(git_revwalk_sorting(walk, order), operation)
      var id = git_oid(tip)
      try LibGit2.check(git_revwalk_push(walk, &id), operation)
      if let base {
        var hidden = git_oid(base)
        try LibGit2.check(git_revwalk_hide(walk, &hidden), operation)
      }
      var commits: [CommitID] = []
      while true {
        let code = git_revwalk_next(&id, walk)
        if code == GIT_ITEROVER.rawValue { return commits }
        try LibGit2.check(code, operation)
        commits.append(try id.commitID(operation))
      }
    }
  }

  /// The commits whose id begins so. Other objects may begin so too, which is why all ids are looked at when it is
  /// ambiguous.
  fileprivate func commits(beginning abbreviation: String, digits: Int) throws(HandbookError) -> [git_oid] {
    let operation = "find commit \(abbreviation)"
    var short = git_oid()
    try LibGit2.check(git_oid_fromstrn(&short, abbreviation, digits), operation)
    var full = git_oid()
    let code = try objectDatabase().peek { git_odb_exists_prefix(&full, $0, &short, digits) }
    if code == GIT_ENOTFOUND.rawValue { return [] }
    var candidates = [full]
    if code == GIT_EAMBIGUOUS.rawValue {
      let ids = try objectDatabase().lend { (database) throws(HandbookError) in
        try GitRepository.ids(of: database, operation)
      }
      candidates = Set(ids.map(\.hex).filter { $0.hasPrefix(abbreviation) }).compactMap { git_oid(hex: $0) }
    } else {
      try LibGit2.check(code, operation)
    }
    var commits: [git_oid] = []
    for id in candidates where try find(id, GIT_OBJECT_COMMIT, operation) != nil { commits.append(id) }
    return commits
  }
}

extension Commit {
  fileprivate init(_ id: CommitID, _ commit: OpaquePointer, _ operation: String) throws(HandbookError) {
    var parents: [CommitID] = []
    for index in 0..<git_commit_parentcount(commit) {
      guard let parent = git_commit_parent_id(commit, index) else { continue }
      parents.append(try parent.pointee.commitID(operation))
    }
    guard let tree = git_commit_tree_id(commit) else { throw .refused(operation, because: "it names no tree") }
    self.init(
      id: id, parents: parents, tree: tree.pointee.hex, author: Signature(git_commit_author(commit)),
      committer: Signature(git_commit_committer(commit)), time: Commit.time(of: commit),
      message: git_commit_message_raw(commit).map { String(cString: $0) } ?? "")
  }
}

extension Commit {
  /// The committer's, within the years that have a text.
  static func time(of commit: OpaquePointer) -> Timestamp {
    Timestamp(seconds: min(max(git_commit_time(commit), 0), latest.seconds))
  }
}

extension Signature {
  init(_ signature: UnsafePointer<git_signature>?) {
    self.init(
      name: signature?.pointee.name.map { String(cString: $0) } ?? "",
      address: signature?.pointee.email.map { String(cString: $0) } ?? "")
  }
}
