// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

extension Ledger {
  /// Reads one state on two threads at once, each by a connection of its own. Where somebody writes at this moment, or the lock's file
  /// cannot be opened, one thread reads both: so nobody waits, and both see the same.
  package func readOnTwo<First: Sendable, Second>(
    _ first: @escaping @Sendable (LedgerReader) throws -> First, _ second: (LedgerReader) throws -> Second
  ) throws -> (First, Second) {
    // Nobody commits while the lock is held, so what both see when they begin is the same.
    let free: WorkspaceLock?
    do { free = try WorkspaceLock.ifFree(lockPath) } catch { free = nil }
    guard let lock = free else {
      return try read { reader in (try first(reader), try second(reader)) }
    }
    let held = HeldLock(lock)
    let twin = try twin()
    let hasBegun = DispatchSemaphore(value: 0)
    let group = DispatchGroup()
    let found = Mutex<Result<First, any Error>?>(nil)
    DispatchQueue.global().async(group: group) {
      var isWaitedFor = true
      let result = Result {
        try twin.read { reader in
          _ = try reader.treeHead()
          isWaitedFor = false
          hasBegun.signal()
          return try first(reader)
        }
      }
      found.withLock { $0 = result }
      if isWaitedFor { hasBegun.signal() }
    }
    defer { group.wait() }
    let other = try read { reader in
      _ = try reader.treeHead()
      hasBegun.wait()
      held.release()
      return try second(reader)
    }
    group.wait()
    guard let result = found.withLock({ $0 }) else { throw CancellationError() }
    return (try result.get(), other)
  }
}

/// The lock, where a closure lets it go.
private final class HeldLock {
  private var lock: WorkspaceLock?

  init(_ lock: consuming WorkspaceLock) { self.lock = consume lock }

  func release() { lock = nil }
}
