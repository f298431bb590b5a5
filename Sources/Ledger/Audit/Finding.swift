// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// Something that does not add up.
package struct Finding: Equatable, Sendable {
  /// A short name of the check, as `leaf_hash`.
  package let check: String
  /// What it is about: an event's position, an exception's reference, an item, a commit.
  package let subject: String
  /// A sentence.
  package let detail: String

  package init(_ check: String, _ subject: String, _ detail: String) {
    self.check = check
    self.subject = subject
    self.detail = detail
  }

  package var json: JSONValue {
    .fields(["check": .string(check), "subject": .string(subject), "detail": .string(detail)])
  }

  /// Reads what `json` wrote; nil where it is something else.
  package init?(json: JSONValue) {
    guard case .string(let check)? = json["check"], case .string(let subject)? = json["subject"],
      case .string(let detail)? = json["detail"]
    else { return nil }
    self.init(check, subject, detail)
  }
}
