// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Judge
import Testing

/// The examples of the CommonMark specification 0.30, and each one that we render in another way, with the reason.
@Suite struct MarkdownSpecificationTests {
  struct Example: Decodable {
    let example: Int
    let markdown: String
    let html: String
  }

  enum Reason: CaseIterable {
    /// Raw HTML is shown as text, so Markdown inside it counts.
    case rawHTML
    /// The URL's scheme is not one that a link may have, or what is before its first colon is no scheme.
    case scheme
    /// A fragment alone means a heading of the document, whose id has a prefix.
    case fragment
    /// md4c 0.4.8 keeps a tab at the edge of a heading, where browsers ignore it.
    case tab
  }

  private static let differing: [Reason: [Int]] = [
    .rawHTML: [21, 31] + Array(148...191) + [201, 308, 309, 344] + Array(474...476) + [490, 493, 523, 535]
      + Array(612...616) + [622, 624] + Array(627...631) + [642, 643],
    .scheme: [499, 595, 597, 598, 600],
    .fragment: [500],
    .tab: [10, 82],
  ]

  @Test func everyExampleIsRenderedAsSpecifiedOrDiffersForAReason() throws {
    let examples = try examples()
    #expect(examples.map(\.example) == Array(1...652))
    var counts: [Reason: Int] = [:]
    for example in examples {
      let made = try comparable(example.markdown)
      let reason = MarkdownSpecificationTests.differing.first { $0.value.contains(example.example) }?.key
      if let reason {
        counts[reason, default: 0] += 1
        #expect(made != example.html, "example \(example.example) is listed but does not differ")
        #expect(try isReason(reason, for: example), "example \(example.example) differs for another reason")
      } else {
        #expect(made == example.html, "example \(example.example)")
      }
    }
    #expect(counts == [.rawHTML: 71, .scheme: 5, .fragment: 1, .tab: 2])
  }

  /// Whether the difference can come from it.
  private func isReason(_ reason: Reason, for example: Example) throws -> Bool {
    let judge = MarkdownJudge(example.markdown)
    switch reason {
    case .rawHTML: return judge.text.contains("<")
    case .scheme: return judge.values("href").isEmpty && example.html.contains("<a href=")
    case .fragment:
      return try comparable(example.markdown).replacing("\"#sop-", with: "\"#") == example.html
    case .tab: return try comparable(example.markdown).replacing("\t", with: "") == example.html
    }
  }

  /// What we render, without what we add.
  private func comparable(_ markdown: String) throws -> String {
    let tokens = try HTMLToken.list(MarkdownHTML(rendering: Array(markdown.utf8)).html)
    return HTMLToken.html(tokens) { _, attribute in
      ["data-line", "id", "rel", "loading"].contains(attribute.name)
    }
  }

  private func examples() throws -> [Example] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return try JSONDecoder().decode(
      [Example].self, from: Data(contentsOf: folder.appending(path: "commonmark-0.30.json")))
  }
}
