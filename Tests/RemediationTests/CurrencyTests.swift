// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@Suite struct CurrencyTests {
  @Test(arguments: [("EUR", "EUR"), ("usd", "USD"), ("jPy", "JPY"), ("xyz", "XYZ")])
  func codes(text: String, code: String) {
    #expect(Currency(text)?.code == code)
  }

  @Test(arguments: ["", "EU", "EURO", "E R", "E1R", "€", "ÄÖÜ", " EUR", "EUR ", "@[`"])
  func whatIsNoCode(text: String) {
    #expect(Currency(text) == nil)
  }

  @Test(arguments: [
    ("EUR", 2), ("USD", 2), ("JPY", 0), ("ISK", 0), ("KRW", 0), ("CLP", 0), ("VND", 0), ("XAF", 0), ("UGX", 0),
    ("KWD", 3),
    ("TND", 3), ("BHD", 3), ("CLF", 4), ("UYW", 4), ("UYU", 2), ("HUF", 2), ("XAU", 2), ("QQQ", 2),
  ])
  func exponents(code: String, exponent: Int) {
    #expect(Currency(code)?.exponent == exponent)
  }

  @Test(arguments: [
    (1250, "EUR", "12.50 EUR"), (5, "EUR", "0.05 EUR"), (-5, "EUR", "-0.05 EUR"), (0, "EUR", "0.00 EUR"),
    (-500, "JPY", "-500 JPY"), (0, "JPY", "0 JPY"), (1234, "KWD", "1.234 KWD"), (1, "CLF", "0.0001 CLF"),
    (Int64.min, "USD", "-92233720368547758.08 USD"), (Int64.max, "USD", "92233720368547758.07 USD"),
  ])
  func moneyInWords(minorUnits: Int64, code: String, expected: String) throws {
    #expect(Money(minorUnits: minorUnits, currency: try #require(Currency(code))).description == expected)
  }

  @Test func moneyIsEqualInTheSameCurrencyOnly() throws {
    let (euro, dollar) = (try #require(Currency("eur")), try #require(Currency("USD")))
    #expect(Money(minorUnits: 1, currency: euro) == Money(minorUnits: 1, currency: try #require(Currency("EUR"))))
    #expect(Money(minorUnits: 1, currency: euro) != Money(minorUnits: 1, currency: dollar))
  }
}
