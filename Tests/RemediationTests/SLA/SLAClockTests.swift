// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@Suite struct SLAClockTests {
  private func clock(_ calendar: SampleCalendar, _ start: String, _ duration: String) throws -> SLAClock {
    SLAClock(
      start: try instant(start, calendar.zone), duration: try WorkingDuration(duration), calendar: try calendar.make())
  }

  // MARK: - Due times without a pause

  @Test(arguments: [
    // Exactly a day ends that day; one minute more, the day after. Lunch does not count.
    (SampleCalendar.berlin, "2026-03-03T09:00", "7h", "2026-03-03T17:00"),
    (.berlin, "2026-03-03T09:00", "421m", "2026-03-04T09:01"),
    (.berlin, "2026-03-03T11:00", "2h", "2026-03-03T14:00"),
    (.berlin, "2026-03-03T11:00", "1h", "2026-03-03T12:00"),
    // Opened in the lunch break, at night, early, exactly at closing time, at the weekend, on a holiday.
    (.berlin, "2026-03-03T12:20", "1h", "2026-03-03T14:00"),
    (.berlin, "2026-03-03T23:10", "1h", "2026-03-04T10:00"),
    (.berlin, "2026-03-03T04:00", "1h", "2026-03-03T10:00"),
    (.berlin, "2026-03-03T17:00", "1h", "2026-03-04T10:00"),
    (.berlin, "2026-03-06T17:00", "1h", "2026-03-09T10:00"),
    (.berlin, "2026-05-01T11:00", "1h", "2026-05-04T10:00"),
    // Over Christmas with its short day and its holiday on a Saturday, over the year's boundary, over leap day.
    (.berlin, "2026-12-23T16:00", "5h", "2026-12-28T10:00"),
    (.berlin, "2026-12-31T16:30", "1h", "2027-01-04T09:30"),
    (.berlin, "2028-02-28T16:00", "2h", "2028-02-29T10:00"),
    // Across a change of the clocks the time of day stays; within a night it moves.
    (.office("Europe/Berlin"), "2026-03-27T16:00", "2h", "2026-03-30T10:00"),
    (.office("Europe/Berlin"), "2026-10-23T16:00", "2h", "2026-10-26T10:00"),
    (.office("America/New_York"), "2026-03-06T16:00", "2h", "2026-03-09T10:00"),
    (.office("America/New_York"), "2026-10-30T16:00", "2h", "2026-11-02T10:00"),
    (.office("Asia/Tokyo"), "2026-03-27T16:00", "2h", "2026-03-30T10:00"),
    (.nights("Europe/Berlin"), "2026-03-29T00:00", "3h", "2026-03-29T04:00"),
    (.nights("Europe/Berlin"), "2026-10-25T00:00", "3h", "2026-10-25T02:00+01:00"),
    (.nights("America/New_York"), "2026-11-01T00:00", "3h", "2026-11-01T02:00"),
    (.nights("Australia/Lord_Howe"), "2026-10-04T00:00", "3h", "2026-10-04T03:30"),
    (.nights("Australia/Lord_Howe"), "2026-04-05T00:00", "3h", "2026-04-05T02:30"),
    (.nights("Africa/Cairo"), "2026-04-23T23:00", "2h", "2026-04-24T02:00"),
    (.nights("Africa/Cairo"), "2026-10-29T22:00", "2h", "2026-10-29T23:00+02:00"),
    (.always, "2026-12-31T23:30", "48h", "2027-01-02T23:30"),
  ])
  func hours(calendar: SampleCalendar, start: String, duration: String, due: String) throws {
    #expect(try clock(calendar, start, duration).due == .at(instant(due, calendar.zone)))
  }

  /// A business day is not 24 hours of working time, which would be three of them.
  @Test(arguments: [
    (SampleCalendar.berlin, "2026-03-03T15:20", "2bd", "2026-03-05T15:20"),
    (.berlin, "2026-03-03T15:20:30.250", "1bd", "2026-03-04T15:20:30.250"),
    (.berlin, "2026-03-06T10:00", "1bd", "2026-03-09T10:00"),
    (.berlin, "2026-03-03T09:00", "1bd", "2026-03-04T09:00"),
    // From outside of working hours.
    (.berlin, "2026-03-03T12:30", "1bd", "2026-03-04T13:00"),
    (.berlin, "2026-03-03T17:00", "1bd", "2026-03-05T09:00"),
    (.berlin, "2026-03-07T11:00", "1bd", "2026-03-10T09:00"),
    (.berlin, "2026-05-01T11:00", "1bd", "2026-05-05T09:00"),
    // Where a holiday is next, the time of day stays and is not 00:00.
    (.berlin, "2026-04-30T10:00", "1bd", "2026-05-04T10:00"),
    (.berlin, "2026-12-31T10:00", "1bd", "2027-01-04T10:00"),
    // Onto a short day, off a short day, from a working Saturday into the lunch break, onto a late day.
    (.berlin, "2026-12-23T15:20", "1bd", "2026-12-24T12:00"),
    (.berlin, "2026-12-23T15:20", "2bd", "2026-12-28T15:20"),
    (.berlin, "2026-12-19T12:30", "1bd", "2026-12-21T13:00"),
    (.berlin, "2026-12-19T12:00", "1bd", "2026-12-21T12:00"),
    (.berlin, "2026-06-09T10:00", "1bd", "2026-06-10T14:00"),
    (.berlin, "2026-06-10T19:00", "1bd", "2026-06-11T17:00"),
    // Clocks: the time of day stays, a time that does not exist is the end of the gap.
    (.office("Europe/Berlin"), "2026-03-27T16:00", "1bd", "2026-03-30T16:00"),
    (.office("America/New_York"), "2026-10-30T16:00", "1bd", "2026-11-02T16:00"),
    (.nights("Europe/Berlin"), "2026-03-28T02:30", "1bd", "2026-03-29T03:00"),
    (.nights("Europe/Berlin"), "2026-10-24T02:30", "1bd", "2026-10-25T02:30+02:00"),
    (.nights("Africa/Cairo"), "2026-04-23T00:30", "1bd", "2026-04-24T01:00"),
    (.everyDay("Pacific/Apia", ["09:00-17:00"]), "2011-12-29T10:00", "1bd", "2011-12-31T10:00"),
    (.always, "2028-02-28T10:00", "2bd", "2028-03-01T10:00"),
  ])
  func businessDays(calendar: SampleCalendar, start: String, duration: String, due: String) throws {
    #expect(try clock(calendar, start, duration).due == .at(instant(due, calendar.zone)))
  }

  /// Days of 24 hours ask no calendar, and so no clock on the wall.
  @Test(arguments: [
    ("2026-03-03T15:20", "14d", "2026-03-17T15:20"), ("2026-12-24T20:00", "1d", "2026-12-25T20:00"),
    ("2026-03-28T12:00", "1d", "2026-03-29T13:00"), ("2026-10-24T12:00", "1d", "2026-10-25T11:00"),
  ])
  func daysOf24Hours(start: String, duration: String, due: String) throws {
    #expect(try clock(.berlin, start, duration).due == .at(instant(due)))
  }

  // MARK: - Pauses

  @Test(arguments: [
    // Of two hours, one of them in the lunch break; over night; before the start; at the weekend.
    ("8h", "2026-03-03T11:00", "2026-03-03T13:00", "2026-03-04T11:00"),
    ("8h", "2026-03-03T16:00", "2026-03-04T10:00", "2026-03-04T12:00"),
    ("8h", "2026-03-02T09:00", "2026-03-03T10:00", "2026-03-04T11:00"),
    ("8h", "2026-03-07T00:00", "2026-03-09T00:00", "2026-03-04T10:00"),
    ("2bd", "2026-03-04T09:00", "2026-03-04T10:30", "2026-03-05T10:30"),
    ("2bd", "2026-03-04T09:00", "2026-03-05T09:00", "2026-03-06T09:00"),
    ("2bd", "2026-03-03T17:00", "2026-03-04T09:00", "2026-03-05T09:00"),
    ("2bd", "2026-03-04T15:00", "2026-03-05T11:00", "2026-03-05T14:00"),
    ("2d", "2026-03-04T20:00", "2026-03-04T23:00", "2026-03-05T12:00"),
    // The clock would have run out in the pause, or at its beginning.
    ("8h", "2026-03-04T09:30", "2026-03-09T11:00", "2026-03-09T11:30"),
    ("8h", "2026-03-04T10:00", "2026-03-09T11:00", "2026-03-04T10:00"),
    ("2d", "2026-03-05T08:00", "2026-03-07T08:00", "2026-03-07T09:00"),
    // Two business days end when a day begins; in a pause they do not.
    ("2bd", "2026-03-04T18:00", "2026-03-05T10:00", "2026-03-05T10:00"),
    ("2bd", "2026-03-04T18:00", "2026-03-05T18:00", "2026-03-06T09:00"),
    ("2bd", "2026-03-05T09:00", "2026-03-05T18:00", "2026-03-05T09:00"),
  ])
  func pausesPostpone(duration: String, from: String, until: String, due: String) throws {
    var resumed = try clock(.berlin, "2026-03-03T09:00", duration)
    resumed.pause(from: try instant(from))
    resumed.resume(at: try instant(until))
    #expect(try resumed.due == .at(instant(due)))
    var limited = try clock(.berlin, "2026-03-03T09:00", duration)
    limited.pause(from: try instant(from), limit: try instant(until))
    #expect(limited.due == resumed.due)
  }

  @Test func noBreachWhilePaused() throws {
    var clock = try clock(.berlin, "2026-03-03T09:00", "8h")
    clock.pause(from: try instant("2026-03-03T16:00"))
    #expect(try clock.due == .paused(since: instant("2026-03-03T16:00"), remaining: 2 * 3_600_000))
    clock.resume(at: try instant("2026-08-03T10:00"))
    #expect(try clock.due == .at(instant("2026-08-03T12:00")))
    clock.pause(from: try instant("2026-08-03T12:00"))
    #expect(try clock.due == .at(instant("2026-08-03T12:00")), "it had run out already")
  }

  @Test func pausedBeforeItStarts() throws {
    var clock = try clock(.berlin, "2026-03-03T09:00", "2bd")
    clock.pause(from: try instant("2026-03-01T09:00"))
    #expect(try clock.due == .paused(since: instant("2026-03-03T09:00"), remaining: 14 * 3_600_000))
  }

  @Test func pausedTwice() throws {
    var clock = try clock(.office("UTC"), "2026-03-03T09:00", "4h")
    clock.pause(from: try instant("2026-03-03T09:30", "UTC"), limit: try instant("2026-03-03T11:00", "UTC"))
    clock.pause(from: try instant("2026-03-03T10:00", "UTC"))
    #expect(try clock.due == .paused(since: instant("2026-03-03T10:00", "UTC"), remaining: 210 * 60_000))
  }

  @Test func aPauseEndsByItsLimit() throws {
    var clock = try clock(.berlin, "2026-03-03T09:00", "8h")
    clock.pause(from: try instant("2026-03-03T10:00"), limit: try instant("2026-03-03T11:00"))
    let due = try SLAClock.Due.at(instant("2026-03-04T11:00"))
    #expect(clock.due == due)
    clock.resume(at: try instant("2026-03-03T16:00"))
    #expect(clock.due == due, "resumed after the limit")
    clock.resume(at: try instant("2026-03-03T10:30"))
    #expect(try clock.due == .at(instant("2026-03-04T10:30")), "resumed before the limit")
    clock.pause(from: try instant("2026-03-03T12:00"), limit: try instant("2026-03-03T11:00"))
    #expect(try clock.due == .at(instant("2026-03-04T10:30")), "a limit in the past is no pause")
  }

  /// What is resumed is what has begun: a pause of tomorrow stays.
  @Test func resumingEndsWhatHasBegun() throws {
    var clock = try clock(.office("UTC"), "2026-03-03T09:00", "8h")
    clock.pause(from: try instant("2026-03-03T10:00", "UTC"))
    clock.pause(from: try instant("2026-03-03T11:00", "UTC"))
    clock.pause(from: try instant("2026-03-04T09:00", "UTC"), limit: try instant("2026-03-04T10:00", "UTC"))
    clock.resume(at: try instant("2026-03-03T12:00", "UTC"))
    #expect(try clock.due == .at(instant("2026-03-04T12:00", "UTC")))
  }

  @Test func noPauseIsForgottenWhenTheSLAChanges() throws {
    var clock = try clock(.berlin, "2026-03-03T09:00", "2h")
    clock.pause(from: try instant("2026-03-03T10:00"), limit: try instant("2026-03-03T11:00"))
    #expect(try clock.due == .at(instant("2026-03-03T12:00")))
    clock.duration = try WorkingDuration("4h")
    #expect(try clock.due == .at(instant("2026-03-03T15:00")))
    clock.duration = try WorkingDuration("1bd")
    #expect(try clock.due == .at(instant("2026-03-04T10:00")))
    clock.calendar = try SampleCalendar.office("Europe/Berlin").make()
    clock.duration = try WorkingDuration("4h")
    #expect(try clock.due == .at(instant("2026-03-03T14:00")))
    #expect(clock.pauses.count == 1)
    // A pause after the first due time counts once the SLA is long enough to reach it.
    clock.pause(from: try instant("2026-03-03T15:00"))
    clock.duration = try WorkingDuration("8h")
    #expect(try clock.due == .paused(since: instant("2026-03-03T15:00"), remaining: 3 * 3_600_000))
  }

  @Test func whatComesBackIsNotLateAtOnce() throws {
    // A closed item never opens again: what comes back is a new item, with a clock of its own.
    let reopened = try clock(.berlin, "2026-06-08T09:00", "8h")
    #expect(try reopened.due == .at(instant("2026-06-09T10:00")))
    #expect(try reopened.instant(used: 75) == instant("2026-06-08T16:00"))
    #expect(try reopened.instant(before: WorkingDuration("8h")) == nil)
    #expect(try reopened.instant(before: WorkingDuration("2h")) == instant("2026-06-08T16:00"))
  }

  // MARK: - Warnings

  @Test(arguments: [
    ("8h", "2h", "2026-03-03T16:00"),
    // At 17:00 and at 09:00 of the next day an hour is left; somebody works at 09:00.
    ("8h", "1h", "2026-03-04T09:00"),
    ("7h", "1h", "2026-03-03T16:00"),
    ("8h", "479m", "2026-03-03T09:01"),
    ("10bd", "8h", "2026-03-13T16:00"),
    ("10bd", "1bd", "2026-03-16T09:00"),
    ("10bd", "1d", "2026-03-16T09:00"),
    // Due on Sunday, 2026-03-08T09:00.
    ("5d", "2h", "2026-03-06T15:00"),
    ("5d", "1bd", "2026-03-06T09:00"),
    ("5d", "1d", "2026-03-07T09:00"),
  ])
  func warningsBefore(duration: String, notice: String, expected: String) throws {
    let clock = try clock(.berlin, "2026-03-03T09:00", duration)
    #expect(try clock.instant(before: WorkingDuration(notice)) == instant(expected))
  }

  /// Due on Saturday evening: a business day before is the end of Friday, after which nothing is left.
  @Test func warningWhereNothingIsLeft() throws {
    let clock = try clock(.berlin, "2026-03-02T20:00", "5d")
    #expect(try clock.due == .at(instant("2026-03-07T20:00")))
    #expect(try clock.instant(before: WorkingDuration("1bd")) == instant("2026-03-06T17:00"))
  }

  @Test(arguments: [("8h", "8h"), ("8h", "9h"), ("2bd", "3bd"), ("2bd", "2bd"), ("1d", "1d"), ("5d", "100h")])
  func nobodyIsWarnedOfWhatHasJustOpened(duration: String, notice: String) throws {
    #expect(try clock(.berlin, "2026-03-03T09:00", duration).instant(before: WorkingDuration(notice)) == nil)
  }

  @Test(arguments: [
    ("8h", 75, "2026-03-03T16:00"), ("14h", 50, "2026-03-04T09:00"), ("8h", 1, "2026-03-03T09:04:48"),
    ("2bd", 75, "2026-03-04T13:30"), ("2bd", 99, "2026-03-04T16:51:36"), ("4d", 50, "2026-03-05T09:00"),
  ])
  func warningsByPartUsed(duration: String, percent: Int, expected: String) throws {
    #expect(try clock(.berlin, "2026-03-03T09:00", duration).instant(used: percent) == instant(expected))
  }

  @Test func pausesPostponeWarnings() throws {
    var clock = try clock(.berlin, "2026-03-03T09:00", "8h")
    let notice = try WorkingDuration("2h")
    clock.pause(from: try instant("2026-03-03T15:00"))
    #expect(clock.instant(used: 75) == nil, "it stands still before")
    #expect(clock.instant(before: notice) == nil)
    #expect(try clock.instant(used: 50) == instant("2026-03-03T14:00"), "it was at half before")
    #expect(try clock.instant(before: WorkingDuration("4h")) == instant("2026-03-03T14:00"))
    clock.resume(at: try instant("2026-03-04T14:00"))
    #expect(try clock.instant(used: 75) == instant("2026-03-04T15:00"))
    #expect(try clock.instant(before: notice) == instant("2026-03-04T15:00"))
    #expect(try clock.due == .at(instant("2026-03-04T17:00")))
  }

  /// The same item in two offices.
  @Test func eachCalendarHasItsZone() throws {
    let start = try instant("2026-03-17T15:00", "UTC")
    let four = try WorkingDuration("4h")
    let berlin = SLAClock(start: start, duration: four, calendar: try SampleCalendar.berlin.make())
    let york = SLAClock(
      start: start, duration: four, calendar: try SampleCalendar.office("America/New_York").make())
    #expect(try berlin.due == .at(instant("2026-03-18T12:00")))
    #expect(try york.due == .at(instant("2026-03-17T15:00", "America/New_York")))
  }
}
