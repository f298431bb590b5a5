// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a calendar or a duration that somebody wrote down. Every case is a sentence that says what to do.
package enum SLAFault: Error, Equatable, Sendable {
  case interval(String)
  case intervalEmpty(String)
  case intervalsOverlap(String, String)
  case unknownZone(String)
  case noWorkingTime(String)
  case dateTwice(CalendarDate)
  case duration(String)

  package var sentence: String {
    switch self {
    case .interval(let text): "\"\(text)\" are no working hours. Write two times of day, for example 08:30-12:00."
    case .intervalEmpty(let text):
      "The working hours \(text) end before they begin. Write a shift past midnight as two: until 24:00, and from 00:00 "
        + "on the day after."
    case .intervalsOverlap(let first, let second): "The working hours \(first) and \(second) overlap. Make them one."
    case .unknownZone(let name):
      "There is no time zone \"\(name)\". Write a name such as Europe/Berlin, or UTC."
    case .noWorkingTime(let id):
      "The calendar \(id) has no working hours on any weekday, so nothing would ever be due."
    case .dateTwice(let date):
      "The date \(date) is listed twice, among the holidays or the days with hours of their own."
    case .duration(let text):
      "\"\(text)\" is no duration. Write 30m or 8h of working time, 2bd for business days, or 14d for days of 24 hours; "
        + "at most ten years."
    }
  }
}
