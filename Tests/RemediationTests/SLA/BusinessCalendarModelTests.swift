// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// Random calendars in zones with all kinds of clock changes, against a count minute by minute that knows nothing of intervals
/// between instants.
@Suite struct BusinessCalendarModelTests {
  @Test func agreesWithACountOfMinutes() throws {
    var seed = Seed("business calendar")
    for _ in 0..<60 {
      let model = try MinuteModel(&seed)
      for pauses in 0..<3 {
        let paused = (0..<pauses).map { _ in model.range(&seed, inWholeMinutes: true) }
        let count = model.count(without: paused)
        for _ in 0..<20 {
          let range = model.range(&seed)
          let worked = count.worked(range.lowerBound, range.upperBound)
          let amount = Int64.random(in: 1...max(1, worked), using: &seed)
          let calendar = model.calendar
          let found = (
            calendar.workingTime(from: range.lowerBound, to: range.upperBound, pausedDuring: paused),
            calendar.instant(after: amount, from: range.lowerBound, pausedDuring: paused)
          )
          let expected = (worked, worked == 0 ? found.1 : count.earliest(after: amount, from: range.lowerBound))
          guard found == expected, worked > 0 || found.1 ?? range.upperBound >= range.upperBound else {
            Issue.record("\(seed): \(calendar.json.compactText) \(range) \(paused): \(found), counted \(expected)")
            return
          }
        }
      }
    }
  }

  @Test func instantsAndWorkingTimesBelongTogether() throws {
    var seed = Seed("business calendar laws")
    for _ in 0..<25 {
      let model = try MinuteModel(&seed)
      let calendar = model.calendar
      for _ in 0..<20 {
        let paused = (0..<seed.number(0...2)).map { _ in model.range(&seed) }
        let range = model.range(&seed)
        let (start, end) = (range.lowerBound, range.upperBound)
        func working(_ start: Timestamp, _ end: Timestamp) -> Int64 {
          calendar.workingTime(from: start, to: end, pausedDuring: paused)
        }
        let worked = working(start, end)
        let first = try #require(calendar.instant(after: worked, from: start, pausedDuring: paused))
        let last = try #require(calendar.lastInstant(after: worked, from: start, pausedDuring: paused))
        let afterLast = Timestamp(milliseconds: last.milliseconds + 1)
        let middle = Timestamp(
          milliseconds: .random(in: start.milliseconds...end.milliseconds, using: &seed))
        let next = try #require(calendar.nextWorkingInstant(from: start))
        let laws = [
          first <= end, end <= last, working(start, first) == worked, working(start, last) == worked,
          working(start, afterLast) == worked + 1, calendar.isWorking(at: last),
          working(start, middle) + working(middle, end) == worked,
          next >= start, calendar.isWorking(at: next), calendar.workingTime(from: start, to: next) == 0,
          try BusinessCalendar(json: calendar.json) == calendar,
        ]
        guard !laws.contains(false) else {
          Issue.record("\(seed): \(calendar.json.compactText) \(range) \(paused): \(laws)")
          return
        }
      }
    }
  }

  /// Nothing that opens later is due earlier; a pause makes nothing due earlier, or due within it; a warning is between the
  /// start and the due time.
  @Test func dueTimesAreInOrder() throws {
    var seed = Seed("SLA clock")
    let durations = try ["1m", "7h", "40h", "1bd", "3bd", "1d", "9d"].map { try WorkingDuration($0) }
    for _ in 0..<25 {
      let model = try MinuteModel(&seed)
      for _ in 0..<10 {
        let range = model.range(&seed)
        let duration = seed.pick(durations)
        var clock = SLAClock(start: range.lowerBound, duration: duration, calendar: model.calendar)
        let later = SLAClock(start: range.upperBound, duration: clock.duration, calendar: clock.calendar)
        let pause = model.range(&seed)
        guard case .at(let due) = clock.due, case .at(let laterDue) = later.due else { continue }
        clock.pause(from: pause.lowerBound)
        let isPaused = if case .paused = clock.due { true } else { false }
        clock.resume(at: pause.upperBound)
        guard case .at(let pausedDue) = clock.due else { continue }
        let warnings = [clock.instant(used: seed.number(1...99)), clock.instant(before: seed.pick(durations))]
        // Of a time of day that comes twice, business days take the first.
        let zone = model.calendar.zone
        let isInOrder = zone.local(of: range.lowerBound) <= zone.local(of: range.upperBound)
        let laws = [
          due <= laterDue || !isInOrder, due > range.lowerBound, pausedDue >= due,
          pausedDue <= pause.lowerBound || pausedDue >= pause.upperBound || pausedDue <= range.lowerBound,
          isPaused == (pause.lowerBound < due),
          warnings.allSatisfy { $0.map { range.lowerBound <= $0 && $0 < pausedDue } ?? true },
        ]
        guard !laws.contains(false) else {
          Issue.record("\(seed): \(model.calendar.json.compactText) \(range) \(duration) \(pause): \(laws)")
          return
        }
      }
    }
  }
}

/// Ten days of a random calendar, about half of the time around a change of the clocks.
private struct MinuteModel {
  let calendar: BusinessCalendar
  /// Minutes since 1970.
  let start: Int
  private let isWorking: [Bool]

  private static let zones = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "America/St_Johns",
    "Pacific/Chatham", "Asia/Kathmandu", "UTC",
  ]
  private static let length = 10 * 1440

  init(_ seed: inout Seed) throws {
    let name = seed.pick(MinuteModel.zones)
    let rules = try #require(TimeZone(identifier: name))
    var middle = Date(timeIntervalSince1970: TimeInterval(seed.number(1_100_000_000...2_000_000_000)))
    if seed.chance(50) { middle = rules.nextDaylightSavingTimeTransition(after: middle) ?? middle }
    start = Int(middle.timeIntervalSince1970) / 60 - MinuteModel.length / 2

    var week: [[Range<Int>]] = []
    for _ in 0..<7 { week.append(seed.chance(70) ? MinuteModel.hours(&seed) : []) }
    week[seed.number(0...6)] = [540..<1020]
    var days: [Int: [Range<Int>]] = [:]
    for _ in 0..<seed.number(0...4) {
      days[start / 1440 + seed.number(-1...11)] = seed.chance(50) ? [] : MinuteModel.hours(&seed)
    }
    calendar = try BusinessCalendar(
      id: "random", title: "Random", zone: name,
      week: Dictionary(
        uniqueKeysWithValues: zip(Weekday.allCases, try week.map { try WorkingHours($0.map(MinuteModel.text)) })),
      days: days.map { day, hours in
        (date: CalendarDate(daysSince1970: day), hours: try WorkingHours(hours.map(MinuteModel.text)))
      })

    // Clocks that are never set back: they stand still until the time that they had shown comes again.
    var shown = Int.min
    var isWorking: [Bool] = []
    for minute in start - 1440..<start + MinuteModel.length {
      let offset = rules.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(minute * 60))) / 60
      shown = max(shown, minute + offset)
      guard minute >= start else { continue }
      let (day, minuteOfDay) = (shown / 1440, shown % 1440)
      // 1970-01-05 was a Monday.
      let hours = days[day] ?? week[(day - 4) % 7]
      isWorking.append(hours.contains { $0.contains(minuteOfDay) })
    }
    self.isWorking = isWorking
  }

  private static func hours(_ seed: inout Seed) -> [Range<Int>] {
    var bounds: Set<Int> = []
    let count = 2 * seed.number(1...3)
    while bounds.count < count { bounds.insert(seed.chance(30) ? seed.number(0...24) * 60 : seed.number(0...1440)) }
    let sorted = bounds.sorted()
    return stride(from: 0, to: count, by: 2).map { sorted[$0]..<sorted[$0 + 1] }
  }

  private static func text(_ hours: Range<Int>) -> String {
    [hours.lowerBound, hours.upperBound].map { String(format: "%02d:%02d", $0 / 60, $0 % 60) }.joined(separator: "-")
  }

  func range(_ seed: inout Seed, inWholeMinutes: Bool = false) -> Range<Timestamp> {
    let bounds = (0..<2).map { _ in
      Int64(start + seed.number(0...MinuteModel.length - 2)) * 60_000
        + (inWholeMinutes || seed.chance(50) ? 0 : Int64(seed.number(0...59_999)))
    }
    return Timestamp(milliseconds: min(bounds[0], bounds[1]))..<Timestamp(milliseconds: max(bounds[0], bounds[1]))
  }

  func count(without pauses: [Range<Timestamp>]) -> Count {
    var isCounted = isWorking
    for pause in pauses {
      let (first, end) = (pause.lowerBound.milliseconds / 60_000, pause.upperBound.milliseconds / 60_000)
      for minute in first..<end { isCounted[Int(minute) - start] = false }
    }
    return Count(start: Int64(start) * 60_000, isCounted: isCounted)
  }

  struct Count {
    let start: Int64
    let isCounted: [Bool]
    /// How many minutes count before each; one element more than minutes.
    let before: [Int64]

    init(start: Int64, isCounted: [Bool]) {
      self.start = start
      self.isCounted = isCounted
      var before: [Int64] = [0]
      for isCounted in isCounted { before.append(before[before.count - 1] + (isCounted ? 1 : 0)) }
      self.before = before
    }

    func worked(_ from: Timestamp, _ to: Timestamp) -> Int64 { worked(to) - worked(from) }

    private func worked(_ instant: Timestamp) -> Int64 {
      let (minute, rest) = (instant.milliseconds - start).quotientAndRemainder(dividingBy: 60_000)
      return before[Int(minute)] * 60_000 + (isCounted[Int(minute)] ? rest : 0)
    }

    func earliest(after amount: Int64, from: Timestamp) -> Timestamp? {
      let target = worked(from) + amount
      guard let next = before.firstIndex(where: { $0 * 60_000 >= target }) else { return nil }
      return Timestamp(milliseconds: start + Int64(next) * 60_000 - (before[next] * 60_000 - target))
    }
  }
}
