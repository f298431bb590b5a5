// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// A version of the taxonomy as it is shown.
package struct TaxonomyView: Sendable {
  package let version: Int
  package let digest: Digest
  package let adoptedAt: Timestamp
  package let taxonomy: Taxonomy

  package var json: JSONValue {
    JSONValue.fields([
      "version": .int(version), "sha256": .text(digest), "adopted_at": .text(adoptedAt),
    ]).merging(taxonomy.json)
  }
}

/// A person as they are shown.
package struct PersonView: Sendable {
  package let id: PersonID
  package let name: String?
  package let address: String?
  package let logins: [String]
  package let roles: [Role]
  package let remit: Remit
  package let standsIn: [StandIn]

  package var json: JSONValue {
    .fields([
      "id": .text(id), "name": .optional(name), "address": .optional(address),
      "logins": .array(logins.map(JSONValue.string)), "roles": .array(roles.map { .string($0.rawValue) }),
      "only": .array(remit.names.map(JSONValue.string)), "stands_in": .array(standsIn.map(\.json)),
    ])
  }
}

extension Workspace {
  /// The taxonomy in force at a time, or now.
  package func taxonomy(at time: Timestamp?) throws -> TaxonomyView {
    try ledger.read { reader in
      guard let found = try time.map({ try reader.taxonomy(at: $0) }) ?? reader.requiredTaxonomy() else {
        throw Rejection.noTaxonomyYet
      }
      return TaxonomyView(
        version: found.version, digest: found.digest, adoptedAt: found.adoptedAt, taxonomy: found.taxonomy)
    }
  }

  /// In whose place the caller acts today.
  package func actsInPlaceOf(_ caller: Caller) throws -> [PersonID] {
    try ledger.read { try $0.actor(caller).inPlaceOf.map(\.id) }
  }

  /// The people in force, by id.
  package func people() throws -> [PersonView] {
    try ledger.read { reader in
      let details = try reader.people()
      return try reader.requiredTaxonomy().taxonomy.people.sorted { $0.id < $1.id }.map { person in
        let known = details.first { $0.id == person.id }
        return PersonView(
          id: person.id, name: known?.name, address: known?.address, logins: known?.logins ?? [],
          roles: person.roles.sorted(), remit: person.remit, standsIn: person.standsIn)
      }
    }
  }
}
