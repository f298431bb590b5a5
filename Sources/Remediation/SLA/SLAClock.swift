// SPDX-License-Identifier: Apache-2.0

/// The clock of one SLA of an item: when it started, how long it runs by which calendar, and when it stood still.
///
/// The due time follows from these alone, so whoever changes the duration or the calendar keeps the pauses.
package struct SLAClock: Equatable, Sendable {
  package let start: Timestamp
  package var duration: WorkingDuration
  package var calendar: BusinessCalendar
  /// The due time without pauses, where that was fixed: by an extension, or by the ledger. Else it follows from the duration.
  package var goal: Timestamp?
  package private(set) var pauses: [Pause] = []

  package struct Pause: Equatable, Sendable {
    package let from: Timestamp
    /// When it ended or, by its limit, is going to end; nil where only somebody who resumes ends it.
    package fileprivate(set) var until: Timestamp?

    package init(from: Timestamp, until: Timestamp?) {
      self.from = from
      self.until = until
    }
  }

  package enum Due: Equatable, Sendable {
    case at(Timestamp)
    /// It stands still and nobody knows until when; so many milliseconds are left of it. There is no breach in a pause.
    case paused(since: Timestamp, remaining: Int64)
    /// The calendar has not enough working time in the next twenty years.
    case beyondHorizon
  }

  package init(
    start: Timestamp, duration: WorkingDuration, calendar: BusinessCalendar, goal: Timestamp? = nil,
    pauses: [Pause] = []
  ) {
    self.start = start
    self.duration = duration
    self.calendar = calendar
    self.goal = goal
    self.pauses = pauses
  }

  /// Stops the clock.
  /// - Parameter limit: when it goes on by itself; nil for a pause that only `resume` ends.
  package mutating func pause(from instant: Timestamp, limit: Timestamp? = nil) {
    pauses.append(Pause(from: instant, until: limit.map { max($0, instant) }))
  }

  /// Ends every pause that has begun and has not ended. One that has ended by its limit stays as it is.
  package mutating func resume(at instant: Timestamp) {
    for index in pauses.indices where pauses[index].from <= instant && instant < pauses[index].until ?? .never {
      pauses[index].until = instant
    }
  }

  /// The instant of the breach. What a pause took before it is added behind it, in the time that the clock counts; a pause that
  /// begins when it has passed changes nothing. Business days that a pause moves end at an instant at which somebody works.
  package var due: Due {
    guard let due = dueIfResumed else { return .beyondHorizon }
    let unended = pauses.filter { $0.until == nil }.map(\.from).min()
    guard let unended, unended < due else { return .at(due) }
    let since = max(unended, start)
    return .paused(since: since, remaining: ticking.workingTime(from: since, to: due, pausedDuring: ended))
  }

  /// When to warn: the last instant at which so much is left before the breach, in the duration's own unit, pauses not counted.
  /// In working time that is an instant at which somebody works. Nil where the SLA is no longer than that, so that nobody is
  /// warned of what has just opened, and where the clock stands still before.
  package func instant(before notice: WorkingDuration) -> Timestamp? {
    guard let due = dueIfResumed else { return nil }
    let counting: BusinessCalendar
    let left: Int64
    switch notice {
    case .working(let minutes): (counting, left) = (calendar, Int64(minutes) * 60_000)
    case .days(let days): (counting, left) = (.always, days.milliseconds)
    case .businessDays(let count):
      guard let earlier = calendar.sameTime(businessDays: -count, from: due) else { return nil }
      (counting, left) = (calendar, calendar.workingTime(from: earlier, to: due))
    }
    let whole = counting.workingTime(from: start, to: due, pausedDuring: ended)
    guard left < whole else { return nil }
    // Nothing is left where days of 24 hours end outside of working hours and the notice reaches back to the last of them.
    return left == 0
      ? counting.instant(after: whole, from: start, pausedDuring: paused)
      : counting.lastInstant(after: whole - left, from: start, pausedDuring: paused)
  }

  /// When to warn: the last instant at which not more than such a part of the clock's time is used. Nil where the clock stands
  /// still before.
  /// - Precondition: `percent` from 1 to 99.
  package func instant(used percent: Int) -> Timestamp? {
    precondition((1...99).contains(percent))
    guard let due = dueIfNeverPaused else { return nil }
    let whole = ticking.workingTime(from: start, to: due)
    return ticking.lastInstant(after: whole * Int64(percent) / 100, from: start, pausedDuring: paused)
  }

  /// The calendar by which the clock's time passes.
  private var ticking: BusinessCalendar {
    if case .days = duration { .always } else { calendar }
  }

  private var ended: [Range<Timestamp>] { pauses.compactMap { pause in pause.until.map { pause.from..<$0 } } }

  private var paused: [Range<Timestamp>] { pauses.map { $0.from..<($0.until ?? .never) } }

  private var dueIfNeverPaused: Timestamp? {
    if let goal { return goal }
    return switch duration {
    case .working(let minutes): calendar.instant(after: Int64(minutes) * 60_000, from: start)
    case .days(let days): start + days
    case .businessDays(let count):
      calendar.nextWorkingInstant(from: start).flatMap { calendar.sameTime(businessDays: count, from: $0) }
    }
  }

  /// The due time, were the pause without an end to end at once.
  private var dueIfResumed: Timestamp? {
    guard let due = dueIfNeverPaused, !ended.isEmpty else { return dueIfNeverPaused }
    let lost =
      ticking.workingTime(from: start, to: due) - ticking.workingTime(from: start, to: due, pausedDuring: ended)
    let isInPause = ended.contains { $0.lowerBound < due && due < $0.upperBound }
    // Business days that began late begin when somebody works. They may end when a day begins, with nothing lost in a pause
    // that took the night before.
    if case .businessDays = duration, lost > 0 || isInPause {
      return calendar.lastInstant(after: lost, from: due, pausedDuring: ended)
    }
    return ticking.instant(after: lost, from: due, pausedDuring: ended)
  }
}

extension Timestamp {
  /// Later than every other; only to compare with.
  fileprivate static let never = Timestamp(milliseconds: .max)
}
