// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@Suite struct SOPPathTests {
  @Test(arguments: [
    "a.md", "refunds/duplicate-charge.md", "Größe & Maß (2).md", "o'neill, p+q_r.md", "手順/返金.md", "a.b.md",
    "console.md",
    "git/config.md", "1/2/3/4/5/6/7/8/9/10/11/12.md",
  ]) func aPathOnTheAllowListIsTaken(text: String) throws {
    let path = try SOPPath(text)
    #expect(Array(path.text.utf8) == Array(text.utf8))
    #expect(path.description == text)
  }

  @Test(arguments: [
    "", "/", "../x.md", "a/../b.md", "./a.md", "/abs.md", "a//b.md", "a/", "a.md/", ".git/config", ".git/a.md",
    ".GIT/a.md",
    "git~1/a.md", ".git./a.md", ".git /a.md", ".git::$INDEX_ALLOCATION/a.md", ".g\u{200C}it/a.md", ".gitmodules",
    ".gitattributes", ".hidden.md", "a\\b.md", "a\nb.md", "a\r.md", "a\tb.md", "a\u{1}.md", "a\0.md", "a\u{7F}.md",
    "a\u{202E}b.md", "a\u{200B}b.md", "a\u{FEFF}.md", "cafe\u{301}.md", "con.\u{E33}.md",
    "con.\u{301}.md", "a\u{3164}.md", "a/\u{115F}.md", "\u{915}\u{93F}.md", "a.m\u{301}d", "con.md", "CON.md",
    "nul/a.md", "a/Nul.txt.md",
    "com1.md", "lpt9.x.md", "-rf.md", "a/-b.md", " a.md", "a /b.md", "a./b.md", "a.md ", "a.md.", "a%252e.md",
    "a%2f.md",
    "HEAD@{1}", ":/regex.md", "--upload-pack=x.md", "a:b.md", "a*.md", "a?.md", "a\"b.md", "a<b>.md", "a|b.md", "$a.md",
    "a.txt", "a", ".md", "a/.md", "a.MD", "a.md.txt", "\u{1F4A3}.md", "１２\u{2028}.md",
    "1/2/3/4/5/6/7/8/9/10/11/12/13.md", String(repeating: "a", count: 238) + ".md",
    String(repeating: "a/", count: 300) + "a.md",
    String(repeating: "a", count: 4096),
  ]) func anyOtherPathIsRefusedWithAReason(text: String) {
    do {
      let path = try SOPPath(text)
      Issue.record("\(path) was taken")
    } catch {
      #expect(error.sentence.contains("cannot be the path of an SOP: "))
      #expect(error.sentence.hasSuffix("."))
    }
  }

  @Test func theLongestPathIsTaken() throws {
    #expect(try SOPPath(String(repeating: "a", count: SOPPath.longest - 3) + ".md").text.utf8.count == SOPPath.longest)
  }

  @Test func pathsCompareAsBytes() throws {
    let composed = try SOPPath("caf\u{E9}.md")
    #expect(try composed == SOPPath("caf\u{E9}.md"))
    #expect(try composed != SOPPath("cafe.md"))
    #expect(try SOPPath("Z.md") < SOPPath("a.md"))
    #expect(try SOPPath("a-b.md") < SOPPath("a/b.md"))
    #expect(try SOPPath("A.md") != SOPPath("a.md"))
    // Hangul has two spellings of letters alone; to Swift's String they are equal.
    let syllable = try SOPPath("\u{AC00}.md")
    let jamo = try SOPPath("\u{1100}\u{1161}.md")
    #expect(syllable.text == jamo.text)
    #expect(syllable != jamo)
    #expect(Set([syllable, jamo]).count == 2)
  }
}
