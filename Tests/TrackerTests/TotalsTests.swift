// SPDX-License-Identifier: Apache-2.0

import Ledger
import Remediation
import Testing

@testable import Tracker

/// How many exceptions a list has, and what they come to.
@Suite struct TotalsTests {
  static let keys = [RecurrenceKey(.code, "LOST"), RecurrenceKey(.rootCause, "LATE")]

  /// Five, one of them reported again with another amount.
  private func five(rule: String) throws -> TestWorkspace {
    let test = try TestWorkspace([Row("0", day: 1, "Lost", tags: ["Late"])], rule: rule)
    _ = try test.importText(
      Row.header + (1...4).map { "\($0),2026-01-0\($0),Lost,Late,\"\($0).50\",\n" }.joined())
    _ = try test.importText(Row.header + "4,2026-01-04,Lost,Late,\"9.50\",\n")
    return test
  }

  private func totals(
    _ scope: ExceptionScope, _ counted: Int, _ added: Int, _ test: TestWorkspace
  ) throws -> ExceptionTotals {
    try test.workspace.ledger.read { try $0.totals(of: scope, countingTo: counted, addingUpTo: added) }
  }

  @Test(arguments: keys)
  func whatIsTooManyIsSaidToBeMore(key: RecurrenceKey) throws {
    let test = try five(rule: "9/30d")
    let all = try totals(.key(key), 5, 5, test)
    #expect(all.count == 5 && !all.isMore)
    #expect(all.money?.map(\.amount) == [17_00])
    #expect(try totals(.all, 5, 5, test) == all)
    let uncounted = try totals(.key(key), 4, 4, test)
    #expect(uncounted.count == 4 && uncounted.isMore && uncounted.money == nil)
    let unadded = try totals(.key(key), 5, 4, test)
    #expect(unadded.count == 5 && !unadded.isMore && unadded.money == nil)
    // All are always counted.
    #expect(try totals(.all, 4, 4, test) == unadded)
  }

  /// What belongs to items is counted there; only what came before, between and after them is counted here.
  @Test(arguments: keys)
  func whatRecursIsNeverTooMany(key: RecurrenceKey) throws {
    let test = try five(rule: "3/2d")
    // Long before and long after, where nothing recurs.
    _ = try test.importText(
      Row.header + "a,2025-01-01,Lost,Late,\"100.00\",\nb,2025-06-01,Lost,Late,,\nc,2026-06-01,Lost,Late,\"1.00\",\n")
    let all = try totals(.key(key), 2, 2, test)
    #expect(all.count == 8 && !all.isMore)
    #expect(all.money?.map(\.amount) == [118_00])
    #expect(try totals(.all, 8, 8, test) == all)
    let few = try totals(.key(key), 1, 1, test)
    #expect(few.count > 6 && few.isMore && few.money == nil)
  }

  /// The exception was in the other currency for a while.
  @Test func aCurrencyThatNothingIsInIsNotSaid() throws {
    let test = try TestWorkspace(
      (1...3).map { Row("\($0)", day: $0, "Lost", amount: "1.00", requester: "EUR") },
      map: TestWorkspace.map.replacing("currency: EUR", with: "currency: {column: requester}")
        .replacing("requester: requester\n", with: ""))
    for currency in ["USD", "EUR"] {
      _ = try test.importText(Row.header + "1,2026-01-01,Lost,,1.00,\(currency)\n")
    }
    let money = try totals(.key(RecurrenceKey(.code, "LOST")), 5, 5, test).money
    #expect(money?.map { "\($0.currency) \($0.amount)" } == ["EUR 300"])
    #expect(try test.findings() == [])
  }

  /// The item opened by what is dated later today, and was rejected before.
  @Test func whatCameBeforeAWindowThatBeganAfterTheClosingIsCountedOnce() throws {
    let now = TestWorkspace.caller("ana").now
    func rows(_ hours: ClosedRange<Int64>) -> String {
      hours.map { "h\($0),\(Timestamp(seconds: now.seconds + $0 * 3_600)),Lost,,1.00,\n" }.joined()
    }
    let test = try TestWorkspace([Row("0", day: 1, "Lost")])
    _ = try test.importText(Row.header + rows(5...7))
    let id = try #require(try test.item(of: RecurrenceKey(.code, "LOST"))).item.id
    try test.reject(id, until: "2026-12-31", tripwire: "5/30d")
    _ = try test.importText(Row.header + rows(1...2))
    let all = try totals(.key(RecurrenceKey(.code, "LOST")), 9, 9, test)
    #expect(all.count == 6 && !all.isMore)
    #expect(all.money?.map(\.amount) == [5_00])
    #expect(try totals(.all, 9, 9, test) == all)
  }
}
