// SPDX-License-Identifier: Apache-2.0

/// A batch of exceptions was received: what ties the records to the ledger.
package struct BatchReceived: Equatable, Sendable {
  /// RFC 6962 root over the leaves of the batch's records, in their order.
  package var digest: Digest
  /// Records in it: new ones and amendments.
  package var records: Int
  package var amended: Int
  /// Of the amended, those that differ in code and tags alone: the same rows, read by another map or taxonomy.
  package var reclassified: Int
  package var quarantined: Int
  package var source: String
  /// SHA-256 of the file, and of its map; nil for what was recorded by hand.
  package var file: Digest?
  package var map: Digest?
  /// Version and digest of the taxonomy by which the codes were read.
  package var taxonomy: Int
  package var taxonomyDigest: Digest

  package init(
    digest: Digest, records: Int, amended: Int, reclassified: Int = 0, quarantined: Int, source: String, file: Digest?,
    map: Digest?,
    taxonomy: Int, taxonomyDigest: Digest
  ) {
    self.digest = digest
    self.records = records
    self.amended = amended
    self.reclassified = reclassified
    self.quarantined = quarantined
    self.source = source
    self.file = file
    self.map = map
    self.taxonomy = taxonomy
    self.taxonomyDigest = taxonomyDigest
  }

  static let kind = "batch_received"
  /// A batch is one transaction, and a proof of one of its records is short.
  package static let mostRecords = 50_000

  package var json: JSONValue {
    .fields([
      "digest": .text(digest),
      "records": .int(records),
      "amended": .int(amended),
      "reclassified": reclassified == 0 ? nil : .int(reclassified),
      "quarantined": .int(quarantined),
      "source": .string(source),
      "file_sha256": file.map(JSONValue.text),
      "map_sha256": map.map(JSONValue.text),
      "taxonomy": .int(taxonomy),
      "taxonomy_sha256": .text(taxonomyDigest),
    ])
  }

  package init(fields: Fields) throws(DecodingFailure) {
    self.init(
      digest: try fields.digest("digest"), records: try fields.int("records"), amended: try fields.int("amended"),
      reclassified: try fields.optionalInt("reclassified") ?? 0, quarantined: try fields.int("quarantined"),
      source: try fields.string("source"),
      file: try fields.optionalDigest("file_sha256"), map: try fields.optionalDigest("map_sha256"),
      taxonomy: try fields.int("taxonomy"), taxonomyDigest: try fields.digest("taxonomy_sha256"))
  }
}
