// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

// People and their rights are part of the taxonomy: each of these commands writes people.yaml and adopts that. Where it cannot be
// adopted, the file is as it was before; a crash in between leaves the file changed, which the next adoption puts in force or a person
// takes back.
extension Workspace {
  /// Adds a person, or roles, logins and an address to one who is there.
  package func addPerson(
    _ id: PersonID, roles: Set<Role>, logins: [String], address: String? = nil, by caller: Caller
  ) throws -> Adoption {
    guard id != .rules else { throw Rejection.unknownPerson(id.text) }
    return try changePeople(by: caller) { people in
      if let index = people.firstIndex(where: { $0.id == id }) {
        try people[index].give(roles)
        people[index].details.logins += logins.filter { !people[index].details.logins.contains($0) }
        people[index].details.address = address ?? people[index].details.address
      } else {
        var person = PersonEntry(id, roles: [], logins: logins)
        try person.give(roles)
        person.details.address = address
        people.append(person)
      }
    }
  }

  /// Gives a person these roles and this remit, and no others.
  /// - Throws: `Rejection.auditorHasOtherRoles`; `FileProblem` where nobody would be an administrator any more.
  package func setRights(
    of id: PersonID, roles: Set<Role>, remit: Remit, by caller: Caller
  ) throws -> Adoption {
    try changePerson(id, by: caller) { person in
      person.rights.roles = []
      try person.give(roles)
      person.rights.remit = remit
    }
  }

  /// Gives a person some roles and takes others away.
  /// - Parameter remit: nil leaves it as it is.
  package func changeRights(
    of id: PersonID, adding: Set<Role>, removing: Set<Role>, remit: Remit?, by caller: Caller
  ) throws -> Adoption {
    try changePerson(id, by: caller) { person in
      person.rights.roles.subtract(removing)
      try person.give(adding)
      person.rights.remit = remit ?? person.rights.remit
    }
  }

  /// Lets a person act in the place of another for some days; a time for the same person that was there before is replaced.
  package func letStandIn(_ id: PersonID, _ standIn: StandIn, by caller: Caller) throws -> Adoption {
    guard standIn.from <= standIn.until else { throw Rejection.datesReversed(standIn.from, standIn.until) }
    return try changePerson(id, by: caller) { person in
      person.rights.standsIn.removeAll { $0.person == standIn.person }
      person.rights.standsIn.append(standIn)
    }
  }

  /// Ends that at once.
  package func endStandIn(_ id: PersonID, for principal: PersonID, by caller: Caller) throws -> Adoption {
    try changePerson(id, by: caller) { $0.rights.standsIn.removeAll { $0.person == principal } }
  }

  /// - Throws: `Rejection.needsRole` unless the caller is an administrator.
  package func mayChangePeople(_ caller: Caller) throws {
    try ledger.read { try $0.actor(caller).must(be: .administrator, to: "change people") }
  }

  private func changePerson(
    _ id: PersonID, by caller: Caller, _ change: (inout PersonEntry) throws -> Void
  ) throws -> Adoption {
    try changePeople(by: caller) { people in
      guard let index = people.firstIndex(where: { $0.id == id }) else { throw Rejection.unknownPerson(id.text) }
      try change(&people[index])
    }
  }

  private func changePeople(
    by caller: Caller, _ change: (inout [PersonEntry]) throws -> Void
  ) throws -> Adoption {
    try mayChangePeople(caller)
    let before = try TaxonomyFiles(folder: taxonomyFolder)
    var people = before.peopleEntries
    try change(&people)
    guard people != before.peopleEntries else {
      throw Rejection.taxonomyUnchanged(try ledger.read { try $0.requiredTaxonomy().version })
    }
    try write(people)
    do {
      // The first error itself: who changes rights in the browser does not see the files.
      if let error = try checkTaxonomy(at: caller.now).first, error.finding.weight == .error {
        throw FileProblem(file: error.file, line: error.line, error.finding.detail)
      }
      return try adoptTaxonomy(by: caller)
    } catch {
      try write(before.peopleEntries)
      throw error
    }
  }

  private func write(_ people: [PersonEntry]) throws {
    try DurableFile.replace(
      "\(taxonomyFolder)/\(TaxonomyFiles.peopleFile)", mode: 0o644, Array(PeopleFile.text(people).utf8))
  }

  /// Takes name, address and logins of a person out of people.yaml.
  func eraseInFile(_ person: PersonID) throws {
    let before = try TaxonomyFiles(folder: taxonomyFolder).peopleEntries
    let people = before.map { entry in
      entry.id == person
        ? PersonEntry(
          details: PersonDetails(id: person, name: nil, address: nil, logins: []), rights: entry.rights) : entry
    }
    if people != before { try write(people) }
  }
}

extension PersonEntry {
  /// - Throws: `Rejection.auditorHasOtherRoles`: an auditor changes nothing, so the other roles would be lost without a word.
  fileprivate mutating func give(_ added: Set<Role>) throws {
    rights.roles.formUnion(added)
    let others = rights.roles.subtracting([.auditor])
    guard added.isEmpty || others.isEmpty || !rights.roles.contains(.auditor) else {
      throw Rejection.auditorHasOtherRoles(id, others.sorted())
    }
  }
}
