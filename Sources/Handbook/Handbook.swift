// SPDX-License-Identifier: Apache-2.0

import CGit2
import Dispatch
import Glibc
import Synchronization

/// The SOPs of a workspace: Markdown files, kept as versions in a bare git repository.
///
/// One libgit2 repository behind a mutex, because libgit2's objects are not safe across threads; nothing suspends
/// between a C call and the reading of its error. Several processes may use the same repository: refs move by
/// compare-and-swap. Objects in files of their own are read by our own reader, because libgit2 1.5.1 never returns from one that
/// was cut. Packs are read by libgit2: a repository of strangers is to be checked by a child process with a time limit first.
package final class Handbook: Sendable {
  /// Where the bare repository is, as the caller gave it.
  package let path: String
  /// Opened when something of it is asked for: git's library takes as long to start as a small command.
  private let repository: Mutex<GitRepository?>
  /// The same repository, opened once more where two threads read.
  private let companion = Mutex<Handbook?>(nil)

  /// The bare repository at this path, which is opened by the first call that reads or writes it. Where there is none, that call throws;
  /// nothing is searched for above it, and the host's git configuration is not read.
  package init(at path: String) {
    self.path = path
    repository = Mutex(nil)
  }

  /// Opens a bare repository; reads nothing of it yet.
  ///
  /// - Throws: where there is none at this path.
  package static func open(at path: String) throws(HandbookError) -> Handbook {
    let handbook = Handbook(at: path)
    try handbook.locked { _ in }
    return handbook
  }

  package var isOpen: Bool { repository.withLock { $0 != nil } }

  /// The only way to the repository; the mutex is held for the length of the call.
  func locked<Result: Sendable>(
    _ body: (borrowing GitRepository) throws(HandbookError) -> Result
  ) throws(HandbookError) -> Result {
    try repository.withLock { (repository) throws(HandbookError) in
      if repository == nil {
        try LibGit2.start()
        repository = try GitRepository(opening: path)
      }
      switch repository {
      case .some(let repository): return try body(repository)
      case .none: throw .refused("open the SOP repository \(path)", because: "the git library gave nothing")
      }
    }
  }

  /// Runs `first` and `second` at the same time, each with a repository of its own. An error of the first counts.
  func onTwo<Result: Sendable>(
    _ first: @Sendable (borrowing GitRepository) throws(HandbookError) -> Result,
    _ second: @Sendable (borrowing GitRepository) throws(HandbookError) -> Result
  ) throws(HandbookError) -> (Result, Result) {
    let one = Mutex<Swift.Result<Result, HandbookError>?>(nil)
    let other = Mutex<Swift.Result<Result, HandbookError>?>(nil)
    DispatchQueue.concurrentPerform(iterations: 2) { part in
      if part == 0 {
        let result = Swift.Result { () throws(HandbookError) in try locked(first) }
        one.withLock { $0 = result }
      } else {
        let result = Swift.Result { () throws(HandbookError) in try twin().locked(second) }
        other.withLock { $0 = result }
      }
    }
    guard let one = one.withLock({ $0 }), let other = other.withLock({ $0 }) else {
      throw .refused("read on two threads", because: "one of them gave nothing")
    }
    return (try one.get(), try other.get())
  }

  private func twin() throws(HandbookError) -> Handbook {
    try companion.withLock { (companion) throws(HandbookError) in
      if let companion { return companion }
      let opened = try Handbook.open(at: path)
      companion = opened
      return opened
    }
  }

  /// Everything that was written to the repository's file system, by anybody, is on the disk when this returns: one
  /// `syncfs`. Call it before an outcome is recorded that rests on a commit, for `git push` itself syncs nothing.
  ///
  /// - Throws: where the system reports that something could not be written.
  package func syncToDisk() throws(HandbookError) {
    try Handbook.sync(fileSystemOf: path)
  }

  /// Everything written to the file system that holds this folder is on its disk when this returns.
  package static func sync(fileSystemOf path: String) throws(HandbookError) {
    let operation = "write \(path) to the disk"
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, operation) }
    defer { close(descriptor) }
    guard sopwright_syncfs(descriptor) == 0 else { throw .system(errno, operation) }
  }

  /// Swaps what two paths name, in one step.
  /// - Returns: false where the file system cannot, or a path names nothing.
  package static func exchange(_ one: String, with other: String) -> Bool { sopwright_exchange(one, other) == 0 }
}
