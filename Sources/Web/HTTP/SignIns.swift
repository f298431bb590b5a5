// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Ledger
internal import Remediation
internal import Tracker

/// Accounts as the server uses them: what takes a password's time and memory is done one after the other, so that many who sign in at
/// once wait for each other, and nobody else does.
struct SignIns: Sendable {
  let accounts: Accounts
  private let passwords = DispatchQueue(label: "passwords")

  init(_ accounts: Accounts) { self.accounts = accounts }

  /// The session of a cookie's token.
  func session(_ token: String, at now: Timestamp) throws -> Session? { try accounts.session(token, at: now) }

  func withPasswords<Result: Sendable>(
    _ body: @escaping @Sendable (Accounts) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      passwords.async { continuation.resume(with: Swift.Result { try body(accounts) }) }
    }
  }
}
