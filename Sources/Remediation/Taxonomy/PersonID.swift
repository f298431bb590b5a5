// SPDX-License-Identifier: Apache-2.0

/// Who acts, as a short id that says nothing about the person: names, addresses and logins stand elsewhere and can be
/// erased, while this id stays in the ledger and in commits for ever.
package struct PersonID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let text: String

  /// Nil unless the text is 1 to 64 of ASCII letters, digits, `.`, `_` and `-`, beginning with a letter or digit.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: false
      }
    }
    guard let first = bytes.first, bytes.count <= 64, isAlphanumeric(first),
      bytes.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
    else { return nil }
    self.text = String(text)
  }

  private init(reserved text: String) {
    self.text = text
  }

  /// The actor of what the rules and the passing of time do by themselves. Nobody can be added under this id.
  package static let rules = PersonID(reserved: "sopwright")

  package var description: String { text }

  package static func < (left: PersonID, right: PersonID) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

/// What a person may do. A person may have several roles; a person without any is a member.
package enum Role: String, CaseIterable, Sendable, Comparable {
  case processOwner = "process_owner"
  case supportLead = "support_lead"
  case approver
  case auditor
  case administrator

  /// As people say it.
  package var words: String { rawValue.replacing("_", with: " ") }

  /// Reads a role as people write it: `process-owner`, `process_owner`, `Process owner`.
  package init?(written text: String) {
    let normal = text.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
    self.init(rawValue: normal)
  }

  package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}
