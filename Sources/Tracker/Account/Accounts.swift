// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

/// Who can sign in to a workspace's web app, and who is signed in.
package struct Accounts: Sendable {
  let store: AccountStore
  /// Whether everybody must have an authenticator.
  package let asksAuthenticator: Bool

  private static let linkLasts: Int64 = 48 * 3_600_000

  package init(of workspace: Workspace) throws {
    store = try workspace.accountStore()
    asksAuthenticator = workspace.settings.asksAuthenticator
  }

  /// Whether authenticators can be used: before a server lets anybody in.
  /// - Throws: `AccountKeyError`.
  package func checkKey() throws { try store.checkKey() }

  /// 256 random bits, as they may stand in an address.
  static func newToken() -> String { randomBytes(32).lowerCaseHex }

  static func digest(_ token: String) -> Digest { MerkleTree.sha256(Array(token.utf8)) }

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
}

extension Workspace {
  static let accountsName = "accounts.sqlite"
  private var accountsFile: String { "\(folder)/\(Workspace.accountsName)" }

  fileprivate func accountStore() throws -> AccountStore {
    let key = settings.accountsKey
    return try AccountStore(at: accountsFile, key: AccountKey(at: key.hasPrefix("/") ? key : "\(folder)/\(key)"))
  }

  /// Whether something is kept with which this person signs in, or could.
  func hasAccount(_ person: PersonID) throws -> Bool {
    guard FileManager.default.fileExists(atPath: accountsFile) else { return false }
    return try accountStore().knows(person)
  }

  /// Whose tokens have such names.
  func people(withTokensNamed isWanted: (String) -> Bool) throws -> [PersonID] {
    guard FileManager.default.fileExists(atPath: accountsFile) else { return [] }
    return try Set(accountStore().tokenNames().filter { isWanted($0.name) }.map(\.person)).sorted()
  }

  /// Whoever is erased can no longer sign in.
  func removeAccount(of person: PersonID) throws {
    guard FileManager.default.fileExists(atPath: accountsFile) else { return }
    try accountStore().remove(person)
  }

  /// A link for a person who is known here.
  /// - Throws: `Rejection.unknownPerson`; `Rejection.needsRole` where the caller is no administrator.
  package func invite(_ person: PersonID, by caller: Caller) throws -> String {
    try mayInvite(person, by: caller)
    return try Accounts(of: self).link(for: person, at: caller.now)
  }

  /// - Throws: `Rejection.unknownPerson`; `Rejection.needsRole` where the caller is no administrator.
  package func mayInvite(_ person: PersonID, by caller: Caller) throws {
    try ledger.read { reader in
      try reader.actor(caller).must(be: .administrator, to: "make a link for somebody to sign in")
      guard try reader.requiredTaxonomy().taxonomy.person(person) != nil else {
        throw Rejection.unknownPerson(person.text)
      }
    }
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
