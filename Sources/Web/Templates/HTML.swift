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

    mutating func appendInterpolation(_ text: String) { HTML.append(text, to: &bytes) }

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

  /// Characters that would change the direction of what follows, or hide it, are shown as U+FFFD.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": bytes.append(contentsOf: "&lt;".utf8)
      case ">": bytes.append(contentsOf: "&gt;".utf8)
      case "&": bytes.append(contentsOf: "&amp;".utf8)
      case "\"": bytes.append(contentsOf: "&quot;".utf8)
      case "'": bytes.append(contentsOf: "&#39;".utf8)
      case " "..."~", "\n", "\t": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      case _ where hides(scalar): bytes.append(contentsOf: "\u{FFFD}".utf8)
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
  }

  private static func hides(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
