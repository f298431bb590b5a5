// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What somebody looked at who adopts the files of the taxonomy: what was in force, and what the files said, names, addresses and logins
/// of people too. Comments and the order of keys are no part of it.
package struct SeenTaxonomy: Equatable, Sendable, LosslessStringConvertible {
  package let version: Int
  package let files: Digest

  init(version: Int, _ files: TaxonomyFiles) {
    self.version = version
    let people = files.people.map { person in
      JSONValue.fields([
        "id": .text(person.id), "name": .optional(person.name), "address": .optional(person.address),
        "logins": .array(person.logins.map(JSONValue.string)),
      ])
    }
    self.files = MerkleTree.sha256(
      JSONValue.fields(["taxonomy": files.taxonomy.json, "people": .array(people)]).canonicalBytes)
  }

  /// As a form carries it. Nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let version = Int(parts[0]), let files = Digest(String(parts[1])) else { return nil }
    (self.version, self.files) = (version, files)
  }

  package var description: String { "\(version)-\(files)" }

  /// - Throws: `Rejection` where something else is in force now, or the files say something else.
  func mustStillBe(_ present: SeenTaxonomy) throws(Rejection) {
    guard version == present.version else { throw .taxonomyMoved(present.version) }
    guard files == present.files else { throw .taxonomyFilesMoved }
  }
}
