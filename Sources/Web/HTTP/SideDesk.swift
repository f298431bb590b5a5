// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import HTTPTypes
internal import Remediation
internal import Synchronization
internal import Tracker

/// A workspace on a thread of its own, for what reads all of the record: one after the other, so that nobody who reads pages waits for it.
/// So many may wait, and so many of them for one person, so that one person's script does not keep everybody else out.
final class SideDesk: Sendable {
  /// What is asked for, in the plural.
  private let things: String
  private let workspace: Workspace
  private let queue: DispatchQueue
  private let most: Int
  private let mostEach: Int
  private let asked = Mutex<[PersonID: Int]>([:])

  /// - Parameters:
  ///   - most: how many may wait or be made at once.
  ///   - mostEach: how many of them for one person.
  init(_ folder: String, _ things: String, most: Int, mostEach: Int) throws {
    (self.things, self.most, self.mostEach) = (things, most, mostEach)
    workspace = try Workspace.open(folder)
    queue = DispatchQueue(label: things)
  }

  /// How many wait or are made.
  var waiting: Int { asked.withLock { $0.values.reduce(0, +) } }

  /// - Throws: `Problem` where too many wait already: 429 where they are this person's, else 503.
  func work<Result: Sendable>(
    for person: PersonID, _ body: @escaping @Sendable (Workspace) throws -> Result
  ) async throws -> Result {
    try take(for: person)
    defer { give(of: person) }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try body(self.workspace) }) }
    }
  }

  private func take(for person: PersonID) throws {
    let problem: Problem? = asked.withLock { asked in
      guard asked[person, default: 0] < mostEach else {
        return Problem(
          status: .tooManyRequests,
          sentence: "You have asked for \(mostEach) \(things) already that are not done. Ask again when one of them is."
        )
      }
      guard asked.values.reduce(0, +) < most else {
        return Problem(
          status: .serviceUnavailable,
          sentence: "\(most) \(things) are asked for at this moment. Ask again in half a minute.")
      }
      asked[person, default: 0] += 1
      return nil
    }
    if let problem { throw problem }
  }

  private func give(of person: PersonID) {
    asked.withLock { asked in
      let left = asked[person, default: 0] - 1
      asked[person] = left > 0 ? left : nil
    }
  }
}
