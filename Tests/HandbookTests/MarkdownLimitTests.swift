// SPDX-License-Identifier: Apache-2.0

import Handbook
import Judge
import Testing

private func times(_ piece: String, _ count: Int = 50_000) -> String { String(repeating: piece, count: count) }

/// Input that is made to take long, or to become large.
@Suite struct MarkdownLimitTests {
  @Test(arguments: [
    times(">") + times("a*"), times(" -"), times("|") + "\n" + times("---|"), times("<!A"), times("["), times("- "),
    times("> "), times("]"), times("[") + times("]"), times("!["), times("]("), times("[a]("), times("`a``"),
    times("**a *"),
    times("~a"), times("<"), times("<!--"), times("*") + "a" + times("*"), times("![a](") + times(")"), times("- [ ] "),
    times("\r"), times("\t"), times("[a]: b\n", 5_000), times("[a](b)", 5_000), times("#\n", 5_000),
    times("-\n", 5_000),
    times("\u{202E}", 5_000), times("***\n", 5_000), times("a\n---\n", 5_000), times("```\n", 5_000),
    times("&amp;", 5_000),
  ]) func attacksAreRendered(markdown: String) {
    let rendered = MarkdownHTML(rendering: Array(markdown.utf8))
    #expect(rendered.shownAsSource == nil || rendered.shownAsSource == .tooCostly)
    let judge = MarkdownJudge(markdown)
    #expect(judge.faults.isEmpty, "\(judge.faults.prefix(3))")
  }

  @Test func aTableOfManyColumnsIsRenderedAndOneThatGrowsBySquaresIsNot() {
    let wide = times("a|", 5_000) + "\n" + times("---|", 5_000) + "\n"
    #expect(MarkdownJudge(wide).values("data-line", of: "table") == ["1"])
    expectSource(wide + times("|\n", 50_000), .tooMuchHTML)
  }

  @Test func theFormattedTextHasEightMebibytes() {
    #expect(MarkdownHTML(rendering: Array(times("\u{1}", 130_000).utf8)).shownAsSource == nil)
    expectSource(times("\u{1}", 150_000), .tooMuchHTML)
  }

  @Test func definitionsThatAreUsedAgainAndAgainEnd() {
    expectSource("[a]: " + times("x", 100_000) + "\n\n" + times("[a] ", 3_000), .tooMuchHTML)
    expectSource("[a]: javascript:" + times("x", 100_000) + "\n\n" + times("![a] ", 3_000), .tooMuchHTML)
  }

  @Test(arguments: [
    times("[\n]", 100_000), times("[x](\n", 100_000), times("[a](b)\r\n", 100_000), times("\\\n]\r", 100_000),
    times("~~=\n", 50_000) + times(";~~)", 50_000), times("1. ", 40_000) + times("\n", 200_000),
    times("> ", 100_000) + "\n" + times("a\n", 100_000), times("\t- ", 50_000) + times("\n", 50_000),
  ]) func whatTheParserIsSlowAtIsNotParsed(markdown: String) {
    expectSource(markdown, .tooCostly)
  }

  @Test func theParserHasAHundredMillionSteps() {
    #expect(MarkdownHTML(rendering: Array(times("]", 9_999).utf8)).shownAsSource == nil)
    expectSource(times("]", 10_000), .tooCostly)
    #expect(MarkdownHTML(rendering: Array((times(">", 9_999) + times("\n", 10_000)).utf8)).shownAsSource == nil)
    expectSource(times(">", 10_000) + times("\n", 10_001), .tooCostly)
  }

  @Test func aLongTextIsNotParsed() {
    let limit = MarkdownHTML.largest
    #expect(MarkdownHTML(rendering: Array(repeating: UInt8(ascii: "a"), count: limit)).shownAsSource == nil)
    expectSource(times("a", limit + 1), .tooLong(bytes: limit + 1))
  }

  @Test func theSourceIsShownAsItIs() throws {
    let rendered = MarkdownHTML(
      rendering: Array(("\u{FEFF}\n<b> & \u{202E}\u{0}\n" + times("x", MarkdownHTML.largest)).utf8), firstLine: 7)
    #expect(rendered.html.hasPrefix("<pre data-line=\"7\"><code>\n&lt;b&gt; &amp; \u{FFFD}\u{FFFD}\nxxx"))
    #expect(rendered.html.hasSuffix("xxx\n</code></pre>"))
    let reason = try #require(rendered.shownAsSource)
    #expect(reason.sentence.hasPrefix("The text has "))
  }

  /// What is nested too deeply loses its elements, not its text; the lists and tables that remain are whole.
  @Test(arguments: ["> ", "- ", "1. ", "> - ", "- > 1. "]) func depthEnds(piece: String) {
    let judge = MarkdownJudge(
      times(piece, 300) + "|*a*|\n" + times(piece.replacing(#/[^ >]/#, with: " "), 300) + "b\n\n***\n\nc")
    #expect(judge.faults.isEmpty, "\(judge.faults.prefix(3))")
    #expect((judge.elements.map(\.parents.count).max() ?? 0) > 80)
    for text in ["a", "b", "c"] { #expect(judge.text.contains(text)) }
  }

  private func expectSource(_ markdown: String, _ reason: MarkdownHTML.Reason) {
    let rendered = MarkdownHTML(rendering: Array(markdown.utf8))
    #expect(rendered.shownAsSource == reason)
    let judge = MarkdownJudge(markdown)
    #expect(judge.faults.isEmpty, "\(judge.faults.prefix(3))")
    #expect(judge.names() == ["pre", "code"])
  }
}
