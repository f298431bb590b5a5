// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

/// A branch beside the canonical one.
package struct Branch: Equatable, Sendable {
  /// Without `refs/heads/`.
  package let name: String
  package let tip: CommitID

  package init(name: String, tip: CommitID) { (self.name, self.tip) = (name, tip) }
}

extension Handbook {
  /// The branches whose name begins so, sorted by name. A ref that names no commit is passed over.
  package func branches(beginning prefix: String) throws(HandbookError) -> [Branch] {
    try locked { (repository) throws(HandbookError) in
      let operation = "list the branches of the SOP repository"
      let iterator = try GitObject(operation, free: git_reference_iterator_free) {
        git_reference_iterator_glob_new($0, repository.pointer, "refs/heads/\(prefix)*")
      }
      var branches: [Branch] = []
      while true {
        var name: UnsafePointer<CChar>?
        let code = iterator.peek { git_reference_next_name(&name, $0) }
        if code == GIT_ITEROVER.rawValue { break }
        try LibGit2.check(code, operation)
        guard let name, let text = String(validatingCString: name), let tip = try? repository.target(of: text) else {
          continue
        }
        branches.append(Branch(name: String(text.dropFirst("refs/heads/".count)), tip: tip))
      }
      return branches.sorted { $0.name < $1.name }
    }
  }

  /// The best common ancestor of two commits; nil where they have none.
  package func mergeBase(_ one: CommitID, _ other: CommitID) throws(HandbookError) -> CommitID? {
    try locked { (repository) throws(HandbookError) in
      let operation = "compare \(one.abbreviated) with \(other.abbreviated)"
      var base = git_oid()
      var first = git_oid(one)
      var second = git_oid(other)
      let code = git_merge_base(&base, repository.pointer, &first, &second)
      if code == GIT_ENOTFOUND.rawValue {
        git_error_clear()
        return nil
      }
      try LibGit2.check(code, operation)
      return try base.commitID(operation)
    }
  }

  /// Who wrote the commits that `tip` reaches and `base` does not, each once.
  package func authors(from base: CommitID, to tip: CommitID) throws(HandbookError) -> Set<Signature> {
    try locked { (repository) throws(HandbookError) in
      var authors: Set<Signature> = []
      for id in try repository.commits(from: tip, backTo: base) {
        authors.insert(try repository.commit(id).peek { Signature(git_commit_author($0)) })
      }
      return authors
    }
  }

  /// The paths of all files, SOPs or not, that differ between two commits, sorted by their bytes.
  package func changedPaths(from old: CommitID, to new: CommitID) throws(HandbookError) -> [String] {
    try locked { (repository) throws(HandbookError) in
      let before = Set(try repository.files(of: repository.treeID(of: old)))
      let after = Set(try repository.files(of: repository.treeID(of: new)))
      return Set(before.symmetricDifference(after).map(\.path)).sorted { $0.lexicographicallyPrecedes($1) }
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
