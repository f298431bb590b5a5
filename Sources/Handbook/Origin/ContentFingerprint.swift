// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What decides how alike git finds two files: a content is cut into chunks, each a line or 64 bytes, whichever is
/// shorter, and counted is how many bytes two contents have in chunks of the same text, wherever these stand.
///
/// Made once for each blob; comparing two of them needs no content. The scores are those of git's `diffcore-delta.c`
/// and `diffcore-rename.c`, except where git takes two chunks for the same that are not: it keeps but some 17 bits of a
/// chunk's hash. Attributes are not known here, as in git for a bare repository: the bytes alone say what is text.
package struct ContentFingerprint: Sendable {
  /// What becomes of the bytes behind the last line feed, if they end before their 64th.
  package enum Ending: Sendable {
    /// A chunk like the others.
    case counted
    /// As in git before 2.44: left out, though not of the size.
    case ignored
  }

  /// The score of contents that have all in common.
  package static let highest = 60_000
  /// From this score on, git takes one file for the origin of another unless told otherwise: 50 %.
  package static let alike = 30_000

  /// All bytes, also those that no chunk has.
  package let size: Int
  /// Sorted by hash. Chunks of the same text are all there.
  private let chunks: [Chunk]

  package init(of bytes: [UInt8], ending: Ending = .counted) {
    size = bytes.count
    chunks = bytes.withUnsafeBytes { Chunk.cut($0, ending) }.sorted { $0.hash < $1.hash }
  }

  /// How much of the larger content stands in the other one too, in 60,000ths, rounded down; of empty ones, nothing.
  ///
  /// - Parameter minimum: the least score that matters. Where the sizes alone rule it out the score is 0, as in git,
  ///   and the chunks are not compared.
  package func similarity(to destination: ContentFingerprint, minimum: Int = alike) -> Int {
    guard destination.size > 0, Self.canBeAlike(size, destination.size, minimum: minimum) else { return 0 }
    return bytesShared(with: destination) * Self.highest / max(size, destination.size)
  }

  /// Whether contents of these sizes may reach the score. Costs nothing: ask before reading them.
  package static func canBeAlike(_ size: Int, _ other: Int, minimum: Int = alike) -> Bool {
    let larger = max(size, other)
    return larger * (highest - minimum) >= (larger - min(size, other)) * highest
  }

  private func bytesShared(with other: ContentFingerprint) -> Int {
    chunks.withUnsafeBufferPointer { mine in
      other.chunks.withUnsafeBufferPointer { others in
        var shared = 0
        var left = 0
        var right = 0
        while left < mine.count, right < others.count {
          let (one, another) = (mine[left], others[right])
          if one.hash == another.hash { shared += Int(min(one.bytes, another.bytes)) }
          if one.hash <= another.hash { left += 1 }
          if another.hash <= one.hash { right += 1 }
        }
        return shared
      }
    }
  }
}

/// A line, or a part of one.
private struct Chunk: Sendable {
  static let longest = 64
  /// A NUL among so many bytes makes a content binary.
  private static let lookedAtForNUL = 8_000

  let hash: UInt64
  /// How many it has, a CRLF counted as one.
  let bytes: UInt32

  /// In the order of the content.
  static func cut(_ content: UnsafeRawBufferPointer, _ ending: ContentFingerprint.Ending) -> [Chunk] {
    let isText = offset(of: 0, in: content, from: 0, to: min(lookedAtForNUL, content.count)) == nil
    var chunks: [Chunk] = []
    chunks.reserveCapacity(content.count / 32 + 1)
    var start = 0
    while start < content.count {
      let feed = offset(of: UInt8(ascii: "\n"), in: content, from: start, to: content.count)
      var end = feed ?? content.count
      // In text, CRLF is LF; in a binary content a CR is as good as any other byte.
      if let feed, isText, feed > start, content[feed - 1] == UInt8(ascii: "\r") { end -= 1 }
      while end - start >= longest {
        chunks.append(Chunk(hash: hash(content, start, start + longest), bytes: UInt32(longest)))
        start += longest
      }
      let last = hash(content, start, end)
      if let feed {
        chunks.append(Chunk(hash: mixed(last, UInt8(ascii: "\n")), bytes: UInt32(end - start + 1)))
        start = feed + 1
      } else {
        if end > start, ending == .counted { chunks.append(Chunk(hash: last, bytes: UInt32(end - start))) }
        start = end
      }
    }
    return chunks
  }

  private static func offset(of byte: UInt8, in content: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Int? {
    guard start < end, let base = content.baseAddress else { return nil }
    return memchr(base + start, Int32(byte), end - start).map { base.distance(to: UnsafeRawPointer($0)) }
  }

  /// Eight bytes at a time. Of NULs alone it is 0 however many there are: git takes such chunks for the same.
  private static func hash(_ content: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> UInt64 {
    var hash: UInt64 = 0
    var at = start
    while end - at >= 8 {
      hash = (hash ^ content.loadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
      // A product's lower bits know nothing of the higher ones.
      hash ^= hash >> 32
      at += 8
    }
    while at < end {
      hash = mixed(hash, content[at])
      at += 1
    }
    return hash
  }

  /// A step of FNV-1a.
  private static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }
}
