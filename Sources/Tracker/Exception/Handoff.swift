// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Hands things from the thread that makes them to the one that uses them, at most two ahead, so that both work at once and memory
/// stays bounded. One maker, one user.
final class Handoff<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var failure: (any Error)?
    var isCancelled = false
  }

  private let state = Mutex(State())
  // Made empty and filled in `init`: libdispatch ends the process where a semaphore goes with less than it began with, as it does
  // when the user stops early.
  private let room = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  /// Begins to make, on a thread of its own. `make` calls what it is given with each thing; that throws when nobody wants more.
  init(making make: @escaping @Sendable ((Element) throws -> Void) throws -> Void) {
    for _ in 0..<2 { room.signal() }
    DispatchQueue.global().async { [self] in
      do { try make(put) } catch { state.withLock { $0.failure = error } }
      filled.signal()
    }
  }

  /// Waits for the next thing; nil after the last.
  /// - Throws: what making it threw.
  func next() throws -> Element? {
    filled.wait()
    let next: Element? = try state.withLock { state in
      if !state.waiting.isEmpty { return state.waiting.removeFirst() }
      if let failure = state.failure { throw failure }
      return nil
    }
    if next == nil { filled.signal() } else { room.signal() }
    return next
  }

  /// The next thing where it is there already; nil where it is not yet, where there is none, or where making it failed: `next` says.
  func nextIfReady() -> Element? {
    guard filled.wait(timeout: .now()) == .success else { return nil }
    let next: Element? = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    if next == nil { filled.signal() } else { room.signal() }
    return next
  }

  /// Nothing more is wanted: the maker stops at its next thing.
  func cancel() {
    state.withLock { $0.isCancelled = true }
    room.signal()
  }

  private func put(_ element: Element) throws {
    room.wait()
    try state.withLock { state in
      if state.isCancelled { throw CancellationError() }
      state.waiting.append(element)
    }
    filled.signal()
  }
}
