// SPDX-License-Identifier: Apache-2.0

/// The person who gives a command, with what they may do.
package struct Actor: Equatable, Sendable {
  package let id: PersonID
  package let roles: Set<Role>
  /// What they decide about as an approver.
  package let remit: Remit
  /// Those who are away now, and in whose place this person may act.
  package let inPlaceOf: [Principal]

  /// Somebody in whose place another acts.
  package struct Principal: Equatable, Sendable {
    package let id: PersonID
    package let roles: Set<Role>
    package let remit: Remit

    package init(id: PersonID, roles: Set<Role>, remit: Remit = .everything) {
      self.id = id
      self.roles = roles
      self.remit = remit
    }

    fileprivate var approves: Bool { roles.contains(.approver) && !roles.contains(.auditor) }
  }

  package init(id: PersonID, roles: Set<Role>, remit: Remit = .everything, inPlaceOf: [Principal] = []) {
    self.id = id
    self.roles = roles
    self.remit = remit
    self.inPlaceOf = inPlaceOf
  }

  /// Everybody who is known may work, but an auditor, who reads all and changes nothing.
  package func mayWork() throws(Rejection) {
    guard !roles.contains(.auditor) else { throw .auditorChangesNothing(id) }
  }

  /// - Throws: `Rejection.needsRole` unless the person has the role themselves.
  package func must(be role: Role, to action: String) throws(Rejection) {
    try mayWork()
    guard roles.contains(role) else { throw .needsRole(role, person: id, action: action) }
  }

  /// Whether they are this person, or act in their place now.
  package func acts(as person: PersonID) -> Bool {
    id == person || inPlaceOf.contains { $0.id == person }
  }

  /// The right by which a person approves: their own, or that of somebody in whose place they act.
  package struct ApproversRight: Equatable, Sendable {
    /// Nil where it is their own.
    package let inPlaceOf: PersonID?
  }

  /// Those by whose right the person may approve, themselves first.
  package var approvers: [Principal] {
    roles.contains(.auditor) ? [] : ([Principal(id: id, roles: roles, remit: remit)] + inPlaceOf).filter(\.approves)
  }

  /// The rights by which the person may decide about these codes and tags, their own first.
  /// - Throws: `Rejection.needsRole`, `Rejection.beyondRemit` where there is none.
  package func approversRights(
    over keys: [RecurrenceKey], to action: String
  ) throws(Rejection) -> [ApproversRight] {
    try mayWork()
    let approvers = approvers
    guard !approvers.isEmpty else { throw .needsRole(.approver, person: id, action: action) }
    let rights = approvers.filter { $0.remit.covers(keys) }
    guard !rights.isEmpty else {
      let beyond = keys.first { key in !approvers.contains { $0.remit.covers(key) } }
      if beyond == nil, !keys.isEmpty { throw .dividedRemit(id, keys) }
      throw .beyondRemit(id, beyond, names: Set(approvers.flatMap(\.remit.names)).sorted())
    }
    return rights.map { ApproversRight(inPlaceOf: $0.id == id ? nil : $0.id) }
  }

  /// The first of these rights that comes from nobody who has had a hand in what is decided about: who stands in for the proposer is no
  /// second person by that.
  /// - Throws: `Rejection.ownProposal` where the person has had a hand in it, or has the right from such people alone.
  package func right(
    among rights: [ApproversRight], notOf barred: [PersonID], subject: String
  ) throws(Rejection) -> ApproversRight {
    guard !barred.contains(id) else { throw .ownProposal(subject, id) }
    let free = rights.first { right in right.inPlaceOf.map { !barred.contains($0) } ?? true }
    guard let free else { throw .inPlaceOfProposer(subject, id, rights.first?.inPlaceOf ?? id) }
    return free
  }
}
