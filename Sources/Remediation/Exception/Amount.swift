// SPDX-License-Identifier: Apache-2.0

/// A currency by its ISO 4217 code.
package struct Currency: Hashable, Sendable, CustomStringConvertible {
  /// Three letters from A to Z.
  package let code: String

  /// Nil unless the text is three ASCII letters, in whatever case. That there is such a currency is not checked.
  package init?(_ text: some StringProtocol) {
    let letters = Array(text.utf8)
    guard letters.count == 3, letters.allSatisfy(\.isASCIILetter) else { return nil }
    code = String(decoding: letters.map { $0 & ~0x20 }, as: UTF8.self)
  }

  /// How many decimal digits the minor unit has: 2 for EUR, 0 for JPY.
  ///
  /// From ISO 4217, list one, of the currencies in use; 2 also for what the list does not have, and for gold and the like, which
  /// have no minor unit. Payment systems sometimes count otherwise than ISO: mind what unit their amounts are in.
  package var exponent: Int { Currency.exponents[code] ?? 2 }

  /// The code.
  package var description: String { code }

  /// Those with other than two digits.
  private static let exponents: [String: Int] = [
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
  ]
}

/// An amount of money: whole minor units of a currency.
package struct Money: Hashable, Sendable, CustomStringConvertible {
  /// Cents for EUR, yen for JPY; see `Currency.exponent`.
  package var minorUnits: Int64

  /// What they are units of.
  package var currency: Currency

  /// So many minor units of a currency.
  package init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// The amount in major units with all digits of the minor one, and the code: `12.50 EUR`, `-500 JPY`.
  package var description: String {
    let digits = String(minorUnits.magnitude)
    let exponent = currency.exponent
    let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
    let point = exponent > 0 ? "." : ""
    let sign = minorUnits < 0 ? "-" : ""
    return sign + padded.dropLast(exponent) + point + padded.suffix(exponent) + " " + currency.code
  }
}
