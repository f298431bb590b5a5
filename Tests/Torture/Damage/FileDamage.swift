// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a disk does to a file without a word.
struct FileDamage: Sendable, CustomStringConvertible {
  enum Kind: String, CaseIterable, Sendable {
    case oneBit, someBits, zeroedBlock, swappedPages, cut, cutAtPage, tail, repeatedTail, empty, missing
  }

  let kind: Kind
  /// Below the workspace.
  let file: String
  let seed: UInt64

  var description: String { "\(kind.rawValue) in \(file) (\(seed))" }

  /// Does it.
  /// - Returns: false where that changes nothing, as two equal pages that are swapped.
  func apply(to workspace: String) throws -> Bool {
    let url = URL(fileURLWithPath: "\(workspace)/\(file)")
    let before = [UInt8](try Data(contentsOf: url))
    guard !before.isEmpty else { return false }
    // Git writes objects that nobody may write.
    try mustRun("chmod", "u+w", url.path)
    var random = SeededRandom(seed: seed)
    guard let after = damaged(before, &random) else {
      try FileManager.default.removeItem(at: url)
      return true
    }
    guard after != before else { return false }
    try Data(after).write(to: url)
    return true
  }

  private var pageSize: Int { file.hasSuffix("-wal") ? 4096 + 24 : 4096 }
  private var start: Int { file.hasSuffix("-wal") ? 32 : 0 }

  /// Nil where the file goes.
  private func damaged(_ before: [UInt8], _ random: inout SeededRandom) -> [UInt8]? {
    var bytes = before
    let pages = max(1, (bytes.count - start) / pageSize)
    switch kind {
    case .oneBit: flip(&bytes, &random)
    case .someBits: for _ in 0..<Int.random(in: 2...40, using: &random) { flip(&bytes, &random) }
    case .zeroedBlock:
      let size = [16, 512, 4096].randomElement(using: &random) ?? 512
      let from = Int.random(in: 0...bytes.count / size, using: &random) * size
      for place in from..<min(from + size, bytes.count) { bytes[place] = 0 }
    case .swappedPages:
      let (one, other) = (Int.random(in: 0..<pages, using: &random), Int.random(in: 0..<pages, using: &random))
      for offset in 0..<pageSize {
        let (left, right) = (start + one * pageSize + offset, start + other * pageSize + offset)
        if left < bytes.count, right < bytes.count { bytes.swapAt(left, right) }
      }
    case .cut: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    case .cutAtPage:
      bytes = Array(bytes.prefix(start + Int.random(in: 0..<pages, using: &random) * pageSize))
    case .tail:
      bytes += (0..<Int.random(in: 1...9000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    case .repeatedTail: bytes += bytes.suffix(Int.random(in: 1...pageSize, using: &random))
    case .empty: bytes = []
    case .missing: return nil
    }
    return bytes
  }

  private func flip(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let place = Int.random(in: 0..<bytes.count, using: &random)
    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  }
}
