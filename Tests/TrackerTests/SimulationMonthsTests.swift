// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@testable import Tracker

/// Months, or years where there are many, with what would have opened in each.
@Suite struct SimulationMonthsTests {
  private func time(_ text: String) throws -> Timestamp { try #require(CalendarDate(text)).startInUTC }

  private func months(
    _ from: String, _ to: String, _ would: [String], _ open: [String] = [], zone: String = "UTC"
  ) throws -> SimulationMonths {
    SimulationMonths(
      from: try time(from), to: try time(to), wouldOpen: try would.map(time), open: try open.map(time),
      try #require(Zone(zone)))
  }

  @Test func eachMonthOfTheSpanIsThere() throws {
    let months = try months("2025-11-30", "2026-02-01", ["2025-11-30", "2026-02-01", "2026-02-01"], ["2026-01-31"])
    #expect(months.stretches.map(\.name) == ["2025-11", "2025-12", "2026-01", "2026-02"])
    #expect(months.stretches.map(\.wouldOpen) == [1, 0, 0, 2])
    #expect(months.stretches.map(\.isOpen) == [0, 0, 1, 0])
    #expect(months.earlier.wouldOpen == 0 && !months.isByYear)
  }

  @Test func aMonthIsOneOfTheWorkspacesZone() throws {
    let months = try months("2026-01-10", "2026-02-01", ["2026-02-01"], zone: "America/New_York")
    #expect(months.stretches.map(\.name) == ["2026-01"])
    #expect(months.stretches.map(\.wouldOpen) == [1])
  }

  @Test func sixtyMonthsAreMonthsAndOneMoreAreYears() throws {
    #expect(try months("2021-01-01", "2025-12-31", []).stretches.count == 60)
    let years = try months("2021-01-01", "2026-01-01", ["2021-06-01", "2026-01-01"])
    #expect(years.stretches.map(\.name) == ["2021", "2022", "2023", "2024", "2025", "2026"])
    #expect(years.stretches.map(\.wouldOpen) == [1, 0, 0, 0, 0, 1])
  }

  /// A record with a wrong year makes no picture of thousands of bars.
  @Test func noMoreThanSixtyYearsAreShownAndTheRestIsCounted() throws {
    let years = try months("0101-01-01", "2026-01-01", ["0101-01-01", "1967-01-01"], ["1000-01-01"])
    #expect(years.stretches.count == SimulationMonths.most && years.stretches.first?.name == "1967")
    #expect(years.earlier.wouldOpen == 1 && years.earlier.isOpen == 1 && years.stretches[0].wouldOpen == 1)
  }
}
