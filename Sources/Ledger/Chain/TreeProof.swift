// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// Gives the root of a perfect subtree: the one over the leaves from `index << level` on, `1 << level` of them.
package typealias SubtreeRoots = (_ level: Int, _ index: Int) throws -> Digest

extension MerkleTree {
  /// The root over a range of leaves that RFC 6962 meets when it divides a tree: it begins at a multiple of the smallest power of two
  /// that is not smaller than its length. Asks for at most as many subtrees as the length has bits.
  static func root(over leaves: Range<Int>, _ subtree: SubtreeRoots) throws -> Digest {
    guard !leaves.isEmpty else { return emptyRoot }
    if leaves.count.nonzeroBitCount == 1 {
      let level = leaves.count.trailingZeroBitCount
      return try subtree(level, leaves.lowerBound >> level)
    }
    let (left, right) = divide(leaves)
    return try node(root(over: left, subtree), root(over: right, subtree))
  }

  /// Two leaves or more as RFC 6962 divides them: the largest power of two smaller than their number, and the rest.
  fileprivate static func divide(_ leaves: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
    let half = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
    let middle = leaves.lowerBound + half
    return (leaves.lowerBound..<middle, middle..<leaves.upperBound)
  }
}

/// That a leaf stands at an index of a tree: RFC 6962 section 2.1.1, from the leaf's sibling to the root's child.
package struct InclusionProof: Hashable, Sendable {
  package let index: Int
  package let hashes: [Digest]

  init(index: Int, hashes: [Digest]) {
    self.index = index
    self.hashes = hashes
  }

  /// - Precondition: the index is in the tree.
  package init(of index: Int, inTreeOf size: Int, _ subtree: SubtreeRoots) throws {
    precondition((0..<size).contains(index), "the leaf is in the tree")
    var leaves = 0..<size
    var hashes: [Digest] = []
    while leaves.count > 1 {
      let (left, right) = MerkleTree.divide(leaves)
      let isLeft = left.contains(index)
      hashes.append(try MerkleTree.root(over: isLeft ? right : left, subtree))
      leaves = isLeft ? left : right
    }
    self.init(index: index, hashes: hashes.reversed())
  }

  /// The root that a tree of this size has if the leaf stands there, by RFC 9162 section 2.1.3.2. Nil where the proof has another length
  /// than such a tree asks for.
  package func root(leaf: Digest, size: Int) -> Digest? {
    guard (0..<max(size, 0)).contains(index) else { return nil }
    var node = index
    var last = size - 1
    var hash = leaf
    for sibling in hashes {
      guard last > 0 else { return nil }
      if node & 1 == 1 || node == last {
        hash = MerkleTree.node(sibling, hash)
        while node & 1 == 0, node > 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleTree.node(hash, sibling)
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 ? hash : nil
  }
}

/// That a tree is the beginning of a larger one: RFC 6962 section 2.1.2.
package struct ConsistencyProof: Hashable, Sendable {
  package let hashes: [Digest]

  init(hashes: [Digest]) {
    self.hashes = hashes
  }

  /// - Precondition: the first is not larger than the second.
  package init(from first: Int, to second: Int, _ subtree: SubtreeRoots) throws {
    precondition((0...second).contains(first), "a tree only grows")
    var hashes: [Digest] = []
    guard first > 0 else {
      self.init(hashes: [])
      return
    }
    var leaves = 0..<second
    // Whether what is looked at is the first tree itself, whose root the verifier has.
    var isWhole = true
    while leaves.upperBound > first {
      let (left, right) = MerkleTree.divide(leaves)
      if first <= left.upperBound {
        hashes.append(try MerkleTree.root(over: right, subtree))
        leaves = left
      } else {
        hashes.append(try MerkleTree.root(over: left, subtree))
        leaves = right
        isWhole = false
      }
    }
    if !isWhole { hashes.append(try MerkleTree.root(over: leaves, subtree)) }
    self.init(hashes: hashes.reversed())
  }

  /// Whether it proves that the tree of `second` begins with the tree of `first`, by RFC 9162 section 2.1.4.2. Everything begins with the
  /// empty tree.
  package func proves(_ first: (size: Int, root: Digest), isPrefixOf second: (size: Int, root: Digest)) -> Bool {
    guard (0...max(second.size, 0)).contains(first.size) else { return false }
    if first.size == second.size { return hashes.isEmpty && first.root == second.root }
    if first.size == 0 { return hashes.isEmpty && first.root == MerkleTree.emptyRoot }
    let path = first.size.nonzeroBitCount == 1 ? [first.root] + hashes : hashes
    guard var old = path.first, !hashes.isEmpty else { return false }
    var new = old
    var node = first.size - 1
    var last = second.size - 1
    while node & 1 == 1 {
      node >>= 1
      last >>= 1
    }
    for hash in path.dropFirst() {
      guard last > 0 else { return false }
      if node & 1 == 1 || node == last {
        old = MerkleTree.node(hash, old)
        new = MerkleTree.node(hash, new)
        while node & 1 == 0, node > 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        new = MerkleTree.node(new, hash)
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 && old == first.root && new == second.root
  }
}
