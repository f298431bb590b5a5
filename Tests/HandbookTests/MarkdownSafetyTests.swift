// SPDX-License-Identifier: Apache-2.0

import Handbook
import Judge
import Testing

/// The bad input of Markdown. `MarkdownJudge` looks for what must never be in the HTML.
@Suite struct MarkdownSafetyTests {
  @Test(arguments: [
    "<script>alert(1)</script>", "<SCRIPT\n>alert(1)</SCRIPT>", "a <script>alert(1)</script> b",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<a href=\"javascript:alert(1)\">x</a>", "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>]]>", "<?php <script> ?>", "`<script>`", "```\n</code></pre><script>\n```", "    <script>",
    "```\"><script>\n```", "# <script>", "|<script>|\n|---|\n|</table><script>|", "- <script>\n- [ ] <script>",
    "> <script>",
    "[<script>](x)", "![<script>\"onerror=alert(1) x=\"](x.png)", "[a](x \"\\\"><script>\")", "[a](<x\"><script>>)",
    "![a](x.png '\"<b onerror=\"alert(1)')", "&lt;script&gt;", "&#60;script&#62;", "\\<script>", "<scr\u{0}ipt>",
    "[a]: <\"><script>> '\"><script>'\n\n[a] ![a]", "<style>*{}</style>", "<iframe src=//evil>", "<base href=//evil>",
  ]) func rawHTMLIsText(markdown: String) {
    let judge = MarkdownJudge(markdown)
    #expect(judge.faults.isEmpty, "\(judge.html)")
    let text =
      judge.text + judge.values("alt").joined() + judge.values("title").joined() + judge.values("href").joined()
    #expect(
      text.contains("<") || text.contains("%3C") || judge.values("class") == ["language-\"><script>"], "\(judge.html)")
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript&colon;alert(1)",
    "\tjavascript:alert(1)", "&Tab;javascript:alert(1)", "&NewLine;javascript:alert(1)", "java&Tab;script:alert(1)",
    "java&#10;script:alert(1)", "java&#13;script:alert(1)", "java&#0;script:alert(1)", "&#1;javascript:alert(1)",
    "&#32;javascript:alert(1)", "&nbsp;javascript:alert(1)", "&#x3000;javascript:alert(1)", "java\\script:alert(1)",
    "javascript\\:alert(1)", "javascript&#x3A;alert(1)", "&#xFEFF;javascript:alert(1)",
    "&ZeroWidthSpace;javascript:alert(1)",
    "%6Aavascript:alert(1)", "javascript%3A:alert(1)", "java\u{202E}script:alert(1)",
    "javascript://example.org/%0Aalert(1)",
    "data:image/svg+xml,<svg/onload=alert(1)>", "DATA:text/html;base64,PHNjcmlwdD4=", "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\\\\\evil.example", "\\\\/evil.example",
    "/&#92;evil.example",
    "&sol;&sol;evil.example", "/&#9;/evil.example", "&#47;&#47;evil.example", "http:evil.example",
    "https:/evil.example",
    "http:///evil.example", "http:\\\\\\\\evil.example", "http://", "ftp://evil.example", "ws://evil.example", "blob:x",
    "about:blank",
    "view-source:x", "intent:x", "mailto:", "x-y.z+1:a", "feed:javascript:alert(1)", "ｊavascript:alert(1)", ":x", "1:2",
    "http\u{FFFD}://x", "/x\u{202E}fdp.exe", "/x&#1;", "/x&#0;", "/x&#x85;y", "&nbsp;/x", "/x&#32;", "&#x2028;#x",
  ]) func aBadSchemeIsTextOnly(url: String) {
    for markdown in [
      "[text](\(url))", "[text](<\(url)>)", "![text](\(url))", "![text](<\(url)>)", "[text]\n\n[text]: <\(url)>",
      "[text][r]\n\n[r]: \(url)", "[![text](<\(url)>)](<\(url)>)",
    ] {
      let judge = MarkdownJudge(markdown)
      #expect(judge.faults.isEmpty, "\(judge.html)")
      #expect(!judge.names().contains("a") && !judge.names().contains("img"), "\(judge.html)")
      #expect(judge.text.contains("text"), "\(judge.html)")
    }
    #expect(!MarkdownJudge("<\(url)>").names().contains("a"))
  }

  @Test(arguments: [
    ("a/b c\"<>`{}|^\\*.md", "a/b%20c%22%3C%3E%60%7B%7D%7C%5E*.md"), ("/%41%zz%", "/%41%zz%"), ("?a=1&b=2", "?a=1&b=2"),
    ("ä/ö", "%C3%A4/%C3%B6"), ("https://ex\u{E4}mple.org", "https://ex%C3%A4mple.org"), ("a/b:c", "a/b:c"),
    ("?u=javascript:x", "?u=javascript:x"), ("./javascript:x", "./javascript:x"), ("a//b", "a//b"),
    ("a\u{A0}b", "a%C2%A0b"),
  ]) func otherURLsAreEncoded(url: String, encoded: String) {
    let judge = MarkdownJudge("[a](<\(url.replacing("<", with: "\\<").replacing(">", with: "\\>"))>)")
    #expect(judge.faults.isEmpty)
    #expect(judge.values("href") == [encoded])
  }

  @Test func hiddenCharactersAreShown() {
    let hidden = Array(0x202A...0x202E) + Array(0x2066...0x2069) + [0x1, 0x8, 0xB, 0x1B, 0x7F, 0x85, 0x9F, 0xFEFF]
    for value in hidden {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      for written in [String(scalar), "&#\(value);"] {
        let judge = MarkdownJudge("x \(written)y `\(scalar)` [a](b \"\(written)\") ![\(written)](c)")
        #expect(judge.faults.isEmpty, "\(judge.html)")
        let code = "U+" + String(repeating: "0", count: value < 0x10 ? 3 : value < 0x100 ? 2 : 0)
        #expect(
          judge.values("title", of: "span") == Array(repeating: code + String(value, radix: 16).uppercased(), count: 2))
        #expect(judge.values("class") == ["hidden-character", "hidden-character"])
        #expect(judge.values("title", of: "a") == ["\u{FFFD}"] && judge.values("alt") == ["\u{FFFD}"])
      }
    }
    let visible = MarkdownJudge("שלום \u{200F}مرحبا \u{200E}👩‍👧 \u{2029}a\tb")
    #expect(visible.faults.isEmpty && !visible.names().contains("span"))
  }

  @Test func codeOfSeveralLinesKeepsItsCharacters() {
    let judge = MarkdownJudge("```\na\u{0}\u{202E}\r\nb\tc\n```")
    #expect(judge.faults.isEmpty)
    #expect(judge.text == "a\u{FFFD}\u{FFFD}\nb\tc\n\n")
  }

  /// md4c 0.4.8 leaves these in another order than it entered them.
  @Test(arguments: ["[|](__foo)_", "*[a](*b) c*", "~~[x](~~y) z~~", "**[a](<**b>)** ![*](*x) *y*", "*a [b*](c*)"])
  func spansThatOverlapAreNested(markdown: String) {
    let judge = MarkdownJudge(markdown)
    #expect(judge.faults.isEmpty, "\(judge.html)")
  }
}
