// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc

extension Handbook {
  /// Makes a bare repository whose branch `main` has no commit yet, and opens it. It is on the disk when this returns.
  ///
  /// It is made beside the path, as `PATH.unfinished`, and renamed: a crash midway leaves nothing at the path, and the
  /// next call clears away the rest.
  ///
  /// - Throws: where something but an empty folder is at the path, or the system refuses.
  package static func create(at path: String) throws(HandbookError) -> Handbook {
    let operation = "make an SOP repository at \(path)"
    return try make(at: path, operation) { (unfinished) throws(HandbookError) in
      try makeRepository(at: unfinished, operation)
      try applySettings(at: unfinished)
      try installHook(at: unfinished)
    }
  }

  /// Makes it beside the path and renames it.
  static func make(
    at path: String, _ operation: String, _ fill: (_ unfinished: String) throws(HandbookError) -> Void
  ) throws(HandbookError) -> Handbook {
    try LibGit2.start()
    let present: [String]
    do { present = try folderNames(path) } catch { throw .refused(operation, because: error.localizedDescription) }
    guard present.isEmpty else { throw .refused(operation, because: "the folder is not empty; name a new one") }
    var folder = path
    while folder.utf8.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let unfinished = folder + ".unfinished"
    do {
      if FileManager.default.fileExists(atPath: unfinished) { try FileManager.default.removeItem(atPath: unfinished) }
    } catch {
      throw .refused(operation, because: "\(unfinished) of an earlier attempt could not be removed")
    }
    try fill(unfinished)
    try sync(fileSystemOf: unfinished)
    guard rename(unfinished, folder) == 0 else { throw .system(errno, operation) }
    try sync(fileSystemOf: folder)
    return try open(at: path)
  }

  private static func makeRepository(at path: String, _ operation: String) throws(HandbookError) {
    var options = git_repository_init_options()
    try LibGit2.check(
      git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)), operation)
    let flags = [
      GIT_REPOSITORY_INIT_BARE, GIT_REPOSITORY_INIT_NO_REINIT, GIT_REPOSITORY_INIT_MKDIR, GIT_REPOSITORY_INIT_MKPATH,
    ]
    options.flags = flags.reduce(0) { $0 | UInt32($1.rawValue) }
    var made: OpaquePointer?
    let code = "main".withCString { branch in
      options.initial_head = branch
      return git_repository_init_ext(&made, path, &options)
    }
    try LibGit2.check(code, operation)
    git_repository_free(made)
  }

  /// What Sopwright relies on of the repository's configuration.
  static let settings: [(name: String, value: String)] = [
    ("core.fsync", "all"), ("core.logAllRefUpdates", "false"), ("transfer.fsckObjects", "true"),
    ("receive.hideRefs", "refs/ledger"), ("receive.autogc", "false"), ("gc.auto", "0"),
    ("core.commitGraph", "false"), ("gc.writeCommitGraph", "false"),
  ]

  /// Writes into the repository's own configuration what Sopwright relies on: every write of git itself is fsynced,
  /// what is pushed is checked, `refs/ledger` cannot be pushed to, nothing is collected behind our back; no
  /// reflog is kept, because the ledger is one; and no commit-graph, which git believes more than the commits.
  ///
  /// `create` does this; a repository that was cloned needs it once. Other settings stay. Doing it again is harmless.
  package static func applySettings(at path: String) throws(HandbookError) {
    try LibGit2.start()
    let operation = "configure the SOP repository \(path)"
    let configuration = try GitObject(operation, free: git_config_free) { git_config_open_ondisk($0, path + "/config") }
    try configuration.lend { (configuration) throws(HandbookError) in
      for (name, value) in settings {
        try LibGit2.check(git_config_set_string(configuration, name, value), operation)
      }
    }
  }
}
