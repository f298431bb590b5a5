// SPDX-License-Identifier: Apache-2.0

import Handbook
import Judge
import Testing

/// The elements with their lines, in order: `h1:1 p:3`; `hr:-` where there is none.
private func lines(_ markdown: String, firstLine: Int = 1) -> String {
  let judge = MarkdownJudge(markdown, firstLine: firstLine)
  #expect(judge.faults.isEmpty, "\(judge.html)")
  let numbered = ["p", "li", "pre", "blockquote", "hr", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"]
  return judge.elements.filter { numbered.contains($0.name) }
    .map { "\($0.name):\($0.attributes["data-line"] ?? "-")" }.joined(separator: " ")
}

@Suite struct MarkdownLineTests {
  private let everyKind = """
    # Größe 😀

    Ein Satz über
    zwei Zeilen.

    Setext & mehr
    =============

    - eins
    - zwei

      > Zitat
      > weiter

    3. drei
       - tief

    ***

    ```sh
    echo ä

    echo b
    ```

        indented
        code

    | a | ü |
    |---|---|
    | 1 | 2 |
    |   |   |
    | `x` | **y** |

    [ref]: https://example.org "Titel"
    - [ ] open
    - [x] done
    ###### Ende
    """

  private let expected =
    "h1:1 p:3 h1:6 li:9 p:9 li:10 p:10 blockquote:12 p:12 li:15 li:16 hr:18 pre:21 pre:26 "
    + "table:29 tr:29 tr:31 tr:32 tr:33 li:36 li:37 h6:38"

  @Test func everyKindOfBlockSaysWhereItsTextBegins() {
    #expect(lines(everyKind) == expected)
  }

  @Test func breaksAreFoundDeepInContainers() {
    let deep =
      String(repeating: "> ", count: 300) + "- - -\na\n---\n\n" + String(repeating: "1. ", count: 300) + "***\n\n---"
    #expect(MarkdownJudge(deep).values("data-line", of: "hr") == ["1", "5", "7"])
  }

  @Test func linesAreTheFilesWhereTheBodyBeginsLater() {
    let moved = expected.split(separator: " ").map { element in
      let parts = element.split(separator: ":")
      return "\(parts[0]):\((Int(parts[1]) ?? 0) + 12)"
    }
    #expect(lines(everyKind, firstLine: 13) == moved.joined(separator: " "))
  }

  @Test func linesEndInCRLFOrBeginWithAMark() {
    #expect(lines(everyKind.replacing("\n", with: "\r\n")) == expected)
    #expect(lines("\u{FEFF}" + everyKind) == expected)
  }

  @Test func bytesThatAreNotUTF8DoNotMoveLines() {
    var bytes = Array("# \n\np".utf8)
    bytes[2...2] = [0xFF, 0xC3, 0x0A, 0xE2, 0x82, 0x0A, 0x0A, 0x00, 0x0A]
    let judge = MarkdownJudge(bytes)
    #expect(judge.faults.isEmpty)
    #expect(judge.values("data-line") == ["1", "2", "4", "6"])
    #expect(judge.text.contains("\u{FFFD}"))
  }

  @Test(arguments: [
    // Text that is no text of the source, or none before it.
    ("&amp;\n\n&#65;", "p:1 p:3"), ("\\\n\\\nb", "p:1"), ("![](a)\nb", "p:1"), ("![](a)\n\nb", "p:- p:3"),
    ("`\na`\n\nb", "p:2 p:4"),
    // Code: its first line, though it is empty.
    ("```\n\n\na\n```\n\nb", "pre:2 p:7"), ("- ```\n  \n    x\n  ```", "li:2 pre:2"), ("```\n```\n\nb", "pre:- p:4"),
    ("    a\n\n\n    b", "pre:1"), ("> ~~~ swift\n> \n> x\n> ~~~", "blockquote:2 pre:2"), ("a\n\n\t\tb", "p:1 pre:3"),
    // Without text.
    ("-\n- b", "li:- li:2"), ("#\n\nb", "h1:- p:3"), (">\n\nb", "blockquote:- p:3"), ("- -\n  - b", "li:2 li:- li:2"),
    // Breaks: not the underline, not the fence, not the code.
    ("***\n---\n___", "hr:1 hr:2 hr:3"), ("a\n---\n\n---", "h2:1 hr:4"), ("## a\n---", "h2:1 hr:2"),
    ("> ## a ##\n> ---\n\n***", "blockquote:1 h2:1 hr:2 hr:4"), ("a\nb\n---\n- - -", "h2:1 hr:4"),
    ("```\n---\n```\n---", "pre:2 hr:4"), ("- ---\n- b\n- * * *", "hr:1 li:2 li:3 hr:3"),
    ("1. a\n   ---\n2. ___", "li:1 h2:1 li:3 hr:3"),
    ("> a\n\n[x]: y\n[y]: z\n\n > ***", "blockquote:1 p:1 blockquote:6 hr:6"),
    ("![](x)\n---\n***\nb\n***", "h2:- hr:- p:4 hr:5"), ("a\n![](x)\n---\n***", "h2:1 hr:4"),
    // A break that the parser alone sees; the one that looks like it is an underline.
    ("- ```\n`---\nq\n---", "li:- pre:- hr:- h2:3"), ("- ```\n`> ***\nq\n***", "li:- pre:- blockquote:- hr:- p:3 hr:4"),
    // Tables: rows without text are counted from the one before.
    ("|a|\n|---|\n||\n|b|\n||", "table:1 tr:1 tr:3 tr:4 tr:5"),
    ("|||\n|---|---|\n|||\n|b||", "table:4 tr:- tr:- tr:4"),
    ("> |a|b|\n> |---|---|\n> |||", "blockquote:1 table:1 tr:1 tr:3"),
    // A lone CR ends a line of Markdown, but not one of the file.
    ("a\r\rb\n\nc\n\n***", "p:1 p:1 p:3 hr:-"), ("", ""), ("\n\n", ""),
  ]) func linesOf(_ markdown: String, _ expected: String) {
    #expect(lines(markdown) == expected, "\(markdown)")
  }
}
