// SPDX-License-Identifier: Apache-2.0

/// A character that a reader cannot see but that changes what is seen: it reorders the text around it, or controls a
/// terminal, or marks an order of bytes.
enum HiddenCharacter {
  /// U+FFFD in UTF-8.
  static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// The embeddings, overrides and isolates of bidirectional text; control characters but tab and line feed; the byte
  /// order mark.
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// What ASCII calls its control characters, by their numbers; Unicode has no names for them.
  private static let controls =
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
    .split(separator: " ").map(String.init)

  /// As a sentence names it: `U+202E RIGHT-TO-LEFT OVERRIDE`, `U+000A LF`.
  static func name(of scalar: Unicode.Scalar) -> String {
    let code = String(scalar.value, radix: 16, uppercase: true)
    let number = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    let control = controls.indices.contains(Int(scalar.value)) ? controls[Int(scalar.value)] : nil
    return (control ?? scalar.properties.name).map { "\(number) \($0)" } ?? number
  }

  /// The hidden character at the index, and how many bytes it has.
  static func sequence(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Unicode.Scalar, length: Int)? {
    func byte(_ distance: Int) -> UInt32 {
      index + distance < bytes.count ? UInt32(bytes[index + distance]) & 0x3F : 0
    }
    let value: UInt32
    let length: Int
    switch bytes[index] {
    case let ascii where ascii < 0x80: (value, length) = (UInt32(ascii), 1)
    case 0xC2: (value, length) = (0x80 | byte(1), 2)
    case 0xE2: (value, length) = (0x2000 | byte(1) << 6 | byte(2), 3)
    case 0xEF: (value, length) = (0xF000 | byte(1) << 6 | byte(2), 3)
    default: return nil
    }
    guard index + length <= bytes.count, let scalar = Unicode.Scalar(value), contains(scalar) else { return nil }
    return (scalar, length)
  }
}
