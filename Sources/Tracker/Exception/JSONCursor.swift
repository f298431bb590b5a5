// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads the words, numbers and texts of a line of JSON, from front to back.
struct JSONCursor: ~Copyable {
  /// Bytes of the line, or, from the line's length on, of what had to be unescaped.
  struct Text {
    var start: Int32
    var end: Int32
    var isEmpty: Bool { start == end }
  }

  /// The byte to be read next; where the line has ended, the line feed behind it.
  private(set) var at = 0

  private var bytes: UnsafePointer<UInt8>
  private var count = 0
  private var unescaped: UnsafeMutablePointer<UInt8>
  private var unescapedCapacity = 0
  private var unescapedCount = 0

  init() {
    unescaped = .allocate(capacity: 1)
    bytes = UnsafePointer(unescaped)
  }

  deinit {
    unescaped.deallocate()
  }

  /// Begins with another line; texts of the one before are no longer valid.
  mutating func begin(_ start: UnsafePointer<UInt8>, count: Int) {
    bytes = start
    self.count = count
    at = 0
    unescapedCount = 0
    guard unescapedCapacity < count else { return }
    // What is unescaped is never longer than it was.
    unescaped.deallocate()
    unescapedCapacity = count * 2
    unescaped = .allocate(capacity: unescapedCapacity)
  }

  /// The byte to be read next; a line feed at the end.
  var next: UInt8 { bytes[at] }

  var isAtEnd: Bool { at >= count }

  mutating func pass() { at += 1 }

  mutating func skipSpace() {
    while at < count, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D { at += 1 }
  }

  /// What had to be unescaped so far.
  var unescapedBytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: unescaped, count: unescapedCount) }

  /// The bytes of a text; valid until the next line.
  func bytes(_ text: Text) -> UnsafeBufferPointer<UInt8> {
    let start = Int(text.start)
    let from = start < count ? bytes + start : UnsafePointer(unescaped) + (start - count)
    return UnsafeBufferPointer(start: from, count: Int(text.end - text.start))
  }

  /// That something else was expected here.
  func syntax(_ what: String) -> JSONFault { at >= count ? .cut : .syntax(offset: at, what) }

  private func text(from start: Int) -> Text {
    Text(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: at))
  }

  /// Reads `true`, `false` or `null`.
  mutating func word(_ word: StaticString) throws(JSONFault) -> Text {
    let start = at
    for index in 0..<word.utf8CodeUnitCount {
      guard bytes[at] == word.utf8Start[index] else {
        if at < count { at = start }
        throw syntax("a value is expected")
      }
      at += 1
    }
    return text(from: start)
  }

  /// Reads a number, which stays the text that it is.
  mutating func number() throws(JSONFault) -> Text {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    let digits = at
    try skipDigits("a value is expected")
    guard bytes[digits] != UInt8(ascii: "0") || at == digits + 1 else {
      at = start
      throw syntax("a number begins with 0")
    }
    if bytes[at] == UInt8(ascii: ".") {
      at += 1
      try skipDigits("a digit is expected")
    }
    if bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E") {
      at += 1
      if bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try skipDigits("a digit is expected")
    }
    return text(from: start)
  }

  private mutating func skipDigits(_ what: String) throws(JSONFault) {
    let start = at
    while bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
    if at == start { throw syntax(what) }
  }

  /// Reads a text in quotation marks.
  mutating func string() throws(JSONFault) -> Text {
    at += 1
    let start = at
    skipPlain()
    if bytes[at] == UInt8(ascii: "\"") {
      defer { at += 1 }
      return text(from: start)
    }
    let first = unescapedCount
    var copied = start
    while true {
      let length = at - copied
      memcpy(unescaped + unescapedCount, bytes + copied, length)
      unescapedCount += length
      if bytes[at] == UInt8(ascii: "\"") { break }
      guard bytes[at] == UInt8(ascii: "\\") else { throw unexpectedInText }
      try escape()
      copied = at
      skipPlain()
    }
    at += 1
    return Text(start: Int32(truncatingIfNeeded: count + first), end: Int32(truncatingIfNeeded: count + unescapedCount))
  }

  /// A control character that stands unescaped; also the line's end.
  private var unexpectedInText: JSONFault {
    let isAtEnd = at >= count || at == count - 1 && bytes[at] == 0x0D
    return isAtEnd ? .cut : syntax("a control character stands unescaped in a text")
  }

  private mutating func skipPlain() {
    let bytes = bytes
    var at = at
    while bytes[at] >= 0x20, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") { at &+= 1 }
    self.at = at
  }

  private mutating func escape() throws(JSONFault) {
    at += 1
    let byte = bytes[at]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): append(byte)
    case UInt8(ascii: "b"): append(0x08)
    case UInt8(ascii: "f"): append(0x0C)
    case UInt8(ascii: "n"): append(0x0A)
    case UInt8(ascii: "r"): append(0x0D)
    case UInt8(ascii: "t"): append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try unicodeEscape()
      for byte in UTF8.encode(scalar) ?? .init() { append(byte) }
      return
    default: throw syntax("an unknown escape stands in a text")
    }
    at += 1
  }

  private mutating func append(_ byte: UInt8) {
    unescaped[unescapedCount] = byte
    unescapedCount += 1
  }

  /// Reads `u` and four digits, or the two of a surrogate pair.
  private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
    var code = try hexQuad()
    if code == 0 { throw .nul }
    if code & 0xFC00 == 0xD800, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
      at += 1
      let low = try hexQuad()
      guard low & 0xFC00 == 0xDC00 else { throw .loneSurrogate }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw at >= count - 1 ? .cut : .loneSurrogate }
    return scalar
  }

  private mutating func hexQuad() throws(JSONFault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      at += 1
      guard at < count, let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else {
        throw syntax("four hexadecimal digits are expected")
      }
      code = code << 4 | UInt32(digit)
    }
    at += 1
    return code
  }
}
