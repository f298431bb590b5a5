// SPDX-License-Identifier: Apache-2.0

/// How a column writes its times.
///
/// Either one of the named formats
/// - `iso8601`: `2026-11-21`, or with a time after `T` or a space: `2026-11-21T09:30`, `2026-11-21 09:30:00.250+02:00`; the
///   zone may be absent, `Z`, `UTC`, `+02:00`, `+0200` or `+02`;
/// - `unix` and `unix_ms`: seconds and milliseconds since 1970, which may be negative or have a fraction;
///
/// or letters of Unicode TR35, as in `d/M/yyyy HH:mm` or `dd/MMM/yy hh:mm a`:
/// - `y` a year of one to four digits, `yyyy` of four, `yy` of two, which stand for 1970 to 2069 (four are taken as they are);
/// - `M`, `MM` a month's number, `MMM`, `MMMM` its English name, short or in full; `d`, `dd` the day of the month;
/// - `H`, `HH` hours 0 to 23, or `h`, `hh` hours 1 to 12 with `a` for AM or PM; `m`, `mm` minutes; `s`, `ss` seconds; any number
///   of `S` for a fraction of any length, of which milliseconds are kept;
/// - `E` to `EEEE` a weekday's name, which is read and not checked; any of `z`, `Z`, `X`, `x`, `O` a zone as above;
/// - text within `'`, `''` for that sign itself, and other signs for themselves. A space stands for one or more.
///
/// One letter or two take one or two digits, but exactly as many as there are letters where the next digits follow directly,
/// as in `yyyyMMdd`. Years run from 1 to 9999.
package struct TimePattern: Hashable, Sendable, CustomStringConvertible {
  /// The pattern as it was written.
  package let text: String

  let kind: Kind

  /// Throws where the text cannot be a pattern, or one that leaves the instant open.
  package init(_ text: String) throws(TimePatternError) {
    self.text = text
    switch text {
    case "iso8601": kind = .iso8601
    case "unix": kind = .unix
    case "unix_ms": kind = .unixMilliseconds
    default: kind = .elements(try TimePatternCompiler.elements(of: text))
    }
  }

  /// The time that a text in this pattern means; nil where it is no such text, or no such time, as 31/02/2026.
  ///
  /// A zone in the text wins over `zone`. Spaces around the text do not count. Nothing is allocated.
  package func parse(_ bytes: UnsafeBufferPointer<UInt8>, zone: Zone) -> Timestamp? {
    var scanner = TimeScanner(bytes)
    _ = scanner.takeSpaces()
    var time = CivilTime()
    let instant: Timestamp?
    switch kind {
    case .iso8601: instant = scanner.takeISO8601(&time) ? time.instant(in: zone) : nil
    case .unix: instant = scanner.decimal(thousandfold: true).map(Timestamp.init(milliseconds:))
    case .unixMilliseconds: instant = scanner.decimal(thousandfold: false).map(Timestamp.init(milliseconds:))
    case .elements(let elements): instant = scanner.take(elements, &time) ? time.instant(in: zone) : nil
    }
    guard let instant, TimePattern.range.contains(instant.milliseconds) else { return nil }
    _ = scanner.takeSpaces()
    return scanner.isAtEnd ? instant : nil
  }

  /// The same for the bytes of any collection: a slice, or the `utf8` of a string.
  package func parse(_ bytes: some Collection<UInt8>, zone: Zone) -> Timestamp? {
    if let result = bytes.withContiguousStorageIfAvailable({ parse($0, zone: zone) }) { return result }
    return Array(bytes).withUnsafeBufferPointer { parse($0, zone: zone) }
  }

  package var description: String { text }

  /// What a pattern was compiled to.
  enum Kind: Hashable {
    case iso8601, unix, unixMilliseconds
    case elements([Element])
  }

  /// One step in reading a text. Numbers have at least `fewest` and at most `most` digits.
  enum Element: Hashable {
    case number(Field, fewest: Int, most: Int)
    case monthName, halfDay, weekday, zone, spaces
    case byte(UInt8)
  }

  /// What a number counts.
  enum Field: Hashable {
    case year, yearOfCentury, month, day, hour, hourOfHalfDay, minute, second, fraction
  }

  /// The first millisecond of the year 1 to the last of the year 9999, in UTC.
  private static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
}

/// Why a text cannot be a `TimePattern`.
package struct TimePatternError: Error, Equatable, Sendable {
  /// What is wrong and what to write instead, for people.
  package var sentence: String

  /// An error that says this.
  package init(sentence: String) {
    self.sentence = sentence
  }
}
