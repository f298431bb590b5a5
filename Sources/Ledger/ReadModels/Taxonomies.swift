// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation
internal import Synchronization

/// A version of the taxonomy, and since when it is in force.
package struct AdoptedTaxonomy: Sendable {
  package let version: Int
  package let digest: Digest
  package let adoptedAt: Timestamp
  package let taxonomy: Taxonomy
}

extension LedgerTransaction {
  func project(_ event: TaxonomyEvent, at time: Timestamp, by actor: PersonID) throws {
    switch event {
    case .proposed(let document):
      try db.execute(
        sql: "INSERT OR REPLACE INTO taxonomy_proposal (id, document, proposed_by) VALUES (1, ?, ?)",
        arguments: [document.data, actor.text])
    case .adopted(let version, let document, _):
      try db.execute(sql: "DELETE FROM taxonomy_proposal")
      try db.execute(
        sql: "INSERT INTO taxonomies (version, document, adopted_at) VALUES (?, ?, ?)",
        arguments: [version, document.data, time.milliseconds])
      try watch(try reader.requiredTaxonomy().taxonomy)
    }
  }
}

extension LedgerReader {
  /// The taxonomy in force at a time (now where nil); nil before the first was adopted.
  package func taxonomy(at time: Timestamp? = nil) throws -> AdoptedTaxonomy? {
    try taxonomy(where: "adopted_at <= ?", time?.milliseconds ?? Int64.max)
  }

  /// A version by its number; nil where there is none.
  package func taxonomy(version: Int) throws -> AdoptedTaxonomy? {
    try taxonomy(where: "version = ?", Int64(version))
  }

  /// The taxonomy in force; every workspace has one from its founding on.
  package func requiredTaxonomy() throws -> AdoptedTaxonomy {
    guard let taxonomy = try taxonomy() else { throw LedgerError.damaged(position: 0, "no taxonomy was adopted.") }
    return taxonomy
  }

  /// The document that waits for a second administrator, and who proposed it.
  package func taxonomyProposal() throws -> (document: Digest, by: PersonID)? {
    let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT document, proposed_by FROM taxonomy_proposal"))
    return try row.map { (try Digest(stored: $0["document"]), try $0.person("proposed_by")) }
  }

  private func taxonomy(where condition: String, _ argument: Int64) throws -> AdoptedTaxonomy? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT version, document, adopted_at FROM taxonomies WHERE \(condition) ORDER BY version DESC LIMIT 1
          """), arguments: [argument])
    guard let row else { return nil }
    let digest = try Digest(stored: row["document"])
    let taxonomy = try taxonomies.taxonomy(digest) {
      guard let bytes = try document(digest) else {
        throw LedgerError.damaged(position: 0, "the document of taxonomy \(try row["version"] as Int) is missing.")
      }
      return try Taxonomy(json: JSONValue(parsing: bytes))
    }
    return AdoptedTaxonomy(
      version: try row["version"], digest: digest, adoptedAt: try row.time("adopted_at"), taxonomy: taxonomy)
  }
}

/// Taxonomies that were read already, by the digest of their document: what is under a digest never changes.
final class TaxonomyCache: Sendable {
  private let known = Mutex<[Digest: Taxonomy]>([:])

  func taxonomy(_ digest: Digest, reading read: () throws -> Taxonomy) throws -> Taxonomy {
    if let taxonomy = known.withLock({ $0[digest] }) { return taxonomy }
    let taxonomy = try read()
    known.withLock { known in
      if known.count >= 8 { known.removeAll() }
      known[digest] = taxonomy
    }
    return taxonomy
  }
}
