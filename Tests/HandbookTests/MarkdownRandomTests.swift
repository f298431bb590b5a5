// SPDX-License-Identifier: Apache-2.0

import Handbook
import Judge
import Testing

/// Makes Markdown that nobody would write.
private struct NastyMarkdown {
  var seed = MarkdownSeed("MarkdownRandomTests")

  mutating func document() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<seed.number(1...60) {
      switch seed.number(0...19) {
      case 0: bytes.append(UInt8(seed.number(0...255)))
      case 1: for _ in 0..<seed.number(1...40) { bytes += pick().utf8 }
      case 2: bytes += String(repeating: pick(), count: seed.number(1...150)).utf8
      default: bytes += pick().utf8
      }
    }
    return bytes
  }

  private mutating func pick() -> String { seed.pick(NastyMarkdown.pieces) }

  private static let pieces = [
    "\n", "\n\n", "\r\n", "\r", " ", "  ", "    ", "\t", "a", "b c", "é", "😀", "\u{202E}", "\u{2066}", "\u{FEFF}",
    "\u{0}",
    "\u{1B}", "\\", "\\\n", "  \n", "*", "**", "***", "_", "__", "~", "~~", "`", "``", "```", "```\n", "~~~ x\n", "# ",
    "## a ##\n",
    "\n===\n", "\n---\n", "***\n", "- - -\n", "- ", "* ", "+ ", "1. ", "2) ", "7. ", "- [ ] ", "- [x] ", "> ", ">", "[",
    "]", "(", ")",
    "![", "](", "](<", ">)", "[a]", "[a]: ", "[a]: javascript:x\n", "[b]: <http://e.org/\"> 'x'\n", "[b]", "![b]",
    "javascript:", "&#106;", "&Tab;", "&colon;", "data:x", "http://e.org", "//e", "mailto:a@b.c", "<http://e.org>",
    "<a@b.c>",
    "<x:y>", "\"", "'", " \"t\")", "<", ">", "<script>", "</p>", "<!--", "-->", "<img src=x onerror=y>", "&", "&lt;",
    "&#0;", "&#x202E;",
    "&nosuch;", "|", "|a|b|\n|---|:-:|\n", "|c|", "\n|---|---|\n", "|||\n", "\\|", "# a\n", "### b\n", "#### c\n",
    "##### d\n", "###### e\n", "[x](#a)", "![*i*](j \"k\")", "![r](https://e.org)",
    "[l](m)", "[|](__n)_", "    code\n", ";", "#", "=", "-", "+", "0", "!", ":",
  ]
}

@Suite struct MarkdownRandomTests {
  @Test func whateverComesInWhatComesOutIsWellFormed() {
    var generator = NastyMarkdown()
    var seen: Set<String> = []
    for number in 0..<3_000 {
      let document = generator.document()
      let judge = MarkdownJudge(document, firstLine: 1 + number % 3 * 100)
      seen.formUnion(judge.names())
      #expect(
        judge.faults.isEmpty,
        """
        seed \(generator.seed.first), document \(number): \(judge.faults.prefix(3))
        \(String(decoding: document, as: UTF8.self).debugDescription)
        """
      )
      if !judge.faults.isEmpty { return }
      judgeBreaks(judge, document, 1 + number % 3 * 100)
    }
    #expect(seen.count == 28, "the documents no longer have every element: \(seen.sorted())")
  }

  /// The line that a break claims has its marks.
  private func judgeBreaks(_ judge: MarkdownJudge, _ document: [UInt8], _ firstLine: Int) {
    let lines = document.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for value in judge.values("data-line", of: "hr") {
      let line = lines[(Int(value) ?? 0) - firstLine]
      #expect("-_*".utf8.contains { mark in line.count { $0 == mark } >= 3 })
    }
  }
}
