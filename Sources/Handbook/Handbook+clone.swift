// SPDX-License-Identifier: Apache-2.0

import CGit2
import Foundation
import Glibc

extension Handbook {
  /// Clones a repository, bare, and opens the clone: every commit, the branch that the original's HEAD names, and its tags; other
  /// branches stay as remote branches. The original is read, never written to. It is on the disk when this returns.
  ///
  /// It is made beside the path, as `PATH.unfinished`, and renamed: a crash midway leaves nothing at the path, and the
  /// next call clears away the rest.
  ///
  /// - Parameters:
  ///   - source: a path or a URL that libgit2 can read without asking for a password.
  ///   - progress: objects received, of all; for a local repository, which is copied, it is never called.
  /// - Throws: where something but an empty folder is at the path, the original cannot be read, or its HEAD names no branch with a
  ///   commit.
  package static func clone(
    _ source: String, to path: String, progress: @escaping (Int, Int) -> Void = { _, _ in }
  ) throws(HandbookError) -> Handbook {
    let operation = "clone \(source)"
    return try make(at: path, operation) { (unfinished) throws(HandbookError) in
      try fetch(from: source, to: unfinished, operation, progress)
      try applySettings(at: unfinished)
      try installHook(at: unfinished)
      let handbook = try open(at: unfinished)
      guard try handbook.tip() != nil else {
        throw .refused(operation, because: "its branch has no commit yet; make the workspace without --sop")
      }
    }
  }

  private static func fetch(
    from source: String, to path: String, _ operation: String, _ progress: @escaping (Int, Int) -> Void
  ) throws(HandbookError) {
    var options = git_clone_options()
    try LibGit2.check(git_clone_options_init(&options, UInt32(GIT_CLONE_OPTIONS_VERSION)), operation)
    options.bare = 1
    // Links would share files with the original.
    options.local = GIT_CLONE_LOCAL_NO_LINKS
    guard !isShallow(source) else {
      throw .refused(
        operation, because: "it is a shallow clone, without its older commits; run git fetch --unshallow in it")
    }
    guard !borrowsObjects(source) else {
      throw .refused(
        operation,
        because:
          "it borrows objects from another repository, which may lose them; run git repack -a -d in it, and take its file "
          + "objects/info/alternates away")
    }
    let listener = CloneListener(progress)
    options.fetch_opts.callbacks.payload = Unmanaged.passUnretained(listener).toOpaque()
    options.fetch_opts.callbacks.transfer_progress = { statistics, payload in
      guard let statistics, let payload else { return 0 }
      Unmanaged<CloneListener>.fromOpaque(payload).takeUnretainedValue()
        .progress(Int(statistics.pointee.received_objects), Int(statistics.pointee.total_objects))
      return 0
    }
    var made: OpaquePointer?
    let code = withExtendedLifetime(listener) { git_clone(&made, source, path, &options) }
    guard code >= 0 else {
      throw .refused(
        operation,
        because: HandbookError.libgit2(code, operation).message
          + "; name the folder of a git repository, or an address such as https://example.org/sops.git")
    }
    defer { git_repository_free(made) }
    guard git_repository_head_detached(made) == 0 else {
      throw .refused(operation, because: "its HEAD names a commit, not a branch; check a branch out there")
    }
  }
}

/// Whether it is a folder of a repository that was cloned without its older commits.
private func isShallow(_ source: String) -> Bool {
  local(source) { git_repository_is_shallow($0) == 1 } ?? false
}

/// Whether it is a folder of a repository that was cloned by `git clone --shared` or `--reference`.
private func borrowsObjects(_ source: String) -> Bool {
  local(source) { repository in
    git_repository_commondir(repository).map { access("\(String(cString: $0))objects/info/alternates", F_OK) == 0 }
      ?? false
  } ?? false
}

/// Nil where it is an address, or nothing: cloning says so.
private func local<Answer>(_ source: String, _ ask: (OpaquePointer) -> Answer) -> Answer? {
  var opened: OpaquePointer?
  guard git_repository_open(&opened, source) == 0, let opened else {
    git_error_clear()
    return nil
  }
  defer { git_repository_free(opened) }
  return ask(opened)
}

/// Carries a closure through C.
private final class CloneListener {
  let progress: (Int, Int) -> Void

  init(_ progress: @escaping (Int, Int) -> Void) {
    self.progress = progress
  }
}
