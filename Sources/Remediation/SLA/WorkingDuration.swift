// SPDX-License-Identifier: Apache-2.0

/// How long something may take, in one unit. A day is never 24 hours of working time.
package enum WorkingDuration: Hashable, Sendable, CustomStringConvertible {
  /// Minutes of working time: `30m`, `8h`.
  case working(minutes: Int)

  /// `2bd`: until the same time of day on the second working day after. From outside of working hours it runs from the next
  /// working instant; for days that have a break at that time or are shorter, see `BusinessCalendar.sameTime`.
  case businessDays(Int)

  /// `14d`: days of 24 hours by the clock, whether anybody works or not.
  case days(Days)

  /// Reads a number and a unit, more than zero and at most ten years: 3660 days.
  package init(_ text: String) throws(SLAFault) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), (1...3660 * 24 * 60).contains(count) else { throw .duration(text) }
    switch text.dropFirst(digits.count) {
    case "m": self = .working(minutes: count)
    case "h" where count <= 3660 * 24: self = .working(minutes: count * 60)
    case "bd" where count <= 3660: self = .businessDays(count)
    case "d" where count <= 3660: self = .days(Days(count))
    default: throw .duration(text)
    }
  }

  /// The only text of this duration: whole hours of working time are written in hours.
  package var description: String {
    switch self {
    case .working(let minutes) where minutes % 60 == 0: "\(minutes / 60)h"
    case .working(let minutes): "\(minutes)m"
    case .businessDays(let count): "\(count)bd"
    case .days(let days): "\(days.count)d"
    }
  }
}
