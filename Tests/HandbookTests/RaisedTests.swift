// SPDX-License-Identifier: Apache-2.0

import Handbook
import Remediation
import Testing

@Suite struct RaisedTests {
  static let day = CalendarDate("2026-12-01")

  @Test(arguments: [
    ("---\nversion: 3\neffective: 2026-01-05\n---\nB\n", "---\nversion: 4\neffective: 2026-12-01\n---\nB\n"),
    ("---\nversion: 3\n---\nB\n", "---\nversion: 4\neffective: 2026-12-01\n---\nB\n"),
    (
      "---\n# top\nversion:   3   # raised by the tool\ntitle: x\neffective:\t2026-01-05\t# from\nown: [1,  2]\n---\nB",
      "---\n# top\nversion:   4   # raised by the tool\ntitle: x\neffective:\t2026-12-01\t# from\nown: [1,  2]\n---\nB"
    ),
    (
      "---\neffective: 2026-01-05\ntitle: x\nversion: 3\n---\n",
      "---\neffective: 2026-12-01\ntitle: x\nversion: 4\n---\n"
    ),
    ("---\nversion: 3\ntitle: x\n---\n", "---\nversion: 4\neffective: 2026-12-01\ntitle: x\n---\n"),
    ("---\ntitle: x\n---\nB", "---\ntitle: x\nversion: 4\neffective: 2026-12-01\n---\nB"),
    ("---\neffective: 2026-01-05\ntitle: x\n---\n", "---\neffective: 2026-12-01\ntitle: x\nversion: 4\n---\n"),
    ("---\ncodes:\n- A\n- B\n---\n", "---\ncodes:\n- A\n- B\nversion: 4\neffective: 2026-12-01\n---\n"),
    ("---\nnote: |\n  text\n...\nB", "---\nnote: |\n  text\nversion: 4\neffective: 2026-12-01\n...\nB"),
    ("---\n  title: x\n---\n", "---\n  title: x\n  version: 4\n  effective: 2026-12-01\n---\n"),
    (
      "---\r\ntitle: x\r\nversion: 3\r\n---\r\nB\r\n",
      "---\r\ntitle: x\r\nversion: 4\r\neffective: 2026-12-01\r\n---\r\nB\r\n"
    ),
    ("---\nversion: '3'\neffective: \"2026-01-05\"\n---\n", "---\nversion: 4\neffective: 2026-12-01\n---\n"),
    ("---\n\"version\": 3\n---\n", "---\n\"version\": 4\neffective: 2026-12-01\n---\n"),
    ("---\nversion:\neffective:   # later\n---\n", "---\nversion: 4\neffective: 2026-12-01   # later\n---\n"),
    ("---\nversion: ~\neffective: null\n---\n", "---\nversion: 4\neffective: 2026-12-01\n---\n"),
    (
      "---\neffective: 2026-01-05T10:00:00Z\nversion: 999999\n---\n", "---\neffective: 2026-12-01\nversion: 4\n---\n"
    ),
    (
      "---\nnested:\n  version: 9\n  effective: 2020-01-01\nversion: 3\n---\nversion: 7\n",
      "---\nnested:\n  version: 9\n  effective: 2020-01-01\nversion: 4\neffective: 2026-12-01\n---\nversion: 7\n"
    ),
    (
      "---\ntitle: \"version: 3\"\nGröße: ä\nversion: 3\n---\n",
      "---\ntitle: \"version: 3\"\nGröße: ä\nversion: 4\neffective: 2026-12-01\n---\n"
    ),
    ("---\n---\nB", "---\nversion: 4\neffective: 2026-12-01\n---\nB"),
    ("# B\n", "---\nversion: 4\neffective: 2026-12-01\n---\n# B\n"),
    ("# B\r\nx\n", "---\r\nversion: 4\r\neffective: 2026-12-01\r\n---\r\n# B\r\nx\n"),
    ("", "---\nversion: 4\neffective: 2026-12-01\n---\n"),
    ("\u{FEFF}# B", "\u{FEFF}---\nversion: 4\neffective: 2026-12-01\n---\n# B"),
    ("\u{FEFF}---\nversion: 3\n---", "\u{FEFF}---\nversion: 4\neffective: 2026-12-01\n---"),
    ("--- \nversion: 3 \n--- \n", "--- \nversion: 4 \neffective: 2026-12-01\n--- \n"),
  ]) func onlyTheTwoValuesChange(text: String, expected: String) throws {
    let raised = try ParsedSOP(bytes: Array(text.utf8)).raised(to: 4, effective: Self.day)
    #expect(String(decoding: raised, as: UTF8.self) == expected)
    #expect(raised == Array(expected.utf8))
    #expect(try ParsedSOP(bytes: raised).raised(to: 4, effective: Self.day) == raised)
  }

  @Test(arguments: [
    ("---\nversion: 3\neffective: 2026-01-05\n---\n", "---\nversion: 4\neffective: 2026-01-05\n---\n"),
    ("---\nversion: 3\n---\n", "---\nversion: 4\n---\n"), ("B", "---\nversion: 4\n---\nB"),
  ]) func withoutADateEffectiveStays(text: String, expected: String) throws {
    let raised = try ParsedSOP(bytes: Array(text.utf8)).raised(to: 4, effective: nil)
    #expect(String(decoding: raised, as: UTF8.self) == expected)
  }

  /// Whatever is read at all can be raised: then it says the new version and date, and nothing else has changed.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func whateverIsReadCanBeRaised(seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    let pieces = [
      "version", "effective", "title", "codes", "k", ": ", ":", " ", "  ", "\n", "\n", "\r\n", "- ", "? ", "[", "]",
      "{",
      "}", ", ", "3", "2026-01-05", "\"", "'", "|", ">", "|-", "#", " # c", "&a ", "*a", "!!str ", "~", "ä", "\t",
      "...",
      "---", "x", "version: 3\n", "effective: 2026-01-05\n", "title: t\n", "\nnote: >\n  t\n",
    ]
    var read = 0
    for _ in 0..<5_000 {
      var text = "---\n"
      for _ in 0..<Int(random.next() % 12) { text += pieces[Int(random.next() % UInt64(pieces.count))] }
      text += "\n---\nBody"
      guard let sop = try? ParsedSOP(bytes: Array(text.utf8)) else { continue }
      read += 1
      let raised = sop.raised(to: 77, effective: Self.day)
      guard let again = try? ParsedSOP(bytes: raised) else {
        Issue.record("seed \(seed): \(text.debugDescription)")
        continue
      }
      var expected = sop.frontMatter
      expected.version = 77
      expected.effective = Self.day
      #expect(again.frontMatter == expected, "seed \(seed): \(text.debugDescription)")
      #expect(again.body == sop.body, "seed \(seed): \(text.debugDescription)")
      #expect(again.raised(to: 77, effective: Self.day) == raised, "seed \(seed): \(text.debugDescription)")
    }
    #expect(read > 100)
  }
}
