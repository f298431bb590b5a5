// SPDX-License-Identifier: Apache-2.0

/// What to do about a text that is no amount.
enum AmountRemedy {
  case decimalSign
  case exponent
  case numberAlone
  case fewerDigits

  /// - Parameter text: one that `ExactDecimal` does not read.
  init(for text: String) {
    let text = text.prefix(100)
    let digits = text.utf8.count { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    if text.wholeMatch(of: /\s*[-+]?[0-9][0-9.,]*[eE][-+]?[0-9]+\s*/) != nil {
      self = .exponent
    } else if digits > 0, text.contains(where: { $0.isLetter || $0.isCurrencySymbol }) {
      self = .numberAlone
    } else if digits > 18 {
      self = .fewerDigits
    } else {
      self = .decimalSign
    }
  }

  var sentence: String {
    switch self {
    case .decimalSign: "Does the map name the right decimal sign?"
    case .exponent: "Export it without an exponent."
    case .numberAlone: "Export the number alone; the currency has a column of its own, or stands in the map."
    case .fewerDigits: "It has more digits than an amount has; is it another column's?"
    }
  }
}
