// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Text as it is compared when values are looked for: in lower case, letters and their accents apart (NFD), one space for white space of
/// any kind and length, and without what nobody sees, such as soft hyphens.
enum FoldedText {
  private static let space = UInt8(ascii: " ")

  /// - Returns: UTF-8. What is none in the text becomes U+FFFD.
  static func bytes(of text: [UInt8]) -> [UInt8] {
    var folded: [UInt8] = []
    folded.reserveCapacity(text.count)
    text.withUnsafeBufferPointer { text in
      var at = 0
      while at < text.count {
        let byte = text[at]
        if byte >= 0x80 {
          let start = at
          while at < text.count, text[at] >= 0x80 { at += 1 }
          append(String(decoding: text[start..<at], as: UTF8.self), to: &folded)
          continue
        }
        at += 1
        if byte == space || (0x09...0x0D).contains(byte) {
          appendSpace(to: &folded)
        } else {
          folded.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
      }
    }
    return folded
  }

  /// No other character but an i before its dot changes what becomes of one, so a run of them can be folded without its neighbours.
  private static func append(_ run: String, to folded: inout [UInt8]) {
    for scalar in run.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar {
      // Turkish has two letters I, and the capital of each is the other's elsewhere: here they are all one.
      case "\u{131}": folded.append(UInt8(ascii: "i"))
      case "\u{307}" where folded.last == UInt8(ascii: "i"): break
      // A sigma at the end of a word; in capitals there is one of them.
      case "\u{3C2}": folded.append(contentsOf: Unicode.Scalar("\u{3C3}").utf8)
      case _ where scalar.properties.isWhitespace: appendSpace(to: &folded)
      case _ where scalar.properties.isDefaultIgnorableCodePoint: break
      default: folded.append(contentsOf: scalar.utf8)
      }
    }
  }

  private static func appendSpace(to folded: inout [UInt8]) {
    if folded.last != space { folded.append(space) }
  }
}
