// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@Suite struct ZoneTests {
  @Test(arguments: [
    ("UTC", "UTC"), ("Z", "UTC"), ("z", "UTC"), ("GMT", "UTC"), ("+00:00", "UTC"), ("-00:00", "UTC"),
    ("+02:00", "+02:00"),
    ("+0530", "+05:30"), ("-03", "-03:00"), ("UTC+02:00", "+02:00"), ("+18:00", "+18:00"),
    ("Europe/Berlin", "Europe/Berlin"),
    ("Etc/GMT+5", "Etc/GMT+5"), ("Asia/Calcutta", "Asia/Calcutta"), ("CET", "CET"),
  ])
  func names(text: String, name: String) throws {
    let zone = try #require(Zone(text))
    #expect(zone.name == name)
    #expect(zone == Zone(name))
    #expect(zone.hashValue == Zone(name)?.hashValue)
  }

  @Test(arguments: [
    "", " ", "Berlin", "europe/berlin", "Europe/Bonn", "PST", "BST", "IST", "+2", "02:00", "+02:60", "+19:00", "+18:30",
    "+2:00", "+020", "+02:000", "../../etc/passwd", "/etc/localtime", "UTC ", "W. Europe Standard Time",
  ])
  func whatIsNoZone(text: String) {
    #expect(Zone(text) == nil)
  }

  @Test(arguments: [
    ("UTC", "2026-03-29T02:30", "2026-03-29T02:30:00Z"),
    ("+05:30", "2026-01-01T00:00", "2025-12-31T18:30:00Z"),
    ("-03:00", "2026-01-01T00:00", "2026-01-01T03:00:00Z"),
    // 2026-03-29 02:00 to 03:00 was left out, 2026-10-25 02:00 to 03:00 came twice.
    ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59:00Z"),
    ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30:00Z"),
    ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59:00Z"),
    ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00:00Z"),
    ("Europe/Berlin", "2026-10-25T02:59", "2026-10-25T00:59:00Z"),
    ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z"),
    ("America/New_York", "2024-03-10T01:59", "2024-03-10T06:59:00Z"),
    ("America/New_York", "2024-03-10T02:30", "2024-03-10T07:30:00Z"),
    ("America/New_York", "2024-03-10T03:30", "2024-03-10T07:30:00Z"),
    ("America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00Z"),
    ("America/New_York", "2024-11-03T02:00", "2024-11-03T07:00:00Z"),
    // By half an hour: 2024-10-06 02:00 to 02:30 was left out, 2024-04-07 01:30 to 02:00 came twice.
    ("Australia/Lord_Howe", "2024-10-06T01:59", "2024-10-05T15:29:00Z"),
    ("Australia/Lord_Howe", "2024-10-06T02:10", "2024-10-05T15:40:00Z"),
    ("Australia/Lord_Howe", "2024-10-06T02:30", "2024-10-05T15:30:00Z"),
    ("Australia/Lord_Howe", "2024-04-07T01:29", "2024-04-06T14:29:00Z"),
    ("Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45:00Z"),
    ("Australia/Lord_Howe", "2024-04-07T02:00", "2024-04-06T15:30:00Z"),
    // Before 1900 the offset of 1900, here 05:21:10; after 2100 the last one.
    ("Asia/Kolkata", "0001-01-02T00:00", "0001-01-01T18:38:50Z"),
    ("Asia/Kolkata", "9999-12-31T00:00", "9999-12-30T18:30:00Z"),
    ("Asia/Kolkata", "1969-12-31T23:00", "1969-12-31T17:30:00Z"),
    ("Europe/Berlin", "2099-07-01T12:00", "2099-07-01T10:00:00Z"),
  ])
  func instants(name: String, local: String, expected: String) throws {
    let zone = try #require(Zone(name))
    let milliseconds = try #require(try TimePattern("iso8601").parse(local.utf8, zone: .utc)).milliseconds
    #expect(zone.instant(ofLocal: milliseconds).description == expected)
  }

  @Test(arguments: [
    ("UTC", "2026-03-29", "2026-03-29T00:00:00Z"),
    ("+02:00", "2026-03-29", "2026-03-28T22:00:00Z"),
    ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"),
    ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"),
    // The day began at 01:00; 00:00 came twice; 23:30 was followed by 00:30; the day was left out.
    ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
    ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"),
    ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
  ])
  func startsOfDays(name: String, date: String, expected: String) throws {
    let zone = try #require(Zone(name))
    let start = zone.startOfDay(try #require(CalendarDate(date)))
    #expect(start.description == expected)
  }

  @Test func daysAndTheirStartsFit() throws {
    let names = [
      "UTC", "-11:30", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza",
    ]
    for zone in try names.map({ try #require(Zone($0)) }) {
      for day in stride(from: -5000, to: 40_000, by: 1) {
        let date = CalendarDate(daysSince1970: day)
        let start = zone.startOfDay(date)
        #expect(zone.date(of: start) == date)
        #expect(zone.date(of: Timestamp(milliseconds: start.milliseconds - 1)) == date + Days(-1))
      }
    }
  }

  @Test func foundationAgrees() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("ZoneTests.foundationAgrees: seed \(seed)")
    var random = SeededGenerator(state: seed)
    for name in TimeZone.knownTimeZoneIdentifiers where name.contains("/") {
      let (zone, rules) = (try #require(Zone(name)), try #require(TimeZone(identifier: name)))
      for _ in 0..<100 {
        let seconds = Int64.random(in: -2_200_000_000..<4_100_000_000, using: &random)
        let offset = Int64(rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
        #expect(
          zone.date(of: Timestamp(seconds: seconds)) == Timestamp(seconds: seconds + offset).date,
          "seed \(seed), \(name)")
        // The instant found for what the clock shows is this one, or an earlier one at which it showed the same.
        let found = zone.instant(ofLocal: (seconds + offset) * 1000).seconds
        let thatOffset = Int64(rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(found))))
        #expect(found <= seconds && found + thatOffset == seconds + offset, "seed \(seed), \(name), \(seconds)")
      }
    }
  }
}

extension ZoneTests {
  /// A generator of random numbers that a seed repeats (SplitMix64).
  private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
