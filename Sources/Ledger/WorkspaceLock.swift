// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The one lock of a workspace: an exclusive `flock` on `sopwright.lock`. Every writer holds it, and so does the only
/// checkpointer. The kernel lets it go when the process ends, however it ends.
package struct WorkspaceLock: ~Copyable {
  private let descriptor: Int32

  /// Waits until the lock is free.
  /// - Throws: `LedgerError.lockFile` where the file cannot be opened.
  package init(waitingFor path: String) throws(LedgerError) {
    let file = try WorkspaceLock.open(path)
    var code: Int32
    repeat { code = flock(file, LOCK_EX) } while code != 0 && errno == EINTR
    if code != 0 {
      let reason = String(cString: strerror(errno))
      close(file)
      throw .lockFile(path, reason)
    }
    descriptor = file
  }

  /// Nil where somebody else holds it at this moment.
  /// - Throws: `LedgerError.lockFile` where the file cannot be opened.
  package static func ifFree(_ path: String) throws(LedgerError) -> WorkspaceLock? {
    let file = try open(path)
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return nil
    }
    return WorkspaceLock(held: file)
  }

  private init(held descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    // A process that is just being started still has a copy of the descriptor, so closing this one would not be enough.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func open(_ path: String) throws(LedgerError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .lockFile(path, String(cString: strerror(errno))) }
    return descriptor
  }
}
