// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

extension Workspace {
  /// Adds a person to people.yaml, or roles, logins and an address to one who is there, and adopts that.
  package func addPerson(
    _ id: PersonID, roles: Set<Role>, logins: [String], address: String? = nil, by caller: Caller
  ) throws -> Adoption {
    guard id != .rules else { throw Rejection.unknownPerson(id.text) }
    try ledger.read { try $0.actor(caller).must(be: .administrator, to: "add people") }
    let path = "\(taxonomyFolder)/\(TaxonomyFiles.peopleFile)"
    let files = try TaxonomyFiles(folder: taxonomyFolder)
    var people = files.people.map { details in
      (details: details, roles: files.taxonomy.person(details.id)?.roles ?? [])
    }
    if let index = people.firstIndex(where: { $0.details.id == id }) {
      people[index].roles.formUnion(roles)
      people[index].details.logins += logins.filter { !people[index].details.logins.contains($0) }
      people[index].details.address = address ?? people[index].details.address
    } else {
      people.append((PersonDetails(id: id, name: nil, address: address, logins: logins), roles))
    }
    try PeopleFile.text(people).write(toFile: path, atomically: true, encoding: .utf8)
    return try adoptTaxonomy(by: caller)
  }
}

/// people.yaml as the tool writes it.
enum PeopleFile {
  static func text(_ people: [(details: PersonDetails, roles: Set<Role>)]) -> String {
    var lines = [
      "# SPDX-License-Identifier: Apache-2.0",
      "# Who may act. Roles: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).",
      "# Names, addresses and logins can be erased; an id and its roles are in the ledger for ever.",
      "people:",
    ]
    for (details, roles) in people {
      lines.append("  - id: \(YAMLText.scalar(details.id.text))")
      if let name = details.name { lines.append("    name: \(YAMLText.scalar(name))") }
      if let address = details.address { lines.append("    address: \(YAMLText.scalar(address))") }
      if !details.logins.isEmpty { lines.append("    logins: \(YAMLText.list(details.logins))") }
      lines.append("    roles: \(YAMLText.list(roles.sorted().map(\.rawValue)))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Values as they stand in YAML that the tool writes.
enum YAMLText {
  /// Plain where that is safe, in double quotes otherwise. JSON strings are YAML strings.
  static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      && text.first.map { $0.isLetter || "/".contains($0) } == true && text.last?.isWhitespace == false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
      && !text.contains(where: { "\"'[]{},&*!|>%@`".contains($0) })
      && !["true", "false", "yes", "no", "null", "on", "off", "y", "n"].contains(text.lowercased())
    return isPlain ? text : JSONValue.string(text).compactText
  }

  static func list(_ values: [String]) -> String { "[\(values.map(scalar).joined(separator: ", "))]" }
}
