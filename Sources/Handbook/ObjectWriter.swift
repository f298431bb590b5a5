// SPDX-License-Identifier: Apache-2.0

import CGit2
import Glibc

/// Writes objects and reads each back.
///
/// `git_commit_create` of libgit2 1.5.1 answers 0 when a full disk kept the object from being written, and its writers
/// take an empty file for an object that is there already. So: nothing but `git_odb_write`, with the id known
/// beforehand, and a second database, without the first one's cache, to read from.
struct ObjectWriter: ~Copyable {
  private let database: GitObject
  private let reader: GitObject
  private let folder: String

  init(_ repository: borrowing GitRepository) throws(HandbookError) {
    let folder = repository.folder + "objects"
    let database = try repository.objectDatabase()
    let reader = try GitObject("open the object database", free: git_odb_free) { git_odb_open($0, folder) }
    self.folder = folder
    self.database = database
    self.reader = reader
  }

  /// The object is on the disk, and holds these bytes, when this returns.
  borrowing func store(
    _ bytes: [UInt8], _ kind: git_object_t, _ operation: String
  ) throws(HandbookError) -> git_oid {
    var expected = git_oid()
    try LibGit2.check(git_odb_hash(&expected, bytes, bytes.count, kind), operation)
    removeIfEmpty(expected)
    let written = try database.lend { (database) throws(HandbookError) in
      var written = git_oid()
      try LibGit2.check(git_odb_write(&written, database, bytes, bytes.count, kind), operation)
      return written
    }
    let found = try reader.lend { (reader) throws(HandbookError) in
      try GitRepository.object(expected, in: reader, operation)
    }
    guard written.equals(expected), found.kind == kind, found.bytes == bytes else {
      throw .refused(operation, because: "what was read back is not what was written; check the disk")
    }
    return written
  }

  /// A power cut can leave an object's file without a byte. It would count as written for ever; nothing is lost with
  /// it.
  private borrowing func removeIfEmpty(_ id: git_oid) {
    let hex = id.hex
    let file = "\(folder)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    var status = stat()
    if stat(file, &status) == 0, status.st_size == 0, status.st_mode & S_IFMT == S_IFREG { unlink(file) }
  }
}

extension TreeEntry {
  /// A folder's object: entries in git's order, which compares a folder's name as if it ended in a slash.
  static func encode(_ entries: [TreeEntry]) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in entries.sorted(by: { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }) {
      bytes += Array(String(entry.mode, radix: 8).utf8)
      bytes.append(UInt8(ascii: " "))
      bytes += entry.name
      bytes.append(0)
      withUnsafeBytes(of: entry.id.id) { bytes += $0 }
    }
    return bytes
  }

  private var sortKey: [UInt8] { kind == .folder ? name + [UInt8(ascii: "/")] : name }
}
