// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Runs what is asynchronous to its end, for a command that is not.
enum Waiting {
  static func untilDone(_ body: @escaping @Sendable () async throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let failure = Mutex<(any Error)?>(nil)
    Task {
      do { try await body() } catch { failure.withLock { $0 = error } }
      done.signal()
    }
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
