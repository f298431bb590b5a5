// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Ledger

/// Proofs against the vectors of Certificate Transparency (RFC 6962 reference implementations), against the definition written out, and
/// against everything that is nearly a proof.
@Suite struct TreeProofTests {
  /// The tree of these leaves by the words of RFC 6962 section 2.1, and the roots of its subtrees.
  private struct WrittenOut {
    let leaves: [Digest]

    func root(_ range: Range<Int>) -> Digest {
      if range.isEmpty { return MerkleTree.emptyRoot }
      if range.count == 1 { return leaves[range.lowerBound] }
      var half = 1
      while half * 2 < range.count { half *= 2 }
      let middle = range.lowerBound + half
      return MerkleTree.node(root(range.lowerBound..<middle), root(middle..<range.upperBound))
    }

    func subtree(level: Int, index: Int) -> Digest { root(index << level..<(index + 1) << level) }
  }

  private static let eight = WrittenOut(
    leaves: ([
      [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
      [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
      [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ] as [[UInt8]]).map(MerkleTree.leaf))

  private static let seventy = WrittenOut(leaves: (0..<70).map { MerkleTree.leaf(Array("leaf \($0)".utf8)) })

  @Test(arguments: [
    (
      0, 8,
      [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
      ]
    ),
    (
      5, 8,
      [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ]
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
      1, 5,
      [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      ]
    ),
  ])
  func aPublishedInclusionProofIsMade(index: Int, size: Int, hashes: [String]) throws {
    let tree = TreeProofTests.eight
    let proof = try InclusionProof(of: index, inTreeOf: size, tree.subtree)
    #expect(proof.hashes.map(\.description) == hashes)
    #expect(proof.root(leaf: tree.leaves[index], size: size) == tree.root(0..<size))
  }

  @Test(
    arguments: [
      (1, 1, []),
      (
        1, 8,
        [
          "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
      ),
      (
        6, 8,
        [
          "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
      ),
      (
        2, 5,
        [
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]
      ),
      (
        6, 7,
        [
          "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
      ),
    ] as [(Int, Int, [String])])
  func aPublishedConsistencyProofIsMade(first: Int, second: Int, hashes: [String]) throws {
    let tree = TreeProofTests.eight
    let proof = try ConsistencyProof(from: first, to: second, tree.subtree)
    #expect(proof.hashes.map(\.description) == hashes)
    #expect(proof.proves((first, tree.root(0..<first)), isPrefixOf: (second, tree.root(0..<second))))
  }

  @Test func everyLeafOfEveryTreeUpTo70IsProvedAndNothingElse() throws {
    let tree = TreeProofTests.seventy
    for size in 1...70 {
      let root = tree.root(0..<size)
      for index in 0..<size {
        let proof = try InclusionProof(of: index, inTreeOf: size, tree.subtree)
        #expect(proof.root(leaf: tree.leaves[index], size: size) == root)
        let wrong = MerkleTree.leaf([1])
        #expect(proof.root(leaf: wrong, size: size) != root)
        #expect(proof.root(leaf: tree.leaves[index], size: index) == nil, "an index beyond the tree")
        for other in [index - 1, index + 1, size] where other != index {
          #expect(InclusionProof(index: other, hashes: proof.hashes).root(leaf: tree.leaves[index], size: size) != root)
        }
        #expect(
          InclusionProof(index: index, hashes: proof.hashes + [wrong]).root(leaf: tree.leaves[index], size: size) == nil
        )
        guard !proof.hashes.isEmpty else { continue }
        #expect(
          InclusionProof(index: index, hashes: proof.hashes.dropLast()).root(leaf: tree.leaves[index], size: size)
            == nil)
        for changed in proof.hashes.indices {
          var hashes = proof.hashes
          hashes[changed] = wrong
          #expect(InclusionProof(index: index, hashes: hashes).root(leaf: tree.leaves[index], size: size) != root)
        }
      }
    }
  }

  @Test func everyTreeUpTo70BeginsWithEverySmallerOneAndWithNoOther() throws {
    let tree = TreeProofTests.seventy
    let wrong = MerkleTree.leaf([1])
    for second in 0...70 {
      let new = (size: second, root: tree.root(0..<second))
      for first in 0...second {
        let old = (size: first, root: tree.root(0..<first))
        let proof = try ConsistencyProof(from: first, to: second, tree.subtree)
        #expect(proof.proves(old, isPrefixOf: new))
        #expect(!proof.proves((first, wrong), isPrefixOf: new))
        if first > 0 { #expect(!proof.proves(old, isPrefixOf: (second, wrong))) }
        #expect(!ConsistencyProof(hashes: proof.hashes + [wrong]).proves(old, isPrefixOf: new))
        #expect(!proof.proves((second + 1, old.root), isPrefixOf: new))
        guard !proof.hashes.isEmpty else { continue }
        #expect(!ConsistencyProof(hashes: proof.hashes.dropLast()).proves(old, isPrefixOf: new))
        for changed in proof.hashes.indices {
          var hashes = proof.hashes
          hashes[changed] = wrong
          #expect(!ConsistencyProof(hashes: hashes).proves(old, isPrefixOf: new))
        }
      }
    }
  }

  @Test func theFrontierCompletesTheSubtreesThatProofsAskFor() {
    let tree = TreeProofTests.seventy
    var frontier = MerkleFrontier()
    for (index, leaf) in tree.leaves.enumerated() {
      var completed: [Digest] = []
      frontier.append(leaf) { completed.append($0) }
      #expect(
        completed
          == (0..<(index + 1).trailingZeroBitCount).map { tree.subtree(level: $0 + 1, index: index >> ($0 + 1)) })
      #expect(frontier.root == tree.root(0..<index + 1))
    }
  }
}
