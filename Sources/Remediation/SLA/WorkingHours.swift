// SPDX-License-Identifier: Apache-2.0

/// The working hours of one day, by the clock on the wall.
package struct WorkingHours: Hashable, Sendable {
  /// In minutes since 00:00, sorted; none is empty, no two overlap. What lies between two is a break.
  package let intervals: [Range<Int>]

  /// A day off.
  package static let none = WorkingHours(sorted: [])

  /// From 00:00 to 24:00.
  package static let wholeDay = WorkingHours(sorted: [0..<1440])

  private init(sorted intervals: [Range<Int>]) {
    self.intervals = intervals
  }

  /// Reads `08:30-12:00`, in any order; an end may be 24:00. No interval at all is a day off.
  package init(_ texts: [String]) throws(SLAFault) {
    var intervals: [Range<Int>] = []
    for text in texts { intervals.append(try WorkingHours.interval(text)) }
    intervals.sort { $0.lowerBound < $1.lowerBound }
    for (first, second) in zip(intervals, intervals.dropFirst()) where second.lowerBound < first.upperBound {
      throw .intervalsOverlap(WorkingHours.text(first), WorkingHours.text(second))
    }
    self.init(sorted: intervals)
  }

  /// What `init` reads, in the order of the day.
  package var texts: [String] { intervals.map(WorkingHours.text) }

  private static func interval(_ text: String) throws(SLAFault) -> Range<Int> {
    let minutes = Array(text.utf8).withUnsafeBufferPointer { bytes -> (Int, Int)? in
      var scanner = TimeScanner(bytes)
      guard let start = scanner.minuteOfDay(), scanner.take(UInt8(ascii: "-")), let end = scanner.minuteOfDay(),
        scanner.isAtEnd
      else { return nil }
      return (start, end)
    }
    guard let (start, end) = minutes else { throw .interval(text) }
    guard start < end else { throw .intervalEmpty(text) }
    return start..<end
  }

  private static func text(_ interval: Range<Int>) -> String {
    var bytes: [UInt8] = []
    for (separator, minute) in [(nil, interval.lowerBound), (UInt8(ascii: "-"), interval.upperBound)] {
      if let separator { bytes.append(separator) }
      bytes.appendDecimal(minute / 60, width: 2)
      bytes.append(UInt8(ascii: ":"))
      bytes.appendDecimal(minute % 60, width: 2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// By ISO 8601, Monday first.
package enum Weekday: String, CaseIterable, Sendable {
  case monday = "mon"
  case tuesday = "tue"
  case wednesday = "wed"
  case thursday = "thu"
  case friday = "fri"
  case saturday = "sat"
  case sunday = "sun"

  package init(of date: CalendarDate) {
    // 1970-01-01 was a Thursday.
    let sinceMonday = (date.daysSince1970 + 3) % 7
    self = Weekday.allCases[sinceMonday < 0 ? sinceMonday + 7 : sinceMonday]
  }
}

extension TimeScanner {
  /// Takes `HH:MM`, 00:00 to 24:00.
  fileprivate mutating func minuteOfDay() -> Int? {
    guard let hour = pair(upTo: 24), take(UInt8(ascii: ":")), let minute = pair(upTo: 59), hour < 24 || minute == 0
    else { return nil }
    return hour * 60 + minute
  }
}
