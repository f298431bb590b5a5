// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct RecurrenceRuleTests {
  @Test(arguments: [
    ("3/30d", 3, 30), ("5/30d", 5, 30), ("10/30d", 10, 30), ("1/1d", 1, 1), ("10000/3660d", 10_000, 3660),
    ("2/7d", 2, 7),
  ])
  func aRuleIsACountAndAWindow(text: String, count: Int, days: Int) throws {
    let rule = try RecurrenceRule(text)
    #expect(rule.count == count && rule.window == Days(days))
    #expect(rule.description == text)
    #expect(rule == RecurrenceRule(count: count, window: Days(days)))
  }

  @Test(arguments: [
    "", "/", "3", "30d", "3/", "/30d", "3/d", "3/30", "3/30D", "3/30 d", " 3/30d", "3/30d ", "3 / 30d", "3/30h",
    "3/30w",
    "3/30days", "0/30d", "3/0d", "-3/30d", "3/-30d", "10001/30d", "3/3661d", "3/30d/1", "3//30d", "3.5/30d", "3/1.5d",
    "three/30d", "99999999999999999999/30d", "3/99999999999999999999d", "3/30d\n", "\u{0663}/30d", "3/30\u{217E}",
    "3/30d\u{301}", "0x3/30d",
  ])
  func otherTextsAreNoRule(text: String) {
    let outcome = Outcome<Int> { () throws(Rejection) in
      _ = try RecurrenceRule(text)
      return []
    }
    #expect(outcome == .refused(.recurrenceRule(text)))
  }

  @Test(
    arguments: ["+3/30d", "3/+30d"])
  func aSignIsRefused(text: String) {
    #expect(throws: Rejection.recurrenceRule(text)) { try RecurrenceRule(text) }
  }

  private static let day: Int64 = 86_400_000

  /// instants in days and milliseconds, the index at which the window begins
  @Test(
    arguments: [
      ([], nil), ([0], nil), ([0, 1], nil), ([0, 0, 0], 0), ([0, 1, 2], 0),
      // Both ends are included, and one millisecond more is too late.
      ([0, 5, 30 * day], 0), ([0, 5, 30 * day + 1], nil), ([0, 0, 30 * day], 0), ([0, 30 * day, 30 * day], 0),
      ([0, 30 * day, 30 * day + 1], nil), ([-1, 0, 30 * day, 30 * day], 1), ([0, 31 * day, 32 * day, 60 * day], 1),
      ([-40 * day, -20 * day, -10 * day], 0), ([-40 * day, -20 * day, -10 * day + 1], nil),
      // The earliest of several.
      ([0, 1, 2, 100 * day, 100 * day, 100 * day], 0),
    ] as [([Int64], Int?)])
  func threeWithinThirtyDays(milliseconds: [Int64], first: Int?) {
    let rule = RecurrenceRule(count: 3, window: Days(30))
    #expect(rule.earliestWindow(in: milliseconds.map(Timestamp.init(milliseconds:))) == first)
  }

  @Test func aRuleOfOneHoldsAtOnce() {
    let rule = RecurrenceRule(count: 1, window: Days(1))
    #expect(rule.earliestWindow(in: [opening]) == 0)
    #expect(rule.earliestWindow(in: []) == nil)
  }

  @Test func theIndexCountsFromTheStartOfASlice() {
    let instants = [0, 100, 100, 100].map { opening + Days($0) }
    let rule = RecurrenceRule(count: 3, window: Days(1))
    #expect(rule.earliestWindow(in: instants) == 1)
    #expect(rule.earliestWindow(in: instants[1...]) == 0)
  }

  /// Against the definition: the first instant from which on, both ends included, there are N within the window.
  @Test func theEarliestWindowIsTheOneThatCountingFinds() {
    var seed = Seed("windows")
    var found = 0
    for _ in 0..<2000 {
      let rule = RecurrenceRule(count: seed.number(1...6), window: Days(seed.number(1...5)))
      let sorted = (0..<seed.number(0...20)).map { _ -> Int64 in
        // On whole days half of the time, so that windows end exactly on an instant.
        let day = Int64(seed.number(0...40)) * Self.day
        return seed.chance(50) ? day : day + Int64(seed.number(-2...2))
      }.sorted()
      let expected = sorted.indices.first { index in
        let end = sorted[index] + rule.window.milliseconds
        return sorted[index...].count { $0 <= end } >= rule.count
      }
      #expect(
        rule.earliestWindow(in: sorted.map(Timestamp.init(milliseconds:))) == expected, "\(seed) \(rule) \(sorted)")
      if expected != nil { found += 1 }
    }
    #expect((200...1900).contains(found), "\(seed)")
  }

  /// events, baseline in days: nil below three windows; else the rate of the baseline times one window.
  @Test(
    arguments: [
      (0, 90, 0), (9, 90, 3000), (1, 90, 333), (2, 90, 667), (10, 365, 822), (9, 89, nil), (0, 0, nil),
    ] as [(Int, Int, Int?)])
  func whatChanceWouldDoIsTheEarlierRate(events: Int, days: Int, expected: Int?) {
    let rule = RecurrenceRule(count: 3, window: Days(30))
    #expect(
      OpenedBecause.expectedThousandths(events: events, in: Days(days).milliseconds, rule: rule) == expected)
    #expect(
      OpenedBecause.expectedThousandths(events: 1, in: Days(90).milliseconds - 1, rule: rule) == nil)
  }

  @Test func codesComeBeforeTagsAndThenBytesDecide() {
    let keys = [
      RecurrenceKey(.code, "A-1"), RecurrenceKey(.code, "B"), RecurrenceKey(.code, "a"),
      RecurrenceKey(.rootCause, "A"), RecurrenceKey(.rootCause, "A-1"),
    ]
    #expect(keys.reversed().sorted() == keys)
    #expect(keys.map(\.description) == ["code:A-1", "code:B", "code:a", "tag:A", "tag:A-1"])
    #expect(RecurrenceKey.Kind.allCases.map(\.words) == ["exception code", "root-cause tag"])
  }
}
