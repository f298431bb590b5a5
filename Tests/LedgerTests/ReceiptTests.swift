// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Ledger

/// Receipts: what is accepted is proved, and every byte counts.
@Suite struct ReceiptTests {
  private let key: SigningKey
  private let auditor: SigningKey
  private let leaves = (0..<5).map { Array("leaf \($0)".utf8) }

  init() throws {
    // Published by golang.org/x/mod/sumdb/note; the second is the same seed as a cosigner's.
    key = try SigningKey("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    auditor = try SigningKey("PRIVATE+KEY+witness.example/w1+cc9a7044+BIEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
  }

  private func subtree(_ level: Int, _ index: Int) throws -> Digest {
    if level == 0 { return MerkleTree.leaf(leaves[index]) }
    return try MerkleTree.node(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))
  }

  private func receipt(of index: Int, cosigned: Bool = false, withLeaf: Bool = true) throws -> Receipt {
    let root = try MerkleTree.root(over: 0..<leaves.count, subtree)
    let text = Checkpoint(origin: "PeterNeumann", size: leaves.count, root: root).text
    let keys = cosigned ? [key, auditor] : [key]
    return Receipt(
      leaf: withLeaf ? leaves[index] : nil, proof: try InclusionProof(of: index, inTreeOf: leaves.count, subtree),
      note: SignedNote(text: text, signatures: try keys.map { try $0.sign(text, at: Timestamp(seconds: 9)) }))
  }

  @Test func everyLeafHasAReceiptThatReadsBack() throws {
    for index in leaves.indices {
      for cosigned in [false, true] {
        let receipt = try receipt(of: index, cosigned: cosigned)
        #expect(try Receipt(receipt.bytes) == receipt)
        let verified = try Receipt(receipt.bytes).verified(by: key.verifier, and: cosigned ? [auditor.verifier] : [])
        #expect(verified.leaf == leaves[index])
        #expect(verified.index == index)
        #expect(verified.checkpoint.size == 5)
        #expect(verified.signatures.map(\.time) == (cosigned ? [nil, Timestamp(seconds: 9)] : [nil]))
      }
    }
  }

  @Test func theBytesAreThoseOfTheFormat() throws {
    let receipt = try receipt(of: 4)
    let hash = try subtree(2, 0).base64
    let note = String(decoding: receipt.note.bytes, as: UTF8.self)
    #expect(
      String(decoding: receipt.bytes, as: UTF8.self)
        == "c2sp.org/tlog-proof@v1\nextra bGVhZiA0\nindex 4\n\(hash)\n\n\(note)")
  }

  @Test func noReceiptWithAChangedByteProvesAnything() throws {
    let bytes = try receipt(of: 2).bytes
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x20, 0x80] {
        var changed = bytes
        changed[index] ^= change
        #expect(throws: NoteError.self, "byte \(index)") { try Receipt(changed).verified(by: key.verifier) }
      }
    }
    for cut in bytes.indices {
      #expect(throws: NoteError.self, "cut at \(cut)") { try Receipt(Array(bytes[..<cut])).verified(by: key.verifier) }
    }
  }

  @Test func theLeafComesFromTheReceiptOrFromElsewhereAndMustBeTheSame() throws {
    let bare = try receipt(of: 2, withLeaf: false)
    #expect(throws: NoteError.leafMissing) { try bare.verified(by: key.verifier) }
    #expect(try bare.verified(by: key.verifier, leaf: leaves[2]).index == 2)
    #expect(throws: NoteError.notIncluded(index: 2, size: 5)) { try bare.verified(by: key.verifier, leaf: leaves[3]) }
    #expect(throws: NoteError.otherLeaf) { try receipt(of: 2).verified(by: key.verifier, leaf: leaves[3]) }
  }

  @Test func aCosignerWhoIsAskedForMustHaveSigned() throws {
    #expect(throws: NoteError.notSigned(by: "witness.example/w1")) {
      try receipt(of: 2).verified(by: key.verifier, and: [auditor.verifier])
    }
  }

  @Test(arguments: [
    "", "\n\n", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n",
    "c2sp.org/tlog-proof@v1\nindex 00\n\n",
    "c2sp.org/tlog-proof@v1\nindex -1\n\n", "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n",
    "c2sp.org/tlog-proof@v1\nindex 0\nextra \n\n", "c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\n",
    "c2sp.org/tlog-proof@v1\nindex 0\n" + String(repeating: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", count: 64)
      + "\n",
  ])
  func whatIsNoReceiptIsRefused(head: String) throws {
    let note = try receipt(of: 0).note
    #expect(throws: NoteError.self) { try Receipt(Array(head.utf8) + note.bytes) }
  }
}
