// SPDX-License-Identifier: Apache-2.0

/// A SHA-256 value: 32 bytes. Its text is 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  // Four words instead of an array: a million of these are made in one import, and none may allocate.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Precondition: 32 bytes.
  package init(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
    words = (
      bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    )
  }

  /// Nil unless there are 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self = bytes.withUnsafeBytes { Digest($0) }
  }

  /// Nil unless the text is 64 hexadecimal digits in lower case.
  package init?(_ text: some StringProtocol) {
    guard let bytes = [UInt8](lowerCaseHex: text) else { return nil }
    self.init(bytes: bytes)
  }

  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try Swift.withUnsafeBytes(of: words, body)
  }

  package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  package var description: String { bytes.lowerCaseHex }

  /// As tree heads are written: 44 characters of base64 (RFC 4648, with padding).
  package var base64: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = bytes
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)] + [0, 0]
      let bits = chunk.prefix(3).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      for shift in stride(from: 18, through: 0, by: -6) { text.append(alphabet[Int(bits >> UInt32(shift) & 63)]) }
    }
    text.replaceSubrange((text.count - 1)..., with: [UInt8(ascii: "=")])
    return String(decoding: text, as: UTF8.self)
  }

  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}

extension [UInt8] {
  /// Nil unless the text is an even number of hexadecimal digits in lower case.
  package init?(lowerCaseHex text: some StringProtocol) { self.init(lowerCaseHex: String(text)) }

  /// The same, without a generic call for each digit: an index of a history makes thousands of ids.
  package init?(lowerCaseHex text: String) {
    func value(_ digit: UInt8) -> UInt8? {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    var text = text
    let bytes: [UInt8]? = text.withUTF8 { digits in
      guard digits.count.isMultiple(of: 2) else { return nil }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(digits.count / 2)
      for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
        bytes.append(high << 4 | low)
      }
      return bytes
    }
    guard let bytes else { return nil }
    self = bytes
  }

  package var lowerCaseHex: String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a") }
    return String(unsafeUninitializedCapacity: count * 2) { text in
      for (index, byte) in enumerated() {
        text[index * 2] = digit(byte >> 4)
        text[index * 2 + 1] = digit(byte & 15)
      }
      return count * 2
    }
  }
}
