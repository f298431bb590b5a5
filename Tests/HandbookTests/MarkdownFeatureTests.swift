// SPDX-License-Identifier: Apache-2.0

import Handbook
import Judge
import Testing

private func html(_ markdown: String) -> String {
  MarkdownHTML(rendering: Array(markdown.utf8)).html.replacing(#/ data-line="\d+"/#, with: "")
}

@Suite struct MarkdownFeatureTests {
  @Test func tablesTasksAndStruckText() {
    #expect(
      html("|a|b|c|\n|:--|:-:|--:|\n|1|~~2~~|\\||") == """
        <table>
        <thead>
        <tr>
        <th align="left">a</th>
        <th align="center">b</th>
        <th align="right">c</th>
        </tr>
        </thead>
        <tbody>
        <tr>
        <td align="left">1</td>
        <td align="center"><del>2</del></td>
        <td align="right">|</td>
        </tr>
        </tbody>
        </table>

        """)
    #expect(
      html("- [ ] a\n- [X] b\n- c") == """
        <ul>
        <li class="task"><input type="checkbox" disabled="" /> a</li>
        <li class="task"><input type="checkbox" disabled="" checked="" /> b</li>
        <li>c</li>
        </ul>

        """)
  }

  @Test func urlsInTextAreTextUnlessMarked() {
    #expect(
      html("http://example.org a@example.org www.example.org")
        == "<p>http://example.org a@example.org www.example.org</p>\n")
    #expect(html("<a@example.org>") == "<p><a href=\"mailto:a@example.org\">a@example.org</a></p>\n")
  }

  @Test func markdownInsideOfRawHTMLCounts() {
    #expect(html("a <b title=\"*x*\">") == "<p>a &lt;b title=&quot;<em>x</em>&quot;&gt;</p>\n")
    #expect(html("<div>\n*x*\n</div>") == "<p>&lt;div&gt;\n<em>x</em>\n&lt;/div&gt;</p>\n")
  }

  @Test(arguments: [
    ("# Check the order", "sop-check-the-order"), ("# Größe & *Maß*: 2 `x_y`", "sop-größe--maß-2-x_y"),
    ("# !!!", "sop-section"), ("#", "sop-section"), ("# &amp;&Auml;", "sop-ä"), ("a\nb\n===", "sop-a-b"),
    ("# [link](x) ![alt](y)", "sop-link-"), ("# ../\u{202E}\"><script>", "sop-script"),
    ("# " + String(repeating: "a", count: 200), "sop-" + String(repeating: "a", count: 80)),
  ]) func headingsHaveIDs(markdown: String, id: String) {
    let judge = MarkdownJudge(markdown)
    #expect(judge.faults.isEmpty)
    #expect(judge.values("id") == [id])
  }

  @Test func idsAreThereOnce() {
    let judge = MarkdownJudge("# a\n# a-2\n# A\n# a\n# a-2\n# sop-a\n#\n#")
    #expect(judge.faults.isEmpty)
    #expect(
      judge.values("id") == [
        "sop-a", "sop-a-2", "sop-a-3", "sop-a-4", "sop-a-2-2", "sop-sop-a", "sop-section", "sop-section-2",
      ])
  }

  @Test func aFragmentGoesToAHeading() {
    let judge = MarkdownJudge("# Größe\n[a](#größe) [b](#) [c](#sop-x) [d](other.md#größe) [e](#\u{301}f)")
    #expect(judge.values("id") == ["sop-größe"])
    #expect(
      judge.values("href") == ["#sop-gr%C3%B6%C3%9Fe", "#", "#sop-sop-x", "other.md#gr%C3%B6%C3%9Fe", "#sop-%CC%81f"])
  }

  @Test func imagesOfTheSiteAreShownAndOthersAreLinks() {
    #expect(
      html("![a *b* &lt;](p/q.png \"t\")")
        == "<p><img src=\"p/q.png\" alt=\"a b &lt;\" title=\"t\" loading=\"lazy\" /></p>\n")
    let remote = "<a href=\"https://e.org/x.png\" rel=\"nofollow noopener noreferrer\">"
    #expect(html("![a](https://e.org/x.png)") == "<p>\(remote)a</a></p>\n")
    #expect(html("![](https://e.org/x.png)") == "<p>\(remote)https://e.org/x.png</a></p>\n")
    #expect(html("[![a](https://e.org/x.png)](b)") == "<p><a href=\"b\">a</a></p>\n")
    #expect(html("![a ![b](c) [d](e)](https://e.org/x.png)") == "<p>\(remote)a b d</a></p>\n")
    #expect(html("![a](mailto:b@example.org)") == "<p>a</p>\n")
  }

  @Test(arguments: [
    ("&copy;&ngE;&nosuch;&#x1F600;&#0;&#xD800;&#99999999;", "©≧\u{338}&amp;nosuch;😀\u{FFFD}\u{FFFD}&amp;#99999999;"),
    ("a\u{0}b", "a\u{FFFD}b"), ("\u{FEFF}a", "a"),
  ]) func charactersAreDecoded(markdown: String, text: String) {
    #expect(html(markdown) == "<p>\(text)</p>\n")
  }

  @Test(arguments: [
    ("```\n\tb\n \tc\n  x\n\t\n```", "\tb\n \tc\n  x\n    \n"), ("- ```\n  \ta\n  ```", "\ta\n"),
    ("\ta\n\t\tb", "a\n\tb\n"),
    ("- ```\n  \t\ta\n  ```", "\t\ta\n"), ("  ```\n\ta\n  ```", "  a\n"), ("> ```\n> \ta\n> ```", "\ta\n"),
    ("> \t\tb", "  b\n"), ("```\r\n\t \té\tä\r\n```", "\t \té\tä\n"),
    ("```\n" + String(repeating: " ", count: 40) + "a", String(repeating: " ", count: 40) + "a\n"),
  ]) func codeKeepsItsIndentation(markdown: String, code: String) throws {
    let html = html(markdown)
    let text = try #require(html.firstMatch(of: #/<code>([^<]*)</code>/#)).1
    #expect(text == code, "\(html.debugDescription)")
  }

  @Test func aLanguageIsOneClass() {
    #expect(MarkdownJudge("```swift js\n```").values("class") == ["language-swift"])
    #expect(MarkdownJudge("```a&#32;button&NewLine;b\n```").values("class") == ["language-a"])
    #expect(MarkdownJudge("```a\u{600}&#32;button\n```").values("class") == ["language-a\u{600}"])
    #expect(MarkdownJudge("```\u{202E}\">\n```").values("class") == ["language-\u{FFFD}\">"])
  }

  @Test func linksLeaveWithoutATrace() {
    let judge = MarkdownJudge("[a](https://e.org) <HTTP://e.org> [b](c) [d](mailto:e@example.org \"t\")")
    #expect(judge.faults.isEmpty)
    #expect(judge.values("href") == ["https://e.org", "HTTP://e.org", "c", "mailto:e@example.org"])
    #expect(judge.values("rel").count == 2)
    #expect(judge.values("title") == ["t"])
  }
}
