// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// That an event stands in a signed tree, in the form of c2sp.org/tlog-proof@v1. Whoever has the ledger's verifier key can check it without
/// the workspace and without us. The event's own bytes are in its line `extra`.
package struct Receipt: Hashable, Sendable {
  /// The event's bytes as they are hashed. Nothing vouches for them but the proof.
  package let leaf: [UInt8]?
  package let proof: InclusionProof
  /// The checkpoint, cosignatures included.
  package let note: SignedNote

  package static let largest = 2_000_000
  private static let header = "c2sp.org/tlog-proof@v1"

  package init(leaf: [UInt8]?, proof: InclusionProof, note: SignedNote) {
    self.leaf = leaf
    self.proof = proof
    self.note = note
  }

  package var bytes: [UInt8] {
    var lines = [Receipt.header]
    if let leaf { lines.append("extra \(leaf.base64)") }
    lines.append("index \(proof.index)")
    lines += proof.hashes.map(\.base64)
    return Array((lines.joined(separator: "\n") + "\n\n").utf8) + note.bytes
  }

  /// Reads foreign bytes. Whatever is accepted, `bytes` gives back as it was.
  package init(_ bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= Receipt.largest else { throw .tooLarge(bytes: bytes.count, most: Receipt.largest) }
    guard let gap = zip(bytes, bytes.dropFirst()).enumerated().first(where: { $1 == (10, 10) })?.offset else {
      throw .receipt("no blank line separates the proof from the checkpoint")
    }
    var lines = bytes[..<gap].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }[...]
    guard lines.popFirst() == Receipt.header else { throw .receipt("it does not begin with \(Receipt.header)") }
    var leaf: [UInt8]?
    if let extra = lines.first, extra.hasPrefix("extra ") {
      lines.removeFirst()
      leaf = [UInt8](strictBase64: extra.dropFirst("extra ".count))
      guard leaf != nil else { throw .receipt("its line extra is not base64") }
    }
    guard let line = lines.popFirst(), line.hasPrefix("index "),
      let index = Int(plainDecimal: line.dropFirst("index ".count))
    else { throw .receipt("its line index is missing, or names no position") }
    guard lines.count < Int.bitWidth else { throw .receipt("its proof is longer than any tree is high") }
    var hashes: [Digest] = []
    for line in lines {
      guard let hash = [UInt8](strictBase64: line).flatMap(Digest.init(bytes:)) else {
        throw .receipt("a line of its proof is not a SHA-256 in base64")
      }
      hashes.append(hash)
    }
    self.init(
      leaf: leaf, proof: InclusionProof(index: index, hashes: hashes),
      note: try SignedNote(Array(bytes[(gap + 2)...])))
  }

  /// Checks everything that can be checked without the workspace.
  /// - Parameters:
  ///   - key: the ledger's.
  ///   - cosigners: who must have signed the checkpoint, too.
  ///   - leaf: the event's bytes as somebody else keeps them; nil to believe those in the receipt, which the proof then vouches for.
  /// - Throws: what is wrong with it.
  package func verified(
    by key: VerifierKey, and cosigners: [VerifierKey] = [], leaf kept: [UInt8]? = nil
  ) throws(NoteError) -> VerifiedReceipt {
    let checkpoint = try note.checkpoint(signedBy: key)
    let signatures = try note.verified(by: key, and: cosigners)
    for cosigner in cosigners where !signatures.contains(where: { $0.key == cosigner }) {
      throw .notSigned(by: cosigner.name)
    }
    if let kept, let leaf, kept != leaf { throw .otherLeaf }
    guard let leaf = kept ?? leaf else { throw .leafMissing }
    guard proof.root(leaf: MerkleTree.leaf(leaf), size: checkpoint.size) == checkpoint.root else {
      throw .notIncluded(index: proof.index, size: checkpoint.size)
    }
    return VerifiedReceipt(leaf: leaf, index: proof.index, checkpoint: checkpoint, signatures: signatures)
  }
}

/// A receipt that was checked. Only `Receipt` makes one.
package struct VerifiedReceipt: Equatable, Sendable {
  /// The event's bytes.
  package let leaf: [UInt8]
  /// The event's position.
  package let index: Int
  package let checkpoint: Checkpoint
  /// The ledger's own, and those of the cosigners who were asked for.
  package let signatures: [VerifiedSignature]

  fileprivate init(leaf: [UInt8], index: Int, checkpoint: Checkpoint, signatures: [VerifiedSignature]) {
    self.leaf = leaf
    self.index = index
    self.checkpoint = checkpoint
    self.signatures = signatures
  }
}
