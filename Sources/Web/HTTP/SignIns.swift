// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Ledger
internal import Remediation
internal import Tracker

/// Accounts as the server uses them, on two threads of their own: what takes a password's time and memory is done one after the other on
/// one, so that many who sign in at once wait for each other, and nobody else does.
struct SignIns: Sendable {
  private let accounts: Accounts
  private let quick = DispatchQueue(label: "accounts")
  private let slow = DispatchQueue(label: "passwords")

  init(_ accounts: Accounts) { self.accounts = accounts }

  /// Whether everybody must have an authenticator.
  var asksAuthenticator: Bool { accounts.asksAuthenticator }

  /// What reads or writes a few rows.
  func use<Result: Sendable>(_ body: @escaping @Sendable (Accounts) throws -> Result) async throws -> Result {
    try await work(on: quick, body)
  }

  /// What derives a key from a password.
  func withPasswords<Result: Sendable>(
    _ body: @escaping @Sendable (Accounts) throws -> Result
  ) async throws -> Result {
    try await work(on: slow, body)
  }

  private func work<Result: Sendable>(
    on queue: DispatchQueue, _ body: @escaping @Sendable (Accounts) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try body(accounts) }) }
    }
  }
}
