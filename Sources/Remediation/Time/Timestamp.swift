// SPDX-License-Identifier: Apache-2.0

/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Its text is RFC 3339 in UTC; milliseconds appear only where they are not zero, so that an instant has one text only.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package init(seconds: Int64) {
    self.milliseconds = seconds * 1000
  }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 { milliseconds.flooredQuotient(by: 1000) }

  /// The same instant without its milliseconds; git keeps no finer time.
  package var wholeSecond: Timestamp { Timestamp(seconds: seconds) }

  /// The UTC date of this instant.
  package var date: CalendarDate {
    CalendarDate(daysSince1970: Int(milliseconds.flooredQuotient(by: 86_400_000)))
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package static func + (instant: Timestamp, days: Days) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds + days.milliseconds)
  }

  package static func - (instant: Timestamp, days: Days) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds - days.milliseconds)
  }

  package var description: String {
    String(decoding: utf8, as: UTF8.self)
  }

  /// The text as ASCII bytes, for encoders in a hurry.
  package var utf8: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    appendText(to: &bytes)
    return bytes
  }

  /// Appends the text: `2026-11-21T09:30:00Z`, or `2026-11-21T09:30:00.250Z`.
  package func appendText(to bytes: inout [UInt8]) {
    let day = milliseconds.flooredQuotient(by: 86_400_000)
    let inDay = milliseconds - day * 86_400_000
    CalendarDate(daysSince1970: Int(day)).appendText(to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    bytes.appendDecimal(Int(inDay / 3_600_000), width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(Int(inDay / 60_000 % 60), width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(Int(inDay / 1000 % 60), width: 2)
    let thousandths = Int(inDay % 1000)
    if thousandths != 0 {
      bytes.append(UInt8(ascii: "."))
      bytes.appendDecimal(thousandths, width: 3)
    }
    bytes.append(UInt8(ascii: "Z"))
  }
}

/// A span of whole days of 24 hours each; never a calendar day.
package struct Days: Hashable, Comparable, Sendable {
  package var count: Int

  package init(_ count: Int) {
    self.count = count
  }

  package var milliseconds: Int64 { Int64(count) * 86_400_000 }

  package static func < (left: Days, right: Days) -> Bool { left.count < right.count }
}

extension Int64 {
  /// Division that rounds towards minus infinity, so that times before 1970 fall into the right second and day.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension [UInt8] {
  /// Appends a number that is not negative, padded with zeros to at least `width` digits.
  mutating func appendDecimal(_ value: Int, width: Int) {
    if width == 2, value < 100 {
      append(UInt8(ascii: "0") + UInt8(value / 10))
      return append(UInt8(ascii: "0") + UInt8(value % 10))
    }
    var divisor = 1
    var digits = 1
    while value / divisor >= 10 || digits < width {
      divisor *= 10
      digits += 1
    }
    var rest = value
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }
}
