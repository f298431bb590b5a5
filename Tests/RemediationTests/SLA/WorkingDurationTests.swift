// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@Suite struct WorkingDurationTests {
  @Test(arguments: [
    ("8h", WorkingDuration.working(minutes: 480), "8h"), ("30m", .working(minutes: 30), "30m"),
    ("120m", .working(minutes: 120), "2h"), ("90m", .working(minutes: 90), "90m"),
    ("08h", .working(minutes: 480), "8h"),
    ("2bd", .businessDays(2), "2bd"), ("14d", .days(Days(14)), "14d"), ("3660d", .days(Days(3660)), "3660d"),
    ("87840h", .working(minutes: 5_270_400), "87840h"),
  ])
  func texts(text: String, duration: WorkingDuration, canonical: String) throws {
    #expect(try WorkingDuration(text) == duration)
    #expect(duration.description == canonical)
    #expect(try WorkingDuration(canonical) == duration)
  }

  @Test(arguments: [
    "", "8", "h", "0h", "0d", "-1h", "+1h", "1.5h", "8 h", " 8h", "8H", "1bd 4h", "1d4h", "2b", "2db", "1w", "3661d",
    "3661bd", "87841h", "5270401m", "99999999999999999999h", "٣h", "³d",
  ])
  func whatIsNoDuration(text: String) {
    #expect(throws: SLAFault.duration(text)) { try WorkingDuration(text) }
  }
}
