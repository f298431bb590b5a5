// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Work that takes longer than anybody waits for a page: it goes on by itself on a thread of its own, one after the other, whoever looks
/// meanwhile. What is known of it is gone when the server ends.
final class LongWork<Phase: Sendable>: Sendable {
  private let queue: DispatchQueue
  private let entries = Mutex<[String: Entry]>([:])

  /// A phase, and of which run: what was forgotten while it was worked on stays forgotten.
  private struct Entry {
    var phase: Phase
    let run: UInt64
  }

  init(_ name: String) { queue = DispatchQueue(label: name) }

  /// What is being done, or came of it; nil where nothing was.
  func phase(of id: String) -> Phase? { entries.withLock { $0[id]?.phase } }

  /// Begins, unless that is being worked on already.
  /// - Parameters:
  ///   - isBusy: whether a phase is one of work.
  ///   - body: returns what came of it, and says meanwhile how far it is.
  /// - Returns: false where that is being worked on already.
  @discardableResult
  func start(
    _ id: String, at first: Phase, unless isBusy: (Phase) -> Bool,
    _ body: @escaping @Sendable (_ report: @escaping @Sendable (Phase) -> Void) -> Phase
  ) -> Bool {
    start(id, at: first, where: { $0.map(isBusy) != true }, body)
  }

  /// The same where what is known of it is such; nil where nothing is.
  @discardableResult
  func start(
    _ id: String, at first: Phase, where mayBegin: (Phase?) -> Bool,
    _ body: @escaping @Sendable (_ report: @escaping @Sendable (Phase) -> Void) -> Phase
  ) -> Bool {
    let run = UInt64.random(in: 0...UInt64.max)
    let isFree = entries.withLock { entries in
      guard mayBegin(entries[id]?.phase) else { return false }
      entries[id] = Entry(phase: first, run: run)
      return true
    }
    guard isFree else { return false }
    let report: @Sendable (Phase) -> Void = { phase in
      self.entries.withLock { if $0[id]?.run == run { $0[id]?.phase = phase } }
    }
    queue.async {
      // Nobody waits for what was forgotten before it began.
      guard self.entries.withLock({ $0[id]?.run == run }) else { return }
      report(body(report))
    }
    return true
  }

  /// Does something short between others.
  func between(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

  func forget(_ id: String) { entries.withLock { $0[id] = nil } }

  /// The same where the phase is such a one.
  func forget(_ id: String, where isOver: (Phase) -> Bool) {
    entries.withLock { entries in
      if let entry = entries[id], isOver(entry.phase) { entries[id] = nil }
    }
  }

  /// Forgets all such phases.
  func forget(where isOver: (Phase) -> Bool) { entries.withLock { $0 = $0.filter { !isOver($0.value.phase) } } }
}
