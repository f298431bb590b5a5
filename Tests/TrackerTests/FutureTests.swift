// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What has not happened is no exception. Now is 2026-06-01T12:00:00Z.
@Suite struct FutureTests {
  @Test func whatIsMoreThanADayAheadIsHeldBack() throws {
    let test = try TestWorkspace([Row("a", day: 1, "Lost")])
    let report = try test.importText(
      Row.header + "b,2026-06-02T12:00:00Z,Lost,,,\nc,2026-06-02T12:00:01Z,Lost,,,\nd,2062-01-05,Lost,,,\n")
    #expect(report.new == 1 && report.quarantined == 2)
    let held = try test.workspace.held().map(\.row)
    #expect(held.map(\.line) == [3, 4])
    #expect(held.map(\.field) == ["at", "at"])
    #expect(
      held[1].reason.hasPrefix("\"2062-01-05\", read as \"2062-01-05T00:00:00Z\", is more than a day in the future"))
    // One reason, whatever the values.
    #expect(report.heldBack.ranked.map(\.count) == [2])
    // Time mends it.
    let later = try test.workspace.retryQuarantine(mapPath: nil, by: TestWorkspace.caller("ana", after: 10))
    #expect(later.new == 1 && later.quarantined == 1)
    #expect(try test.findings().isEmpty)
  }

  @Test func nobodyRecordsItByHand() throws {
    let test = try TestWorkspace([Row("a", day: 1, "Lost")])
    var report = ExceptionReport()
    report.code = "LOST"
    report.occurredAt = "2026-06-03"
    #expect(throws: TimeProblem(text: "2026-06-03", isFuture: true)) {
      try test.workspace.record(report, by: TestWorkspace.caller("ana"))
    }
    report.occurredAt = "2026-06-02T12:00:00Z"
    #expect(try test.workspace.record(report, by: TestWorkspace.caller("ana")).isNew)
  }
}
