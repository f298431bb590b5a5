// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Web

/// What a difference looks like.
struct DifferenceTests {
  private func html(_ text: String) -> String {
    String(decoding: Difference("@@ -1 +1 @@\n" + text).html.bytes, as: UTF8.self)
  }

  @Test func wordsThatDifferAreMarked() {
    let shown = html(
      " same\n-Call the carrier on the first day.\n+Call the carrier on the second day.\n")
    #expect(shown.contains("<span class=\"place\">@@ -1 +1 @@</span>\n same\n"))
    #expect(shown.contains("<del>-Call the carrier on the <mark>first</mark> day.</del>\n"))
    #expect(shown.contains("<ins>+Call the carrier on the <mark>second</mark> day.</ins>\n"))
  }

  @Test func otherLinesAndNewLinesHaveNoMarks() {
    let other = html("-Refund it.\n+Look for the second charge before anything else is done.\n")
    #expect(!other.contains("<mark>"))
    #expect(html("+# New\n+\n+Text\n").contains("<ins>+# New</ins>\n<ins>+</ins>\n<ins>+Text</ins>\n"))
    #expect(!html("+# New\n").contains("<del>"))
  }

  @Test func severalLinesKeepTheirEnds() {
    let shown = html("-one two\n-three four\n+one 2\n+three 4\n")
    #expect(shown.contains("<del>-one <mark>two</mark></del>\n<del>-three <mark>four</mark></del>\n"))
    #expect(shown.contains("<ins>+one <mark>2</mark></ins>\n<ins>+three <mark>4</mark></ins>\n"))
  }

  @Test func markupInItIsText() {
    #expect(html("-<b>x</b> y\n+<b>z</b> y\n").contains("&lt;b&gt;<mark>x</mark>&lt;/b&gt; y"))
  }

  /// Whoever approves decides by this: nothing can pass for what it is not.
  @Test func nothingPassesForWhatItIsNot() {
    let accent = html("+\u{301}hidden\n").unicodeScalars.filter { $0 != "\u{301}" }
    #expect(String(String.UnicodeScalarView(accent)).contains("<ins>+hidden</ins>"))
    #expect(html("---\n--x\n+++\n").contains("<del>---</del>\n<del>--x</del>\n<ins>+++</ins>"))
    let windows = html("-a\r\n-b\r\n+c\r\n")
    #expect(windows.contains("<del>-a␍</del>\n<del>-b␍</del>\n<ins>+c␍</ins>\n"))
    let header = String(decoding: Difference("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n").html.bytes, as: UTF8.self)
    #expect(header.contains("--- a/x\n+++ b/x\n<span"))
  }
}
