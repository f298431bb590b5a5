// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Ledger
package import Remediation

/// Who can sign in to a workspace's web app, and who is signed in.
package struct Accounts: Sendable {
  private let store: AccountStore

  /// How long a session lasts, in milliseconds: from its beginning, and without being used.
  private static let longestSession: Int64 = 12 * 3_600_000
  private static let longestPause: Int64 = 2 * 3_600_000
  private static let linkLasts: Int64 = 48 * 3_600_000
  /// Wrong passwords that cost nothing; after each further one, twice as long a time passes without a look at any, up to the last.
  private static let freeFailures = 5
  private static let longestLock: Int64 = 15 * 60_000

  package init(of workspace: Workspace) throws {
    store = try AccountStore(at: workspace.accountsFile)
  }

  package func hasAccounts() throws -> Bool { try store.hasAccounts() }

  /// A token for a link with which a person sets a password, once, within two days. The one before stops working.
  package func link(for person: PersonID, at now: Timestamp) throws -> String {
    let token = Accounts.newToken()
    try store.keepLink(
      Accounts.digest(token), for: person, until: Timestamp(milliseconds: now.milliseconds + Accounts.linkLasts))
    return token
  }

  /// - Throws: `AccountError.linkUnknown`.
  package func person(ofLink token: String, at now: Timestamp) throws -> PersonID {
    guard let person = try store.person(ofLink: Accounts.digest(token), at: now) else { throw AccountError.linkUnknown }
    return person
  }

  /// Sets the password of whom the link is for. The link is used up, and whoever was signed in as this person no longer is.
  /// - Throws: `AccountError`, and then nothing has changed.
  package func setPassword(_ password: String, again: String, byLink token: String, at now: Timestamp) throws
    -> PersonID
  {
    let person = try person(ofLink: token, at: now)
    guard password == again else { throw AccountError.passwordsDiffer }
    if let problem = Password.problem(with: password, of: person.text) { throw problem }
    try store.set(Password.secret(for: password), of: person)
    return person
  }

  /// Checks a password and begins a session.
  /// - Returns: the session, and its token, which only the browser keeps.
  /// - Throws: `AccountError.wrongSignIn`, whether there is such a person or not, after the same time; `AccountError.lockedUntil`.
  package func signIn(_ name: String, _ password: String, at now: Timestamp) throws -> (session: Session, token: String)
  {
    let person = PersonID(name.trimmingCharacters(in: .whitespaces))
    guard let person, password.count <= Password.most, let secret = try store.secret(of: person) else {
      _ = try Password.secret(for: "as long as with somebody who is there")
      throw AccountError.wrongSignIn
    }
    guard secret.lockedUntil <= now else { throw AccountError.lockedUntil(secret.lockedUntil) }
    guard try Password.fits(password, secret) else {
      try noteFailure(of: person, after: secret, at: now)
      throw AccountError.wrongSignIn
    }
    if secret.failures > 0 { try store.note(failures: 0, lockedUntil: now, of: person) }
    return try begin(person, at: now)
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
  package func session(_ token: String, at now: Timestamp) throws -> Session? {
    guard let session = try store.session(Accounts.digest(token)),
      now.milliseconds - session.beganAt.milliseconds < Accounts.longestSession,
      now.milliseconds - session.seenAt.milliseconds < Accounts.longestPause
    else { return nil }
    // Once a minute is enough to know whether somebody is there.
    if now.milliseconds - session.seenAt.milliseconds > 60_000 { try store.see(session.digest, at: now) }
    return session
  }

  package func end(_ session: Session) throws { try store.end(session.digest) }

  /// 256 random bits, as they may stand in an address.
  private static func newToken() -> String { randomBytes(32).lowerCaseHex }

  private static func digest(_ token: String) -> Digest { MerkleTree.sha256(Array(token.utf8)) }
}

extension Workspace {
  fileprivate var accountsFile: String { "\(folder)/accounts.sqlite" }

  /// Whoever is erased can no longer sign in.
  func removeAccount(of person: PersonID) throws {
    guard FileManager.default.fileExists(atPath: accountsFile) else { return }
    try AccountStore(at: accountsFile).remove(person)
  }

  /// A link for a person who is known here.
  /// - Throws: `Rejection.unknownPerson`; `Rejection.needsRole` where the caller is no administrator.
  package func invite(_ person: PersonID, by caller: Caller) throws -> String {
    try ledger.read { reader in
      try reader.actor(caller).must(be: .administrator, to: "make a link for somebody to sign in")
      guard try reader.requiredTaxonomy().taxonomy.person(person) != nil else {
        throw Rejection.unknownPerson(person.text)
      }
    }
    return try Accounts(of: self).link(for: person, at: caller.now)
  }

  /// Who signs in first: an administrator, the first by id.
  /// - Throws: `AccountError.noAdministrator`.
  package func firstAdministrator() throws -> PersonID {
    let people = try ledger.read { try $0.requiredTaxonomy().taxonomy.people }
    guard let first = people.filter({ $0.roles.contains(.administrator) }).map(\.id).sorted().first else {
      throw AccountError.noAdministrator
    }
    return first
  }

  /// The roles that a person has now; nil for whom the workspace does not know.
  package func roles(of person: PersonID) throws -> Set<Role>? {
    try ledger.read { try $0.requiredTaxonomy().taxonomy.person(person)?.roles }
  }
}

extension Caller {
  /// Somebody who signed in: what they do is theirs, and not asserted.
  package init(signedIn person: PersonID, now: Timestamp) {
    self.init(person: person, login: Authorship.account(of: person), now: now)
  }
}
