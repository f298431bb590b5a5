// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Handbook

/// Keys that hold more than a word keep the parser busy for ever, so they are refused before it compares them.
@Suite struct HarmlessYAMLTests {
  @Test(
    arguments: [
      ("{?a: b}", .explicitKey, 1), ("[?a]", .explicitKey, 1), ("? a\n: b", .explicitKey, 1), ("k: ?", .explicitKey, 1),
      ("k: v\n? a", .explicitKey, 2), ("- ? a\n  : b", .explicitKey, 1), ("? - a\n  - b\n: c", .explicitKey, 1),
      ("{{a}: b}", .collectionAsKey, 1), ("{[a]}", .collectionAsKey, 1), ("k: {a,\n {b}}", .collectionAsKey, 2),
      ("[a]: b", .collectionAsKey, 1), ("k: v\n[a] : b", .collectionAsKey, 2), ("[[a] : b]", .collectionAsKey, 1),
      ("k:\n- [a]: b", .collectionAsKey, 2), ("[\"x[\", a]: b", .collectionAsKey, 1),
      ("[']', [a]]: b", .collectionAsKey, 1),
      ("!t [a]: b", .collectionAsKey, 1), ("{a: {b: c, [d]: e}}", .collectionAsKey, 1),
      ("k: [[[[]]]]", .tooDeep, 1), ("k: {a: {b: {c: {}}}}", .tooDeep, 1),
      ("k: \"a\nm: 1\nn: 2", .openQuote, 1), ("k: v\nm: 'a", .openQuote, 2), ("k:\n\ta: b", .reservedSign, 2),
      ("k: @a", .reservedSign, 1), ("k: v\n---\nm: w", .secondDocument, 2), ("k: \u{93}", .character("U+0093"), 1),
      ("k: v\nm: a\u{85}b", .lineBreak("U+0085"), 2),
      ("k: v\nm: a\u{2028}b", .lineBreak("U+2028 LINE SEPARATOR"), 2),
      ("\"?\": a\n\"?\": b", .duplicate("?"), 1), ("k: {a: b", .notYAML("did not find expected ',' or '}'"), 1),
      ("k: |\n  ? x\nm: {a: b\n", .notYAML("did not find expected ',' or '}'"), 3),
    ] as [(String, YAMLRefusal.Reason, Int)])
  func whatIsHarmfulIsRefusedInItsLine(text: String, reason: YAMLRefusal.Reason, line: Int) {
    let refusal = #expect(throws: YAMLRefusal.self) { try HarmlessYAML(Array(text.utf8), deepest: 3).compose() }
    #expect(refusal == YAMLRefusal(reason, line: line))
  }

  @Test(arguments: [
    "k: ?D8", "k: {a: b, c: [d, {e: f}]}", "k: \"[a]: b {c} *d ? e\"", "k: |\n  ? x\n  [a]: b\n  *c",
    "# [a]: {{b}} *c ? d\nk: v",
    "k: {}", "[{a: b}, {c: d}]", "k: what? no* [x]", "k: [a: b, c: d]", "\"?\": a\n\"\u{E001}\": b", "k: '{[a]}'",
    "Lost [EU]: a\nDon't {x} : b\nc]: d",
    "{\"a\":b}",
  ])
  func whatOnlyLooksHarmfulIsTaken(text: String) throws {
    _ = try #require(try HarmlessYAML(Array(text.utf8), deepest: 4).compose())
  }

  /// Each took from seconds to for ever.
  @Test(arguments: [
    "x: " + String(repeating: "{", count: 900) + words(20_000) + String(repeating: "}", count: 900),
    "x: " + String(repeating: "{", count: 30) + words(200_000) + String(repeating: "}", count: 30),
    "x:\n"
      + String(
        repeating: "- " + String(repeating: "[", count: 200) + "a]" + String(repeating: ": b]", count: 199) + "\n",
        count: 500),
  ])
  func keysWithinKeysEndAtOnce(text: String) {
    let refusal = #expect(throws: YAMLRefusal.self) { try HarmlessYAML(Array(text.utf8), deepest: 32).compose() }
    #expect(refusal?.reason == .collectionAsKey)
  }

  private static func words(_ count: Int) -> String { (0..<count).map { "w\($0)" }.joined(separator: ",") }
}
