// SPDX-License-Identifier: Apache-2.0

import Ledger
import Remediation
import Testing

@testable import Tracker

/// How many exceptions a list has, where that is too many to add up.
@Suite struct TotalsTests {
  @Test(arguments: [RecurrenceKey(.code, "LOST"), RecurrenceKey(.rootCause, "LATE")])
  func whatIsTooManyIsSaidToBeMore(key: RecurrenceKey) throws {
    let test = try TestWorkspace([Row("0", day: 1, "Lost", tags: ["Late"])])
    _ = try test.importText(
      Row.header + (1...4).map { "\($0),2026-01-0\($0),Lost,Late,\"\($0).50\",\n" }.joined())
    func totals(_ scope: ExceptionScope, atMost most: Int) throws -> ExceptionTotals {
      try test.workspace.ledger.read { try $0.totals(of: scope, atMost: most) }
    }
    let all = try totals(.key(key), atMost: 5)
    #expect(all.count == 5 && !all.isMore)
    #expect(all.money == (try totals(.all, atMost: 5)).money)
    #expect(all.money?.first?.amount ?? 0 >= 12_00)
    let bounded = try totals(.key(key), atMost: 4)
    #expect(bounded.count == 4 && bounded.isMore && bounded.money == nil)
    // All are counted by an index; their money is not added up.
    let every = try totals(.all, atMost: 4)
    #expect(every.count == 5 && !every.isMore && every.money == nil)
  }
}
