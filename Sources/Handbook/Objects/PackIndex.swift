// SPDX-License-Identifier: Apache-2.0

import CGit2

/// What one pack holds, by its index alone: no object is read.
struct PackIndex: ~Copyable {
  private let database: GitObject
  private let operation: String

  /// - Parameter path: of the `.idx`; the `.pack` stands beside it.
  init(at path: String) throws(HandbookError) {
    let operation = "read the pack index \(path)"
    self.operation = operation
    database = try PackIndex.database(path, operation)
  }

  /// With this pack in it and nothing else.
  private static func database(_ path: String, _ operation: String) throws(HandbookError) -> GitObject {
    let database = try GitObject(operation, free: git_odb_free) { git_odb_new($0) }
    try database.lend { (database) throws(HandbookError) in
      var backend: UnsafeMutablePointer<git_odb_backend>?
      try LibGit2.check(git_odb_backend_one_pack(&backend, path), operation)
      // The database frees it.
      try LibGit2.check(git_odb_add_backend(database, backend, 1), operation)
    }
    return database
  }

  borrowing func contains(_ id: git_oid) -> Bool {
    var id = id
    return database.peek { git_odb_exists($0, &id) == 1 }
  }

  borrowing func objects() throws(HandbookError) -> [git_oid] {
    let operation = operation
    return try database.lend { (database) throws(HandbookError) in try GitRepository.ids(of: database, operation) }
  }
}
