// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("0001-01-01", -719_162), ("1600-02-29", -135_081), ("1969-12-31", -1), ("1970-01-01", 0), ("1972-02-29", 789),
    ("2000-02-29", 11_016), ("2000-03-01", 11_017), ("2026-11-21", 20_778), ("2038-01-19", 24_855),
    ("9999-12-31", 2_932_896),
  ])
  func daysAreCountedFrom1970(text: String, days: Int) throws {
    let date = try #require(CalendarDate(text))
    #expect(date.daysSince1970 == days)
    #expect(CalendarDate(daysSince1970: days).description == text)
    #expect(date.startInUTC.milliseconds == Int64(days) * 86_400_000)
  }

  /// Every day of the years 1 to 9999, against a calendar that counts one day at a time.
  @Test func everyDayOfTenThousandYearsGoesThereAndBack() {
    var days = -719_162
    var wrong = 0
    for year in 1...9999 {
      let isLeap = year.isMultiple(of: 400) || year.isMultiple(of: 4) && !year.isMultiple(of: 100)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (index, length) in lengths.enumerated() {
        if CalendarDate(year: year, month: index + 1, day: length + 1) != nil { wrong += 1 }
        for day in 1...length {
          let parts = CalendarDate(daysSince1970: days).components
          if parts != (year, index + 1, day) { wrong += 1 }
          if CalendarDate(year: year, month: index + 1, day: day)?.daysSince1970 != days { wrong += 1 }
          days += 1
        }
      }
    }
    #expect(wrong == 0)
    #expect(days == 2_932_897)
  }

  @Test func textsGoThereAndBack() {
    var seed = Seed("dates")
    for _ in 0..<2000 {
      let date = CalendarDate(daysSince1970: seed.number(-719_162...2_932_896))
      #expect(CalendarDate(date.description) == date, "\(seed)")
      #expect(date.description.utf8.count == 10, "\(seed)")
    }
  }

  @Test(arguments: ["1600-02-29", "2000-02-29", "2024-02-29", "2400-02-29", "0004-02-29", "9996-02-29"])
  func leapYearsHaveA29thOfFebruary(text: String) {
    #expect(CalendarDate(text) != nil)
  }

  @Test(arguments: [
    "1700-02-29", "1900-02-29", "2100-02-29", "2023-02-29", "2024-02-30", "0001-02-29", "2026-04-31", "2026-06-31",
    "2026-00-10", "2026-13-01", "2026-01-00", "2026-01-32", "0000-12-31", "10000-01-01", "2026-1-01", "2026-01-1",
    "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "2026-01-01Z", "2026-01-01T00:00:00Z", "+026-01-01",
    "-026-01-01", "2026-+1-01", "2026- 1-01", "20260101", "", "today", "2026-01-0\u{0661}", "\u{FF12}026-01-01",
  ])
  func otherTextsAreNoDate(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test(arguments: [
    ("2026-12-31", 1, "2027-01-01"), ("2024-02-28", 1, "2024-02-29"), ("2023-02-28", 1, "2023-03-01"),
    ("2026-11-21", 30, "2026-12-21"), ("2026-11-21", 0, "2026-11-21"), ("1970-01-01", -1, "1969-12-31"),
  ])
  func daysAreAdded(text: String, days: Int, expected: String) {
    #expect((date(text) + Days(days)).description == expected)
  }

  @Test func datesAreInTheOrderOfTheirTexts() {
    let texts = ["0001-01-01", "0999-12-31", "1969-12-31", "1970-01-01", "2026-02-01", "2026-11-21", "9999-12-31"]
    #expect(texts.reversed().map(date).sorted().map(\.description) == texts)
  }
}
