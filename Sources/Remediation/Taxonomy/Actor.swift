// SPDX-License-Identifier: Apache-2.0

/// The person who gives a command, with what they may do.
package struct Actor: Equatable, Sendable {
  package let id: PersonID
  package let roles: Set<Role>

  package init(id: PersonID, roles: Set<Role>) {
    self.id = id
    self.roles = roles
  }

  /// Everybody who is known may work, but an auditor, who reads all and changes nothing.
  package func mayWork() throws(Rejection) {
    guard !roles.contains(.auditor) else { throw .auditorChangesNothing(id) }
  }

  /// - Throws: `Rejection.needsRole` unless the person has the role.
  package func must(be role: Role, to action: String) throws(Rejection) {
    try mayWork()
    guard roles.contains(role) else { throw .needsRole(role, person: id, action: action) }
  }
}
