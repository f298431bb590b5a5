// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

// People and their rights are part of the taxonomy: each of these commands writes people.yaml and adopts that, under the lock from the
// reading to the adoption. Where it cannot be adopted, the file is as it was before, to the byte; a crash in between leaves the file
// changed, which the same command, or the next adoption, puts in force. Who gives a command that a change which waits already says
// adopts that, as the second administrator; who undoes what waits takes it back.
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
  /// - Parameter version: of the taxonomy that was looked at; nil changes the one in force, whichever it is.
  /// - Throws: `Rejection.auditorHasOtherRoles`, `.taxonomyMoved`; `FileProblem` where nobody would be an administrator any more.
  package func setRights(
    of id: PersonID, roles: Set<Role>, remit: Remit, seen version: Int? = nil, by caller: Caller
  ) throws -> Adoption {
    try changePerson(id, seen: version, by: caller) { person in
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

  /// Lets a person act in the place of another for some days. Times for the same person that overlap are replaced, others stay.
  package func letStandIn(_ id: PersonID, _ standIn: StandIn, by caller: Caller) throws -> Adoption {
    guard standIn.from <= standIn.until else { throw Rejection.datesReversed(standIn.from, standIn.until) }
    return try changePerson(id, by: caller) { person in
      person.rights.standsIn.removeAll {
        $0.person == standIn.person && $0.from <= standIn.until && standIn.from <= $0.until
      }
      person.rights.standsIn.append(standIn)
    }
  }

  /// Ends that at once.
  /// - Parameter from: the first day of the time that ends; nil ends all times for that person.
  package func endStandIn(
    _ id: PersonID, for principal: PersonID, from: CalendarDate? = nil, by caller: Caller
  ) throws -> Adoption {
    try changePerson(id, by: caller) { person in
      person.rights.standsIn.removeAll { $0.person == principal && (from == nil || $0.from == from) }
    }
  }

  private func changePerson(
    _ id: PersonID, seen version: Int? = nil, by caller: Caller, _ change: (inout PersonEntry) throws -> Void
  ) throws -> Adoption {
    try changePeople(seen: version, by: caller) { people in
      guard let index = people.firstIndex(where: { $0.id == id }) else { throw Rejection.unknownPerson(id.text) }
      try change(&people[index])
    }
  }

  /// - Throws: `Rejection.needsRole` unless the caller is an administrator.
  package func mayChangePeople(_ caller: Caller) throws {
    try ledger.read { try $0.actor(caller).must(be: .administrator, to: "change people") }
  }

  private func changePeople(
    seen version: Int? = nil, by caller: Caller, _ change: (inout [PersonEntry]) throws -> Void
  ) throws -> Adoption {
    try mayChangePeople(caller)
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    let file = try PeopleFileState(at: peopleFile)
    let files = try TaxonomyFiles(folder: taxonomyFolder)
    let inForce = try ledger.read { try $0.requiredTaxonomy() }
    guard version == nil || version == inForce.version else { throw Rejection.taxonomyMoved(inForce.version) }
    try mustBeAdoptedBesidesPeople(files.taxonomy, inForce.taxonomy)
    var people = files.peopleEntries
    try change(&people)
    if people != files.peopleEntries {
      try mustNotAddToWhatWaits(people, files.taxonomy, inForce.taxonomy, caller)
      try file.write(people)
    }
    do {
      // The first error itself: who changes rights in the browser does not see the files.
      if let error = try checkTaxonomy(at: caller.now).first, error.finding.weight == .error {
        throw FileProblem(file: error.file, line: error.line, error.finding.detail)
      }
      return try reportedAdoption(holding: lock, by: caller).adoption
    } catch {
      try file.restore()
      throw error
    }
  }

  /// Whoever changes people does not put in force what somebody is still writing in the other files.
  private func mustBeAdoptedBesidesPeople(_ files: Taxonomy, _ inForce: Taxonomy) throws {
    var theirs = files
    theirs.people = inForce.people
    guard theirs.json == inForce.json else { throw Rejection.filesNotAdopted }
  }

  /// What another administrator proposed is adopted or taken back as it is: with more in it, nobody else would have confirmed theirs.
  private func mustNotAddToWhatWaits(
    _ people: [PersonEntry], _ files: Taxonomy, _ inForce: Taxonomy, _ caller: Caller
  ) throws {
    var wanted = files
    wanted.people = people.map(\.rights)
    guard wanted.json != inForce.json, let proposal = try ledger.read({ try $0.taxonomyProposal() }),
      proposal.by != caller.person, files.json != inForce.json,
      proposal.document == MerkleTree.sha256(files.json.canonicalBytes)
    else { return }
    throw Rejection.peopleWait(proposal.by)
  }

  private var peopleFile: String { "\(taxonomyFolder)/\(TaxonomyFiles.peopleFile)" }

  /// Takes name, address and logins of a person out of people.yaml.
  func eraseInFile(_ person: PersonID) throws {
    let file = try PeopleFileState(at: peopleFile)
    let before = try TaxonomyFiles(folder: taxonomyFolder).peopleEntries
    let people = before.map { entry in
      entry.id == person
        ? PersonEntry(
          details: PersonDetails(id: person, name: nil, address: nil, logins: []), rights: entry.rights) : entry
    }
    if people != before { try file.write(people) }
  }
}

/// people.yaml as it was before a command.
private struct PeopleFileState {
  let path: String
  let bytes: [UInt8]
  /// Who may read and write it stays as it is.
  let mode: UInt32

  init(at path: String) throws {
    self.path = path
    bytes = try foreignBytes(at: path, atMost: YAMLFile.largest)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    mode = (attributes[.posixPermissions] as? NSNumber)?.uint32Value ?? 0o600
  }

  func write(_ people: [PersonEntry]) throws {
    try DurableFile.replace(path, mode: mode, Array(PeopleFile.text(people).utf8))
  }

  func restore() throws { try DurableFile.replace(path, mode: mode, bytes) }
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
