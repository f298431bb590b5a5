// SPDX-License-Identifier: Apache-2.0

import CGit2
package import Remediation

extension Handbook {
  /// Where a file that a commit added came from, by the judgement of `git log --follow`: a file of the first parent that is gone, or
  /// that was copied. Nil where it is new, or was there before.
  ///
  /// Reads the sizes of all files of the parent, and those that are alike in size: some ten milliseconds for a thousand files.
  ///
  /// - Throws: where the commit or one of its folders cannot be read.
  package func origin(of path: SOPPath, in commit: CommitID) throws(HandbookError) -> (path: [UInt8], isCopy: Bool)? {
    try locked { (repository) throws(HandbookError) in
      guard let parent = try repository.commit(commit).peek({ git_commit_parent_id($0, 0)?.pointee }) else {
        return nil
      }
      let after = try repository.files(of: repository.treeID(of: commit))
      let before = try repository.files(of: repository.treeID(of: parent.commitID("read commit \(commit.abbreviated)")))
      let name = Array(path.text.utf8)
      guard let added = after.first(where: { $0.path == name }), !before.contains(where: { $0.path == name }) else {
        return nil
      }
      var later = after[...]
      let candidates = before.map { file in
        later = later.drop { $0.path.lexicographicallyPrecedes(file.path) }
        return OriginCandidate(file, isGone: later.first?.path != file.path)
      }
      let database = try repository.objectDatabase()
      let origin = try FileOrigin<String>.find(
        of: added, among: candidates,
        size: { (blob) throws(HandbookError) in try database.size(of: blob) },
        fingerprint: { (blob) throws(HandbookError) in
          ContentFingerprint(of: try database.bytes(of: blob), ending: .ignored)
        })
      return origin.map { ($0.source.path, $0.isCopy) }
    }
  }
}

extension GitRepository {
  /// Everything that is no folder, sorted by the paths' bytes.
  func files(of root: git_oid) throws(HandbookError) -> [TreeFile<String>] {
    var files: [TreeFile<String>] = []
    // Git's order of a folder's entries, in which a folder's name ends in a slash, is the order of the paths.
    var rest: [(entry: TreeEntry, path: [UInt8])] = []
    func open(_ folder: git_oid, above: [UInt8]) throws(HandbookError) {
      for entry in try entries(ofTree: folder).reversed() { rest.append((entry, above + entry.name)) }
    }
    try open(root, above: [])
    while let (entry, path) = rest.popLast() {
      if entry.kind == .folder {
        try open(entry.id, above: path + [UInt8(ascii: "/")])
      } else {
        files.append(TreeFile(path: path, mode: entry.mode, blob: entry.id.hex))
      }
      guard files.count + rest.count <= TreeComparison.mostEntries else {
        throw .refused("list the files", because: "there are more than \(TreeComparison.mostEntries)")
      }
    }
    return files
  }
}

extension GitObject {
  /// Of an object database. What is not there, in a partial clone, is like nothing: it has no size.
  borrowing func size(of blob: String) throws(HandbookError) -> Int {
    try lend { (database) throws(HandbookError) in
      guard var id = git_oid(hex: blob) else { return 0 }
      var size = 0
      var kind = GIT_OBJECT_INVALID
      let code = git_odb_read_header(&size, &kind, database, &id)
      guard code != GIT_ENOTFOUND.rawValue else {
        git_error_clear()
        return 0
      }
      try LibGit2.check(code, "read file \(blob)")
      return size
    }
  }

  fileprivate borrowing func bytes(of blob: String) throws(HandbookError) -> [UInt8] {
    try lend { (database) throws(HandbookError) in
      guard let id = git_oid(hex: blob) else { return [] }
      return try GitRepository.object(id, in: database, "read file \(blob)").bytes
    }
  }
}
