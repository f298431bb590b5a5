// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import Remediation

/// What `sopwright.yaml` says.
package struct Settings: Sendable {
  /// The zone in which dates begin and end.
  package var zone: Zone
  /// The domain of the addresses in commits, as in `ana@example.org`.
  package var domain: String

  static let file = "sopwright.yaml"

  init(zone: Zone, domain: String) {
    self.zone = zone
    self.domain = domain
  }

  init(at path: String) throws {
    let file = try YAMLFile(at: path, named: Settings.file)
    let mapping = try file.root.mapping(["zone", "domain"])
    zone = .utc
    domain = "sopwright.invalid"
    if let value = mapping["zone"] {
      guard let zone = Zone(try value.string()) else {
        throw value.problem("This is not a time zone. Write a name such as Europe/Berlin, or UTC.")
      }
      self.zone = zone
    }
    if let value = mapping["domain"] {
      domain = try value.string()
      guard !domain.isEmpty, domain.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>@".utf8.contains($0) }) else {
        throw value.problem("This is not a domain. Write one such as example.org.")
      }
    }
  }

  var text: String {
    """
    # SPDX-License-Identifier: Apache-2.0
    # The zone in which a date begins and ends: when an SOP takes effect, when a rejection expires.
    zone: \(zone.name)
    # The domain of the addresses in commits: a person's id, an @, and this.
    domain: \(domain)

    """
  }
}
