// SPDX-License-Identifier: Apache-2.0

/// HTML that is being written. What stands in the source is markup; what is put in with `\( )` is text, and is escaped, so that it can
/// stand between tags and in quoted attributes: nothing that people wrote can become markup.
///
/// ```swift
/// let html: HTML = "<td class=\"who\">\(item.owner.text)</td>"
/// ```
struct HTML: ExpressibleByStringInterpolation, Sendable {
  private(set) var bytes: [UInt8]

  init() { bytes = [] }

  init(stringLiteral markup: StaticString) { bytes = markup.withUTF8Buffer(Array.init) }

  init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

  /// Markup that another renderer made safe.
  init(trusted markup: String) { bytes = Array(markup.utf8) }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8]

    init(literalCapacity: Int, interpolationCount: Int) {
      bytes = []
      bytes.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    mutating func appendLiteral(_ markup: StaticString) {
      markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }

    mutating func appendInterpolation(_ html: HTML?) {
      if let html { bytes.append(contentsOf: html.bytes) }
    }

    mutating func appendInterpolation(_ text: String) { HTML.append(text, to: &bytes, showingHidden: true) }

    /// What somebody wrote into a field, or may go on writing: it comes back as it was, so that sending it again changes nothing.
    mutating func appendInterpolation(typed text: String) { HTML.append(text, to: &bytes, showingHidden: false) }

    mutating func appendInterpolation(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }

    mutating func appendInterpolation(_ parts: [HTML]) {
      for part in parts { bytes.append(contentsOf: part.bytes) }
    }
  }

  static func += (left: inout HTML, right: HTML) { left.bytes.append(contentsOf: right.bytes) }

  static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum += right
    return sum
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// - Parameter showingHidden: whether characters that would change the direction of what follows, or hide it, become U+FFFD. Where
  ///   they do not, a CR is written as a reference, or the browser would read a line feed. No HTML can hold a NUL: it is U+FFFD always.
  private static func append(_ text: String, to bytes: inout [UInt8], showingHidden: Bool) {
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      var place = 0
      /// What stands there becomes something else.
      func replace(_ count: Int, by replacement: StaticString) {
        bytes.append(contentsOf: utf8[start..<place])
        replacement.withUTF8Buffer { bytes.append(contentsOf: $0) }
        place += count
        start = place
      }
      while place < utf8.count {
        switch utf8[place] {
        case UInt8(ascii: "<"): replace(1, by: "&lt;")
        case UInt8(ascii: ">"): replace(1, by: "&gt;")
        case UInt8(ascii: "&"): replace(1, by: "&amp;")
        case UInt8(ascii: "\""): replace(1, by: "&quot;")
        case UInt8(ascii: "'"): replace(1, by: "&#39;")
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"), 0x20..<0x7F: place += 1
        case 0: replace(1, by: "\u{FFFD}")
        case UInt8(ascii: "\r") where !showingHidden: replace(1, by: "&#13;")
        case _ where !showingHidden: place += 1
        case let first:
          let count = HTML.hidden(first, utf8[place...])
          if count > 0 { replace(count, by: "\u{FFFD}") } else { place += 1 }
        }
      }
      bytes.append(contentsOf: utf8[start...])
    }
  }

  /// How many bytes the character has that stands there, where it hides something; 0 for others.
  private static func hidden(_ first: UInt8, _ utf8: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    func byte(_ offset: Int) -> UInt8 { utf8[utf8.startIndex + offset] }
    switch first {
    case 0..<0x20, 0x7F: return 1
    case 0xC2: return byte(1) < 0xA0 ? 2 : 0  // U+0080 to U+009F
    case 0xE2 where byte(1) == 0x80:
      switch byte(2) {
      case 0x8B, 0x8E, 0x8F, 0xAA...0xAE: return 3  // U+200B, U+200E, U+200F, U+202A to U+202E
      default: return 0
      }
    case 0xE2 where byte(1) == 0x81:
      return byte(2) == 0xA0 || (0xA6...0xA9).contains(byte(2)) ? 3 : 0  // U+2060, U+2066 to U+2069
    case 0xEF: return byte(1) == 0xBB && byte(2) == 0xBF ? 3 : 0  // U+FEFF
    default: return 0
    }
  }
}
