// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("1970-01-01T00:00:00.001Z", 1),
    ("1970-01-01T00:00:00.010Z", 10), ("1970-01-01T00:00:00.100Z", 100), ("2026-11-21T09:30:00Z", 1_795_253_400_000),
    ("2000-02-29T23:59:59Z", 951_868_799_000), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
  ])
  func anInstantHasOneText(text: String, milliseconds: Int64) throws {
    let instant = Timestamp(milliseconds: milliseconds)
    #expect(instant.description == text)
    #expect(instant.utf8 == Array(text.utf8))
    #expect(Timestamp(canonical: text) == instant)
  }

  @Test func textsOfTheYears1To9999GoThereAndBack() {
    var seed = Seed("instants")
    for round in 0..<4000 {
      let drawn = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &seed)
      let instant = Timestamp(milliseconds: round.isMultiple(of: 2) ? drawn : drawn / 1000 * 1000)
      #expect(Timestamp(canonical: instant.description) == instant, "\(seed)")
      #expect(instant.date.startInUTC <= instant, "\(seed)")
      #expect(instant < instant.date.startInUTC + Days(1), "\(seed)")
    }
  }

  @Test(arguments: [
    "2026-11-21T09:30:00", "2026-11-21T09:30:00z", "2026-11-21t09:30:00Z", "2026-11-21 09:30:00Z",
    "2026-11-21T09:30Z", "2026-11-21T09:30:00+00:00", "2026-11-21T09:30:00.000Z", "2026-11-21T09:30:00.1Z",
    "2026-11-21T09:30:00.25Z", "2026-11-21T09:30:00.2500Z", "2026-11-21T09:30:00,250Z", "2026-11-21T09:30:00.-25Z",
    "2026-11-21T09:30:00.+25Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z", "2026-11-21T09:30:60Z",
    "2026-11-21T+9:30:00Z", "2026-11-21T-9:30:00Z", "2026-11-21T09:-0:00Z", "2026-11-21T09-30-00Z",
    "2026-02-29T00:00:00Z", "0000-12-31T23:59:59Z", "10000-01-01T00:00:00Z", " 2026-11-21T09:30:0Z",
    "2026-11-21T09:30:00Z ", "2026-11-21T09:30:00Z\n", "2026-11-21T9:30:000Z", "1795253400", "", "Z",
    "2026-11-21T09:30:0\u{0663}", "2026-11-21T09:30:\u{0663}Z", "2026-11-21T\u{20AC}:30:0Z",
  ])
  func theCanonicalReadingRefusesEverythingElse(text: String) {
    #expect(Timestamp(canonical: text) == nil)
  }

  /// One wrong byte anywhere gives another instant or none.
  @Test func noTwoTextsAreTheSameInstant() throws {
    var seed = Seed("instants with a wrong byte")
    for text in ["2026-11-21T09:30:00Z", "2026-11-21T09:30:00.250Z"] {
      for index in text.utf8.indices.enumerated().map(\.offset) {
        var bytes = Array(text.utf8)
        bytes[index] = UInt8(seed.pick((0x20...0x7E).filter { $0 != Int(bytes[index]) }))
        let wrong = String(decoding: bytes, as: UTF8.self)
        guard let instant = Timestamp(canonical: wrong) else { continue }
        #expect(instant != time(text), "\(seed) \(wrong)")
        #expect(instant.description == wrong, "\(seed)")
      }
    }
  }

  @Test(arguments: [
    (0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2), (1_795_253_400_250, 1_795_253_400),
  ])
  func secondsAreRoundedDown(milliseconds: Int64, seconds: Int64) {
    let instant = Timestamp(milliseconds: milliseconds)
    #expect(instant.seconds == seconds)
    #expect(instant.wholeSecond == Timestamp(seconds: seconds))
    #expect(instant.wholeSecond.milliseconds == seconds * 1000)
  }

  @Test(arguments: [
    ("1969-12-31T23:59:59.999Z", "1969-12-31"), ("1970-01-01T00:00:00Z", "1970-01-01"),
    ("2026-11-21T23:59:59.999Z", "2026-11-21"), ("0001-01-01T00:00:00Z", "0001-01-01"),
  ])
  func aDateInUTCBeginsAtMidnight(instant: String, expected: String) {
    #expect(time(instant).date.description == expected)
  }

  @Test func aDayHas24Hours() {
    #expect(opening + Days(1) - Days(1) == opening)
    #expect((opening + Days(30)).milliseconds - opening.milliseconds == 2_592_000_000)
    #expect(opening - Days(1) < opening && opening < opening + Days(1))
  }
}
