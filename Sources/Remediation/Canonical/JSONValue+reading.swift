// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not JSON that this project takes.
package struct JSONError: Error, Equatable, Sendable {
  /// Where, in bytes from the start.
  package let offset: Int
  package let reason: String

  package var sentence: String { "This is not valid JSON at byte \(offset): \(reason)." }
}

extension JSONValue {
  /// Nothing of ours nests deeper; what does is an attack on the stack.
  package static let deepestNesting = 64

  /// Reads exactly one JSON text. Stricter than JSON: no duplicate keys, no lone surrogates, whole numbers within 64 bits;
  /// other numbers are kept as their digits.
  /// - Throws: `JSONError`, naming the byte.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes: bytes)
    self = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.error("something follows the value") }
  }
}

/// Names of an object's members, to find one that occurs twice: in a few by looking at each, in many by a set.
private struct MemberNames {
  private var all: Set<[UInt8]>?
  private static let few = 16

  /// - Returns: false where a member has the name already.
  mutating func insert(_ name: String, among members: [JSONValue.Member]) -> Bool {
    guard members.count >= MemberNames.few else {
      return !members.contains { $0.name.utf8.elementsEqual(name.utf8) }
    }
    var names = all ?? Set(members.map { Array($0.name.utf8) })
    all = nil  // so that it is not copied
    defer { all = names }
    return names.insert(Array(name.utf8)).inserted
  }
}

private struct JSONReader {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  func error(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func take(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let expected = text.withUTF8Buffer { Array($0) }
    guard bytes[position...].starts(with: expected) else { throw error("a value is expected") }
    position += expected.count
    return value
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= JSONValue.deepestNesting else { throw error("it is nested too deep") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try take("true", .bool(true))
    case UInt8(ascii: "f"): return try take("false", .bool(false))
    case UInt8(ascii: "n"): return try take("null", .null)
    case nil: throw error("the text ends where a value is expected")
    default: return try number()
    }
  }

  mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      values.append(try value(depth: depth + 1))
      guard try hasMore(until: UInt8(ascii: "]")) else { return .array(values) }
    }
  }

  mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    var names = MemberNames()
    skipSpace()
    if next == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a key in quotes is expected") }
      let name = try string()
      guard names.insert(name, among: members) else { throw error("the key \"\(name)\" occurs twice") }
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw error("a colon is expected") }
      position += 1
      members.append(.init(name: name, value: try value(depth: depth + 1)))
      guard try hasMore(until: UInt8(ascii: "}")) else { return .object(members) }
    }
  }

  mutating func hasMore(until closing: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    guard let byte = next, byte == UInt8(ascii: ",") || byte == closing else { throw error("a comma is expected") }
    position += 1
    return byte != closing
  }

  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let digitsStart = position
    skipDigits()
    guard position > digitsStart else { throw error("a value is expected") }
    guard bytes[digitsStart] != UInt8(ascii: "0") || position == digitsStart + 1 else {
      throw error("a number does not begin with 0")
    }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      position += 1
      isWhole = false
      try expectDigits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      isWhole = false
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try expectDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard isWhole else { return .decimal(text) }
    guard let value = Int64(text), text != "-0" else { throw error("the number \(text) is out of range") }
    return .integer(value)
  }

  mutating func skipDigits() {
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
  }

  mutating func expectDigits() throws(JSONError) {
    let start = position
    skipDigits()
    guard position > start else { throw error("digits are expected") }
  }

  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    // Most strings have nothing escaped, and stand as they are.
    while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
      bytes[position] != UInt8(ascii: "\\")
    { position += 1 }
    var text = Array(bytes[start..<position])
    while true {
      guard let byte = next else { throw error("a string is not closed") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw error("a control character stands unescaped in a string")
      default: text.append(byte)
      }
    }
  }

  mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw error("a string is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexQuad()
      if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let low = try hexQuad()
        guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair is missing") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair is missing") }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw error("an unknown escape stands in a string")
    }
  }

  mutating func hexQuad() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
      bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
    else { throw error("four hexadecimal digits are expected") }
    position += 4
    return code
  }
}
