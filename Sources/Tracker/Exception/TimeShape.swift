// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// How a column writes its times, found by reading its values.
struct TimeShape {
  /// As the map names them, the most frequent first.
  var formats: [String]
  /// Rows whose value one of the formats reads.
  let count: Int
  /// Every value could also be read with day and month the other way round.
  var isAmbiguous = false
  /// Another column of the file decided between day and month.
  var decidedBy: String?
  /// The values are numbers that are times only if the column means them so.
  var isNumber = false

  var isDayFirst: Bool? { formats.lazy.compactMap(TimeShape.isDayFirst).first }

  func parse(_ text: String) -> Timestamp? {
    for format in formats {
      if let time = TimeShape.pattern(format)?.parse(text.utf8, zone: .utc) { return time }
    }
    return nil
  }

  /// The same formats with day and month the other way round.
  var swapped: [String] { formats.map(TimeShape.swap) }

  // MARK: Finding it

  /// - Parameter values: distinct values with their rows.
  init?(_ values: [String: Int], name: ColumnName) {
    let filled = values.values.reduce(0, +)
    guard filled > 0 else { return nil }
    let isNumber = values.keys.allSatisfy { value in
      value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } && value.utf8.count { $0 == 0x2E } <= 1
    }
    var remaining = values
    var found: [(format: String, count: Int)] = []
    let candidates = isNumber ? TimeShape.numberFormats : TimeShape.textFormats
    // The values with the lowest hashes, so that the order of rows does not count.
    let probe = values.keys.map { (ContentHash.of(Array($0.utf8)[...]), $0) }.sorted { $0.0 < $1.0 }.prefix(25).map(\.1)
    let possible = candidates.filter { format in
      !isNumber ? probe.contains { TimeShape.reads(format, $0) } : probe.allSatisfy { TimeShape.reads(format, $0) }
    }
    while found.count < 3, !remaining.isEmpty {
      var best: (format: String, count: Int) = ("", 0)
      for format in possible where TimeShape.agrees(format, with: found.map(\.format)) {
        let count = remaining.reduce(0) { $0 + (TimeShape.reads(format, $1.key) ? $1.value : 0) }
        if count > best.count { best = (format, count) }
      }
      guard best.count > 0 else { break }
      found.append(best)
      remaining = remaining.filter { !TimeShape.reads(best.format, $0.key) }
    }
    count = found.reduce(0) { $0 + $1.count }
    formats = found.map(\.format)
    guard count * 10 >= filled * 9 else { return nil }
    self.isNumber = isNumber
    if isNumber,
      !name.has(anyOf: ColumnName.occurred.flatMap { $0 } + ["at", "ts", "on", "unix", "utc"] + ColumnName.laterTimes)
    {
      return nil
    }
    guard isDayFirst != nil else { return }
    let other = swapped
    isAmbiguous = values.keys.allSatisfy { value in
      parse(value) == nil || other.contains { TimeShape.reads($0, value) }
    }
    // Where hours have AM and PM, the month comes first, until a value says otherwise.
    if isAmbiguous, formats.contains(where: { $0.hasSuffix(" a") }), isDayFirst == true { formats = other }
  }

  private static func reads(_ format: String, _ value: String) -> Bool {
    guard let time = pattern(format)?.parse(value.utf8, zone: .utc) else { return false }
    // 2000 to 2035: other numbers are counts and ids.
    return !numberFormats.contains(format) || (946_684_800...2_051_222_400).contains(time.seconds)
  }

  /// A column does not write days first here and months first there.
  private static func agrees(_ format: String, with found: [String]) -> Bool {
    guard !found.contains(format), let own = isDayFirst(format) else { return !found.contains(format) }
    return found.allSatisfy { (isDayFirst($0) ?? own) == own }
  }

  private static func isDayFirst(_ format: String) -> Bool? {
    for separator in ["/", ".", "-"] {
      if format.hasPrefix("d\(separator)M\(separator)") { return true }
      if format.hasPrefix("M\(separator)d\(separator)") { return false }
    }
    return nil
  }

  private static func swap(_ format: String) -> String {
    guard let isDayFirst = isDayFirst(format) else { return format }
    let separator = format.dropFirst().prefix(1)
    return (isDayFirst ? "M\(separator)d" : "d\(separator)M") + format.dropFirst(3)
  }

  private static let numberFormats = ["unix", "unix_ms", "yyyyMMdd", "yyyyMMddHHmmss"]

  private static let textFormats: [String] = {
    var formats = ["iso8601"]
    for year in ["yyyy", "yy"] {
      for separator in ["/", ".", "-"] {
        for time in [" HH:mm:ss", " HH:mm", " h:mm a", " h:mm:ss a", ", HH:mm", ", HH:mm:ss", ", h:mm a", ""] {
          formats.append("d\(separator)M\(separator)\(year)\(time)")
          formats.append("M\(separator)d\(separator)\(year)\(time)")
        }
      }
    }
    for date in ["dd/MMM/yy", "dd/MMM/yyyy", "dd-MMM-yyyy", "dd-MMM-yy", "d MMM yyyy", "MMM d, yyyy", "d. MMM yyyy"] {
      for time in [" hh:mm a", " HH:mm", " HH:mm:ss", ", hh:mm a", ", HH:mm", " hh:mm:ss a", ""] {
        formats.append(date + time)
      }
    }
    for date in ["yyyy/MM/dd", "yyyy.MM.dd"] {
      for time in [" HH:mm:ss", " HH:mm", ""] { formats.append(date + time) }
    }
    return formats + [
      "EEE MMM d HH:mm:ss z yyyy", "EEE, d MMM yyyy HH:mm:ss z", "dd/MMM/yyyy:HH:mm:ss Z", "yyyy-MM-dd HH:mm:ss z",
      "yyyy-MM-dd h:mm a", "yyyy-MM-dd h:mm:ss a",
    ]
  }()

  private static let patterns: [String: TimePattern] = Dictionary(
    uniqueKeysWithValues: (numberFormats + textFormats).compactMap { format in
      // A pattern of this list that could not be compiled would find nothing; a test compiles them all.
      (try? TimePattern(format)).map { (format, $0) }
    })

  private static func pattern(_ format: String) -> TimePattern? { patterns[format] }

  /// Formats of this list that are no patterns; for the test.
  static var unreadableFormats: [String] { (numberFormats + textFormats).filter { patterns[$0] == nil } }
}
