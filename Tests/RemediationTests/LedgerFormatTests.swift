// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Remediation

/// `docs/formats/ledger.md` says what the ledger really has.
@Suite struct LedgerFormatTests {
  private func kinds() throws -> Substring {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/formats/ledger.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(text.range(of: "\n## Kinds\n"))
    let end = try #require(text.range(of: "\n## Hashes\n"))
    return text[start.upperBound..<end.lowerBound]
  }

  @Test func everyKindStandsInTheTable() throws {
    let named = try kinds().split(separator: "\n").compactMap { line in
      line.wholeMatch(of: /\| `([a-z_]+)` \| [^|]+ \|.*/).map { String($0.1) }
    }
    for kind in EventKind.allCases { #expect(named.filter { $0 == kind.rawValue }.count == 1, "\(kind.rawValue)") }
  }

  @Test func theExamplesAreEventsThatShipped() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/events.jsonl")
    let shipped = try String(contentsOf: url, encoding: .utf8)
    let examples = try kinds().split(separator: "```\n").filter { $0.hasPrefix("{") }
      .map { $0.replacing("\n", with: "") }
    #expect(examples.count >= 6)
    for example in examples {
      let isShipped = shipped.contains(example)
      #expect(isShipped, "\(example)")
    }
  }
}
