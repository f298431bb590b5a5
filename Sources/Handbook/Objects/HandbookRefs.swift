// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc
package import Remediation

/// All refs of a repository at one moment.
package struct HandbookRefs: Sendable {
  /// The canonical branch, as `refs/heads/main`.
  fileprivate(set) var branch: String
  /// What each ref points at, 40 hexadecimal digits.
  fileprivate(set) var targets: [String: String] = [:]
  /// Refs that are names for another ref.
  fileprivate(set) var names: [String: String] = [:]

  /// Where the canonical branch was; nil where it had no commit.
  package var tip: CommitID? { targets[branch].flatMap { CommitID($0) } }

  /// The same, but for the canonical branch and what the ledger wrote: those as they were earlier, and the branch at
  /// this commit.
  package func withLedger(of earlier: HandbookRefs, branchAt tip: CommitID?) -> HandbookRefs {
    var refs = self
    refs.branch = earlier.branch
    refs.targets = targets.filter { !$0.key.hasPrefix(HandbookRefs.ledgerPrefix) && $0.key != earlier.branch }
    for (name, target) in earlier.targets where name.hasPrefix(HandbookRefs.ledgerPrefix) {
      refs.targets[name] = target
    }
    refs.targets[earlier.branch] = tip?.text
    return refs
  }

  static let ledgerPrefix = "refs/ledger/"

  /// The file `packed-refs`.
  var packed: String {
    targets.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.value) \($0.key)\n" }.joined()
  }
}

extension Handbook {
  /// Reads the refs, those of the ledger first: the branch is moved before they are, so what is read of them is in it.
  package func refs() throws(HandbookError) -> HandbookRefs {
    try locked { (repository) throws(HandbookError) in
      var refs = HandbookRefs(branch: try repository.branch())
      let names = try repository.refNames()
      for name in names.filter({ $0.hasPrefix(HandbookRefs.ledgerPrefix) })
        + names.filter({ !$0.hasPrefix(HandbookRefs.ledgerPrefix) })
      {
        let found = try GitObject.find("read \(name)", free: git_reference_free) {
          git_reference_lookup($0, repository.pointer, name)
        }
        guard let found else {
          // One that is gone in the meantime was deleted; of a file that cannot be opened, libgit2 says the same.
          guard access(repository.folder + name, F_OK) != 0 else {
            throw .refused("read \(name)", because: "its file cannot be read")
          }
          continue
        }
        found.peek { reference in
          if let target = git_reference_target(reference)?.pointee {
            refs.targets[name] = target.hex
          } else if let other = git_reference_symbolic_target(reference) {
            refs.names[name] = String(cString: other)
          }
        }
      }
      return refs
    }
  }
}

extension GitRepository {
  /// Also of files that libgit2 leaves out, because it cannot open them.
  fileprivate func refNames() throws(HandbookError) -> [String] {
    var list = git_strarray()
    try LibGit2.check(git_reference_list(&list, pointer), "list the refs")
    defer { git_strarray_dispose(&list) }
    var names = Set((0..<list.count).compactMap { index in list.strings[index].map { String(cString: $0) } })
    names.formUnion(try refFiles().filter { git_reference_is_valid_name($0) == 1 })
    return names.sorted()
  }

  /// Every file below `refs`, by its path in the repository.
  /// - Throws: where a folder cannot be read to its end.
  func refFiles() throws(HandbookError) -> [String] {
    var files: [String] = []
    var folders = ["refs"]
    while let above = folders.popLast() {
      do {
        for name in try folderNames(folder + above).map({ "\(above)/\($0)" }) {
          var status = stat()
          guard lstat(folder + name, &status) == 0 else { continue }
          if status.st_mode & S_IFMT == S_IFDIR { folders.append(name) }
          if status.st_mode & S_IFMT == S_IFREG { files.append(name) }
        }
      } catch { throw .refused("list the refs", because: "\(above): \(error.localizedDescription)") }
    }
    return files
  }
}
