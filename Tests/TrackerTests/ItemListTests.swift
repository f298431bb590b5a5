// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// The list of items: in which order, and how often each occurred lately.
@Suite struct ItemListTests {
  private let ana = TestWorkspace.caller("ana")

  /// Three codes with 3, 5 and 4 exceptions, in this order.
  private func test() throws -> TestWorkspace {
    let counts = [("Beta", 3), ("Alpha", 5), ("Gamma", 4)]
    return try TestWorkspace(
      counts.flatMap { code, count in (0..<count).map { Row("\(code)\($0)", day: 130 + $0 * 5, code) } })
  }

  private func codes(_ test: TestWorkspace, by order: ItemOrder, places: Range<Int>? = nil) throws -> [String] {
    var query = ItemQuery()
    (query.order, query.places) = (order, places)
    return try test.workspace.items(query, by: ana).map(\.item.key.value)
  }

  @Test func itemsStandInTheOrderThatIsAskedFor() throws {
    let test = try test()
    #expect(try codes(test, by: .key) == ["ALPHA", "BETA", "GAMMA"])
    #expect(try codes(test, by: .exceptions) == ["ALPHA", "GAMMA", "BETA"])
    #expect(try codes(test, by: .exceptions, places: 1..<3) == ["GAMMA", "BETA"])
    let byNumber = try codes(test, by: .item)
    #expect(
      byNumber
        == (1...3).reversed().map { number in
          (try? test.workspace.item(ItemID(number), by: ana).view.item.key.value) ?? ""
        })
    let alpha = try #require(try test.item(of: RecurrenceKey(.code, "ALPHA"))).item.id
    try test.workspace.assign(alpha, to: TestWorkspace.ben, by: ana)
    #expect(try codes(test, by: .owner).last == "ALPHA")
  }

  @Test func weeksAreCountedUpToToday() throws {
    let test = try test()
    let items = try test.workspace.listedItems(ItemQuery(), by: ana)
    let weeks = try test.workspace.weeks(of: items, at: ana.now)
    // Today is 2026-06-01, day 152 of the year: of the last week are days 146 to 152.
    let alpha = try #require(weeks[RecurrenceKey(.code, "ALPHA")])
    #expect(alpha.count == Workspace.listedWeeks)
    #expect(alpha.reduce(0, +) == 5)
    #expect(alpha.suffix(4) == [1, 1, 2, 1])
    #expect(weeks[RecurrenceKey(.code, "BETA")]?.reduce(0, +) == 3)
    // What came in counts, though it was asked before.
    try test.importRows([Row("new", day: 152, "Alpha")])
    #expect(try test.workspace.weeks(of: items, at: ana.now)[RecurrenceKey(.code, "ALPHA")]?.last == 2)
    // In thirteen weeks nothing of it is recent.
    let later = TestWorkspace.caller("ana", after: 13 * 7 * 86_400)
    #expect(try test.workspace.weeks(of: items, at: later.now).values.allSatisfy { $0.allSatisfy { $0 == 0 } })
  }
}
