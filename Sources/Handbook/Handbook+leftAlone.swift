// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

extension Handbook {
  /// Symbolic links, submodules, and Markdown files whose path cannot be an SOP's, in the order of the tree. Other files are not
  /// named: that they are no SOPs surprises nobody.
  ///
  /// - Throws: where there is no such commit, or its tree has more than 100,000 entries.
  package func leftAlone(in commit: CommitID) throws(HandbookError) -> [LeftAlone] {
    try locked { (repository) throws(HandbookError) in
      var found: [LeftAlone] = []
      var seen = 0
      try repository.list(repository.treeID(of: commit), above: [], into: &found, &seen)
      return found
    }
  }
}

extension GitRepository {
  fileprivate func list(
    _ folder: git_oid, above: [UInt8], into found: inout [LeftAlone], _ seen: inout Int
  ) throws(HandbookError) {
    for entry in try entries(ofTree: folder) {
      seen += 1
      guard seen <= TreeComparison.mostEntries else {
        throw .refused("list the handbook", because: "there are more than \(TreeComparison.mostEntries) files")
      }
      let name = above.isEmpty ? entry.name : above + [UInt8(ascii: "/")] + entry.name
      func note(_ reason: String) {
        found.append(LeftAlone(path: String(decoding: name, as: UTF8.self), reason: reason))
      }
      switch entry.kind {
      case .folder:
        if name.count(where: { $0 == UInt8(ascii: "/") }) < SOPPath.deepest {
          try list(entry.id, above: name, into: &found, &seen)
        } else {
          note("a folder too deep")
        }
      case .symlink: note("a symbolic link")
      case .submodule: note("a submodule")
      case .unknown: note("no regular file")
      case .file:
        guard name.suffix(3).elementsEqual(".md".utf8) else { continue }
        guard let text = String(validating: name, as: UTF8.self) else {
          note("its name is not UTF-8")
          continue
        }
        do { _ = try SOPPath(text) } catch { note(error.sentence) }
      }
    }
  }
}
