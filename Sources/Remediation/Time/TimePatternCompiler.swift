// SPDX-License-Identifier: Apache-2.0

/// Turns the letters of a pattern into steps, and refuses what would be misread.
struct TimePatternCompiler {
  private let text: String
  private let bytes: [UInt8]
  private var at = 0
  private var elements: [TimePattern.Element] = []
  /// For each element, how many letters it was written with.
  private var widths: [Int] = []
  /// The parts of a time that were seen, by one letter each.
  private var parts: Set<Character> = []

  /// The steps of a pattern, or why it is none.
  static func elements(of text: String) throws(TimePatternError) -> [TimePattern.Element] {
    var compiler = TimePatternCompiler(text)
    while compiler.at < compiler.bytes.count { try compiler.readElement() }
    try compiler.checkParts()
    try compiler.fixWidthsOfNeighbours()
    return compiler.elements
  }

  private init(_ text: String) {
    self.text = text
    self.bytes = Array(text.utf8)
  }

  private func error(_ reason: String) -> TimePatternError {
    TimePatternError(sentence: "\"\(text)\" cannot be the format of a time: \(reason).")
  }

  private mutating func append(_ element: TimePattern.Element, width: Int = 1) {
    elements.append(element)
    widths.append(width)
  }

  private mutating func readElement() throws(TimePatternError) {
    let byte = bytes[at]
    if byte == UInt8(ascii: "'") {
      try readQuoted()
    } else if byte == UInt8(ascii: " ") {
      while at < bytes.count, bytes[at] == byte { at += 1 }
      append(.spaces)
    } else if byte.isASCIILetter {
      let start = at
      while at < bytes.count, bytes[at] == byte { at += 1 }
      try readField(Character(Unicode.Scalar(byte)), at - start)
    } else {
      at += 1
      append(.byte(byte))
    }
  }

  /// Reads text in quotes; two quotes are one, inside and outside.
  private mutating func readQuoted() throws(TimePatternError) {
    let quote = UInt8(ascii: "'")
    at += 1
    if at < bytes.count, bytes[at] == quote {
      at += 1
      return append(.byte(quote))
    }
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == quote {
        guard at < bytes.count, bytes[at] == quote else { return }
        at += 1
      }
      append(.byte(byte))
    }
    throw error("a quote ' is not closed")
  }

  private mutating func readField(_ letter: Character, _ width: Int) throws(TimePatternError) {
    let short = TimePattern.Element.number
    switch (letter, width) {
    case ("y", 1): try append("y", short(.year, 1, 4), width)
    case ("y", 2): try append("y", short(.yearOfCentury, 2, 4), width)
    case ("y", 4): try append("y", short(.year, 4, 4), width)
    case ("M", 1), ("M", 2): try append("M", short(.month, 1, 2), width)
    case ("M", 3), ("M", 4): try append("M", .monthName, width)
    case ("d", 1), ("d", 2): try append("d", short(.day, 1, 2), width)
    case ("H", 1), ("H", 2): try append("H", short(.hour, 1, 2), width)
    case ("h", 1), ("h", 2): try append("h", short(.hourOfHalfDay, 1, 2), width)
    case ("m", 1), ("m", 2): try append("m", short(.minute, 1, 2), width)
    case ("s", 1), ("s", 2): try append("s", short(.second, 1, 2), width)
    case ("S", _): try append("S", short(.fraction, 1, .max), width)
    case ("a", 1): try append("a", .halfDay, width)
    case ("E", 1...4): try append("E", .weekday, width)
    case ("z", 1...4), ("Z", 1...5), ("X", 1...5), ("x", 1...5), ("O", 1...4): try append("z", .zone, width)
    default: throw error(TimePatternCompiler.refusal(of: letter, width))
    }
  }

  /// Appends a part of a time, of which there may be only one.
  private mutating func append(
    _ part: Character, _ element: TimePattern.Element, _ width: Int
  ) throws(TimePatternError) {
    guard parts.insert(part).inserted else { throw error("it has \(TimePatternCompiler.name(of: part)) twice") }
    append(element, width: width)
  }

  private static func refusal(of letter: Character, _ width: Int) -> String {
    let run = String(repeating: letter, count: width)
    return switch letter {
    case "Y": "Y is the year that a week belongs to; write yyyy"
    case "D": "D is the day of the year; write d or dd for the day of the month"
    case "k", "K": "write H or HH for hours from 0 to 23, h or hh for hours from 1 to 12"
    case "y", "M", "d", "H", "h", "m", "s", "a", "E", "z", "Z", "X", "x", "O":
      "\(run) has \(width == 3 ? "a number" : "too large a number") of letters that means nothing; write as in yyyy-MM-dd HH:mm:ss"
    default: "\(run) means nothing; put text in quotes, as in '\(run)', or name iso8601, unix or unix_ms"
    }
  }

  private static func name(of part: Character) -> String {
    switch part {
    case "y": "the year"
    case "M": "the month"
    case "d": "the day"
    case "H", "h": "the hour"
    case "m": "the minute"
    case "s": "the second"
    case "S": "the fraction of a second"
    case "a": "AM or PM"
    case "E": "the weekday"
    default: "the zone"
    }
  }

  /// Refuses patterns that leave the instant open.
  private func checkParts() throws(TimePatternError) {
    if !parts.contains("M"), parts.contains("m"), !parts.contains("H"), !parts.contains("h") {
      throw error("mm are minutes; write MM for the month")
    }
    for part: Character in ["y", "M", "d"] where !parts.contains(part) {
      throw error("\(TimePatternCompiler.name(of: part)) is missing (\(part))")
    }
    if parts.contains("H"), parts.contains("h") { throw error("it has the hour twice") }
    if parts.contains("h"), !parts.contains("a") {
      throw error("hours from 1 to 12 need AM or PM (a); write HH for hours from 0 to 23")
    }
    if parts.contains("a"), !parts.contains("h") { throw error("AM and PM need hours from 1 to 12; write hh") }
    let hasHour = parts.contains("H") || parts.contains("h")
    if parts.contains("m"), !hasHour { throw error("minutes need an hour (HH)") }
    if parts.contains("s"), !parts.contains("m") { throw error("seconds need minutes (mm)") }
    if parts.contains("S"), !parts.contains("s") { throw error("a fraction needs seconds (ss)") }
  }

  /// Where numbers follow each other directly, each has exactly as many digits as letters, but for a fraction at the end.
  private mutating func fixWidthsOfNeighbours() throws(TimePatternError) {
    let isNumber = elements.map { if case .number = $0 { true } else { false } }
    for index in elements.indices {
      guard case .number(let field, _, _) = elements[index] else { continue }
      let isFollowed = index + 1 < elements.count && isNumber[index + 1]
      let isPreceded = index > 0 && isNumber[index - 1]
      guard isFollowed || (isPreceded && field != .fraction) else { continue }
      guard widths[index] > 1 || field == .fraction else {
        throw error("where digits follow digits, each part needs its full number of letters, as in yyyyMMdd")
      }
      elements[index] = .number(field, fewest: widths[index], most: widths[index])
    }
  }
}
