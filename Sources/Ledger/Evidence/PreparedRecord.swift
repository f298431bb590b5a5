// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// A record with everything that can be computed before it meets the database: the salt and digest of its personal fields, and its
/// leaf. Made on the thread that reads, so that the one that writes need not wait for hashes.
package struct PreparedRecord: Sendable {
  package let record: ExceptionRecord
  /// Line of the file; 0 where there is none.
  let line: Int
  /// Canonical bytes of the personal fields; empty where there are none.
  let personal: [UInt8]
  let salt: [UInt8]
  let personalDigest: Digest?
  package let leaf: Digest

  /// The same with another record, for comparing: its leaf is the one before.
  func saying(_ record: ExceptionRecord) -> PreparedRecord {
    PreparedRecord(
      record: record, line: line, personal: personal, salt: salt, personalDigest: personalDigest, leaf: leaf)
  }

  /// The same without personal fields, but with the digest of those that were erased: so the same row is a duplicate the next time.
  func withoutPersonal(but erased: Digest?) -> PreparedRecord {
    PreparedRecord(
      record: record, line: line, personal: [], salt: [], personalDigest: erased, leaf: leaf(withPersonal: erased))
  }

  /// The leaf that the record would have with another digest of its personal fields.
  func leaf(withPersonal digest: Digest?) -> Digest {
    var bytes: [UInt8] = []
    record.appendCanonical(to: &bytes, personal: digest)
    return MerkleTree.leaf(bytes)
  }
}

extension PreparedRecord {
  /// A record as its canonical bytes say. Its personal fields stay where they are, unless they are given.
  package init(canonicalBytes bytes: [UInt8], personal: [UInt8] = [], salt: [UInt8] = []) throws(DecodingFailure) {
    let (record, digest) = try ExceptionRecord.read(canonicalBytes: bytes)
    self.init(
      record: record, line: 0, personal: personal, salt: salt, personalDigest: digest, leaf: MerkleTree.leaf(bytes))
  }
}

/// Prepares records one after another. Keeps what it allocated.
package struct RecordPreparer {
  private var canonical: [UInt8] = []
  private var salts: ArraySlice<UInt8> = []

  package init() {}

  package mutating func prepare(_ received: ReceivedRecord) -> PreparedRecord {
    var personal: [UInt8] = []
    var salt: [UInt8] = []
    var digest: Digest?
    if !received.personal.isEmpty {
      if salts.isEmpty { salts = randomBytes(32 * 1024)[...] }
      salt = Array(salts.prefix(32))
      salts = salts.dropFirst(32)
      personal = received.personal.canonicalBytes
      digest = MerkleTree.salted(salt, personal)
    }
    canonical.removeAll(keepingCapacity: true)
    received.record.appendCanonical(to: &canonical, personal: digest)
    return PreparedRecord(
      record: received.record, line: received.line, personal: personal, salt: salt, personalDigest: digest,
      leaf: MerkleTree.leaf(canonical))
  }
}
