// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What the values of a column say about it. Columns that the header names alike are one.
struct ColumnProfile {
  let name: ColumnName
  /// Its places in the header.
  let indexes: [Int]
  /// Rows that were looked at.
  let rows: Int
  /// Of those, how many have a value.
  private(set) var filled = 0
  /// Values as they stand, with their rows.
  private(set) var values: [String: Int] = [:]
  /// The same with case folded.
  private(set) var folded: [String: Int] = [:]
  /// How it writes times; nil where it holds none.
  var times: TimeShape?
  private(set) var shares = Shares()
  private(set) var kind = Kind.empty

  /// Shares of the rows with a value, from 0 to 1.
  struct Shares {
    var wholeNumbers = 0.0
    var pointDecimals = 0.0
    var commaDecimals = 0.0
    var negative = 0.0
    var digits = 0.0
    var emails = 0.0
    var references = 0.0
    var booleans = 0.0
    var severities = 0.0
    var statuses = 0.0
    var channels = 0.0
    var currencies = 0.0
    /// Rows whose value occurs several times.
    var repeating = 0.0
    /// The most frequent value.
    var largest = 0.0
    /// Mean number of words, at most 20 a value.
    var words = 0.0

    var numbers: Double { wholeNumbers + pointDecimals + commaDecimals }
  }

  /// What a column holds, as far as its values tell and, where they leave it open, its name.
  enum Kind: String {
    case empty, constant, time, number, boolean, person, currency, reference, severity, status, channel, place, team
    case entity, category
    case freeText = "free_text"
  }

  init(_ name: String, at indexes: [Int], in sample: ExportSample) {
    self.name = ColumnName(name)
    self.indexes = indexes
    rows = sample.rows.count
    for row in sample.rows {
      guard let value = indexes.lazy.map({ row[$0] }).first(where: { !ColumnProfile.isMissing($0) }) else { continue }
      filled += 1
      values[value, default: 0] += 1
    }
    for (value, count) in values { folded[value.lowercased(), default: 0] += count }
    times = TimeShape(values, name: self.name)
    measure()
    kind = findKind()
  }

  var distinct: Int { folded.count }
  var share: Double { Double(filled) / Double(max(rows, 1)) }
  var isRepeatedInHeader: Bool { indexes.count > 1 }

  // MARK: What stands for no value

  private static let missingWords: Set<String> = ["", "n/a", "null", "(null)", "#n/a", "nan"]

  /// No letter and no digit, or a word that says so.
  static func isMissing(_ text: String) -> Bool {
    text.utf8.count <= 8
      && (missingWords.contains(text.lowercased())
        || text.unicodeScalars.allSatisfy { !$0.properties.isAlphabetic && $0.properties.numericType == nil })
  }

  /// Values that say that somebody did not know or did not choose: a catch-all by what it is called.
  static let catchAlls: Set<String> = [
    "other", "others", "misc", "misc.", "miscellaneous", "general", "unknown", "not specified", "unspecified",
    "not available", "not applicable", "not provided", "to be determined", "tbd", "none", "various", "sonstige",
    "sonstiges", "andere", "anderes", "allgemein", "unbekannt", "autre", "autres", "divers", "inconnu", "otro", "otros",
    "altro", "overig", "uncategorized", "uncategorised",
  ]

  static func isCatchAll(_ value: String) -> Bool { catchAlls.contains(value.lowercased()) }

  // MARK: Measuring

  private static let trueWords: Set<String> = [
    "true", "false", "yes", "no", "y", "n", "t", "f", "ja", "nein", "0", "1",
  ]
  private static let severityWords: Set<String> = [
    "critical", "high", "medium", "moderate", "low", "urgent", "normal", "major", "minor", "trivial", "blocker",
    "highest", "lowest", "planning", "severe", "hoch", "mittel", "niedrig",
  ]
  private static let statusWords: Set<String> = [
    "open", "opened", "new", "active", "in progress", "pending", "on hold", "hold", "resolved", "closed", "solved",
    "done", "to do", "todo", "cancelled", "canceled", "reopened", "waiting", "assigned", "acknowledged", "triggered",
    "submitted", "initially submitted", "approved", "rejected", "draft", "backlog", "in review", "paid", "failed",
    "refunded", "deleted", "awaiting user info", "awaiting vendor", "awaiting problem", "awaiting evidence",
    "work in progress", "offen", "geschlossen", "in arbeit", "erledigt", "won", "lost", "needs_response",
    "under_review", "succeeded",
  ]
  private static let channelWords: Set<String> = [
    "phone", "email", "e-mail", "mail", "web", "chat", "self-service", "walk-in", "portal", "api", "sms", "fax",
    "letter", "twitter", "facebook", "web form", "voice", "do not notify", "send email", "in person", "telefon",
  ]
  private static let currencyCodes: Set<String> = [
    "eur", "usd", "gbp", "jpy", "chf", "sek", "nok", "dkk", "pln", "czk", "huf", "ron", "bgn", "try", "cad", "aud",
    "nzd", "cny", "hkd", "sgd", "inr", "krw", "brl", "mxn", "zar", "ils", "aed", "sar", "thb", "idr", "myr", "php",
    "vnd", "kwd", "bhd", "isk", "clp", "cop", "pen", "ars", "uah", "rub", "egp", "ngn", "kes", "twd", "pkr",
  ]

  private mutating func measure() {
    guard filled > 0 else { return }
    var sums = Shares()
    for (value, count) in values {
      let weight = Double(count)
      let bytes = Array(value.utf8)
      let folded = value.lowercased()
      switch ColumnProfile.number(bytes) {
      case .whole: sums.wholeNumbers += weight
      case .point: sums.pointDecimals += weight
      case .comma: sums.commaDecimals += weight
      case nil: break
      }
      if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "(") { sums.negative += weight }
      if bytes.contains(where: { (0x30...0x39).contains($0) }) { sums.digits += weight }
      if ColumnProfile.isEmail(bytes) { sums.emails += weight }
      if ColumnProfile.isReference(bytes) { sums.references += weight }
      if ColumnProfile.trueWords.contains(folded) { sums.booleans += weight }
      if ColumnProfile.isSeverity(folded) { sums.severities += weight }
      if ColumnProfile.statusWords.contains(folded) { sums.statuses += weight }
      if ColumnProfile.channelWords.contains(folded) { sums.channels += weight }
      if ColumnProfile.currencyCodes.contains(folded) { sums.currencies += weight }
      sums.words += weight * Double(min(20, value.split(separator: " ").count))
    }
    let often = filled < 100 ? 2 : 3
    for (_, count) in folded where count >= often { sums.repeating += Double(count) }
    sums.largest = Double(folded.values.max() ?? 0)
    shares = sums.divided(by: Double(filled))
  }

  private enum Number { case whole, point, comma }

  private static func number(_ bytes: [UInt8]) -> Number? {
    guard bytes.count <= 24, let last = bytes.last(where: { $0 == 0x2E || $0 == 0x2C }) else {
      return bytes.count <= 24 && ExactDecimal(bytes, decimalSeparator: 0x2E) != nil ? .whole : nil
    }
    // What stands last and not before three digits is the decimal sign; 1,234 groups thousands unless a zero leads.
    let separators = bytes.count { $0 == last }
    let behind = bytes.reversed().prefix { (0x30...0x39).contains($0) }.count
    if separators == 1, behind != 3 || bytes.first == 0x30 || bytes.starts(with: [0x2D, 0x30]) || last == 0x2E {
      guard ExactDecimal(bytes, decimalSeparator: last) != nil else { return nil }
      return last == 0x2E ? .point : .comma
    }
    return ExactDecimal(bytes, decimalSeparator: last == 0x2E ? 0x2C : 0x2E) != nil ? .whole : nil
  }

  private static func isEmail(_ bytes: [UInt8]) -> Bool {
    guard let at = bytes.firstIndex(of: UInt8(ascii: "@")), at > 0 else { return false }
    return bytes[(at + 1)...].contains(UInt8(ascii: ".")) && !bytes.contains(UInt8(ascii: " "))
  }

  /// One word with digits that is long or has no vowel to speak of: INC0000045, 32 hexadecimal digits, re_3MmlLr.
  private static func isReference(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 5, !bytes.contains(UInt8(ascii: " ")) else { return false }
    let digits = bytes.count { (0x30...0x39).contains($0) }
    return digits >= 4 || (bytes.count >= 16 && digits >= 2)
  }

  /// `2 - Medium`, `P1`, `High`.
  private static func isSeverity(_ folded: String) -> Bool {
    if severityWords.contains(folded) { return true }
    if folded.utf8.count == 2, "ps".contains(folded.prefix(1)), folded.last?.isNumber == true { return true }
    let words = folded.split { !$0.isLetter }.map(String.init)
    return words.count == 1 && folded.first?.isNumber == true && severityWords.contains(words[0])
  }
}

extension ColumnProfile.Shares {
  fileprivate func divided(by rows: Double) -> ColumnProfile.Shares {
    var shares = self
    for path in [
      \Self.wholeNumbers, \.pointDecimals, \.commaDecimals, \.negative, \.digits, \.emails, \.references, \.booleans,
      \.severities,
      \.statuses, \.channels, \.currencies, \.repeating, \.largest, \.words,
    ] as [WritableKeyPath<Self, Double>] { shares[keyPath: path] /= rows }
    return shares
  }
}
