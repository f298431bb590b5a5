// SPDX-License-Identifier: Apache-2.0

import CGit2
import Glibc
package import Remediation

extension Handbook {
  /// Writes the blobs, the folders and the commit object of a plan, reads each back from the disk, and moves no ref.
  ///
  /// Deterministic: the same plan on the same parent gives the same id, so doing it twice is harmless. Every other file
  /// of the parent stays as it is. A crash midway leaves objects that nothing names.
  ///
  /// - Throws: where the plan cannot be written as it is (see `CommitPlan`), a folder, a symlink, a submodule or a file
  ///   stands in the way, or what was read back is not what was written.
  package func write(_ plan: CommitPlan, onto parent: CommitID?) throws(HandbookError) -> WrittenCommit {
    try plan.check()
    return try locked { (repository) throws(HandbookError) in
      let writer = try ObjectWriter(repository)
      var blobs: [SOPPath: String] = [:]
      var root = PlannedFolder()
      for (path, bytes) in plan.files.sorted(by: { $0.key < $1.key }) {
        let id = try writer.store(bytes, GIT_OBJECT_BLOB, "write \(path)")
        blobs[path] = id.hex
        try root.insert(id, at: path, parts: path.parts[...])
      }
      var parentTree: git_oid?
      if let parent { parentTree = try repository.treeID(of: parent) }
      let tree = try root.write(over: parentTree, above: "", in: repository, through: writer)
      let buffer = try repository.commitBuffer(plan, tree: tree, parent: parent)
      let id = try writer.store(buffer, GIT_OBJECT_COMMIT, "write the commit")
      return WrittenCommit(
        id: try id.commitID("write the commit"), parent: parent, tree: tree.hex, blobs: blobs)
    }
  }
}

extension GitRepository {
  /// The commit object's bytes.
  func commitBuffer(
    _ plan: CommitPlan, tree: git_oid, parent: CommitID?
  ) throws(HandbookError) -> [UInt8] {
    let operation = "write the commit"
    guard let treeObject = try find(tree, GIT_OBJECT_TREE, operation) else {
      throw .refused(operation, because: "the folder that was just written is not there")
    }
    let author = try GitSignature(plan.author, plan.time)
    let committer = try GitSignature(plan.committer, plan.time)
    func buffer(_ parents: inout [OpaquePointer?]) throws(HandbookError) -> [UInt8] {
      try treeObject.lend { (tree) throws(HandbookError) in
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        let code = git_commit_create_buffer(
          &buffer, pointer, author.pointer, committer.pointer, nil, plan.message, tree, parents.count, &parents)
        try LibGit2.check(code, operation)
        return Array(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size))
      }
    }
    var none: [OpaquePointer?] = []
    guard let parent else { return try buffer(&none) }
    return try commit(parent).lend { (commit) throws(HandbookError) in
      var one: [OpaquePointer?] = [commit]
      return try buffer(&one)
    }
  }
}

/// Owns a signature of libgit2.
private struct GitSignature: ~Copyable {
  let pointer: UnsafeMutablePointer<git_signature>

  /// Throws where git would trim the name, so that the commit would say something else than the plan.
  init(_ signature: Signature, _ time: Timestamp) throws(HandbookError) {
    let operation = "name \(signature.name) <\(signature.address)> in the commit"
    var made: UnsafeMutablePointer<git_signature>?
    try LibGit2.check(git_signature_new(&made, signature.name, signature.address, time.seconds, 0), operation)
    guard let made else { throw .refused(operation, because: "the git library gave nothing") }
    guard String(cString: made.pointee.name).utf8.elementsEqual(signature.name.utf8),
      String(cString: made.pointee.email).utf8.elementsEqual(signature.address.utf8)
    else {
      git_signature_free(made)
      throw .refused(operation, because: "git drops spaces and punctuation at the ends of a name")
    }
    self.pointer = made
  }

  deinit { git_signature_free(pointer) }
}

/// What a plan changes in one folder.
private struct PlannedFolder {
  var files: [[UInt8]: git_oid] = [:]
  var folders: [[UInt8]: PlannedFolder] = [:]

  mutating func insert(_ id: git_oid, at path: SOPPath, parts: ArraySlice<[UInt8]>) throws(HandbookError) {
    guard let name = parts.first else { return }
    let isFile = parts.count == 1
    guard isFile ? folders[name] == nil : files[name] == nil else {
      throw .refused("write \(path)", because: "the same commit has a folder and a file of one name")
    }
    if isFile {
      files[name] = id
    } else {
      try folders[name, default: PlannedFolder()].insert(id, at: path, parts: parts.dropFirst())
    }
  }

  /// Writes the folder as the parent has it, with the plan's files in it, those below first.
  func write(
    over parent: git_oid?, above: String, in repository: borrowing GitRepository, through writer: borrowing ObjectWriter
  ) throws(HandbookError) -> git_oid {
    var entries: [TreeEntry] = []
    if let parent { entries = try repository.entries(ofTree: parent) }
    for (name, id) in files {
      let path = above + String(decoding: name, as: UTF8.self)
      entries = try replacing(TreeEntry(name: name, mode: 0o100644, id: id), in: entries, of: .file, path)
    }
    for (name, folder) in folders {
      let path = above + String(decoding: name, as: UTF8.self)
      let old = entries.first { $0.name == name && $0.kind == .folder }
      let id = try folder.write(over: old?.id, above: path + "/", in: repository, through: writer)
      entries = try replacing(TreeEntry(name: name, mode: 0o040000, id: id), in: entries, of: .folder, path)
    }
    return try writer.store(TreeEntry.encode(entries), GIT_OBJECT_TREE, "write the folder \(above)")
  }

  private func replacing(
    _ entry: TreeEntry, in entries: [TreeEntry], of kind: TreeEntry.Kind, _ path: String
  ) throws(HandbookError) -> [TreeEntry] {
    guard entries.allSatisfy({ $0.name != entry.name || $0.kind == kind }) else {
      let needed = kind == .file ? "a regular file" : "a folder"
      throw .refused("write \(path)", because: "something that is not \(needed) is there")
    }
    return entries.filter { $0.name != entry.name } + [entry]
  }
}
