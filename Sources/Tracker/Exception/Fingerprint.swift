// SPDX-License-Identifier: Apache-2.0

/// 128 bits that two different texts of one run do not share: two SipHashes that begin differently, with the process's random
/// key. For comparing within one file only; it is never stored.
struct Fingerprint: Hashable {
  private let high: Int
  private let low: Int

  /// - Parameter pieces: hands in the pieces of the text; where they end counts.
  init(_ pieces: ((UnsafeRawBufferPointer) -> Void) -> Void) {
    var first = Hasher()
    var second = Hasher()
    first.combine(1)
    second.combine(2)
    pieces { piece in
      first.combine(piece.count)
      first.combine(bytes: piece)
      second.combine(piece.count)
      second.combine(bytes: piece)
    }
    high = first.finalize()
    low = second.finalize()
  }

  init(_ text: String) {
    var text = text
    self.init { feed in text.withUTF8 { feed(UnsafeRawBufferPointer($0)) } }
  }

  func hash(into hasher: inout Hasher) { hasher.combine(high) }
}
