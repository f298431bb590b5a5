// SPDX-License-Identifier: Apache-2.0

internal import Remediation

extension ExportMap.TextEncoding {
  /// The text of bytes in a one-byte encoding; nil where a byte means nothing in it.
  func decode(_ bytes: some Sequence<UInt8>) -> String? {
    var text = String.UnicodeScalarView()
    for byte in bytes {
      guard let scalar = self == .windows1252 ? Windows1252.scalar(byte) : Unicode.Scalar(byte) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }
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
