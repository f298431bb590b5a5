// SPDX-License-Identifier: Apache-2.0

import Judge
import Testing

@testable import Handbook

/// The renderer with a parser that does what none should: spans that overlap, that never end, or were never begun.
@Suite struct MarkdownRendererTests {
  private let link = MarkdownSpan.link(url: "a", title: "")
  private let image = MarkdownSpan.image(url: "b.png", title: "")

  @Test func spansThatOverlapAreNested() {
    #expect(
      paragraph {
        $0.enter(.strong)
        $0.enter(.emphasis)
        $0.enter(link)
        write("x", &$0)
        $0.leave(.emphasis)
        $0.leave(.link)
        $0.leave(.struck)
        write("y", &$0)
      } == "<p><strong><em><a href=\"a\">x</a></em>y</strong></p>\n")
  }

  @Test func aLinkIsNotInALink() {
    #expect(
      paragraph {
        $0.enter(link)
        $0.enter(link)
        write("x", &$0)
        $0.leave(.link)
        write("y", &$0)
        $0.leave(.link)
        write("z", &$0)
      } == "<p><a href=\"a\">xy</a>z</p>\n")
  }

  @Test func whatIsOpenEndsWithItsBlock() {
    #expect(
      paragraph {
        $0.enter(.code)
        $0.enter(image)
        $0.enter(.emphasis)
        write("x", &$0)
        $0.leave(.code)
      } == "<p><code><img src=\"b.png\" alt=\"x\" loading=\"lazy\" /></code></p>\n")
  }

  @Test func whateverComesInAnyOrderIsNested() {
    var seed = MarkdownSeed("MarkdownRendererTests")
    let spans: [MarkdownSpan] = [
      .emphasis, .strong, .struck, .code, link, image, .link(url: "https://e.org", title: "t"),
      .image(url: "https://e.org", title: ""), .link(url: "javascript:x", title: ""),
    ]
    for _ in 0..<500 {
      var renderer = MarkdownRenderer(MarkdownSource([], firstLine: 1))
      for _ in 0..<seed.number(1...20) {
        switch seed.number(0...3) {
        case 0: renderer.enter(seed.pick([.quotation, .list(start: 1)]))
        case 1 where !renderer.elements.isEmpty: renderer.leaveBlock()
        default: break
        }
        // The parser puts items into lists, and spans into leaves.
        if case .block(.list)? = renderer.elements.last?.kind { renderer.enter(.item(nil)) }
        renderer.enter(seed.pick([.paragraph, .heading(level: 2)]))
        for _ in 0..<seed.number(0...30) {
          switch seed.number(0...2) {
          case 0: renderer.enter(seed.pick(spans))
          case 1: renderer.leave(seed.pick(MarkdownSpan.Kind.allCases))
          default: write("x", &renderer)
          }
        }
        renderer.leaveBlock()
      }
      let judge = MarkdownJudge(html: renderer.finish(), lines: 1...1)
      #expect(judge.faults.isEmpty, "seed \(seed.first): \(judge.faults.prefix(3)) \(judge.html)")
    }
  }

  private func paragraph(_ events: (inout MarkdownRenderer) -> Void) -> String {
    var renderer = MarkdownRenderer(MarkdownSource([], firstLine: 1))
    renderer.enter(.paragraph)
    events(&renderer)
    renderer.leaveBlock()
    return renderer.finish()
  }

  private func write(_ text: String, _ renderer: inout MarkdownRenderer) {
    Array(text.utf8).withUnsafeBufferPointer { renderer.text(.plain, $0, at: nil) }
  }
}
