// SPDX-License-Identifier: Apache-2.0

/// HTML read more strictly than any browser does: only what the renderer may write gets through.
package enum HTMLToken: Equatable {
  case start(name: String, attributes: [Attribute], isVoid: Bool)
  case end(name: String)
  /// Decoded.
  case text(String)

  package struct Attribute: Equatable {
    package let name: String
    /// Decoded.
    package let value: String
  }

  package struct Malformed: Error, CustomStringConvertible {
    package let description: String
  }

  /// The tokens of the fragment, in order.
  package static func list(_ html: String) throws -> [HTMLToken] {
    var reader = HTMLReader(bytes: Array(html.utf8))
    var tokens: [HTMLToken] = []
    while let token = try reader.next() { tokens.append(token) }
    return tokens
  }

  /// Writes the tokens again, leaving attributes out.
  package static func html(_ tokens: [HTMLToken], without left: (String, Attribute) -> Bool) -> String {
    tokens.map { token in
      switch token {
      case .end(let name): return "</\(name)>"
      case .text(let text): return escape(text)
      case .start(let name, let attributes, let isVoid):
        let kept = attributes.filter { !left(name, $0) }.map { " \($0.name)=\"\(escape($0.value))\"" }
        return "<" + name + kept.joined() + (isVoid ? " />" : ">")
      }
    }.joined()
  }

  private static func escape(_ text: String) -> String {
    String(
      text.unicodeScalars.reduce(into: "") { result, scalar in
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(scalar)
        }
      })
  }
}

private struct HTMLReader {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() throws -> HTMLToken? {
    guard let byte = peek() else { return nil }
    guard byte == UInt8(ascii: "<") else { return .text(try text(until: "<")) }
    index += 1
    if peek() == UInt8(ascii: "/") {
      index += 1
      let name = try name()
      try take(">")
      return .end(name: name)
    }
    let name = try name()
    var attributes: [HTMLToken.Attribute] = []
    while true {
      if peek() == UInt8(ascii: ">") {
        index += 1
        return .start(name: name, attributes: attributes, isVoid: false)
      }
      try take(" ")
      if peek() == UInt8(ascii: "/") {
        try take("/>")
        return .start(name: name, attributes: attributes, isVoid: true)
      }
      let attribute = try self.name()
      guard !attributes.contains(where: { $0.name == attribute }) else { throw malformed("\(attribute) twice") }
      try take("=\"")
      attributes.append(HTMLToken.Attribute(name: attribute, value: try text(until: "\"")))
      try take("\"")
    }
  }

  private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

  private func malformed(_ what: String) -> HTMLToken.Malformed {
    let around = bytes[max(0, index - 60)..<min(bytes.count, index + 20)]
    return HTMLToken.Malformed(description: "\(what) at \(index): \(String(decoding: around, as: UTF8.self))")
  }

  private func isNext(_ constant: StaticString) -> Bool {
    guard index + constant.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<constant.utf8CodeUnitCount where bytes[index + offset] != constant.utf8Start[offset] {
      return false
    }
    return true
  }

  private mutating func take(_ constant: StaticString) throws {
    guard isNext(constant) else { throw malformed("no \(constant)") }
    index += constant.utf8CodeUnitCount
  }

  private mutating func name() throws -> String {
    let start = index
    while let byte = peek(), (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D { index += 1 }
    guard index > start else { throw malformed("no name") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func text(until end: Unicode.Scalar) throws -> String {
    var text = ""
    var start = index
    while let byte = peek(), byte != UInt8(ascii: end) {
      switch byte {
      case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): throw malformed("an unescaped character")
      case UInt8(ascii: "&"):
        text += String(decoding: bytes[start..<index], as: UTF8.self)
        text += try reference()
        start = index
      default: index += 1
      }
    }
    return text + String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func reference() throws -> String {
    let references: [(StaticString, String)] = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")]
    for (reference, character) in references where isNext(reference) {
      index += reference.utf8CodeUnitCount
      return character
    }
    throw malformed("an unescaped &")
  }
}
