// SPDX-License-Identifier: Apache-2.0

@testable import Ledger
@testable import Remediation
@testable import Tracker

/// What an auditor is handed by somebody else. What is accepted has one form: it is written back as it was.
extension FuzzTarget {
  /// The first byte chooses the file; the rest is a line of it.
  static let pack = FuzzTarget(name: "pack") { bytes in
    guard let choice = bytes.first else { return }
    let line = Array(bytes.dropFirst())
    let again: [UInt8]
    switch choice % 7 {
    case 0: again = try RecordedEvent(canonicalBytes: line).canonicalBytes
    case 1:
      let prepared = try PreparedRecord(canonicalBytes: line)
      var written: [UInt8] = []
      prepared.record.appendCanonical(to: &written, personal: prepared.personalDigest)
      try require(prepared.leaf == MerkleTree.leaf(line), "a leaf of other bytes")
      again = written
    case 2: again = try PackPersonalFields(canonicalBytes: line).json.canonicalBytes
    case 3: again = try PackText(canonicalBytes: line).json.canonicalBytes
    case 4:
      let listed = try PackCheckpoint(canonicalBytes: line)
      for key in listed.cosigners where (try? listed.note.verified(by: key)) != nil {
        try require(listed.note.text == signedText, "an auditor's signature, made out of nothing")
      }
      again = listed.json.canonicalBytes
    case 5: again = try PackWriter.text(of: PackAudit.sums(listedIn: line))
    default:
      _ = try PackAbout.reading(line)
      return
    }
    try require(again == line, "it is not written as it was read")
  }

  /// What the auditor of the seed signed, and nothing else.
  private static let signedText = Array(
    "sopwright/12ad63a33b3d1dc85bd2766cbc4b39a2\n12\nHqrTNpKSKUGrswJQPzPr6SpSS7dlU7Zrg2G0f9+Usgw=\n".utf8)

  /// Lines in which quotes may hold line feeds: nothing is lost between them, and each has its cells.
  static let packFiles = FuzzTarget(name: "pack-files") { bytes in
    for isCSV in [false, true] {
      var joined: [UInt8] = []
      try withFile(bytes) { path in
        let parts = path.split(separator: "/")
        let lines = try PackLines(
          PackFolder("/" + parts.dropLast().joined(separator: "/")), parts.last.map(String.init) ?? "")
        while let line = try lines.next(ofCSV: isCSV) {
          joined += line + [10]
          guard isCSV, let text = String(validating: line, as: UTF8.self) else { continue }
          var written = CSVLine()
          let cells = CSVLine.cells(of: text.utf8)
          for cell in cells { written.add(cell) }
          written.end()
          try require(CSVLine.cells(of: written.bytes) == cells, "cells are not read as they are written")
        }
      }
      try require(joined == bytes, "bytes are in no line")
    }
  }

  /// The first bytes are sizes and an index, the others hashes. No proof of bytes that nobody hashed proves anything.
  static let proof = FuzzTarget(name: "proof") { bytes in
    guard bytes.count >= 24 else { return }
    let numbers = (0..<3).map { place in
      Int(truncatingIfNeeded: bytes[(8 * place)..<(8 * place + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    var hashes: [Digest] = []
    var rest = bytes.dropFirst(24)
    while rest.count >= 32, let hash = Digest(bytes: Array(rest.prefix(32))) {
      hashes.append(hash)
      rest = rest.dropFirst(32)
    }
    let leaf = MerkleTree.leaf(Array(rest))
    let inclusion = InclusionProof(index: numbers[0], hashes: hashes)
    let root = inclusion.root(leaf: leaf, size: numbers[1])
    if let root { try require(!hashes.contains(root) || root == leaf, "a hash of the proof is the root") }
    let consistency = ConsistencyProof(hashes: hashes)
    let claimed = (size: numbers[1], root: root ?? leaf)
    if consistency.proves((size: numbers[0], root: leaf), isPrefixOf: claimed) {
      try require(
        numbers[0] == numbers[1] && claimed.root == leaf, "a tree is proved to begin with bytes that are no tree")
    }
    // A true proof of a small tree proves its own leaf, at its own place, alone.
    let leaves = (0..<(bytes[0] % 40 + 1)).map { MerkleTree.leaf([$0]) }
    let index = Int(bytes[1]) % leaves.count
    func subtree(_ level: Int, _ place: Int) throws -> Digest {
      level == 0
        ? leaves[place]
        : MerkleTree.node(try subtree(level - 1, 2 * place), try subtree(level - 1, 2 * place + 1))
    }
    let whole = try MerkleTree.root(over: 0..<leaves.count, subtree)
    let proof = try InclusionProof(of: index, inTreeOf: leaves.count, subtree)
    try require(proof.root(leaf: leaves[index], size: leaves.count) == whole, "a true proof proves nothing")
    if numbers[0] != index {
      let moved = InclusionProof(index: numbers[0], hashes: proof.hashes)
      try require(moved.root(leaf: leaves[index], size: leaves.count) != whole, "a leaf is proved at another place")
    }
    guard leaf != leaves[index] else { return }
    try require(proof.root(leaf: leaf, size: leaves.count) != whole, "another leaf is proved")
  }
}
