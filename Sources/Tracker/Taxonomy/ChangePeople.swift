// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

// People and their rights are part of the taxonomy: each of these commands writes people.yaml and adopts that, under the lock from the
// reading to the adoption. Where it cannot be adopted, the file is as it was before, to the byte; a crash in between leaves the file
// changed, which the same command, or the next adoption, puts in force. Who gives a command that a change which waits already says
// adopts that, as the second administrator; nothing else does, and `takeBackPeople` undoes it.
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

  /// Says again in people.yaml what is in force: a change that waits is taken back.
  package func takeBackPeople(by caller: Caller) throws -> Adoption {
    try writePeople(by: caller) { files, inForce, _ in
      guard files.people.rights != inForce.people.rights else { throw Rejection.taxonomyUnchanged(inForce.version) }
      return inForce.people
    }
  }

  /// The administrator whose change to people waits for another; nil where none does.
  package func peopleWaitFor() throws -> PersonID? {
    try ledger.read { reader in
      let inForce = try reader.requiredTaxonomy()
      guard let proposal = try reader.taxonomyProposal(), proposal.document != inForce.digest else { return nil }
      return proposal.by
    }
  }

  private func changePeople(
    seen version: Int? = nil, by caller: Caller, _ change: (inout [PersonEntry]) throws -> Void
  ) throws -> Adoption {
    try writePeople(by: caller) { files, inForce, waits in
      guard version == nil || version == inForce.version else { throw Rejection.taxonomyMoved(inForce.version) }
      var wanted = files.people
      guard files.people.rights != inForce.people.rights else {
        try change(&wanted)
        return wanted
      }
      // Something waits. What the command means is what it would make of the people in force, who may lack somebody yet.
      var meant = inForce.people
      let isOfThoseInForce = (try? change(&meant)) != nil
      if isOfThoseInForce, meant.rights == files.people.rights {
        // The same command again: by another it confirms what waits; after a crash it goes on.
        try change(&wanted)
        return wanted
      }
      guard !isOfThoseInForce || meant.rights != inForce.people.rights else {
        // It changes nothing of what is in force, and confirms and undoes nothing that waits.
        throw Rejection.taxonomyUnchanged(inForce.version)
      }
      // What somebody wrote into the file by hand, nobody proposed.
      guard let waits else { throw Rejection.filesNotAdopted }
      // With more in it, nobody else would have confirmed what another administrator proposed.
      guard waits == caller.person else { throw Rejection.peopleWait(waits) }
      try change(&wanted)
      return wanted
    }
  }

  /// Who works here as the files and the version in force say it.
  private struct People {
    let people: [PersonEntry]
    let version: Int
  }

  /// - Parameter wanted: who shall be in the file, given who is there, who is in force, and who proposed what is there where that waits.
  private func writePeople(
    by caller: Caller, _ wanted: (_ files: People, _ inForce: People, _ waits: PersonID?) throws -> [PersonEntry]
  ) throws -> Adoption {
    try mayChangePeople(caller)
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    // Until the file is as it was again, too.
    return try withExtendedLifetime(lock) {
      let file = try PeopleFileState(at: peopleFile)
      let files = try TaxonomyFiles(folder: taxonomyFolder)
      let (inForce, details, proposal) = try ledger.read {
        (try $0.requiredTaxonomy(), try $0.people(), try $0.taxonomyProposal())
      }
      try mustBeAdoptedBesidesPeople(files.taxonomy, inForce.taxonomy)
      let known = inForce.taxonomy.people.map { person in
        PersonEntry(
          details: details.first { $0.id == person.id }
            ?? PersonDetails(id: person.id, name: nil, address: nil, logins: []), rights: person)
      }
      let document = MerkleTree.sha256(files.taxonomy.json.canonicalBytes)
      let people = try wanted(
        People(people: files.peopleEntries, version: inForce.version), People(people: known, version: inForce.version),
        proposal.flatMap { $0.document == document ? $0.by : nil })
      do {
        if people != files.peopleEntries { try file.write(people) }
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
  }

  /// Whoever changes people does not put in force what somebody is still writing in the other files.
  private func mustBeAdoptedBesidesPeople(_ files: Taxonomy, _ inForce: Taxonomy) throws {
    var theirs = files
    theirs.people = inForce.people
    guard theirs.json == inForce.json else { throw Rejection.filesNotAdopted }
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

extension [PersonEntry] {
  /// What the taxonomy's document says of them.
  fileprivate var rights: [Taxonomy.Person] { map(\.rights).sorted { $0.id < $1.id } }
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
