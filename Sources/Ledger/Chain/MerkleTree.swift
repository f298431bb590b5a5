// SPDX-License-Identifier: Apache-2.0

package import Remediation

internal import struct Crypto.SHA256

/// The hashes of RFC 6962, section 2.1: `leaf = SHA-256(0x00 ‖ bytes)`, `node = SHA-256(0x01 ‖ left ‖ right)`.
package enum MerkleTree {
  /// The root of the tree without leaves: SHA-256 of nothing.
  package static let emptyRoot = sha256([])

  package static func sha256(_ bytes: [UInt8]) -> Digest {
    var hasher = SHA256()
    bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return Digest(hasher)
  }

  /// In bytes. A longer salt could hold the beginning of a value that was cut, under the same digest.
  package static let saltLength = 32

  /// SHA-256(salt ‖ value): how erasable values stand in leaves.
  package static func salted(_ salt: [UInt8], _ value: [UInt8]) -> Digest {
    var hasher = SHA256()
    salt.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    value.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return Digest(hasher)
  }

  package static func leaf(_ bytes: [UInt8]) -> Digest {
    var hasher = SHA256()
    withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
    bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return Digest(hasher)
  }

  package static func node(_ left: Digest, _ right: Digest) -> Digest {
    var hasher = SHA256()
    withUnsafeBytes(of: UInt8(1)) { hasher.update(bufferPointer: $0) }
    left.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    right.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return Digest(hasher)
  }
}

/// What of a tree is needed to append to it: the roots of its perfect subtrees, largest first. There are as many as the size has
/// bits set. Appending costs one hash on average.
package struct MerkleFrontier: Equatable, Sendable {
  package private(set) var size: Int
  package private(set) var subtrees: [Digest]

  package init() {
    size = 0
    subtrees = []
  }

  /// Nil unless the number of subtrees fits the size.
  init?(size: Int, bytes: [UInt8]) {
    guard bytes.count == size.nonzeroBitCount * 32 else { return nil }
    self.size = size
    self.subtrees = stride(from: 0, to: bytes.count, by: 32).compactMap { Digest(bytes: Array(bytes[$0..<$0 + 32])) }
  }

  var bytes: [UInt8] { subtrees.flatMap(\.bytes) }

  package mutating func append(_ leaf: Digest) { append(leaf) { _ in } }

  /// - Parameter completed: is given the root of each perfect subtree of two leaves or more whose last leaf this is, smallest first.
  mutating func append(_ leaf: Digest, completed: (Digest) -> Void) {
    var hash = leaf
    var rest = size
    while rest & 1 == 1 {
      hash = MerkleTree.node(subtrees.removeLast(), hash)
      completed(hash)
      rest >>= 1
    }
    subtrees.append(hash)
    size += 1
  }

  package var root: Digest {
    guard var hash = subtrees.last else { return MerkleTree.emptyRoot }
    for subtree in subtrees.dropLast().reversed() { hash = MerkleTree.node(subtree, hash) }
    return hash
  }
}

extension Digest {
  init(_ hasher: SHA256) {
    self = hasher.finalize().withUnsafeBytes { Digest($0) }
  }
}
