// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

@Suite struct JSONLinesReaderTests {
  @Test(arguments: [
    (#"{"a": "x"}"#, "a", ["x"]),
    (#"{"a": 12.50}"#, "a", ["12.50"]),
    (
      #"{"a": [1e400, -0, 9007199254740993, 0.10, -1.5E-7]}"#, "a",
      ["1e400", "-0", "9007199254740993", "0.10", "-1.5E-7"]
    ),
    (#"{"a": true, "b": false}"#, "b", ["false"]),
    (#"{"a": null}"#, "a", []),
    (#"{"a": ""}"#, "a", []),
    (#"{}"#, "a", []),
    (#" {"b":1,"a" : "x" }  "#, "a", ["x"]),
    (#"{"a": {"b": {"c": 7}}}"#, "a.b.c", ["7"]),
    (#"{"a": {"b": 1}, "a.b": 2}"#, "a.b", ["2"]),
    (#"{"a.b": 2, "a": {"b": 1}}"#, "a.b", ["2"]),
    (#"{"a.b": null, "a": {"b": 1}}"#, "a.b", ["1"]),
    (#"{"a.b": {"c": 2}, "a": {"b": {"c": 1}, "b.c": 3}}"#, "a.b.c", ["2", "3"]),
    (#"{"a": {"b": 1}}"#, "a", []),
    (#"{"a": ["x", null, "", "y"]}"#, "a", ["x", "y"]),
    (#"{"a": ["x", "y"]}"#, "a.1", ["y"]),
    (#"{"a": [["x"], [["y"]]]}"#, "a", ["x", "y"]),
    (#"{"a": [["x", "z"], [["y"]]]}"#, "a.1.0", ["y"]),
    (#"{"a": [{"b": 1}, {"b": 2}, {"c": 3}]}"#, "a.b", ["1", "2"]),
    (#"{"a": [{"b": 1}, {"b": 2}]}"#, "a.1.b", ["2"]),
    (#"{"a": [{"b": [1, 2]}, {"b": 3}]}"#, "a.b", ["1", "2", "3"]),
    (#"{"a": {"0": {"b": 1}}}"#, "a.0.b", ["1"]),
    (#"{"a": [1, 2], "a.0": 3}"#, "a.0", ["3"]),
    (#"{"": {"": 1}}"#, ".", ["1"]),
    (#"{"aa": 1, "ab": 2, "b": {"a": 3}}"#, "a", []),
    (#"{"a": "\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\uDE00é"}"#, "a", ["\"\\/\u{8}\u{c}\n\r\té€😀é"]),
    (#"{"\u0061": "x\u0079z"}"#, "a", ["xyz"]),
    (#"{"Σ (custom)": "NO"}"#, "Σ (custom)", ["NO"]),
    (#"{"refund_metadata[team]": "t"}"#, "refund_metadata[team]", ["t"]),
  ])
  func values(line: String, column: String, expected: [String]) throws {
    for text in [line, line + "\n", "\u{FEFF}\r\n\n" + line + "\r\n"] {
      let read = try read(text, [column])
      #expect(read.map(\.values) == [[expected]], "\(text)")
      #expect(read.map(\.fault) == [nil])
    }
  }

  @Test(arguments: [
    ("[1]", JSONFault.notAnObject),
    ("\"a\"", .notAnObject),
    ("x", .notAnObject),
    ("{\"a\": 1", .cut),
    ("{\"a\": tru", .cut),
    ("{\"a\": \"x", .cut),
    ("{\"a\": \"x\\u12", .cut),
    ("{\"a\": \"\\ud83d", .cut),
    ("{\"a\": \"\\ud83d\\", .cut),
    ("{\"a\"", .cut),
    ("{", .cut),
    ("{\"a\": 1}}", .syntax(offset: 8, "something follows the object")),
    ("{\"a\": 1} {\"a\": 2}", .syntax(offset: 9, "something follows the object")),
    ("{\"a\": 01}", .syntax(offset: 6, "a number begins with 0")),
    ("{\"a\": .5}", .syntax(offset: 6, "a value is expected")),
    ("{\"a\": 5.}", .syntax(offset: 8, "a digit is expected")),
    ("{\"a\": NaN}", .syntax(offset: 6, "a value is expected")),
    ("{\"a\": True}", .syntax(offset: 6, "a value is expected")),
    ("{\"a\": nul}", .syntax(offset: 6, "a value is expected")),
    ("{\"a\": 1,}", .syntax(offset: 8, "a key in quotation marks is expected")),
    ("{'a': 1}", .syntax(offset: 1, "a key in quotation marks is expected")),
    ("{\"a\" 1}", .syntax(offset: 5, "a colon is expected")),
    ("{\"a\": 1 \"b\": 2}", .syntax(offset: 8, "a comma is expected")),
    ("{\"a\": [1 2]}", .syntax(offset: 9, "a comma is expected")),
    ("{\"a\": \"\\x\"}", .syntax(offset: 8, "an unknown escape stands in a text")),
    ("{\"a\": \"\\u12G4\"}", .syntax(offset: 11, "four hexadecimal digits are expected")),
    ("{\"a\": \"x\ty\"}", .syntax(offset: 8, "a control character stands unescaped in a text")),
    ("{\"a\": 1, \"b\": 2, \"a\": 1}", .duplicateKey("a")),
    ("{\"a\": 1, \"\\u0061\": 2}", .duplicateKey("a")),
    ("{\"x\": {\"k\": 1, \"k\": 1}}", .duplicateKey("k")),
    ("{\"a\": \"\\ud83d\"}", .loneSurrogate),
    ("{\"a\": \"\\ud83dx\"}", .loneSurrogate),
    ("{\"a\": \"\\ud83d\\u0041\"}", .loneSurrogate),
    ("{\"z\": \"\\ude00\"}", .loneSurrogate),
    ("{\"z\": \"\\u0000\"}", .nul),
    ("{\"z\": \"\0\"}", .nul),
    ("{\0\"z\": 1}", .nul),
  ])
  func whatIsNoObjectSaysWhyAndTheOthersGoOn(line: String, fault: JSONFault) throws {
    let read = try read("{\"a\": 1}\n" + line + "\n{\"a\": 2}\n", ["a"])
    #expect(read.map(\.line) == [1, 2, 3])
    #expect(read.map(\.fault) == [nil, fault, nil])
    #expect(read.map(\.values) == [[["1"]], [], [["2"]]])
    #expect(read[1].raw == line)
    #expect(fault.sentence.hasSuffix(".") || fault.sentence.hasSuffix("NEW"))
  }

  @Test func invalidUTF8IsFoundWhereverItStands() throws {
    let bytes = Array("{\"a\": 1, \"z\": \"".utf8) + [0xE9] + Array("\"}\n{\"a\": \"é\"}\n".utf8)
    #expect(try read(bytes: bytes, ["a"]).map(\.fault) == [.notUTF8, nil])
  }

  @Test func utf16IsRefused() throws {
    #expect(throws: CSVError.self) { try read(bytes: [0xFF, 0xFE, 0x7B, 0], ["a"]) }
  }

  @Test func nestingHasALimitThatIsNoStackOverflow() throws {
    func nested(_ depth: Int) -> String {
      "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }
    #expect(try read(nested(63), ["a"]).map(\.fault) == [nil])
    #expect(try read(nested(64), ["a"]).map(\.fault) == [.tooDeep])
    #expect(try read(nested(100_000), ["a"]).map(\.fault) == [.tooDeep])
    #expect(try read(String(repeating: "{\"a\":", count: 100_000), ["a"]).map(\.fault) == [.tooDeep])
  }

  @Test func manyKeysAndValuesAreBounded() throws {
    let keys = (0..<9_999).map { "\"k\($0)\":1" }
    #expect(try read("{\(keys.joined(separator: ","))}", ["k9998"]).map(\.values) == [[["1"]]])
    #expect(
      try read("{\((keys + ["\"k7000\":1"]).joined(separator: ","))}", ["a"]).map(\.fault)
        == [.duplicateKey("k7000")])
    let many = "{\"a\":[" + String(repeating: "1,", count: 1_000_000) + "1]}"
    #expect(try read(many + "\n{\"a\":2}", ["a"]).map(\.fault) == [.tooManyValues, nil])
  }

  @Test func aLineOverTheLimitIsPassedOver() throws {
    let limits = CSVLimits(recordBytes: 16, fields: 9)
    let text = "{\"a\": \"123456\"}\n{\"a\": \"1234567890\"}\n\n{\"a\": \"x\"}\n" + String(repeating: "y", count: 99)
    for chunkSize in 1...120 {
      let read = try read(text, ["a"], chunkSize: chunkSize, limits: limits)
      #expect(read.map(\.line) == [1, 2, 4, 5])
      #expect(read.map(\.fault) == [nil, .tooLong, nil, .tooLong])
      #expect(
        read.map(\.raw) == [
          "{\"a\": \"123456\"}", "{\"a\": \"123456789", "{\"a\": \"x\"}", String(repeating: "y", count: 16),
        ])
    }
  }

  @Test func linesAndTheTapSeeTheWholeFile() throws {
    let text = "\u{FEFF}\r\n{\"a\": 1}\r\n \t\n\n{\"a\": \"é\\n😀\"}\n{\"a\": \r 3}\n{\"a\": 4}"
    let whole = try read(text, ["a"], chunkSize: 4096)
    #expect(whole.map(\.line) == [2, 5, 6, 7])
    #expect(whole.map(\.values) == [[["1"]], [["é\n😀"]], [["3"]], [["4"]]])
    #expect(whole.map(\.endsWithNewline) == [true, true, true, false])
    for chunkSize in 1...text.utf8.count {
      var seen: [UInt8] = []
      #expect(try read(text, ["a"], chunkSize: chunkSize) { seen.append(contentsOf: $0) } == whole)
      #expect(seen == Array(text.utf8))
    }
  }

  @Test func contentIsTheSameInAnyOrderAndWithAnySpace() throws {
    let lines = """
      {"b": {"y": 2, "x": "1"}, "a": ["p", "q"], "n": null, "e": "", "o": {}}
      {"a":["p","q"],"b":{"x":1,"y":2}}
      {"a": ["p", "q"], "b.x": 1, "b.y": 2}
      {"a": ["q", "p"], "b": {"x": 1, "y": 2}}
      """
    let contents = try read(lines, [], wantsContent: true).map(\.content)
    #expect(contents[0] == "a.0\u{1F}p\u{1F}a.1\u{1F}q\u{1F}b.x\u{1F}1\u{1F}b.y\u{1F}2\u{1F}")
    #expect(contents[1] == contents[0])
    #expect(contents[2] == contents[0])
    #expect(contents[3] != contents[0])
  }
}

// Properties. The seed is printed with what fails.
extension JSONLinesReaderTests {
  /// What the reader takes is what `JSONValue` takes, which is written in another way, but for numbers of any size.
  @Test func anyBytesAreJudgedAsTheOtherReaderJudgesThem() throws {
    var random = SeededRandom(named: "JSONLinesReaderTests.anyBytes")
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u0061\"", "\"x\\ud83d\\ude00\"", "\"\\ud83d\"", "1", "-2.50",
      "1e5", "01", "true", "null", " ", "\"é\"", "\"", "\\", "{\"a\":", "{\"c\":[", "]}", "\"d\":{}}",
    ]
    var taken = 0
    for round in 0..<4_000 {
      let isBuilt = round.isMultiple(of: 2)
      var text =
        isBuilt
        ? object(depth: 3, &random)
        : "{"
          + (0..<Int.random(in: 0...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      if isBuilt, Bool.random(using: &random), let index = text.indices.randomElement(using: &random) {
        text.remove(at: index)
      }
      let line = try #require(try read(text, ["a", "b.a", "a.0"]).first, "\(random.seed): \(text)")
      let judged = try? JSONValue(parsing: Array(text.utf8))  // nil is the judgement
      #expect(
        (line.fault == nil) == (judged.map { if case .object = $0 { true } else { false } } ?? false),
        "\(random.seed): \(text)")
      guard let judged, line.fault == nil else { continue }
      taken += 1
      #expect(line.values == ["a", "b.a", "a.0"].map { values($0, judged) }, "\(random.seed): \(text)")
    }
    #expect(taken > 1_000)
  }

  private func object(depth: Int, _ random: inout SeededRandom) -> String {
    let keys = ["a", "b", "c", "a.0", "b.a", "\\u0062", "0"].shuffled(using: &random).prefix(
      Int.random(in: 0...4, using: &random))
    return "{" + keys.map { "\"\($0)\": \(value(depth: depth, &random))" }.joined(separator: ",") + "}"
  }

  private func value(depth: Int, _ random: inout SeededRandom) -> String {
    switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
    case 0: "\(Int.random(in: -9...9, using: &random)).50"
    case 1: "null"
    case 2: "true"
    case 3: "\"\""
    case 4: "\"\\u00e9 \\\"q\\\"\""
    case 5: "\"t\(Int.random(in: 0...9, using: &random))\""
    case 6: object(depth: depth - 1, &random)
    default:
      "["
        + (0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, &random) }.joined(
          separator: ", ")
        + "]"
    }
  }

  /// The rules of docs/formats/map.md once more, on a value that was read: all ways to the column, of which the shortest count.
  private func values(_ column: String, _ value: JSONValue) -> [String] {
    var found: [[Int]: (steps: Int, text: String)] = [:]
    func walk(_ value: JSONValue, _ rest: [String], _ steps: Int, at place: [Int]) {
      func take(_ text: String) {
        guard rest.isEmpty, !text.isEmpty, found[place].map({ $0.steps > steps }) ?? true else { return }
        found[place] = (steps, text)
      }
      switch value {
      case .null: return
      case .bool(let value): take(value ? "true" : "false")
      case .integer(let value): take(String(value))
      case .decimal(let text), .string(let text): take(text)
      case .object(let members):
        for (index, member) in members.enumerated() {
          let parts = member.name.components(separatedBy: ".")
          guard rest.starts(with: parts) else { continue }
          walk(member.value, Array(rest.dropFirst(parts.count)), steps + 1, at: place + [index])
        }
      case .array(let elements):
        for (index, element) in elements.enumerated() {
          walk(element, rest, steps, at: place + [index])
          guard rest.first == String(index) else { continue }
          walk(element, Array(rest.dropFirst()), steps + 1, at: place + [index])
        }
      }
    }
    walk(value, column.components(separatedBy: "."), 0, at: [])
    let fewest = found.values.map(\.steps).min()
    return found.filter { $0.value.steps == fewest }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value.text)
  }
}

extension JSONLinesReaderTests {
  /// All there is to know about a line.
  private struct Snapshot: Equatable {
    var line: Int
    var raw: String
    var endsWithNewline: Bool
    var fault: JSONFault?
    /// By column.
    var values: [[String]]
    var content: String
  }

  private func read(
    _ text: String, _ columns: [String], wantsContent: Bool = false, chunkSize: Int = 64,
    limits: CSVLimits = CSVLimits(),
    tap: ((UnsafeRawBufferPointer) -> Void)? = nil
  ) throws -> [Snapshot] {
    try read(
      bytes: Array(text.utf8), columns, wantsContent: wantsContent, chunkSize: chunkSize, limits: limits, tap: tap)
  }

  private func read(
    bytes: [UInt8], _ columns: [String], wantsContent: Bool = false, chunkSize: Int = 64,
    limits: CSVLimits = CSVLimits(),
    tap: ((UnsafeRawBufferPointer) -> Void)? = nil
  ) throws -> [Snapshot] {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("lines-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }  // what stays is in the system's temporary folder
    let reader = try JSONLinesReader(
      path: url.path, columns: columns, wantsContent: wantsContent, chunkSize: chunkSize, limits: limits, tap: tap)
    var record = JSONRecord()
    var result: [Snapshot] = []
    while try reader.next(&record) {
      var content: [UInt8] = []
      let bound = columns.indices.map { BoundColumn(name: columns[$0], indexes: [$0], isPersonal: false) }
      let isRead = record.fault == nil
      if isRead { record.appendContent(to: &content) }
      result.append(
        Snapshot(
          line: record.line, raw: String(decoding: record.raw, as: UTF8.self), endsWithNewline: record.endsWithNewline,
          fault: record.fault,
          values: isRead ? bound.map { record.places(of: $0).map { record.text($0, .utf8) ?? "" } } : [],
          content: String(decoding: content, as: UTF8.self)))
    }
    return result
  }

  /// Random numbers that a seed repeats (SplitMix64); the seed is printed.
  private struct SeededRandom: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(named name: String) {
      seed = UInt64.random(in: 0 ... .max)
      state = seed
      print("\(name): seed \(seed)")
    }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
