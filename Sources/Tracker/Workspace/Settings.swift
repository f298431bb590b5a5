// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// What is set for a workspace.
package struct Settings: Sendable {
  /// The zone in which dates begin and end. Given when the workspace is made, and kept in the ledger: from when a version was in
  /// force must not change later.
  package let zone: Zone
  /// The domain of the addresses in commits, as in `ana@example.org`; from `sopwright.yaml`.
  package let domain: String
  /// Whether everybody who signs in must have an authenticator; from `sopwright.yaml`.
  package let asksAuthenticator: Bool
  /// Where the file lies with which the keys of authenticators are sealed; a relative path begins at the workspace.
  let accountsKey: String

  static let file = "sopwright.yaml"
  static let defaultDomain = "sopwright.invalid"

  private static let defaultAccountsKey = "accounts.key"

  init(zone: Zone, domain: String) {
    self.zone = zone
    self.domain = domain
    asksAuthenticator = false
    accountsKey = Settings.defaultAccountsKey
  }

  /// - Throws: `FileProblem` where the file cannot be read.
  init(zone: Zone, at path: String) throws {
    let mapping = try YAMLFile(at: path, named: Settings.file).root.mapping(["domain", "authenticator", "accounts_key"])
    self.zone = zone
    domain = try mapping["domain"].map(Settings.domain) ?? Settings.defaultDomain
    asksAuthenticator = try mapping["authenticator"].map(Settings.isRequired) ?? false
    accountsKey = try mapping["accounts_key"].map(Settings.path) ?? Settings.defaultAccountsKey
  }

  private static func domain(_ value: YAMLValue) throws -> String {
    let domain = try value.string()
    guard !domain.isEmpty, domain.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>@".utf8.contains($0) }) else {
      throw value.problem("This is not a domain. Write one such as example.org.")
    }
    return domain
  }

  private static func isRequired(_ value: YAMLValue) throws -> Bool {
    switch try value.string() {
    case "required": true
    case "optional": false
    default: throw value.problem("Write required, and whoever signs in must have an authenticator, or optional.")
    }
  }

  private static func path(_ value: YAMLValue) throws -> String {
    let path = try value.string()
    guard !path.isEmpty, !path.hasPrefix("~"), !path.utf8.contains(0) else {
      throw value.problem("This is not the path of a file. Write it in full, as /etc/sopwright/accounts.key.")
    }
    return path
  }

  var text: String {
    """
    # SPDX-License-Identifier: Apache-2.0
    # The domain of the addresses in commits: a person's id, an @, and this.
    domain: \(domain)

    """
  }
}
