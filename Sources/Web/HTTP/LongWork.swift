// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Work that takes longer than anybody waits for a page: it goes on by itself on a thread of its own, one after the other, whoever looks
/// meanwhile. What is known of it is gone when the server ends.
final class LongWork<Phase: Sendable>: Sendable {
  private let queue: DispatchQueue
  private let phases = Mutex<[String: Phase]>([:])

  init(_ name: String) { queue = DispatchQueue(label: name) }

  /// What is being done, or came of it; nil where nothing was.
  func phase(of id: String) -> Phase? { phases.withLock { $0[id] } }

  /// Begins, unless that is being worked on already.
  /// - Parameters:
  ///   - isBusy: whether a phase is one of work.
  ///   - body: returns what came of it, and says meanwhile how far it is.
  func start(
    _ id: String, at first: Phase, unless isBusy: (Phase) -> Bool,
    _ body: @escaping @Sendable (_ report: @escaping @Sendable (Phase) -> Void) -> Phase
  ) {
    let isFree = phases.withLock { phases in
      if let phase = phases[id], isBusy(phase) { return false }
      phases[id] = first
      return true
    }
    guard isFree else { return }
    queue.async {
      let last = body { phase in self.phases.withLock { $0[id] = phase } }
      self.phases.withLock { $0[id] = last }
    }
  }

  /// Does something short between others.
  func between(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

  func forget(_ id: String) { phases.withLock { $0[id] = nil } }

  /// The same where the phase is such a one.
  func forget(_ id: String, where isOver: (Phase) -> Bool) {
    phases.withLock { phases in
      if let phase = phases[id], isOver(phase) { phases[id] = nil }
    }
  }

  /// Forgets all such phases.
  func forget(where isOver: (Phase) -> Bool) { phases.withLock { $0 = $0.filter { !isOver($0.value) } } }
}
