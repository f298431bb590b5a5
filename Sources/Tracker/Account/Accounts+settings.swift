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

  /// How long somebody has to confirm a key that was shown, in milliseconds.
  private static let offerLasts: Int64 = 10 * 60_000

  package func state(in session: Session, at now: Timestamp) throws -> AccountState {
    let person = session.person
    let secret = try store.secret(of: person)
    return AccountState(
      hasAuthenticator: secret?.totp != nil,
      // One that does not open is as good as none: another can be shown.
      offeredKey: offered(secret, in: session, at: now).flatMap { try? store.key($0.key, of: person) }.map(
        TOTP.text(of:)),
      sessions: try sessions(of: person, at: now),
      tokens: try store.tokens(of: person).filter { $0.expiresAt > now })
  }

  /// Whoever gives away or changes what matters most says again who they are.
  /// - Throws: `AccountError.wrongPassword`, `AccountError.wrongPasswordOrCode`, `AccountError.lockedUntil`.
  package func confirm(_ credentials: Credentials, in session: Session, at now: Timestamp) throws {
    guard let secret = try store.secret(of: session.person) else { throw AccountError.wrongPassword }
    guard try fits(credentials, secret, of: session.person, at: now) else {
      throw secret.totp == nil ? AccountError.wrongPassword : .wrongPasswordOrCode
    }
  }

  /// Sets another password; whoever is signed in as this person elsewhere no longer is.
  /// - Throws: `AccountError`, and then nothing has changed.
  package func changePassword(
    from old: Credentials, to new: String, again: String, in session: Session, at now: Timestamp
  ) throws {
    guard new == again else { throw AccountError.passwordsDiffer }
    if let problem = Password.problem(with: new, of: session.person.text) { throw problem }
    try confirm(old, in: session, at: now)
    try store.change(Password.secret(for: new), of: session.person, keeping: session.digest)
  }

  // MARK: Authenticator

  package func hasAuthenticator(_ person: PersonID) throws -> Bool { try store.hasAuthenticator(person) }

  /// A new key for an authenticator. It counts once a code of it was given to `confirmAuthenticator`; the one before counts until then.
  /// - Throws: as `confirm`.
  package func offerAuthenticator(to credentials: Credentials, in session: Session, at now: Timestamp) throws {
    try confirm(credentials, in: session, at: now)
    try store.offer(totp: TOTP.newKey(), in: session, at: now)
  }

  /// The key that this session was shown, while it counts.
  private func offered(_ secret: AccountSecret?, in session: Session, at now: Timestamp) -> OfferedKey? {
    guard let offered = secret?.totpOffered, offered.session == session.digest,
      now.milliseconds - offered.at.milliseconds < Accounts.offerLasts
    else { return nil }
    return offered
  }

  /// The key that was shown in this session counts from now on. Whoever is signed in as this person elsewhere no longer is; where everybody
  /// must have an authenticator, tokens that were made before the first no longer count.
  /// - Throws: `AccountError.wrongCode`, `AccountError.nothingOffered`, `AccountKeyError`.
  package func confirmAuthenticator(code: String, in session: Session, at now: Timestamp) throws {
    let secret = try store.secret(of: session.person)
    guard let offered = offered(secret, in: session, at: now) else { throw AccountError.nothingOffered }
    let key = try store.key(offered.key, of: session.person)
    guard let step = TOTP.step(of: code, key: key, at: now, after: 0) else { throw AccountError.wrongCode }
    let isDone = try store.confirm(
      offered, step: step, of: session.person, removesTokens: asksAuthenticator && secret?.totp == nil)
    guard isDone else { throw AccountError.nothingOffered }
  }

  /// - Throws: `AccountError.authenticatorRequired`; as `confirm`, and then a code is still asked for.
  package func removeAuthenticator(_ credentials: Credentials, in session: Session, at now: Timestamp) throws {
    guard !asksAuthenticator else { throw AccountError.authenticatorRequired }
    try confirm(credentials, in: session, at: now)
    try store.removeTOTP(of: session.person)
  }

  // MARK: Tokens

  /// The name of a token that could be made.
  /// - Throws: `AccountError.tokenName`, `AccountError.tokenDays`.
  package static func check(tokenNamed name: String, days: Int) throws -> String {
    let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...longestName).contains(name.count) else { throw AccountError.tokenName }
    guard tokenDays.contains(days) else { throw AccountError.tokenDays }
    return name
  }

  /// A token for scripts, which is shown this once.
  /// - Throws: `AccountError.tokenName`, `AccountError.tokenDays`.
  package func makeToken(
    of person: PersonID, name: String, scope: TokenScope, days: Int, at now: Timestamp
  ) throws -> String {
    let name = try Accounts.check(tokenNamed: name, days: days)
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
