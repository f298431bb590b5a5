// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization
internal import Tracker

/// The workspace as the server uses it: several threads that read, each by a connection of its own, and one that writes, so that nobody
/// who reads waits for a commit to be on the disk. What takes time is done here, and never where requests are received.
final class Desk: Sendable {
  private let readers: [Seat]
  private let writer: Seat
  /// How many wait or work at each of `readers`.
  private let load: Mutex<[Int]>

  /// A thread with a workspace of its own.
  private struct Seat: Sendable {
    let workspace: Workspace
    let queue: DispatchQueue

    init(_ folder: String, _ name: String) throws {
      workspace = try Workspace.open(folder)
      queue = DispatchQueue(label: name)
    }

    func work<Result: Sendable>(_ body: @escaping @Sendable (Workspace) throws -> Result) async throws -> Result {
      try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Swift.Result { try body(workspace) }) }
      }
    }
  }

  /// - Parameter readers: how many may read at once.
  init(_ folder: String, readers count: Int = 4) throws {
    readers = try (0..<count).map { try Seat(folder, "reader-\($0)") }
    writer = try Seat(folder, "writer")
    load = Mutex(Array(repeating: 0, count: count))
  }

  func read<Result: Sendable>(_ body: @escaping @Sendable (Workspace) throws -> Result) async throws -> Result {
    let place = load.withLock { load in
      let place = load.indices.min { load[$0] < load[$1] } ?? 0
      load[place] += 1
      return place
    }
    defer { load.withLock { $0[place] -= 1 } }
    return try await readers[place].work(body)
  }

  /// One after the other, in the order in which they were asked for.
  func write<Result: Sendable>(_ body: @escaping @Sendable (Workspace) throws -> Result) async throws -> Result {
    try await writer.work(body)
  }
}
