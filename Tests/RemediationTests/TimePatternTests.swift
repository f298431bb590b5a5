// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@Suite struct TimePatternTests {
  @Test(arguments: [
    ("d/M/yyyy HH:mm", "29/2/2016 01:16", "2016-02-29T01:16:00Z"),
    ("d/M/yyyy HH:mm", "1/12/2016 9:05", "2016-12-01T09:05:00Z"),
    ("dd/MMM/yy hh:mm a", "11/May/24 03:26 PM", "2024-05-11T15:26:00Z"),
    ("dd/MMM/yy hh:mm a", "11/may/24 12:00 am", "2024-05-11T00:00:00Z"),
    ("dd/MMM/yy hh:mm a", "11/MAY/24 12:00 p.m.", "2024-05-11T12:00:00Z"),
    ("dd/MMM/yy h:mm a", "9/Sept/2024 3:26\u{202F}PM", "2024-09-09T15:26:00Z"),
    ("M/d/yyyy HH:mm", "6/21/2025 16:14", "2025-06-21T16:14:00Z"),
    ("dd.MM.yyyy", "01.02.2026", "2026-02-01T00:00:00Z"),
    ("dd.MM.yyyy", "1.2.2026", "2026-02-01T00:00:00Z"),
    ("d MMMM yyyy", "3 September 2026", "2026-09-03T00:00:00Z"),
    ("d MMM yyyy", "3  sep\u{A0}2026", "2026-09-03T00:00:00Z"),
    ("MMM d, yyyy", "  Mar 7, 2026\t", "2026-03-07T00:00:00Z"),
    ("dMMMyyyy", "7Mar2026", "2026-03-07T00:00:00Z"),
    ("yyyyMMdd", "20260307", "2026-03-07T00:00:00Z"),
    ("yyyyMMddHHmmssSSS", "20260307091500250", "2026-03-07T09:15:00.250Z"),
    ("yyyyMMddSSSHHmmss", "20260307250091500", "2026-03-07T09:15:00.250Z"),
    ("yyyy-MM-dd HH:mm:ss,SSS", "2026-03-07 09:15:00,2509999", "2026-03-07T09:15:00.250Z"),
    ("yyyy-MM-dd HH:mm:ss.S", "2026-03-07 09:15:00.5", "2026-03-07T09:15:00.500Z"),
    ("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-03-07T09:15:00+02:00", "2026-03-07T07:15:00Z"),
    ("yyyy-MM-dd'T'HH:mm:ssZ", "2026-03-07T09:15:00-0330", "2026-03-07T12:45:00Z"),
    ("yyyy-MM-dd HH:mm z", "2026-03-07 09:15 UTC", "2026-03-07T09:15:00Z"),
    ("yyyy-MM-dd HH:mm z", "2026-03-07 09:15 GMT+01:00", "2026-03-07T08:15:00Z"),
    ("yyyy-MM-dd HH:mmx", "2026-03-07 09:15+02", "2026-03-07T07:15:00Z"),
    ("EEE, dd MMM yyyy HH:mm:ss Z", "Mon, 02 Jan 2006 15:04:05 GMT", "2006-01-02T15:04:05Z"),
    ("EEEE d.M.yyyy", "Mittwoch 1.1.2025", "2025-01-01T00:00:00Z"),
    ("E d.M.yyyy", "sábado 1.1.2025", "2025-01-01T00:00:00Z"),
    ("h 'o''clock' a, d/M/y", "5 o'clock PM, 1/2/2026", "2026-02-01T17:00:00Z"),
    ("d''M''yyyy", "1'2'2026", "2026-02-01T00:00:00Z"),
    ("d/M/y", "1/2/987", "0987-02-01T00:00:00Z"),
    ("d/M/yy", "1/2/69", "2069-02-01T00:00:00Z"),
    ("d/M/yy", "1/2/70", "1970-02-01T00:00:00Z"),
    ("yyMMdd", "260307", "2026-03-07T00:00:00Z"),
    ("yyyy年M月d日", "2026年3月7日", "2026-03-07T00:00:00Z"),
  ])
  func times(pattern: String, text: String, expected: String) throws {
    #expect(try TimePattern(pattern).parse(text.utf8, zone: .utc)?.description == expected)
  }

  @Test(arguments: [
    ("d/M/yyyy", "31/02/2026"), ("d/M/yyyy", "29/2/2015"), ("d/M/yyyy", "0/1/2026"), ("d/M/yyyy", "1/13/2026"),
    ("d/M/yyyy", "1/2/26"), ("d/M/yyyy", "1/2/0000"), ("d/M/yyyy", "1/2/20261"), ("d/M/yyyy", "1/2/2026 10:00"),
    ("d/M/yyyy", "001/2/2026"), ("d/M/yyyy", ""), ("d/M/yyyy", "?"), ("d/M/yyyy", "2026-02-01"), ("d/M/yyyy", "1/2/"),
    ("d/M/yyyy", "-1/2/2026"), ("d/M/yyyy", "1/2/2026\0"), ("d/M/yy", "1/2/126"), ("d/M/yyyy", "١/٢/٢٠٢٦"),
    ("d/M/yyyy HH:mm", "1/2/2026 24:00"), ("d/M/yyyy HH:mm", "1/2/2026 10:60"), ("d/M/yyyy HH:mm", "1/2/202610:00"),
    ("d/M/yyyy hh:mm a", "1/2/2026 13:00 PM"), ("d/M/yyyy hh:mm a", "1/2/2026 00:30 AM"),
    ("d/M/yyyy hh:mm a", "1/2/2026 10:00"), ("d/M/yyyy hh:mm a", "1/2/2026 10:00 XM"),
    ("dd/MMM/yy", "11/Mai/24"), ("dd/MMM/yy", "11/Ma/24"), ("dd/MMM/yy", "11/Mayo/24"), ("dd/MMM/yy", "11/5/24"),
    ("yyyyMMdd", "2026307"), ("yyyyMMdd", "202603071"), ("yyyy-MM-dd HH:mmX", "2026-03-07 09:15"),
    ("yyyy-MM-dd HH:mmX", "2026-03-07 09:15 EST"), ("yyyy-MM-dd'T'HH:mm", "2026-03-07t09:15"),
    ("E d.M.yyyy", "1.1.2025"), ("yyyy-MM-dd HH:mm:ss.SSS", "2026-03-07 09:15:00."),
    ("yyyy-MM-dd HH:mm:ss", "2026-03-07 09:15:60"), ("yyyy-MM-dd HH:mmX", "0001-01-01 00:00+02:00"),
  ])
  func whatIsNoSuchTime(pattern: String, text: String) throws {
    #expect(try TimePattern(pattern).parse(text.utf8, zone: .utc) == nil)
  }

  @Test(arguments: [
    ("2026-11-21", "2026-11-21T00:00:00Z"), ("2026-11-21T09:30", "2026-11-21T09:30:00Z"),
    (" 2026-11-21 09:30:05 ", "2026-11-21T09:30:05Z"), ("2026-11-21t09:30:05z", "2026-11-21T09:30:05Z"),
    ("2026-11-21T09:30:05.1239Z", "2026-11-21T09:30:05.123Z"), ("2026-11-21T09:30:05,5Z", "2026-11-21T09:30:05.500Z"),
    ("2026-11-21 09:30:00+02:00", "2026-11-21T07:30:00Z"), ("2026-11-21 09:30:00 +0200", "2026-11-21T07:30:00Z"),
    ("2026-11-21T09:30-11", "2026-11-21T20:30:00Z"), ("2026-11-21 09:30:00 UTC", "2026-11-21T09:30:00Z"),
    ("0001-01-01", "0001-01-01T00:00:00Z"), ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
  ])
  func iso8601(text: String, expected: String) throws {
    #expect(try TimePattern("iso8601").parse(text.utf8, zone: .utc)?.description == expected)
  }

  @Test(arguments: [
    "", "2026", "2026-11", "2026-11-21T", "2026-11-21T09", "2026-11-21T9:30", "2026-1-1", "20261121", "2026-02-29",
    "2026-11-31", "2026-00-01", "0000-01-01", "26-11-21", "2026-11-21T09:30:", "2026-11-21T09:30:05.",
    "2026-11-21T24:00",
    "2026-11-21T09:30:60", "2026-11-21Z", "2026-11-21T09:30+2", "2026-11-21T09:30+02:0", "2026-11-21T09:30+19:00",
    "2026-11-21T09:30 CET", "2026-11-21T09:30Z Z", "21/11/2026", "29/2/2016 01:16", "12026-01-01", "2026-11-21T09:30ZZ",
    "9999-12-31T23:00-02:00", "0001-01-01T00:00+02:00",
  ])
  func whatIsNotISO8601(text: String) throws {
    #expect(try TimePattern("iso8601").parse(text.utf8, zone: .utc) == nil)
  }

  @Test(arguments: [
    ("unix", "0", 0), ("unix", " 1700000000 ", 1_700_000_000_000), ("unix", "-1", -1000), ("unix", "-1.5", -1500),
    ("unix", "1700000000.123987", 1_700_000_000_123), ("unix", "253402300799.999", 253_402_300_799_999),
    ("unix_ms", "1700000000123", 1_700_000_000_123), ("unix_ms", "-1", -1),
    ("unix_ms", "1700000000123.0", 1_700_000_000_123),
  ])
  func unix(pattern: String, text: String, expected: Int64) throws {
    let zone = try #require(Zone("Europe/Berlin"))
    #expect(try TimePattern(pattern).parse(text.utf8, zone: zone)?.milliseconds == expected)
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "+1", "1e9", "1,5", "0x1", "253402300800", "-62135596801", "1700000000123",
    "9223372036854775807",
    "99999999999999999999", "1 2", "NaN",
  ])
  func whatIsNotUnix(text: String) throws {
    #expect(try TimePattern("unix").parse(text.utf8, zone: .utc) == nil)
  }

  @Test func theZoneInTheValueWins() throws {
    let berlin = try #require(Zone("Europe/Berlin"))
    let pattern = try TimePattern("iso8601")
    #expect(pattern.parse("2026-07-01T12:00".utf8, zone: berlin)?.description == "2026-07-01T10:00:00Z")
    #expect(pattern.parse("2026-01-01".utf8, zone: berlin)?.description == "2025-12-31T23:00:00Z")
    #expect(pattern.parse("2026-07-01T12:00Z".utf8, zone: berlin)?.description == "2026-07-01T12:00:00Z")
    let gap = try TimePattern("d/M/yyyy H:mm").parse("29/3/2026 2:30".utf8, zone: berlin)
    #expect(gap?.description == "2026-03-29T01:30:00Z")
  }

  @Test func anyCollectionOfBytesIsRead() throws {
    let bytes = Array("x2026-11-21y".utf8)
    let pattern = try TimePattern("iso8601")
    let expected = Timestamp(seconds: 1_795_219_200)
    #expect(pattern.parse(bytes[1..<11], zone: .utc) == expected)
    #expect(pattern.parse(AnyCollection(bytes[1..<11]), zone: .utc) == expected)
    #expect(bytes[1..<11].withUnsafeBufferPointer { pattern.parse($0, zone: .utc) } == expected)
  }

  @Test(arguments: [
    ("", "the year is missing"), ("mm/yyyy", "write MM"), ("HH:mm", "the year is missing"),
    ("yyyy-mm-dd", "write MM for the month"),
    ("MM-dd", "the year is missing"), ("yyyy-MM", "the day is missing"), ("YYYY-MM-dd", "write yyyy"),
    ("yyyy-MM-DD", "write d or dd"), ("dd/MM/yyyy hh:mm", "need AM or PM"), ("dd/MM/yyyy HH:mm a", "write hh"),
    ("dd/MM/yyyy KK:mm a", "write H or HH"), ("dd/MM/yyyy mm", "minutes need an hour"), ("d/M/yyyy ss", "seconds need"),
    ("d/M/yyyy HH:mm.SSS", "a fraction needs seconds"), ("d/M/yyyy d", "the day twice"),
    ("d/M/yyyy HH hh a", "hour twice"),
    ("d/M/yyyy'T", "not closed"), ("d/M/yyyyTHH:mm", "'T'"), ("d/M/yyy", "yyy"), ("d/MMMMM/yyyy", "MMMMM"),
    ("dMyyyy", "yyyyMMdd"), ("ISO8601", "iso8601"), ("%d/%m/%Y", "write"), ("dd/MM/yyyy QQ", "QQ"),
  ])
  func whatIsNoPattern(text: String, hint: String) {
    let error = #expect(throws: TimePatternError.self) { try TimePattern(text) }
    #expect(error?.sentence.contains(hint) == true, "\(error?.sentence ?? "")")
    #expect(error?.sentence.contains("\"\(text)\"") == true)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("TimePatternTests.whatIsWrittenIsReadBack: seed \(seed)")
    var random = SeededGenerator(state: seed)
    let iso8601 = try TimePattern("iso8601")
    let slashes = try TimePattern("d/M/yyyy H:m:s.SSS")
    for _ in 0..<5000 {
      let time = Timestamp(milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random))
      #expect(iso8601.parse(time.utf8, zone: .utc) == time, "seed \(seed)")
      let (year, month, day) = time.date.components
      let inDay = time.milliseconds - time.date.startInUTC.milliseconds
      let digits = String(1000 + inDay % 1000).dropFirst()
      let clock = "\(inDay / 3_600_000):\(inDay / 60_000 % 60):\(inDay / 1000 % 60).\(digits)"
      let text = "\(day)/\(month)/\(String(10_000 + year).dropFirst()) \(clock)"
      #expect(slashes.parse(text.utf8, zone: .utc) == time, "seed \(seed), \(text)")
    }
  }

  @Test func anyBytesAreReadWithoutACrash() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("TimePatternTests.anyBytesAreReadWithoutACrash: seed \(seed)")
    var random = SeededGenerator(state: seed)
    let alphabet = Array("yMdHhmsSaEzXZ'' -/:.T0129+éAPM".utf8)
    let patterns = try ["iso8601", "unix", "unix_ms", "E, d MMM y h:m:s.S a z", "yyyyMMddHHmmss"].map {
      try TimePattern($0)
    }
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      for pattern in patterns { _ = pattern.parse(bytes, zone: .utc) }
      let made = try? TimePattern(String(decoding: bytes, as: UTF8.self))  // Most are no pattern; none may crash.
      _ = made?.parse(bytes, zone: .utc)
    }
  }
}

extension TimePatternTests {
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
