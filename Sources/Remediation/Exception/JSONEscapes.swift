// SPDX-License-Identifier: Apache-2.0

/// What escapes of JSON stand for (RFC 8259, 7), wherever they stand: also in a line that is cut or is no JSON, so that what is looked for
/// is found there, too.
enum JSONEscapes {
  private static let backslash = UInt8(ascii: "\\")

  /// - Returns: the text with a space for escaped white space, and what is no escape as it stands.
  static func resolved(in text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard text[at] == backslash, at + 1 < text.count else {
        result.append(text[at])
        at += 1
        continue
      }
      switch text[at + 1] {
      case UInt8(ascii: "\""), backslash, UInt8(ascii: "/"): result.append(text[at + 1])
      case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        result.append(UInt8(ascii: " "))
      case UInt8(ascii: "u"):
        if let (scalar, count) = scalar(in: text, at: at) {
          result.append(contentsOf: scalar.utf8)
          at += count
          continue
        }
        result += [backslash, text[at + 1]]
      default: result += [backslash, text[at + 1]]
      }
      at += 2
    }
    return result
  }

  /// The character of an escape of four digits, or of two such escapes, and how many bytes they have.
  private static func scalar(in text: [UInt8], at start: Int) -> (Unicode.Scalar, count: Int)? {
    guard let first = unit(in: text, at: start) else { return nil }
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard UTF16.isLeadSurrogate(first), let second = unit(in: text, at: start + 6), UTF16.isTrailSurrogate(second)
    else { return nil }
    return String(decoding: [first, second], as: UTF16.self).unicodeScalars.first.map { ($0, 12) }
  }

  private static func unit(in text: [UInt8], at start: Int) -> UInt16? {
    guard start + 6 <= text.count, text[start] == backslash, text[start + 1] == UInt8(ascii: "u") else { return nil }
    let digits = text[(start + 2)..<(start + 6)]
    // A number may have a sign; an escape has none.
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
