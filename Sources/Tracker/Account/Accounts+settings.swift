// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// What a person has set up to sign in with.
package struct AccountState: Sendable {
  package let hasAuthenticator: Bool
  /// A key that was shown and not confirmed yet, as authenticators take it.
  package let offeredKey: String?
  package let sessions: [Session]
  package let tokens: [APIToken]
}

// What people change of their own account.
extension Accounts {
  /// How long a token may be valid, in days.
  package static let tokenDays = 1...365
  private static let longestName = 80

  package func state(of person: PersonID, at now: Timestamp) throws -> AccountState {
    let secret = try store.secret(of: person)
    return AccountState(
      hasAuthenticator: secret?.totp != nil, offeredKey: secret?.totpOffered.map(TOTP.text(of:)),
      sessions: try sessions(of: person, at: now),
      tokens: try store.tokens(of: person).filter { $0.expiresAt > now })
  }

  /// Sets another password; whoever is signed in as this person elsewhere no longer is.
  /// - Throws: `AccountError`, and then nothing has changed.
  package func changePassword(
    from old: String, to new: String, again: String, in session: Session, at now: Timestamp
  ) throws {
    try mustKnow(old, session.person, at: now)
    guard new == again else { throw AccountError.passwordsDiffer }
    if let problem = Password.problem(with: new, of: session.person.text) { throw problem }
    try store.change(Password.secret(for: new), of: session.person, keeping: session.digest)
  }

  /// Whoever gives away or changes what matters most says again who they are.
  /// - Throws: `AccountError.wrongPassword`, `AccountError.lockedUntil`.
  package func confirm(_ password: String, in session: Session, at now: Timestamp) throws {
    try mustKnow(password, session.person, at: now)
  }

  /// - Throws: `AccountError.wrongPassword`, `AccountError.lockedUntil`.
  private func mustKnow(_ password: String, _ person: PersonID, at now: Timestamp) throws {
    guard let secret = try store.secret(of: person) else { throw AccountError.wrongPassword }
    guard secret.lockedUntil <= now else { throw AccountError.lockedUntil(secret.lockedUntil) }
    guard password.count <= Password.most, try Password.fits(password, secret) else {
      try noteFailure(of: person, after: secret, at: now)
      throw AccountError.wrongPassword
    }
    if secret.failures > 0 { try store.note(failures: 0, lockedUntil: now, of: person) }
  }

  // MARK: Authenticator

  /// A new key for an authenticator. It counts once a code of it was given to `confirmAuthenticator`.
  package func offerAuthenticator(to person: PersonID) throws {
    try store.offer(totp: TOTP.newKey(), to: person)
  }

  /// - Throws: `AccountError.wrongCode`, `AccountError.nothingOffered`.
  package func confirmAuthenticator(code: String, of person: PersonID, at now: Timestamp) throws {
    guard let key = try store.secret(of: person)?.totpOffered else { throw AccountError.nothingOffered }
    guard let step = TOTP.step(of: code, key: key, at: now, after: 0) else { throw AccountError.wrongCode }
    try store.set(totp: key, step: step, of: person)
  }

  /// - Throws: `AccountError.wrongPassword`, and then a code is still asked for.
  package func removeAuthenticator(of person: PersonID, password: String, at now: Timestamp) throws {
    try mustKnow(password, person, at: now)
    try store.set(totp: nil, step: 0, of: person)
  }

  // MARK: Tokens

  /// A token for scripts, which is shown this once.
  /// - Throws: `AccountError.tokenName`, `AccountError.tokenDays`.
  package func makeToken(
    of person: PersonID, name: String, scope: TokenScope, days: Int, at now: Timestamp
  ) throws -> String {
    let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...Accounts.longestName).contains(name.count) else { throw AccountError.tokenName }
    guard Accounts.tokenDays.contains(days) else { throw AccountError.tokenDays }
    let token = "\(Accounts.tokenMark)\(Accounts.newToken())"
    try store.keepToken(
      Accounts.digest(token), of: person, name: name, scope: scope, madeAt: now,
      expiresAt: Timestamp(milliseconds: now.milliseconds + Int64(days) * 86_400_000))
    return token
  }

  /// By which a token is known where it should not be, in a file or a log.
  private static let tokenMark = "sopwright_"

  /// What a token stands for; nil where there is no such, or its time is over.
  package func token(_ text: String, at now: Timestamp) throws -> APIToken? {
    guard text.hasPrefix(Accounts.tokenMark), let token = try store.token(Accounts.digest(text)), token.expiresAt > now
    else { return nil }
    if now.milliseconds - (token.usedAt?.milliseconds ?? 0) > 60_000 { try store.use(token: token.id, at: now) }
    return token
  }

  /// The token no longer works. Nothing where it is another person's.
  package func revokeToken(_ id: Int64, of person: PersonID) throws { try store.revoke(token: id, of: person) }
}
