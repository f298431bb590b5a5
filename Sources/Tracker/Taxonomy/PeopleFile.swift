// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// A person in people.yaml: what can be erased of them, and what they may do.
struct PersonEntry: Equatable {
  var details: PersonDetails
  var rights: Taxonomy.Person

  var id: PersonID { rights.id }

  init(details: PersonDetails, rights: Taxonomy.Person) {
    self.details = details
    self.rights = rights
  }

  init(_ id: PersonID, roles: Set<Role>, logins: [String] = []) {
    details = PersonDetails(id: id, name: nil, address: nil, logins: logins)
    rights = Taxonomy.Person(id: id, roles: roles)
  }

  init(_ value: YAMLValue) throws {
    let fields = try value.mapping(["id", "name", "address", "logins", "roles", "only", "stands_in"])
    let id = try fields.required("id").person()
    details = PersonDetails(
      id: id, name: try fields["name"]?.string(), address: try fields["address"]?.string(),
      logins: try fields["logins"]?.list().map { try $0.string() } ?? [])
    let roles = try fields["roles"]?.list().map { role in
      guard let known = Role(written: try role.string()) else {
        throw role.problem("There is no such role. Known: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return known
    }
    let only = try fields["only"]?.list().map { name in
      let text = try name.string()
      guard EntryID.isValid(text) else {
        throw name.problem("\"\(text)\" is no code, tag or area. An area is the beginning of ids, as RF for RF-07.")
      }
      return text
    }
    // An empty list would read as nothing and mean everything.
    if let only, only.isEmpty {
      throw value.problem("only: names nothing. Leave it away where a person decides about everything.")
    }
    rights = Taxonomy.Person(
      id: id, roles: Set(roles ?? []), remit: Remit(only: only ?? []),
      standsIn: try fields["stands_in"]?.sequence().map(StandIn.init) ?? [])
  }
}

extension StandIn {
  fileprivate init(_ value: YAMLValue) throws {
    let fields = try value.mapping(["for", "from", "until"])
    let (from, until) = (try fields.required("from").date(), try fields.required("until").date())
    guard from <= until else { throw value.problem("This begins on \(from) and ends before, on \(until).") }
    self.init(for: try fields.required("for").person(), from: from, until: until)
  }
}

extension YAMLValue {
  fileprivate func person() throws -> PersonID {
    guard let person = PersonID(try string()), person != .rules else {
      throw problem("This is not an id of a person: use letters, digits, dots, dashes and underscores.")
    }
    return person
  }
}

/// people.yaml as the tool writes it.
enum PeopleFile {
  static func text(_ people: [PersonEntry]) -> String {
    var lines = [
      "# SPDX-License-Identifier: Apache-2.0",
      "# Who may act. Roles: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).",
      "# Names, addresses and logins can be erased; an id and its rights are in the ledger for ever.",
      "people:",
    ]
    for person in people {
      let (details, rights) = (person.details, person.rights)
      lines.append("  - id: \(YAMLText.scalar(details.id.text))")
      if let name = details.name { lines.append("    name: \(YAMLText.scalar(name))") }
      if let address = details.address { lines.append("    address: \(YAMLText.scalar(address))") }
      if !details.logins.isEmpty { lines.append("    logins: \(YAMLText.list(details.logins))") }
      lines.append("    roles: \(YAMLText.list(rights.roles.sorted().map(\.rawValue)))")
      if !rights.remit.isEverything { lines.append("    only: \(YAMLText.list(rights.remit.names))") }
      guard !rights.standsIn.isEmpty else { continue }
      lines.append("    stands_in:")
      for standIn in rights.standsIn {
        lines.append(
          "      - { for: \(YAMLText.scalar(standIn.person.text)), from: \(standIn.from), until: \(standIn.until) }")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
