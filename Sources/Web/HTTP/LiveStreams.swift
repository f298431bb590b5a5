// SPDX-License-Identifier: Apache-2.0

internal import Remediation
internal import Synchronization

/// Who listens for news, each on so many pages at most: the page that was opened last is the one that somebody looks at, so the one that
/// has listened longest gives way.
final class LiveStreams: Sendable {
  /// At most so many of one person.
  static let most = 20

  private struct State {
    var next = 0
    /// The streams of each person, the oldest first.
    var open: [PersonID: [Int]] = [:]
  }

  private let state = Mutex(State())

  /// - Returns: the number of a stream that begins now.
  func open(for person: PersonID) -> Int {
    state.withLock { state in
      state.next += 1
      state.open[person] = (state.open[person] ?? []).suffix(LiveStreams.most - 1) + [state.next]
      return state.next
    }
  }

  /// Whether a stream goes on: newer ones of the same person may have taken its place.
  func goesOn(_ stream: Int, of person: PersonID) -> Bool {
    state.withLock { $0.open[person]?.contains(stream) ?? false }
  }

  func close(_ stream: Int, of person: PersonID) {
    state.withLock { state in
      let left = (state.open[person] ?? []).filter { $0 != stream }
      state.open[person] = left.isEmpty ? nil : left
    }
  }
}
