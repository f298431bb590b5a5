// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Shares out the parts of a work among at most two threads, and delivers what they make in the parts' order. A thread waits with a
/// finished part until the one before is delivered, so that each has one at most.
final class OrderedParts: Sendable {
  let count: Int

  private struct State {
    var begun = 0
    var delivered = 0
    var hasFailed = false
  }

  private let state = Mutex(State())
  /// Whoever waits to deliver a part waits at its number's own, so that no thread takes what is meant for the other. A signal too many
  /// only makes it look once more.
  private let turns = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]

  init(count: Int) { self.count = count }

  /// Makes and delivers parts until there are no more.
  /// - Throws: what either closure threw; then the other thread ends after its present part, with `CancellationError`.
  func forEach<Part>(make: (Int) throws -> Part, deliver: (Part) throws -> Void) throws {
    do {
      while let number = next() {
        let part = try make(number)
        while try state.withLock({ state in
          if state.hasFailed { throw CancellationError() }
          return state.delivered < number
        }) { turns[number % 2].wait() }
        try deliver(part)
        state.withLock { $0.delivered += 1 }
        turns[(number + 1) % 2].signal()
      }
    } catch {
      state.withLock { $0.hasFailed = true }
      for turn in turns { turn.signal() }
      throw error
    }
  }

  private func next() -> Int? {
    state.withLock { state in
      guard state.begun < count, !state.hasFailed else { return nil }
      defer { state.begun += 1 }
      return state.begun
    }
  }
}
