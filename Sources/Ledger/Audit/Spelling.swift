// SPDX-License-Identifier: Apache-2.0

/// A text as its bytes: Swift takes letters with their accents and letters and accents apart for the same, SQLite does not, so that what is
/// spelled otherwise in a table is not found there.
struct Spelling: Hashable, Comparable {
  let text: String
  private let bytes: [UInt8]

  init(_ text: String) { (self.text, bytes) = (text, Array(text.utf8)) }

  static func == (one: Spelling, other: Spelling) -> Bool { one.bytes == other.bytes }

  static func < (one: Spelling, other: Spelling) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
