// SPDX-License-Identifier: Apache-2.0

extension ExportMap.TextEncoding {
  /// The text of bytes in a one-byte encoding; nil where a byte means nothing in it.
  func decode(_ bytes: some Sequence<UInt8>) -> String? {
    var text = String.UnicodeScalarView()
    for byte in bytes {
      switch (self, byte) {
      case (.windows1252, 0x80..<0xA0):
        guard let scalar = Self.windows1252Extras[Int(byte - 0x80)].flatMap(Unicode.Scalar.init) else { return nil }
        text.append(scalar)
      default: text.append(Unicode.Scalar(byte))
      }
    }
    return String(text)
  }

  /// 0x80 to 0x9F of windows-1252, as the WHATWG Encoding Standard has them; nil where the code page has none.
  private static let windows1252Extras: [UInt32?] = [
    0x20AC, nil, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, nil, 0x017D,
    nil,
    nil, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, nil, 0x017E,
    0x0178,
  ]
}

extension String {
  /// Without white space at both ends. Cheap where there is none, which is nearly always.
  var trimmed: String {
    guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 || first >= 0x80 || last >= 0x80
    else { return self }
    guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[start...end])
  }
}
