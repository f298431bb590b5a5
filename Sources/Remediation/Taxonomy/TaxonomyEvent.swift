// SPDX-License-Identifier: Apache-2.0

/// What happened to the taxonomy. The document itself stands in a row under its digest.
package enum TaxonomyEvent: Equatable, Sendable {
  /// A change to people, roles or policies that waits for a second administrator.
  case proposed(document: Digest)
  /// A version is in force from now on. `proposedBy` is the first of two persons, where two were needed.
  case adopted(version: Int, document: Digest, proposedBy: PersonID?)

  package var kind: String {
    switch self {
    case .proposed: "taxonomy_proposed"
    case .adopted: "taxonomy_adopted"
    }
  }

  package var data: JSONValue {
    switch self {
    case .proposed(let document): .fields(["sha256": .text(document)])
    case .adopted(let version, let document, let proposer):
      .fields(["version": .int(version), "sha256": .text(document), "proposed_by": proposer.map(JSONValue.text)])
    }
  }

  package init?(kind: String, data: Fields) throws(DecodingFailure) {
    switch kind {
    case "taxonomy_proposed": self = .proposed(document: try data.digest("sha256"))
    case "taxonomy_adopted":
      self = .adopted(
        version: try data.int("version"), document: try data.digest("sha256"),
        proposedBy: try data.optionalPerson("proposed_by"))
    default: return nil
    }
  }
}
