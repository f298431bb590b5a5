// SPDX-License-Identifier: Apache-2.0

import Handbook
import Remediation
import Testing

private func parse(_ text: String) throws -> ParsedSOP { try ParsedSOP(bytes: Array(text.utf8)) }

@Suite struct ParsedSOPTests {
  @Test func everyFieldIsRead() throws {
    let sop = try parse(
      """
      ---
      # who may change this: the refunds team
      id: SOP-12
      title: "Duplicate charge: refund"
      owner: 4711
      version: 3
      effective: 2026-01-05
      review_by: '2027-01-05'
      codes: [RF-01, RF-07]
      root_causes:
        - gateway-retry
        - "no"
      status: retired
      audience: [support, {team: a}]
      ---
      # Body

      """)
    #expect(
      sop.frontMatter
        == SOPFrontMatter(
          id: "SOP-12", title: "Duplicate charge: refund", owner: "4711", version: 3,
          effective: CalendarDate("2026-01-05"), reviewBy: CalendarDate("2027-01-05"), codes: ["RF-01", "RF-07"],
          rootCauses: ["gateway-retry", "no"], isRetired: true))
    #expect(String(decoding: sop.body, as: UTF8.self) == "# Body\n")
  }

  @Test(arguments: [
    ("", SOPFrontMatter(), ""), ("# Title\n", SOPFrontMatter(), "# Title\n"), (" ---\n", SOPFrontMatter(), " ---\n"),
    ("----\na\n", SOPFrontMatter(), "----\na\n"), ("--- x\na\n---\n", SOPFrontMatter(), "--- x\na\n---\n"),
    ("\n---\nversion: 3\n---\n", SOPFrontMatter(), "\n---\nversion: 3\n---\n"),
    ("---\n---\nBody", SOPFrontMatter(), "Body"), ("---\n# nothing\n\n---\n", SOPFrontMatter(), ""),
    ("---\nversion: 3\n---", SOPFrontMatter(version: 3), ""),
    ("---\nversion: 3\n...\nB\n---\n", SOPFrontMatter(version: 3), "B\n---\n"),
    ("--- \t\nversion: 3\n---  \nB", SOPFrontMatter(version: 3), "B"),
    ("---\r\nversion: 3\r\n---\r\nB\r\n", SOPFrontMatter(version: 3), "B\r\n"),
    ("\u{FEFF}---\nversion: 3\n---\nB", SOPFrontMatter(version: 3), "B"), ("\u{FEFF}B", SOPFrontMatter(), "B"),
    ("---\n\"version\": \"3\"\n---\n", SOPFrontMatter(version: 3), ""),
    ("---\nversion: 0\n---\n", SOPFrontMatter(), ""),
    ("---\nversion: 1000000\n---\n", SOPFrontMatter(version: 1_000_000), ""),
    ("---\nversion:\neffective: ~\ncodes: null\ntitle:\n---\n", SOPFrontMatter(), ""),
    ("---\n  version: 3\n  title: t\n---\n", SOPFrontMatter(title: "t", version: 3), ""),
    ("---\ncodes: RF-01\nroot_causes: []\n---\n", SOPFrontMatter(codes: ["RF-01"]), ""),
    (
      "---\ncodes:\n- 0012\n- NO\n- 1e3\n- 2026-01-05\n---\n",
      SOPFrontMatter(codes: ["0012", "NO", "1e3", "2026-01-05"]), ""
    ),
    ("---\nid: 007\ntitle: yes\nowner: 1.50\n---\n", SOPFrontMatter(id: "007", title: "yes", owner: "1.50"), ""),
    ("---\ntitle: ''\n---\n", SOPFrontMatter(title: ""), ""),
    ("---\neffective: 2026-01-05T23:30:00-05:00\n---\n", SOPFrontMatter(effective: CalendarDate("2026-01-05")), ""),
    ("---\nstatus: draft\n---\n", SOPFrontMatter(), ""), ("---\nstatus: [a]\nVersion: 9\n---\n", SOPFrontMatter(), ""),
    ("---\nnote: |\n  &a *b !c [[[[\nversion: 2\n---\n", SOPFrontMatter(version: 2), ""),
    ("---\ntitle: What?! Why? *now*\nwhy: \"? a\"\n---\n", SOPFrontMatter(title: "What?! Why? *now*"), ""),
    ("---\ntitle: \"*a &b\" # *c\n\"*x\": '*y'\n---\n", SOPFrontMatter(title: "*a &b"), ""),
    ("---\ntitle: a & b * c! [x]\nversion: 2\n---\n", SOPFrontMatter(title: "a & b * c! [x]", version: 2), ""),
    (
      "---\ntitle: --------------------------------\n---\n", SOPFrontMatter(title: "--------------------------------"),
      ""
    ),
  ]) func aGoodFileIsRead(text: String, frontMatter: SOPFrontMatter, body: String) throws {
    let sop = try parse(text)
    #expect(sop.frontMatter == frontMatter)
    #expect(Array(body.utf8) == sop.body)
    #expect(Array(text.utf8) == sop.bytes)
  }

  static let bad: [(text: String, words: [String])] = [
    ("---\n", ["line 1 ", "never ends", "write a line ---"]), ("---", ["line 1 ", "***"]),
    ("---\ntitle: x\n\n# Body\n", ["never ends"]),
    ("---\n- a\n---\n", ["line 2 ", "key: value"]), ("---\njust text\n---\n", ["line 2 ", "key: value"]),
    ("---\n{version: 3}\n---\n", ["line 2 ", "key: value"]),
    ("---\ntitle: a\nversion: 3\ntitle: b\n---\n", ["line 2 ", "title", "more than once"]),
    ("---\na: 1\nx: {b: 1, \"b\": 2}\n---\n", ["line 3 ", "b stands more than once"]),
    ("---\ntitle: \"a\nversion: 3\n---\n", ["line 2 ", "not YAML", "quotation mark"]),
    ("---\ntitle: Refunds: late\n---\n", ["line 2 ", "quotes"]), ("---\n\ttitle: a\n---\n", ["line 2 "]),
    ("---\ntitle: a\n  b: c\n---\n", ["line 3 "]), ("---\n%TAG ! x\n---\n", ["line "]),
    ("---\na: b\n--- c\n---\n", ["line "]),
    ("---\ntitle: a\n... # end\n---\n", ["line 3 ", "may hold nothing else"]),
    ("---\n? version\n: 3\n---\n", ["line 2 ", "beginning of a line"]), ("---\n: 3\n---\n", ["line 2 "]),
    ("---\n?\n  version\n---\n", ["line 2 ", "beginning of a line"]),
    ("---\n[a]: 3\n---\n", ["line 2 ", "must be a word"]),
    ("---\ncodes: &c [A]\n---\n", ["line 2 ", "anchors"]),
    ("---\na: b\ncodes: *c\n---\n", ["line 3 ", "alias", "write the value out"]),
    ("---\n&a k: v\n---\n", ["line 2 ", "anchors"]), ("---\na:\n  - &x 1\n  - *x\n---\n", ["line 3 ", "anchors"]),
    (
      "---\na: &a [" + String(repeating: "x, ", count: 20_000) + "x]\n"
        + (1...9).map { "a\($0): &b [*a, *a, *a]\n" }.joined() + "*b : x\n---\n", ["line 2 ", "anchors"]
    ),
    ("---\nversion: !!int 3\n---\n", ["line 2 ", "tags"]), ("---\ntitle: ! x\n---\n", ["line 2 ", "tags"]),
    ("---\n!!str title: x\n---\n", ["line 2 ", "tags"]), ("---\na: [!b c]\n---\n", ["line 2 ", "tags"]),
    ("---\n!!map\ntitle: x\n---\n", ["line 2 ", "tags"]), ("---\ntitle: !!str \"x\"\n---\n", ["line 2 ", "tags"]),
    (
      "---\na: " + String(repeating: "[", count: 17) + String(repeating: "]", count: 17) + "\n---\n",
      ["line 2 ", "16 levels"]
    ),
    ("---\na: " + String(repeating: "[", count: 60_000) + "\n---\n", ["line 2 ", "16 levels"]),
    ("---\n" + String(repeating: "- ", count: 30_000) + "a\n---\n", ["line 2 ", "16 levels"]),
    ("---\n" + String(repeating: "? ", count: 17) + "a\n---\n", ["line 2 ", "beginning of a line"]),
    ("---\n" + (0..<18).map { String(repeating: " ", count: $0) + "k:\n" }.joined() + "---\n", ["16 levels"]),
    ("---\nversion: three\n---\n", ["line 2 ", "version: \"three\"", "write version: 3"]),
    ("---\ntitle: a\nversion: 1000001\n---\n", ["line 3 ", "0 to 1000000"]),
    ("---\nversion: -1\n---\n", ["0 to 1000000"]),
    ("---\nversion: 3.0\n---\n", ["whole number"]), ("---\nversion: 03\n---\n", ["whole number"]),
    ("---\nversion: 0x3\n---\n", ["whole number"]), ("---\nversion: ３\n---\n", ["whole number"]),
    ("---\nversion: 99999999999999999999\n---\n", ["whole number"]), ("---\nversion: [3]\n---\n", ["one value"]),
    ("---\nversion:\n  3\n---\n", ["line 3 ", "on one line"]), ("---\nversion: >\n  3\n---\n", ["line 2 "]),
    ("---\nversion: \"\\x33\"\n---\n", ["plainly"]),
    ("---\neffective: 5.1.2026\n---\n", ["line 2 ", "effective", "2026-11-30"]),
    ("---\neffective: 2026-02-30\n---\n", ["\"2026-02-30\" is not a date"]),
    ("---\neffective: 2026-1-5\n---\n", ["not a date"]),
    ("---\neffective: 2026-01-05 soon\n---\n", ["not a date"]),
    ("---\nreview_by: never\n---\n", ["line 2 ", "review_by"]),
    ("---\nreview_by: {a: b}\n---\n", ["one value"]),
    ("---\ntitle: [a]\n---\n", ["line 2 ", "title", "one value"]), ("---\nid: {a: b}\n---\n", ["id", "one value"]),
    ("---\nid: \"a\\nb\"\n---\n", ["control character"]), ("---\nid: \"a\\0b\"\n---\n", ["control character"]),
    ("---\ncodes: {A: b}\n---\n", ["line 2 ", "codes", "list"]),
    ("---\ncodes:\n  - A\n  - [B]\n---\n", ["line 4 ", "not a text"]),
    ("---\ncodes: [A, ]\nroot_causes: [a, ~]\n---\n", ["line 3 ", "not a text"]),
    ("---\ncodes: ['']\n---\n", ["not a text"]),
    ("---\ncodes: ''\n---\n", ["an entry is empty"]), ("---\ncodes: [\"A\\tB\"]\n---\n", ["control character"]),
    ("---\ntitle: a\rversion: 3\n---\n", ["line 2 ", "line break"]),
    ("---\na: b\ntitle: a\u{2028}b\n---\n", ["line 3 ", "line break"]),
    ("---\ntitle: a\u{85}b\n---\n", ["line 2 ", "line break"]), ("---\ntitle: a\u{1}b\n---\n", ["not YAML"]),
    ("---\ntitle: a\0b\n---\n", ["line 2 ", "offset 12", "NUL"]), ("Body\nab\0", ["line 2 ", "offset 7", "NUL"]),
    ("---\ntitle: " + String(repeating: "a", count: 65_536) + "\n---\n", ["65544 bytes", "65536"]),
    (String(repeating: "a", count: 1 << 20 + 1), ["1048577 bytes"]),
  ]

  @Test(arguments: bad.indices) func aBadFileIsRefusedWithItsRemedy(index: Int) throws {
    let (text, words) = Self.bad[index]
    let found = try #require(sentence { try parse(text) }, "\(text.prefix(80).debugDescription) was taken")
    #expect(found.hasPrefix("Cannot read the SOP: ") && found.hasSuffix("."))
    for word in words { #expect(found.contains(word), "\(text.prefix(80).debugDescription)") }
    #expect(!found.contains("\n"))
  }

  @Test(
    arguments: [
      ([0x61, 0xFF, 0x62], "offset 1"), ([0x61, 0x0A, 0xC3, 0xA4, 0xC3], "line 2 of the file: the byte at offset 4"),
      ([0xED, 0xA0, 0x80], "offset 0"), ([0xC0, 0x80], "offset 0"), ([0xF4, 0x90, 0x80, 0x80], "offset 0"),
      ([0xFF, 0xFE, 0x23, 0x00], "UTF-16"), ([0xFE, 0xFF, 0x00, 0x23], "UTF-16"),
    ] as [([UInt8], String)]) func whatIsNotUTF8IsRefusedByOffset(bytes: [UInt8], words: String)
  {
    #expect(sentence { try ParsedSOP(bytes: bytes) }?.contains(words) == true)
  }

  @Test(.timeLimit(.minutes(1))) func anAliasBombIsRefusedAtOnce() {
    var bomb = "---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(sentence { try parse(bomb + "*a9 : x\n---\n") }?.contains("anchors") == true)
    var small = "---\na0: &a0 [x, x]\n"
    for level in 1...9 { small += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
    #expect(sentence { try parse(small + "*a9 : x\n---\n") }?.contains("anchors") == true)
  }
}
