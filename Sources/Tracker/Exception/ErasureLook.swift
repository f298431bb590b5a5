// SPDX-License-Identifier: Apache-2.0

package import Ledger
internal import Remediation

/// What an erasure would take, before it is done.
package struct ErasureLook: Equatable, Sendable {
  /// Records that would lose their personal fields: revisions of the exceptions.
  package let records: Int
  package let exceptions: [ErasableReference]
  /// Rows that were held back, by their lines.
  package let heldBack: [ErasableReference]
  /// Texts that people wrote, by the events that name them.
  package let texts: [ErasableReference]
  package let logins: Int
  /// Whether name, address or logins of a person are known.
  package let hasDetails: Bool
  /// Whether there is an account, or a link for one.
  package let hasAccount: Bool
  /// Exports that somebody sent and did not import: they are thrown away.
  package let uploads: Int
  /// Where it also stands, and this erasure does not reach.
  package let rest: [Erasure.Rest]

  /// Whether the record has an event of it afterwards; else there are uploads alone, which are in none.
  package var isRecorded: Bool {
    records > 0 || !heldBack.isEmpty || !texts.isEmpty || logins > 0 || hasDetails || hasAccount
  }

  var isEmpty: Bool { !isRecorded && uploads == 0 }
}

extension PersonDetails {
  var hasAny: Bool { name != nil || address != nil || !logins.isEmpty }
}
