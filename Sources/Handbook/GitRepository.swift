// SPDX-License-Identifier: Apache-2.0

import CGit2
import Glibc
import Remediation

/// The open repository: closed when it goes. What reads and writes objects are its methods; none of them locks, because
/// `Handbook` holds its mutex around each call.
struct GitRepository: ~Copyable {
  let pointer: OpaquePointer

  /// Who the reflog says moved a ref. No person's name belongs there.
  private static let ident = (name: "sopwright", address: "sopwright@localhost")

  init(opening path: String) throws(HandbookError) {
    let operation = "open the SOP repository \(path)"
    var opened: OpaquePointer?
    try LibGit2.check(git_repository_open_bare(&opened, path), operation)
    guard let opened else { throw .refused(operation, because: "the git library gave nothing") }
    var code = git_repository_set_ident(opened, GitRepository.ident.name, GitRepository.ident.address)
    if code == 0 { code = sopwright_git_read_loose_objects(opened) }
    guard code == 0 else {
      git_repository_free(opened)
      throw .libgit2(code, operation)
    }
    self.pointer = opened
  }

  deinit { git_repository_free(pointer) }

  /// The folder, absolute, with a slash at its end.
  var folder: String { git_repository_path(pointer).map { String(cString: $0) } ?? "" }

  func objectDatabase() throws(HandbookError) -> GitObject {
    try GitObject("open the object database", free: git_odb_free) { git_repository_odb($0, pointer) }
  }

  /// Nil where there is no such object, or it is of another kind.
  func find(_ id: git_oid, _ kind: git_object_t, _ operation: String) throws(HandbookError) -> GitObject? {
    var id = id
    return try GitObject.find(operation, free: git_object_free) { git_object_lookup($0, pointer, &id, kind) }
  }

  func commit(_ id: CommitID) throws(HandbookError) -> GitObject {
    guard let commit = try find(git_oid(id), GIT_OBJECT_COMMIT, "read commit \(id.abbreviated)") else {
      throw .refused("read commit \(id.abbreviated)", because: "the SOP repository has no such commit")
    }
    return commit
  }

  func treeID(of commit: CommitID) throws(HandbookError) -> git_oid {
    let operation = "read the files of commit \(commit.abbreviated)"
    return try self.commit(commit).lend { (commit) throws(HandbookError) in
      guard let id = git_commit_tree_id(commit) else { throw .refused(operation, because: "it names no tree") }
      return id.pointee
    }
  }

  /// A folder's entries, in git's order.
  func entries(ofTree id: git_oid) throws(HandbookError) -> [TreeEntry] {
    guard let tree = try find(id, GIT_OBJECT_TREE, "read folder \(id.hex)") else {
      throw .refused("read folder \(id.hex)", because: "the SOP repository has no such folder")
    }
    return tree.peek { tree in
      (0..<git_tree_entrycount(tree)).compactMap { index in
        git_tree_entry_byindex(tree, index).flatMap { TreeEntry($0) }
      }
    }
  }

  /// A blob's bytes.
  func blob(_ id: git_oid, called name: String) throws(HandbookError) -> [UInt8] {
    guard let bytes = try blob(id, atMost: SOPDocument.largest, called: name) else {
      throw .refused("read \(name)", because: "it is too large; an SOP has at most \(SOPDocument.largest) bytes")
    }
    return bytes
  }

  /// The same, but nil where it is larger. Its size is looked at before it is read.
  func blob(_ id: git_oid, atMost largest: Int, called name: String) throws(HandbookError) -> [UInt8]? {
    let operation = "read \(name)"
    var id = id
    return try objectDatabase().lend { (database) throws(HandbookError) in
      var size = 0
      var kind = GIT_OBJECT_INVALID
      try LibGit2.check(git_odb_read_header(&size, &kind, database, &id), operation)
      guard kind == GIT_OBJECT_BLOB else { throw .refused(operation, because: "\(id.hex) is not a file") }
      guard size <= largest else { return nil }
      return try GitRepository.object(id, in: database, operation).bytes
    }
  }

  /// Of every object that the database has; one may come twice, loose and packed.
  static func ids(of database: OpaquePointer, _ operation: String) throws(HandbookError) -> [git_oid] {
    var ids: [git_oid] = []
    let code = withUnsafeMutablePointer(to: &ids) { ids in
      git_odb_foreach(
        database,
        { id, ids in
          if let id { ids?.assumingMemoryBound(to: [git_oid].self).pointee.append(id.pointee) }
          return 0
        }, ids)
    }
    try LibGit2.check(code, operation)
    return ids
  }

  /// An object of any kind as the database has it; libgit2 checks its hash while reading.
  static func object(
    _ id: git_oid, in database: OpaquePointer, _ operation: String
  ) throws(HandbookError) -> (kind: git_object_t, bytes: [UInt8]) {
    var id = id
    let object = try GitObject(operation, free: git_odb_object_free) { git_odb_read($0, database, &id) }
    return object.peek { object in
      let bytes = UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
      return (git_odb_object_type(object), Array(bytes))
    }
  }
}

/// One line of a folder in git.
struct TreeEntry {
  enum Kind {
    case file, folder, symlink, submodule, unknown

    init(mode: UInt32) {
      self =
        switch mode & 0o170000 {
        case 0o100000: .file
        case 0o040000: .folder
        case 0o120000: .symlink
        case 0o160000: .submodule
        default: .unknown
        }
    }
  }

  /// The name's bytes, which need not be UTF-8.
  var name: [UInt8]
  /// As stored; `kind` says what it means.
  var mode: UInt32
  var id: git_oid

  var kind: Kind { Kind(mode: mode) }

  /// Nil where the bytes are not UTF-8.
  var text: String? { String(validating: name, as: UTF8.self) }

  init(name: [UInt8], mode: UInt32, id: git_oid) {
    self.name = name
    self.mode = mode
    self.id = id
  }

  init?(_ entry: OpaquePointer) {
    guard let name = git_tree_entry_name(entry), let id = git_tree_entry_id(entry) else { return nil }
    self.name = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    self.mode = UInt32(git_tree_entry_filemode_raw(entry).rawValue)
    self.id = id.pointee
  }
}
