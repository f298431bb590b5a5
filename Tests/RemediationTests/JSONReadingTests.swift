// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct JSONReadingTests {
  @Test(arguments: [
    ("9007199254740993", JSONValue.integer(9_007_199_254_740_993)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), ("0", .integer(0)),
    ("2.75", .decimal("2.75")), ("-0.0", .decimal("-0.0")), ("1e400", .decimal("1e400")), ("1E+2", .decimal("1E+2")),
    ("0.1e-7", .decimal("0.1e-7")), ("\t\n\r 1 \t\n\r", .integer(1)), ("\"\\/\"", .string("/")),
    ("\"\\u00e9\\u00E9\"", .string("\u{E9}\u{E9}")), ("\"\u{7F}\u{FEFF}\"", .string("\u{7F}\u{FEFF}")),
    ("\"\\u0000\"", .string("\0")), ("{\"\":null}", .object([.init(name: "", value: .null)])),
  ])
  func valuesAreExact(text: String, value: JSONValue) throws {
    let read = try JSONValue(parsing: Array(text.utf8))
    #expect(read == value)
    #expect(read.compactText == value.compactText)
  }

  @Test(arguments: [
    // text, byte, a word of the reason
    ("", 0, "ends"), ("   ", 3, "ends"), ("[1", 2, "comma"), ("{\"a\"", 4, "colon"), ("{\"a\":", 5, "ends"),
    ("{\"a\":1", 6, "comma"), ("[1,]", 3, "value"), ("{\"a\":1,}", 7, "key"), ("{,}", 1, "key"), ("[,]", 1, "value"),
    ("{a:1}", 1, "key"), ("{'a':1}", 1, "key"), ("{1:1}", 1, "key"), ("{\"a\" 1}", 5, "colon"), ("[1 2]", 3, "comma"),
    // Duplicate keys, also where they are written differently
    ("{\"a\":1,\"a\":1}", 10, "twice"), ("{\"a\":1,\"\\u0061\":2}", 15, "twice"),
    ("[{\"b\":{\"a\":1,\"a\":2}}]", 16, "twice"),
    // Numbers
    ("-0", 2, "range"), ("01", 2, "begin"), ("-01", 3, "begin"), ("00", 2, "begin"), ("-", 1, "value"),
    ("+1", 0, "value"), (".5", 0, "value"), ("1.", 2, "digits"), ("1.e1", 2, "digits"), ("1e", 2, "digits"),
    ("1e+", 3, "digits"), ("9223372036854775808", 19, "range"), ("-9223372036854775809", 20, "range"),
    ("NaN", 0, "value"), ("Infinity", 0, "value"), ("-Infinity", 1, "value"), ("0x10", 1, "follows"),
    ("1_000", 1, "follows"), ("\u{0661}", 0, "value"),
    // Words
    ("True", 0, "value"), ("tru", 0, "value"), ("nul", 0, "value"), ("nullx", 4, "follows"), ("undefined", 0, "value"),
    // What follows
    ("1 1", 2, "follows"), ("{}{}", 2, "follows"), ("[]]", 2, "follows"), ("1,", 1, "follows"), ("1\0", 1, "follows"),
    ("1// why", 1, "follows"), ("/* why */1", 0, "value"), ("1\u{A0}", 1, "follows"),
    // A byte-order mark
    ("\u{FEFF}{}", 0, "value"),
    // Strings
    ("\"a", 2, "closed"), ("\"\\", 2, "closed"), ("\"a\nb\"", 3, "control"), ("\"\t\"", 2, "control"),
    ("\"\0\"", 2, "control"), ("\"\u{1F}\"", 2, "control"), ("\"\\x41\"", 3, "escape"), ("\"\\U0041\"", 3, "escape"),
    ("\"\\u12\"", 3, "hexadecimal"), ("\"\\u12g4\"", 3, "hexadecimal"), ("\"\\u+123\"", 3, "hexadecimal"),
    ("\"\\u-123\"", 3, "hexadecimal"), ("\"\\u", 3, "hexadecimal"), ("\"\\u00é\"", 3, "hexadecimal"),
    // Lone surrogates
    ("\"\\ud800\"", 7, "surrogate"), ("\"\\udc00\"", 7, "surrogate"), ("\"\\ud800x\"", 7, "surrogate"),
    ("\"\\udc00\\ud800\"", 7, "surrogate"), ("\"\\ud800\\ud800\"", 13, "surrogate"),
    ("\"\\ud800\\u0041\"", 13, "surrogate"), ("\"\\ud800\\n\"", 7, "surrogate"),
    ("{\"\\udfff\":1}", 8, "surrogate"),
  ])
  func anythingElseIsRefusedWithItsPlace(text: String, offset: Int, word: String) throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    #expect(error.offset == offset, "\(error.sentence)")
    #expect(error.reason.contains(word), "\(error.sentence)")
    #expect(error.sentence == "This is not valid JSON at byte \(offset): \(error.reason).")
  }

  /// A stray continuation, an overlong slash, a surrogate, beyond U+10FFFF, a character cut off, Latin-1.
  @Test(arguments: [
    [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xE9], [0xFF],
  ])
  func aStringThatIsNotUTF8IsRefused(bytes: [UInt8]) throws {
    let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
    let value = try #require(throws: JSONError.self) { try JSONValue(parsing: quoted) }
    #expect(value.reason == "a string is not UTF-8")
    let key = try #require(throws: JSONError.self) {
      try JSONValue(parsing: Array("{".utf8) + quoted + Array(":1}".utf8))
    }
    #expect(key.reason == "a string is not UTF-8")
    #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
  func nestingADepthOf100000IsRefused(opening: String) throws {
    let text = String(repeating: opening, count: 100_000)
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    #expect(error.reason == "it is nested too deep")
  }

  @Test func whatIsWithinTheDeepestNestingIsRead() throws {
    func nested(_ levels: Int) -> [UInt8] {
      Array((String(repeating: "[", count: levels) + "1" + String(repeating: "]", count: levels)).utf8)
    }
    let deepest = JSONValue.deepestNesting
    #expect(deepest == 64)
    #expect(try JSONValue(parsing: nested(deepest)).canonicalBytes == nested(deepest))
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(deepest + 1)) }
  }

  @Test
  func keysThatDifferInBytesOnlyAreTwoKeys() throws {
    let value = try JSONValue(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
    #expect(value.compactText == "{\"\u{E9}\":1,\"e\u{301}\":2}")
  }

  @Test func anyBytesAreReadOrRefusedWithoutACrash() {
    var seed = Seed("bytes as JSON")
    let alphabet = Array("{}[]\",:\\u0d8c19-+.eEtrufalsn \n\u{E9}".utf8) + [0, 0xFF, 0xED]
    for _ in 0..<5000 {
      let bytes = (0..<seed.number(0...24)).map { _ in seed.pick(alphabet) }
      do { _ = try JSONValue(parsing: bytes) } catch {
        #expect((0...bytes.count).contains(error.offset), "\(seed)")
      }
    }
  }
}
