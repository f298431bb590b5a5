// SPDX-License-Identifier: Apache-2.0

/// Working time, in milliseconds. It is the time that really elapses between the instants of the local bounds: a night shift
/// on the day on which clocks go back is an hour longer, on the day on which they go forward an hour shorter. A bound that
/// clocks show twice is meant the first time; one that they skip is the end of the gap.
extension BusinessCalendar {
  /// How far ahead instants are looked for: twenty years. A calendar without working time in them gives nil.
  package static let horizon = Days(7305)

  /// How much working time passes between two instants, without that in pauses; 0 where `end` is not after `start`.
  package func workingTime(
    from start: Timestamp, to end: Timestamp, pausedDuring pauses: [Range<Timestamp>] = []
  ) -> Int64 {
    guard start < end else { return 0 }
    return spans(in: start..<end, without: pauses).reduce(0) { $0 + $1.length }
  }

  /// The earliest instant by which so much working time has passed: eight hours from 09:00 on a day from 09:00 to 17:00 end at
  /// 17:00 of that day, not when the next one begins. No time at all has passed at once, wherever `start` is. Nil where that is
  /// beyond the horizon.
  /// - Parameter pauses: in any order; in them no time passes. They may overlap.
  package func instant(
    after working: Int64, from start: Timestamp, pausedDuring pauses: [Range<Timestamp>] = []
  ) -> Timestamp? {
    guard working > 0 else { return start }
    var left = working
    for span in spans(in: start..<start + BusinessCalendar.horizon, without: pauses) {
      if span.length >= left { return span.lowerBound.later(by: left) }
      left -= span.length
    }
    return nil
  }

  /// The latest instant by which not more working time than this has passed, which is one at which somebody works: eight hours
  /// from 09:00, as above, are 09:00 of the next working day. Nil where that is beyond the horizon.
  package func lastInstant(
    after working: Int64, from start: Timestamp, pausedDuring pauses: [Range<Timestamp>] = []
  ) -> Timestamp? {
    instant(after: working + 1, from: start, pausedDuring: pauses)?.later(by: -1)
  }

  package func isWorking(at instant: Timestamp) -> Bool {
    workingTime(from: instant, to: instant.later(by: 1)) > 0
  }

  /// The instant itself where it is in working hours. The end of working hours is not in them. Nil beyond the horizon.
  package func nextWorkingInstant(from instant: Timestamp) -> Timestamp? {
    lastInstant(after: 0, from: instant)
  }

  /// The same time of day so many working days later, or earlier where `count` is negative; a working day is a date with working
  /// time. Where that day has a break at this time, or has not begun, the end of the break or its beginning; where it has
  /// ended, its end. Nil beyond the horizon.
  package func sameTime(businessDays count: Int, from instant: Timestamp) -> Timestamp? {
    let local = zone.local(of: instant)
    let start = Timestamp(milliseconds: local).date
    var left = count.magnitude
    guard left > 0 else { return instant }
    for distance in 1...BusinessCalendar.horizon.count {
      let date = start + Days(count < 0 ? -distance : distance)
      let spans = spans(on: date)
      guard let end = spans.last?.upperBound else { continue }
      left -= 1
      if left > 0 { continue }
      let timeOfDay = local - start.startInUTC.milliseconds
      let sameTime = zone.firstInstant(fromLocal: date.startInUTC.milliseconds + timeOfDay)
      return spans.first { $0.upperBound >= sameTime }.map { max($0.lowerBound, sameTime) } ?? end
    }
    return nil
  }

  /// The working time of a date, in order; no span is empty.
  private func spans(on date: CalendarDate) -> [Range<Timestamp>] {
    let midnight = date.startInUTC.milliseconds
    return hours(on: date).intervals.compactMap { interval in
      let start = zone.firstInstant(fromLocal: midnight + Int64(interval.lowerBound) * 60_000)
      let end = zone.firstInstant(fromLocal: midnight + Int64(interval.upperBound) * 60_000)
      return start < end ? start..<end : nil
    }
  }

  /// The working time between two instants without the pauses, in order, found as it is asked for; no span is empty.
  private func spans(
    in range: Range<Timestamp>, without pauses: [Range<Timestamp>]
  ) -> some Sequence<Range<Timestamp>> {
    let pauses = pauses.sorted { $0.lowerBound < $1.lowerBound }
    // Where clocks go back past midnight, they show a date again whose successor has begun: hence one day more.
    let dates = zone.date(of: range.lowerBound).daysSince1970...zone.date(of: range.upperBound).daysSince1970 + 1
    return dates.lazy.flatMap { date in
      spans(on: CalendarDate(daysSince1970: date)).flatMap { $0.clamped(to: range).subtracting(pauses) }
    }
  }
}

extension Range<Timestamp> {
  fileprivate var length: Int64 { upperBound.milliseconds - lowerBound.milliseconds }

  /// What is left without others, which are sorted by their beginnings; no part is empty.
  fileprivate func subtracting(_ others: [Range<Timestamp>]) -> [Range<Timestamp>] {
    var parts: [Range<Timestamp>] = []
    var start = lowerBound
    for other in others where other.upperBound > start && other.lowerBound < upperBound {
      if start < other.lowerBound { parts.append(start..<other.lowerBound) }
      start = other.upperBound
    }
    if start < upperBound { parts.append(start..<upperBound) }
    return parts
  }
}

extension Timestamp {
  fileprivate func later(by milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: self.milliseconds + milliseconds)
  }
}
