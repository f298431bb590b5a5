// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// What is set for a workspace.
package struct Settings: Sendable {
  /// The zone in which dates begin and end. Given when the workspace is made, and kept in the ledger: from when a version was in
  /// force must not change later.
  package let zone: Zone
  /// The domain of the addresses in commits, as in `ana@example.org`; from `sopwright.yaml`.
  package let domain: String

  static let file = "sopwright.yaml"
  static let defaultDomain = "sopwright.invalid"

  init(zone: Zone, domain: String) {
    self.zone = zone
    self.domain = domain
  }

  /// - Throws: `FileProblem` where the file cannot be read.
  init(zone: Zone, at path: String) throws {
    let mapping = try YAMLFile(at: path, named: Settings.file).root.mapping(["domain"])
    self.zone = zone
    guard let value = mapping["domain"] else {
      domain = Settings.defaultDomain
      return
    }
    domain = try value.string()
    guard !domain.isEmpty, domain.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>@".utf8.contains($0) }) else {
      throw value.problem("This is not a domain. Write one such as example.org.")
    }
  }

  var text: String {
    """
    # SPDX-License-Identifier: Apache-2.0
    # The domain of the addresses in commits: a person's id, an @, and this.
    domain: \(domain)

    """
  }
}
