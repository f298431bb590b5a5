// SPDX-License-Identifier: Apache-2.0

/// The code page of Western Windows, as the WHATWG Encoding Standard has it. Where it has a letter, Latin-1 has the same or none.
package enum Windows1252 {
  /// 0x80 to 0x9F; nil where the code page has none.
  private static let extras: [UInt32?] = [
    0x20AC, nil, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, nil, 0x017D,
    nil,
    nil, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, nil, 0x017E,
    0x0178,
  ]

  /// Nil where the byte means nothing.
  package static func scalar(_ byte: UInt8) -> Unicode.Scalar? {
    (0x80..<0xA0).contains(byte) ? extras[Int(byte - 0x80)].flatMap(Unicode.Scalar.init) : Unicode.Scalar(byte)
  }

  /// The same text in UTF-8; what means nothing is taken for a control character, as in Latin-1.
  static func utf8(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
      if byte < 0x80 { text.append(byte) } else { text.append(contentsOf: (scalar(byte) ?? Unicode.Scalar(byte)).utf8) }
    }
    return text
  }
}
