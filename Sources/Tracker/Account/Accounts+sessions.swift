// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
package import Remediation

// Signing in, and being signed in.
extension Accounts {
  /// How long a session lasts, in milliseconds: from its beginning, and without being used.
  private static let longestSession: Int64 = 12 * 3_600_000
  private static let longestPause: Int64 = 2 * 3_600_000
  /// Wrong passwords that cost nothing; after each further one, twice as long a time passes without a look at any, up to the last.
  private static let freeFailures = 5
  private static let longestLock: Int64 = 15 * 60_000

  /// Checks who somebody is, and begins a session.
  /// - Returns: the session, and its token, which only the browser keeps.
  /// - Throws: `AccountError.wrongSignIn`, whatever was wrong, after the same time; `AccountError.lockedUntil`; and to whom knows the
  ///   password `AccountKeyError`.
  package func signIn(_ name: String, with credentials: Credentials, at now: Timestamp) throws -> (
    session: Session, token: String
  ) {
    guard let person = PersonID(name.trimmingCharacters(in: .whitespaces)), let secret = try store.secret(of: person)
    else {
      _ = try Password.secret(for: "as long as with somebody who is there")
      throw AccountError.wrongSignIn
    }
    guard try fits(credentials, secret, of: person, at: now) else { throw AccountError.wrongSignIn }
    return try begin(person, at: now)
  }

  /// Whether somebody is who they say. What does not fit is counted, and makes them wait in the end; a code counts once.
  /// - Throws: `AccountError.lockedUntil`; and to whom knows the password `AccountKeyError`.
  func fits(_ credentials: Credentials, _ secret: AccountSecret, of person: PersonID, at now: Timestamp) throws -> Bool
  {
    guard secret.lockedUntil <= now else { throw AccountError.lockedUntil(secret.lockedUntil) }
    let isPassword = try Password.fits(credentials.password, secret)
    var isCode = true
    if isPassword, let sealed = secret.totp {
      let key = try store.key(sealed, of: person)
      let step = TOTP.step(of: credentials.code, key: key, at: now, after: secret.totpStep - 1)
      // The last one again: it does not count, and whoever has it learns nothing by trying.
      if step == secret.totpStep { return false }
      if let step { try store.note(totpStep: step, of: person) }
      isCode = step != nil
    }
    guard isPassword, isCode else {
      try noteFailure(of: person, after: secret, at: now)
      return false
    }
    if secret.failures > 0 { try store.note(failures: 0, lockedUntil: now, of: person) }
    return true
  }

  private func noteFailure(of person: PersonID, after secret: AccountSecret, at now: Timestamp) throws {
    let failures = secret.failures + 1
    let doublings = min(max(0, failures - Accounts.freeFailures), 20)
    let pause = failures > Accounts.freeFailures ? min(Int64(1_000) << doublings, Accounts.longestLock) : 0
    try store.note(failures: failures, lockedUntil: Timestamp(milliseconds: now.milliseconds + pause), of: person)
  }

  /// Begins a session under a token that nobody knew before.
  package func begin(_ person: PersonID, at now: Timestamp) throws -> (session: Session, token: String) {
    try store.removeExpired(
      beganBefore: Timestamp(milliseconds: now.milliseconds - Accounts.longestSession),
      seenBefore: Timestamp(milliseconds: now.milliseconds - Accounts.longestPause), now: now)
    let token = Accounts.newToken()
    let session = Session(
      digest: Accounts.digest(token), person: person, formToken: Accounts.newToken(), beganAt: now, seenAt: now)
    try store.begin(session)
    return (session, token)
  }

  /// The session of a token; nil where it has ended, or its time is over.
  /// - Parameter isUse: whether somebody is there; not where a page asks by itself.
  package func session(_ token: String, at now: Timestamp, isUse: Bool = true) throws -> Session? {
    guard let session = try store.session(Accounts.digest(token)), Accounts.lasts(session, at: now) else { return nil }
    // Once a minute is enough to know whether somebody is there.
    if isUse, now.milliseconds - session.seenAt.milliseconds > 60_000 { try store.see(session.digest, at: now) }
    return session
  }

  private static func lasts(_ session: Session, at now: Timestamp) -> Bool {
    now.milliseconds - session.beganAt.milliseconds < longestSession
      && now.milliseconds - session.seenAt.milliseconds < longestPause
  }

  /// The person's sessions that last, the newest first.
  package func sessions(of person: PersonID, at now: Timestamp) throws -> [Session] {
    try store.sessions(of: person).filter { Accounts.lasts($0, at: now) }
  }

  package func end(_ session: Session) throws { try store.end(session.digest) }

  /// Ends the sessions of the same person in other browsers.
  package func endOthers(than session: Session) throws {
    try store.endSessions(of: session.person, but: session.digest)
  }
}
