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
    // One of them again, with another amount.
    _ = try test.importText(Row.header + "4,2026-01-04,Lost,Late,\"9.50\",\n")
    func totals(_ scope: ExceptionScope, _ counted: Int, _ added: Int) throws -> ExceptionTotals {
      try test.workspace.ledger.read { try $0.totals(of: scope, countingTo: counted, addingUpTo: added) }
    }
    let all = try totals(.key(key), 5, 5)
    #expect(all.count == 5 && !all.isMore)
    #expect(all.money?.map(\.amount) == [17_00])
    #expect(try totals(.all, 5, 5) == all)
    let uncounted = try totals(.key(key), 4, 4)
    #expect(uncounted.count == 4 && uncounted.isMore && uncounted.money == nil)
    let unadded = try totals(.key(key), 5, 4)
    #expect(unadded.count == 5 && !unadded.isMore && unadded.money == nil)
    // All are always counted.
    #expect(try totals(.all, 4, 4) == unadded)
  }
}
