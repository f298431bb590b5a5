// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// Who asks, with which roles, and by what that is known.
struct Identity: Sendable {
  let person: PersonID
  let roles: Set<Role>
  let proof: Proof

  enum Proof: Sendable {
    /// A browser's cookie.
    case session(Session)
    /// What a script sends with each request.
    case token(APIToken)
  }

  var session: Session? { if case .session(let session) = proof { session } else { nil } }
}
