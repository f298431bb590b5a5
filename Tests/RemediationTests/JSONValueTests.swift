// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct JSONValueTests {
  private func read(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  /// RFC 8785, sections 3.2.2 and 3.2.3, and the files of its test data that have whole numbers and ASCII keys.
  @Test(arguments: [
    ("[ null , true,\tfalse ]", "[null,true,false]"),
    (#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/""#, "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\""),
    (#"{"1":1,"\r":"Carriage Return"}"#, #"{"\r":"Carriage Return","1":1}"#),
    (
      #"{ "1": {"f": {"f": "hi","F": 5} ,"\n": 56}, "10": { }, "": "empty", "a": { }, "#
        + #""111": [ {"e": "yes","E": "no" } ], "A": { } }"#,
      #"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#
    ),
    (#"{"Unnormalized Unicode":"A\u030a"}"#, "{\"Unnormalized Unicode\":\"A\u{30A}\"}"),
    ("[9007199254740991,-9007199254740991,0]", "[9007199254740991,-9007199254740991,0]"),
    (#""\ud83d\ude00\uDBFF\uDFFF""#, "\"😀\u{10FFFF}\""),
    (" {\r\n} ", "{}"), ("[]", "[]"), ("\"\"", "\"\""), ("-7", "-7"),
  ])
  func canonicalBytesAreThoseOfRFC8785(text: String, canonical: String) throws {
    let bytes = try read(text).canonicalBytes
    #expect(bytes == Array(canonical.utf8))
    #expect(try JSONValue(parsing: bytes).canonicalBytes == bytes)
  }

  /// Unlike the RFC, which orders by UTF-16: the ledger's own keys are ASCII, where both are the same.
  @Test func keysAreInTheOrderOfTheirBytes() throws {
    let value = try read(#"{"\ud83d\ude00":1,"\ufb33":2,"\u20ac":3,"\u00f6":4,"\u0080":5,"b":6,"aa":7,"a":8,"B":9}"#)
    #expect(
      value.canonicalBytes
        == Array("{\"B\":9,\"a\":8,\"aa\":7,\"b\":6,\"\u{80}\":5,\"\u{F6}\":4,\"€\":3,\"\u{FB33}\":2,\"😀\":1}".utf8))
  }

  @Test func onlyWhatMustBeIsEscaped() {
    for code in UInt8(0)...0x7F {
      let character = String(Character(Unicode.Scalar(code)))
      let expected: String =
        switch code {
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case 0x00...0x0F: "\\u000" + String(code, radix: 16)
        case 0x10...0x1F: "\\u00" + String(code, radix: 16)
        default: character
        }
      #expect(JSONValue.string(character).canonicalBytes == Array("\"\(expected)\"".utf8), "code \(code)")
    }
  }

  @Test func encodingParsingAndEncodingGivesTheSameBytes() throws {
    var seed = Seed("JSON values")
    for _ in 0..<500 {
      let value = randomValue(depth: 0, &seed)
      let bytes = value.canonicalBytes
      #expect(try JSONValue(parsing: bytes).canonicalBytes == bytes, "\(seed)")
      for text in [value.compactText, value.prettyText] {
        let again = try read(text)
        #expect(again == value, "\(seed)")
        #expect(again.canonicalBytes == bytes, "\(seed)")
      }
    }
  }

  private func randomValue(depth: Int, _ seed: inout Seed) -> JSONValue {
    switch seed.number(0...(depth > 4 ? 4 : 6)) {
    case 0: return .null
    case 1: return .bool(seed.chance(50))
    case 2: return .integer(Int64(seed.number(-9_007_199_254_740_991...9_007_199_254_740_991)))
    case 3: return .int(seed.number(-9...9))
    case 4: return .string(seed.text(upTo: 12))
    case 5: return .array((0..<seed.number(0...4)).map { _ in randomValue(depth: depth + 1, &seed) })
    default:
      let names = Set((0..<seed.number(0...5)).map { _ in seed.text(upTo: 3) })
      return .object(names.map { .init(name: $0, value: randomValue(depth: depth + 1, &seed)) })
    }
  }

  @Test func textForPeopleKeepsTheOrderAndIsIndented() {
    let value = JSONValue.fields([
      "b": .array([1, .array([])]), "a": .fields(["c": .null]), "gone": nil, "d": .object([]),
    ])
    #expect(value.compactText == #"{"b":[1,[]],"a":{"c":null},"d":{}}"#)
    #expect(
      value.prettyText == """
        {
          "b": [
            1,
            []
          ],
          "a": {
            "c": null
          },
          "d": {}
        }
        """)
  }

  @Test func membersAreFoundByName() {
    let value = JSONValue.fields(["a": 1, "b": nil, "c": .optional(nil), "d": .optional("x")])
    #expect(value["a"] == 1)
    #expect(value["b"] == nil)
    #expect(value["c"] == .null)
    #expect(value["d"] == "x")
    #expect(JSONValue.array([1])["a"] == nil)
  }
}
