// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation
internal import Synchronization

/// What came of the form that a session sent, until its next page says so. It does not travel in the address, where anybody could make it
/// say anything.
final class Notices: Sendable {
  private let waiting = Mutex<[Digest: String]>([:])

  func leave(_ notice: String, for session: Session?) {
    if let session { waiting.withLock { $0[session.digest] = notice } }
  }

  func isWaiting(for session: Session?) -> Bool {
    session.map { session in waiting.withLock { $0[session.digest] != nil } } ?? false
  }

  func take(of session: Session?) -> String? {
    session.flatMap { session in waiting.withLock { $0.removeValue(forKey: session.digest) } }
  }
}
