// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

/// An instant by its local time, `2026-03-03T15:20`; with an offset, `2026-10-25T02:30+01:00`, the zone does not matter.
func instant(_ local: String, _ zone: String = "Europe/Berlin") throws -> Timestamp {
  let zone = try #require(Zone(zone))
  return try #require(try TimePattern("iso8601").parse(local.utf8, zone: zone))
}

enum SampleCalendar: Sendable {
  /// Monday to Friday 09:00 to 12:00 and 13:00 to 17:00 in Berlin, with what happens around Christmas.
  case berlin
  /// Monday to Friday 09:00 to 17:00.
  case office(String)
  /// Every day 22:00 to 06:00.
  case nights(String)
  case everyDay(String, [String])
  case always

  var zone: String {
    switch self {
    case .berlin: "Europe/Berlin"
    case .office(let zone), .nights(let zone), .everyDay(let zone, _): zone
    case .always: "UTC"
    }
  }

  func make() throws -> BusinessCalendar {
    switch self {
    case .always: return .always
    case .office(let zone):
      return try BusinessCalendar(id: "office", title: "Office", zone: zone, week: week(5, ["09:00-17:00"]))
    case .nights(let zone):
      return try BusinessCalendar(
        id: "nights", title: "Nights", zone: zone, week: week(7, ["22:00-24:00", "00:00-06:00"]))
    case .everyDay(let zone, let hours):
      return try BusinessCalendar(id: "daily", title: "Daily", zone: zone, week: week(7, hours))
    case .berlin:
      return try BusinessCalendar(
        id: "berlin", title: "Berlin office", zone: "Europe/Berlin", week: week(5, ["09:00-12:00", "13:00-17:00"]),
        days: [
          day("2026-12-19", ["10:00-14:00"]),  // a Saturday
          day("2026-12-24", ["09:00-12:00"]),
          day("2026-12-25", []),
          day("2026-12-26", []),  // a Saturday
          day("2027-01-01", []),
          day("2026-05-01", []),
          day("2026-06-10", ["14:00-20:00"]),
        ])
    }
  }

  private func week(_ days: Int, _ hours: [String]) throws -> [Weekday: WorkingHours] {
    let hours = try WorkingHours(hours)
    return Dictionary(uniqueKeysWithValues: Weekday.allCases.prefix(days).map { ($0, hours) })
  }

  private func day(_ date: String, _ hours: [String]) throws -> (date: CalendarDate, hours: WorkingHours) {
    (try #require(CalendarDate(date)), try WorkingHours(hours))
  }
}
