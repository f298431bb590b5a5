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
          try reader.begin()
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
      try reader.begin()
      hasBegun.wait()
      held.release()
      return try second(reader)
    }
    group.wait()
    guard let result = found.withLock({ $0 }) else { throw CancellationError() }
    return (try result.get(), other)
  }
}

extension Ledger {
  /// Does the same work on two threads at once, for readers that share it out among themselves: `reader` here, and one with a connection
  /// of its own on another thread, which begins a little later. Where somebody has written since `reader` began, the other sees another
  /// state and does not begin. What the other thread throws is thrown here.
  package func readTogether(
    with reader: LedgerReader, _ work: @escaping @Sendable (LedgerReader) throws -> Void
  ) throws {
    let size = try reader.treeHead().size
    let group = DispatchGroup()
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.global().async(group: group) {
      do {
        try twin().read { other in
          // Evidence and what is derived from it change with an event only.
          guard try other.treeHead().size == size else { return }
          try work(other)
        }
      } catch { failure.withLock { $0 = error } }
    }
    let own = Result { try work(reader) }
    group.wait()
    // Where one fails, the other ends with `CancellationError`.
    if let failure = failure.withLock({ $0 }), !(failure is CancellationError) { throw failure }
    try own.get()
  }
}

/// The lock, where a closure lets it go.
private final class HeldLock {
  private var lock: WorkspaceLock?

  init(_ lock: consuming WorkspaceLock) { self.lock = consume lock }

  func release() { lock = nil }
}
