// SPDX-License-Identifier: Apache-2.0

/// A date and time of day as somebody wrote them, before they are checked.
struct CivilTime {
  var year = 1
  var month = 1
  var day = 1
  var hour = 0
  var minute = 0
  var second = 0
  var millisecond = 0

  /// The offset that was written with it, in milliseconds east of Greenwich.
  var offset: Int64?

  /// Nil where there is no such date or time of day.
  func instant(in zone: Zone) -> Timestamp? {
    guard hour < 24, minute < 60, second < 60,
      let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    let inDay = Int64((hour * 60 + minute) * 60 + second) * 1000 + Int64(millisecond)
    let local = date.startInUTC.milliseconds + inDay
    return offset.map { Timestamp(milliseconds: local - $0) } ?? zone.instant(ofLocal: local)
  }
}

extension TimeScanner {
  /// Takes a date, and a time and a zone if they follow.
  mutating func takeISO8601(_ time: inout CivilTime) -> Bool {
    guard let year = number(4, 4), take(UInt8(ascii: "-")), let month = pair(upTo: 12), take(UInt8(ascii: "-")),
      let day = pair(upTo: 31)
    else { return false }
    (time.year, time.month, time.day) = (year, month, day)
    if !take(UInt8(ascii: "T")), !take(UInt8(ascii: "t")) {
      guard takeSpaces(), !isAtEnd else { return isAtEnd }
    }
    guard let hour = pair(upTo: 23), take(UInt8(ascii: ":")), let minute = pair(upTo: 59) else { return false }
    (time.hour, time.minute) = (hour, minute)
    if take(UInt8(ascii: ":")) {
      guard let second = pair(upTo: 59) else { return false }
      time.second = second
      if take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) {
        guard let fraction = thousandths() else { return false }
        time.millisecond = fraction
      }
    }
    _ = takeSpaces()
    guard !isAtEnd else { return true }
    time.offset = zoneOffset()
    return time.offset != nil
  }

  /// Takes a number that may be negative or have a fraction, a thousand times of it if so wanted; what is left of the fraction is
  /// cut off. Nil also where it has more than fifteen digits before the point.
  mutating func decimal(thousandfold: Bool) -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    guard let whole = number(1, 15) else { return nil }
    var fraction = 0
    if take(UInt8(ascii: ".")) {
      guard let thousandths = thousandths() else { return nil }
      fraction = thousandths
    }
    let value = thousandfold ? Int64(whole) * 1000 + Int64(fraction) : Int64(whole)
    return isNegative ? -value : value
  }

  /// Takes what a pattern describes.
  mutating func take(_ elements: [TimePattern.Element], _ time: inout CivilTime) -> Bool {
    var isAfternoon: Bool?
    for element in elements {
      switch element {
      case .number(let field, let fewest, let most):
        guard take(field, fewest, most, &time) else { return false }
      case .monthName:
        guard let month = month() else { return false }
        time.month = month
      case .halfDay:
        isAfternoon = self.isAfternoon()
        if isAfternoon == nil { return false }
      case .weekday:
        guard word() else { return false }
      case .zone:
        time.offset = zoneOffset()
        if time.offset == nil { return false }
      case .spaces:
        guard takeSpaces() else { return false }
      case .byte(let byte):
        guard take(byte) else { return false }
      }
    }
    if isAfternoon == true { time.hour += 12 }
    return true
  }

  private mutating func take(
    _ field: TimePattern.Field, _ fewest: Int, _ most: Int, _ time: inout CivilTime
  ) -> Bool {
    if field == .fraction {
      guard let value = thousandths(most) else { return false }
      time.millisecond = value
      return true
    }
    let start = position
    guard let value = number(fewest, most) else { return false }
    switch field {
    case .year: time.year = value
    case .yearOfCentury:
      let digits = position - start
      guard digits == 2 || digits == 4 else { return false }
      time.year = digits == 4 ? value : value + (value < 70 ? 2000 : 1900)
    case .month: time.month = value
    case .day: time.day = value
    case .hour: time.hour = value
    case .hourOfHalfDay:
      guard (1...12).contains(value) else { return false }
      time.hour = value % 12
    case .minute: time.minute = value
    case .second: time.second = value
    case .fraction: break
    }
    return true
  }
}
