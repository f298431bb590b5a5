// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct ExactDecimalTests {
  private let point = UInt8(ascii: ".")
  private let comma = UInt8(ascii: ",")

  @Test(arguments: [
    ("12.50", "12.50"), ("0", "0"), ("-0", "0"), ("-0.5", "-0.5"), ("+7", "7"), ("007", "7"), (".5", "0.5"),
    ("-.05", "-0.05"), (" 12.50\t", "12.50"), ("- 3", "-3"), ("\u{2212}3.1", "-3.1"), ("3.1-", "-3.1"),
    ("3.1 -", "-3.1"),
    ("(12.50)", "-12.50"), ("( 1,234 )", "-1234"), ("1,234.5", "1234.5"), ("12,345,678", "12345678"),
    ("1 234 567.8", "1234567.8"), ("1\u{A0}234", "1234"), ("1\u{202F}234.00", "1234.00"), ("1'234'567", "1234567"),
    ("1\u{2019}234", "1234"), ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775807", "-9223372036854775807"), ("9223372036854775807.000", "9223372036854775807"),
    ("0.000000000000000001", "0.000000000000000001"), ("0.10000000000000000000000", "0.100000000000000000"),
    ("1.000000000000000000", "1.000000000000000000"), ("92233720368547758.07", "92233720368547758.07"),
  ])
  func amounts(text: String, expected: String) {
    #expect(ExactDecimal(text)?.description == expected)
  }

  @Test(arguments: [
    ("12,50", "12.50"), ("1.234,5", "1234.5"), ("1 234 567,89-", "-1234567.89"), ("12.345.678", "12345678"),
    ("1.234", "1234"), (",5", "0.5"), ("(0,01)", "-0.01"),
  ])
  func amountsWithADecimalComma(text: String, expected: String) {
    #expect(ExactDecimal(text.utf8, decimalSeparator: comma)?.description == expected)
  }

  @Test(arguments: [
    "", " ", ".", "-", "+", "()", "-.", "5.", "1e3", "1E3", "NaN", "inf", "0x10", "1_000", "€5", "5 EUR", "$5", "5%",
    "--5",
    "+-5", "-5-", "+5-", "(-5)", "-(5)", "(5", "5)", "(5-)", "1,23", "12,34,567", "1,2345", "1,,234", "1234,567",
    ",123",
    "0,125", "012,345", "1,234'567", "1 234,567", "1.234,567", "1.2.3", "1.234 567", "1  234", "1\t234", "1, 234",
    "1,234,",
    "9223372036854775808", "-9223372036854775808", "99999999999999999999", "0.0000000000000000001",
    "9223372036854775807.01", "12-3", "1 2", "٣", "１", "1\0", "=1+1", "?",
  ])
  func whatIsNoAmount(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test func thirdsBehindACommaAreNeverGuessed() {
    #expect(ExactDecimal("1.234".utf8, decimalSeparator: point)?.description == "1.234")
    #expect(ExactDecimal("1.23".utf8, decimalSeparator: comma) == nil)
    #expect(ExactDecimal("1.23".utf8, decimalSeparator: UInt8(ascii: "'")) == nil)
  }

  @Test func slicesOfAnyCollectionAreRead() {
    let bytes = Array("x12.50y".utf8)
    #expect(ExactDecimal(bytes[1..<6], decimalSeparator: point)?.unscaled == 1250)
    #expect(ExactDecimal(AnyCollection(bytes[1..<6]), decimalSeparator: point)?.scale == 2)
  }

  @Test func equalValuesAreEqual() throws {
    let values = try ["1.5", "1.50", "-1.5", "0", "0.00", "-0.0"].map { try #require(ExactDecimal($0)) }
    #expect(values[0] == values[1])
    #expect(values[0].hashValue == values[1].hashValue)
    #expect(values[0] != values[2])
    #expect(Set(values).count == 3)
    #expect(values[2].negated == values[0])
    #expect(values[2].magnitude == values[0])
  }

  @Test func orderIsByValue() throws {
    let ordered = [
      "-9223372036854775807", "-9.3", "-9.223372036854775807", "-0.000000000000000001", "0", "0.1", "0.11", "1",
      "9.223372036854775807", "9.3", "9223372036854775806", "9223372036854775807",
    ]
    let values = try ordered.map { try #require(ExactDecimal($0)) }
    #expect(values.shuffled().sorted().map(\.description) == ordered)
  }

  @Test(arguments: [
    ("2.55", "6", "15.30"), ("12.50", "-3", "-37.50"), ("0.1", "0.1", "0.01"), ("-1", "-1", "1"),
    ("0.000000000100", "0.00000001", "0.000000000000000001"), ("9223372036854775807", "1.00", "9223372036854775807"),
    ("3.00000000000", "2.00000000000", "6"),
  ])
  func products(left: String, right: String, expected: String) throws {
    let product = try #require(ExactDecimal(left)).times(try #require(ExactDecimal(right)))
    #expect(product?.description == expected)
  }

  @Test func aProductThatDoesNotFit() throws {
    let large = try #require(ExactDecimal("9223372036854775807"))
    #expect(large.times(try #require(ExactDecimal("2"))) == nil)
    let small = try #require(ExactDecimal("0.0000000001"))
    #expect(small.times(small) == nil)
  }

  @Test(arguments: [
    ("12.50", 2, 1250), ("12.5", 2, 1250), ("12", 2, 1200), ("500", 0, 500), ("1.234", 3, 1234), ("-0.01", 2, -1),
    ("0.125", 2, 12), ("0.135", 2, 14), ("-0.125", 2, -12), ("-0.135", 2, -14), ("0.1251", 2, 13), ("0.1249", 2, 12),
    ("2.5", 0, 2), ("3.5", 0, 4), ("0.005", 2, 0), ("0.015", 2, 2), ("12.50000", 2, 1250), ("0.999", 2, 100),
    ("9223372036854775807", 0, Int64.max), ("0.500000000000000000", 0, 0), ("0.500000000000000001", 0, 1),
  ])
  func minorUnits(text: String, exponent: Int, expected: Int64) {
    #expect(ExactDecimal(text)?.minorUnits(exponent: exponent) == expected)
  }

  @Test func minorUnitsThatDoNotFit() {
    #expect(ExactDecimal("92233720368547758.07")?.minorUnits(exponent: 2) == .max)
    #expect(ExactDecimal("92233720368547758.07")?.minorUnits(exponent: 3) == nil)
    #expect(ExactDecimal("9223372036854775807")?.minorUnits(exponent: 1) == nil)
    #expect(ExactDecimal("1")?.minorUnits(exponent: -1) == nil)
    #expect(ExactDecimal("1")?.minorUnits(exponent: 19) == nil)
    #expect(ExactDecimal("0")?.minorUnits(exponent: 18) == 0)
  }

  @Test func scaleAndSmallestNumberAreChecked() {
    #expect(ExactDecimal(unscaled: 1, scale: 19) == nil)
    #expect(ExactDecimal(unscaled: 1, scale: -1) == nil)
    #expect(ExactDecimal(unscaled: .min, scale: 0) == nil)
    #expect(ExactDecimal(unscaled: -5, scale: 3)?.description == "-0.005")
  }

  @Test func whatIsDescribedIsReadBack() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("ExactDecimalTests.whatIsDescribedIsReadBack: seed \(seed)")
    var random = SeededGenerator(state: seed)
    for _ in 0..<5000 {
      let unscaled = Int64.random(in: -Int64.max ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
      let value = try #require(ExactDecimal(unscaled: unscaled, scale: Int.random(in: 0...18, using: &random)))
      let text = value.description
      let again = try #require(ExactDecimal(text), "seed \(seed), \(text)")
      #expect(again.unscaled == value.unscaled && again.scale == value.scale, "seed \(seed), \(text)")
      let withComma = text.replacing(".", with: ",")
      #expect(ExactDecimal(withComma.utf8, decimalSeparator: comma) == value, "seed \(seed), \(withComma)")
      let grouped = grouped(text)
      #expect(ExactDecimal(grouped) == value, "seed \(seed), \(grouped)")
    }
  }

  /// The same number with its digits in threes.
  private func grouped(_ text: String) -> String {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = Array(parts[0].drop { $0 == "-" })
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return sign + result + (parts.count > 1 ? "." + parts[1] : "")
  }
}

extension ExactDecimalTests {
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
