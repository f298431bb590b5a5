// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Web

/// What people wrote, as text of a page.
struct HTMLTests {
  private func html(_ text: String) -> String { String(decoding: ("\(text)" as HTML).bytes, as: UTF8.self) }

  @Test func markupIsText() {
    #expect(html("<a href='x'>\"&</a>") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&lt;/a&gt;")
    #expect(html("") == "")
    #expect(html("é, 漢字, 🧵, a\nb\tc") == "é, 漢字, 🧵, a\nb\tc")
  }

  /// As a browser reads it again: references resolved, and nothing else changed. A NUL cannot be in any page.
  @Test func whatSomebodyTypedComesBack() {
    func typed(_ text: String) -> String { String(decoding: ("\(typed: text)" as HTML).bytes, as: UTF8.self) }
    #expect(typed("<a href='x'>\"&</a>") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&lt;/a&gt;")
    for value in UInt32(0)...0x1_2000 {
      guard let scalar = Unicode.Scalar(value), !"<>&\"'".unicodeScalars.contains(scalar) else { continue }
      let expected = value == 0 ? "a\u{FFFD}b" : value == 13 ? "a&#13;b" : "a\(scalar)b"
      #expect(typed("a\(scalar)b").utf8.elementsEqual(expected.utf8), "U+\(String(value, radix: 16))")
    }
  }

  /// Each scalar of the first planes, by the list of those that are not shown.
  @Test func whatHidesSomethingIsShown() {
    for value in UInt32(0)...0x1_2000 {
      guard let scalar = Unicode.Scalar(value), !"<>&\"'".unicodeScalars.contains(scalar) else { continue }
      let isHidden =
        switch value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
      let text = "a\(scalar)b"
      #expect(html(text).utf8.elementsEqual((isHidden ? "a\u{FFFD}b" : text).utf8), "U+\(String(value, radix: 16))")
    }
  }
}
