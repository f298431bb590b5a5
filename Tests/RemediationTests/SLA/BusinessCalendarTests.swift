// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@Suite struct BusinessCalendarTests {
  /// In minutes.
  @Test(arguments: [
    // One day, its bounds, the lunch break.
    (SampleCalendar.berlin, "2026-03-03T09:00", "2026-03-03T17:00", 420),
    (.berlin, "2026-03-03T08:00", "2026-03-03T18:00", 420),
    (.berlin, "2026-03-03T11:30", "2026-03-03T13:30", 60),
    (.berlin, "2026-03-03T12:00", "2026-03-03T13:00", 0),
    (.berlin, "2026-03-03T17:00", "2026-03-04T09:00", 0),
    (.berlin, "2026-03-04T10:00", "2026-03-03T10:00", 0),
    // A weekend; a holiday; a holiday on a weekend; a short day; a working Saturday; the year's boundary; leap days.
    (.berlin, "2026-03-06T16:00", "2026-03-09T10:00", 120),
    (.berlin, "2026-04-30T16:00", "2026-05-04T10:00", 120),
    (.berlin, "2026-12-24T11:00", "2026-12-28T10:00", 120),
    (.berlin, "2026-12-18T17:00", "2026-12-21T09:00", 240),
    (.berlin, "2026-12-31T16:00", "2027-01-04T10:00", 120),
    (.berlin, "2028-02-28T16:00", "2028-03-01T10:00", 540),
    (.berlin, "2026-02-27T16:00", "2026-03-02T10:00", 120),
    // Clocks forward and back: a night is seven hours, and nine.
    (.nights("Europe/Berlin"), "2026-03-28T12:00", "2026-03-29T12:00", 420),
    (.nights("Europe/Berlin"), "2026-10-24T12:00", "2026-10-25T12:00", 540),
    (.nights("America/New_York"), "2026-03-07T12:00", "2026-03-08T12:00", 420),
    (.nights("America/New_York"), "2026-10-31T12:00", "2026-11-01T12:00", 540),
    (.nights("Australia/Lord_Howe"), "2026-10-03T12:00", "2026-10-04T12:00", 450),
    (.nights("Australia/Lord_Howe"), "2026-04-04T12:00", "2026-04-05T12:00", 510),
    (.nights("Africa/Cairo"), "2026-04-23T12:00", "2026-04-24T12:00", 420),
    (.nights("Africa/Cairo"), "2026-10-29T12:00", "2026-10-30T12:00", 540),
    (.nights("Asia/Tokyo"), "2026-03-28T12:00", "2026-03-29T12:00", 480),
    // Bounds in the gap: they are its end. Bounds in the overlap: their first time.
    (.everyDay("Europe/Berlin", ["02:30-04:00"]), "2026-03-29T00:00", "2026-03-30T00:00", 60),
    (.everyDay("Europe/Berlin", ["01:00-02:30"]), "2026-03-29T00:00", "2026-03-30T00:00", 60),
    (.everyDay("Europe/Berlin", ["02:10-02:50"]), "2026-03-29T00:00", "2026-03-30T00:00", 0),
    (.everyDay("Europe/Berlin", ["02:30-04:00"]), "2026-10-25T00:00", "2026-10-26T00:00", 150),
    (.everyDay("Europe/Berlin", ["01:00-02:30"]), "2026-10-25T00:00", "2026-10-26T00:00", 90),
    // Clocks that go back past midnight, here from 00:01 to 23:01: the shift that had begun goes on.
    (.everyDay("America/St_Johns", ["00:00-06:00"]), "2010-11-06T23:00-02:30", "2010-11-06T23:30-03:30", 30),
    (.everyDay("America/St_Johns", ["22:00-24:00"]), "2010-11-06T21:00-02:30", "2010-11-06T23:30-03:30", 120),
    // The day that Samoa left out has no working time.
    (.everyDay("Pacific/Apia", ["09:00-17:00"]), "2011-12-29T00:00", "2012-01-01T00:00", 960),
    (.always, "2026-02-28T00:00", "2026-03-01T00:00", 1440),
    (.always, "2028-02-28T00:00", "2028-03-01T00:00", 2880),
  ])
  func workingTime(calendar: SampleCalendar, from: String, to: String, minutes: Int64) throws {
    let (start, end) = try (instant(from, calendar.zone), instant(to, calendar.zone))
    #expect(try calendar.make().workingTime(from: start, to: end) == minutes * 60_000)
  }

  @Test func toTheMillisecond() throws {
    let berlin = try SampleCalendar.berlin.make()
    let start = try instant("2026-03-03T11:59:59.999")
    let end = try instant("2026-03-03T13:00:00.001")
    #expect(berlin.workingTime(from: start, to: end) == 2)
    #expect(berlin.instant(after: 2, from: start) == end)
    #expect(try berlin.instant(after: 1, from: start) == instant("2026-03-03T12:00"))
  }

  @Test(arguments: [
    ("2026-03-03T09:00", true, "2026-03-03T09:00"),
    ("2026-03-03T08:59:59.999", false, "2026-03-03T09:00"),
    ("2026-03-03T11:59:59.999", true, "2026-03-03T11:59:59.999"),
    ("2026-03-03T12:00", false, "2026-03-03T13:00"),
    ("2026-03-03T17:00", false, "2026-03-04T09:00"),
    ("2026-03-06T17:00", false, "2026-03-09T09:00"),
    ("2026-05-01T10:00", false, "2026-05-04T09:00"),
    ("2026-12-24T12:00", false, "2026-12-28T09:00"),
  ])
  func working(at local: String, isWorking: Bool, next: String) throws {
    let berlin = try SampleCalendar.berlin.make()
    #expect(try berlin.isWorking(at: instant(local)) == isWorking)
    #expect(try berlin.nextWorkingInstant(from: instant(local)) == instant(next))
  }

  /// Eight hours from 09:00 end when the day ends; the last instant is when somebody works again.
  @Test func boundaries() throws {
    let office = try SampleCalendar.office("Europe/Berlin").make()
    let start = try instant("2026-03-03T09:00")
    #expect(try office.instant(after: 8 * 3_600_000, from: start) == instant("2026-03-03T17:00"))
    #expect(try office.lastInstant(after: 8 * 3_600_000, from: start) == instant("2026-03-04T09:00"))
    let atNight = try instant("2026-03-03T03:00")
    #expect(office.instant(after: 0, from: atNight) == atNight)
    #expect(office.lastInstant(after: 0, from: atNight) == start)
  }

  @Test func pausesInAnyOrderThatOverlap() throws {
    let office = try SampleCalendar.office("Europe/Berlin").make()
    let pauses = try [
      ("2026-03-03T14:00", "2026-03-03T15:00"), ("2026-03-03T10:00", "2026-03-03T12:00"),
      ("2026-03-03T10:30", "2026-03-03T11:00"), ("2026-03-03T11:30", "2026-03-03T12:30"),
      ("2026-03-03T20:00", "2026-03-04T07:00"), ("2026-03-03T16:00", "2026-03-03T16:00"),
    ].map { try instant($0)..<instant($1) }
    let start = try instant("2026-03-03T09:00")
    #expect(try office.workingTime(from: start, to: instant("2026-03-03T17:00"), pausedDuring: pauses) == 270 * 60_000)
    #expect(
      try office.instant(after: 270 * 60_000, from: start, pausedDuring: pauses) == instant("2026-03-03T17:00"))
    #expect(
      try office.instant(after: 271 * 60_000, from: start, pausedDuring: pauses) == instant("2026-03-04T09:01"))
  }

  /// A calendar of holidays only is found out within the horizon, and so is the last day before it.
  @Test func noWorkingTimeAhead() throws {
    let first = try #require(CalendarDate("2026-03-03"))
    let calendar = try BusinessCalendar(
      id: "closed", title: "Closed for good", zone: "UTC", week: [.monday: WorkingHours(["09:00-17:00"])],
      days: (0..<8000).map { (date: first + Days($0), hours: .none) })
    let start = try instant("2026-03-03T09:00", "UTC")
    #expect(calendar.instant(after: 1, from: start) == nil)
    #expect(calendar.instant(after: 0, from: start) == start)
    #expect(calendar.nextWorkingInstant(from: start) == nil)
    #expect(calendar.sameTime(businessDays: 1, from: start) == nil)
    #expect(try calendar.instant(after: 1, from: instant("2026-03-02T16:59:59.999", "UTC")) != nil)
    for duration in ["1m", "1bd"] {
      let clock = SLAClock(start: start, duration: try WorkingDuration(duration), calendar: calendar)
      #expect(clock.due == .beyondHorizon)
      #expect(clock.instant(used: 50) == nil)
      #expect(try clock.instant(before: WorkingDuration("1m")) == nil)
    }
  }

  @Test(arguments: [
    (["9:00-17:00"], SLAFault.interval("9:00-17:00")), ([""], .interval("")), (["09:00"], .interval("09:00")),
    (["09:00-24:01"], .interval("09:00-24:01")), (["09:60-10:00"], .interval("09:60-10:00")),
    (["09:00-17:00 "], .interval("09:00-17:00 ")), (["22:00-06:00"], .intervalEmpty("22:00-06:00")),
    (["09:00-09:00"], .intervalEmpty("09:00-09:00")), (["24:00-24:00"], .intervalEmpty("24:00-24:00")),
    (["13:00-17:00", "09:00-13:01"], .intervalsOverlap("09:00-13:01", "13:00-17:00")),
    (["09:00-12:00", "09:00-12:00"], .intervalsOverlap("09:00-12:00", "09:00-12:00")),
  ])
  func whatAreNoWorkingHours(texts: [String], fault: SLAFault) {
    #expect(throws: fault) { try WorkingHours(texts) }
    #expect(!fault.sentence.isEmpty)
  }

  @Test func hoursMayTouch() throws {
    #expect(try WorkingHours(["12:00-24:00", "00:00-12:00"]).texts == ["00:00-12:00", "12:00-24:00"])
  }

  @Test func whatIsNoCalendar() throws {
    let day = try WorkingHours(["09:00-17:00"])
    let date = try #require(CalendarDate("2026-12-25"))
    #expect(throws: SLAFault.unknownZone("Berlin")) {
      try BusinessCalendar(id: "a", title: "A", zone: "Berlin", week: [.monday: day])
    }
    #expect(throws: SLAFault.noWorkingTime("a")) {
      try BusinessCalendar(id: "a", title: "A", zone: "UTC", week: [.monday: .none], days: [(date: date, hours: day)])
    }
    #expect(throws: SLAFault.dateTwice(date)) {
      try BusinessCalendar(
        id: "a", title: "A", zone: "UTC", week: [.monday: day],
        days: [(date: date, hours: .none), (date: date, hours: day)])
    }
  }

  @Test func canonicalForm() throws {
    let hours = try WorkingHours(["13:00-17:00", "08:30-12:00"])
    let days = try ["2026-12-25", "2026-12-24"].map { text in
      (date: try #require(CalendarDate(text)), hours: text.hasSuffix("24") ? hours : .none)
    }
    let calendar = try BusinessCalendar(
      id: "büro", title: "Büro", zone: "Europe/Berlin", week: [.friday: hours, .sunday: .none], days: days)
    let same = try BusinessCalendar(
      id: "büro", title: "Büro", zone: "Europe/Berlin", week: [.friday: hours], days: days.reversed())
    let text = """
      {"days":[{"date":"2026-12-24","hours":["08:30-12:00","13:00-17:00"]},{"date":"2026-12-25","hours":[]}],\
      "id":"büro","title":"Büro","week":{"fri":["08:30-12:00","13:00-17:00"],"mon":[],"sat":[],"sun":[],"thu":[],\
      "tue":[],"wed":[]},"zone":"Europe/Berlin"}
      """
    #expect(calendar == same)
    #expect(String(decoding: calendar.json.canonicalBytes, as: UTF8.self) == text)
    #expect(same.json.canonicalBytes == calendar.json.canonicalBytes)
    for calendar in [calendar, try SampleCalendar.berlin.make(), .always] {
      #expect(try BusinessCalendar(json: calendar.json) == calendar)
    }
  }

  @Test(arguments: [
    (#""zone":"UTC""#, #""zone":"Berlin""#), (#""mon":["00:00-24:00"]"#, #""mon":["0-24"]"#),
    (#""mon":["00:00-24:00"],"#, ""), (#""days":[]"#, #""days":[{"date":"2026-02-30","hours":[]}]"#),
    (#""days":[]"#, #""days":[{"date":"2026-03-02","hours":[]},{"date":"2026-03-02","hours":[]}]"#),
    (#"["00:00-24:00"]"#, "[]"),
  ])
  func storedBytesThatAreNoCalendar(part: String, replacement: String) throws {
    let text = BusinessCalendar.always.json.compactText
    try #require(text.contains(part))
    let json = try JSONValue(parsing: Array(text.replacing(part, with: replacement).utf8))
    #expect(throws: DecodingFailure.self) { try BusinessCalendar(json: json) }
  }
}
