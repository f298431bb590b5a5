// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
  /// The canonical bytes: RFC 8785 (JCS) for what the ledger allows, which is ASCII keys, strings, booleans, arrays,
  /// objects and integers within ±(2^53−1). Keys in byte order, no white space, only the escapes that JSON demands.
  /// - Precondition: nothing else is in the value; the ledger's own types make nothing else.
  package var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes, canonical: true, indent: nil)
    return bytes
  }

  /// One line, members in the order in which they were given. Whatever a value holds can be written so.
  package var compactBytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes, canonical: false, indent: nil)
    return bytes
  }

  /// The same as text.
  package var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

  /// Indented by two spaces, for people.
  package var prettyText: String {
    var bytes: [UInt8] = []
    append(to: &bytes, canonical: false, indent: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func append(to bytes: inout [UInt8], canonical: Bool, indent: Int?) {
    switch self {
    case .null:
      bytes.append(contentsOf: "null".utf8)
    case .bool(let value):
      bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value):
      precondition(!canonical || value.magnitude <= 1 << 53 - 1, "an integer of the ledger is within ±(2^53−1)")
      bytes.append(contentsOf: String(value).utf8)
    case .decimal(let digits):
      precondition(!canonical, "the ledger holds whole numbers only")
      bytes.append(contentsOf: digits.utf8)
    case .string(let value):
      bytes.appendJSONString(value)
    case .array(let values):
      JSONValue.append(values, opening: "[", closing: "]", to: &bytes, indent: indent) { value, bytes, indent in
        value.append(to: &bytes, canonical: canonical, indent: indent)
      }
    case .object(let members):
      let ordered =
        canonical ? members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : members
      JSONValue.append(ordered, opening: "{", closing: "}", to: &bytes, indent: indent) { member, bytes, indent in
        bytes.appendJSONString(member.name)
        bytes.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
        member.value.append(to: &bytes, canonical: canonical, indent: indent)
      }
    }
  }

  private static func append<Element>(
    _ elements: [Element], opening: String, closing: String, to bytes: inout [UInt8], indent: Int?,
    writing write: (Element, inout [UInt8], Int?) -> Void
  ) {
    bytes.append(contentsOf: opening.utf8)
    let inner = indent.map { $0 + 1 }
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let inner { bytes.appendLine(indentedBy: inner) }
      write(element, &bytes, inner)
    }
    if let indent, !elements.isEmpty { bytes.appendLine(indentedBy: indent) }
    bytes.append(contentsOf: closing.utf8)
  }
}

extension [UInt8] {
  /// Appends a quoted JSON string: `"` and `\` escaped, control characters as `\b \t \n \f \r` or `\u00xx`, everything
  /// else as UTF-8. This is RFC 8785, section 3.2.2.2.
  package mutating func appendJSONString(_ text: String) {
    var text = text
    text.withUTF8 { appendJSONString(utf8: $0) }
  }

  /// The same of a text's bytes.
  package mutating func appendJSONString(utf8 text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    // Not `allSatisfy`: without an exit for each byte, several are looked at in one instruction.
    var special: UInt8 = 0
    for byte in text {
      special |= byte < 0x20 ? 1 : 0
      special |= byte == UInt8(ascii: "\"") ? 1 : 0
      special |= byte == UInt8(ascii: "\\") ? 1 : 0
    }
    if special == 0 {
      append(contentsOf: text)
    } else {
      appendEscaped(text)
    }
    append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): append(contentsOf: [UInt8(ascii: "\\"), byte])
      case UInt8(ascii: "\\"): append(contentsOf: [byte, byte])
      case 0x08: append(contentsOf: "\\b".utf8)
      case 0x09: append(contentsOf: "\\t".utf8)
      case 0x0A: append(contentsOf: "\\n".utf8)
      case 0x0C: append(contentsOf: "\\f".utf8)
      case 0x0D: append(contentsOf: "\\r".utf8)
      case 0..<0x20:
        append(contentsOf: "\\u00".utf8)
        append(contentsOf: [byte].lowerCaseHex.utf8)
      default: append(byte)
      }
    }
  }

  fileprivate mutating func appendLine(indentedBy levels: Int) {
    append(UInt8(ascii: "\n"))
    append(contentsOf: repeatElement(UInt8(ascii: " "), count: levels * 2))
  }
}
