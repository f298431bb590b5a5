// SPDX-License-Identifier: Apache-2.0

/// A decimal number as somebody wrote it, exactly: `unscaled` divided by ten to the power of `scale`.
///
/// 1.5 and 1.50 are equal, and have the same hash; their descriptions differ. No operation rounds unless it says so.
package struct ExactDecimal: Sendable, CustomStringConvertible {
  /// The digits without the point; never the smallest `Int64`, so that its sign can always be changed.
  package let unscaled: Int64

  /// How many of the digits are behind the point, 0 to 18.
  package let scale: Int

  /// Nil where the scale is not within 0 to 18, or `unscaled` is the smallest `Int64`.
  package init?(unscaled: Int64, scale: Int) {
    guard (0...18).contains(scale), unscaled != .min else { return nil }
    self.unscaled = unscaled
    self.scale = scale
  }

  private init(negative: Bool, magnitude: Int64, scale: Int) {
    self.unscaled = negative ? -magnitude : magnitude
    self.scale = scale
  }

  /// Reads an amount with a decimal point; see `init(_:decimalSeparator:)`.
  package init?(_ text: String) {
    self.init(text.utf8, decimalSeparator: UInt8(ascii: "."))
  }

  /// Reads an amount as exports and spreadsheets write it, in UTF-8. `decimalSeparator` is a point or a comma.
  ///
  /// - Negative are `-12.50`, `12.50-` and `(12.50)`; U+2212 is a minus too. Spaces around the parts do not count.
  /// - Digits before the separator may be grouped by the other one of point and comma, by spaces (also U+00A0 and U+202F) or by
  ///   apostrophes (also U+2019): always by the same, in threes, and not after a leading zero, as `0,125` is hardly 125.
  /// - `.5` is read, `5.` is not: it looks torn. Zeros at the end that do not fit are dropped.
  ///
  /// Nil for anything else: nothing at all, a currency, an exponent, NaN, two signs, and what does not fit into eighteen digits
  /// and a little more.
  package init?(_ bytes: some Collection<UInt8>, decimalSeparator: UInt8) {
    let parsed =
      bytes.withContiguousStorageIfAvailable { AmountScanner.read($0, decimalSeparator) }
      ?? Array(bytes).withUnsafeBufferPointer { AmountScanner.read($0, decimalSeparator) }
    guard let parsed else { return nil }
    self.init(negative: parsed.isNegative, magnitude: parsed.magnitude, scale: parsed.scale)
  }

  /// The same for bytes in memory, without a detour.
  package init?(_ bytes: UnsafeBufferPointer<UInt8>, decimalSeparator: UInt8) {
    guard let parsed = AmountScanner.read(bytes, decimalSeparator) else { return nil }
    self.init(negative: parsed.isNegative, magnitude: parsed.magnitude, scale: parsed.scale)
  }

  /// The same without its sign.
  package var magnitude: ExactDecimal { ExactDecimal(negative: false, magnitude: abs(unscaled), scale: scale) }

  /// The same with the other sign.
  package var negated: ExactDecimal { ExactDecimal(negative: true, magnitude: unscaled, scale: scale) }

  /// The product, exactly: its scale is the sum of both, or less where that is needed to hold it. Nil where it does not fit.
  package func times(_ other: ExactDecimal) -> ExactDecimal? {
    product(with: other) ?? normalized.product(with: other.normalized)
  }

  /// The number in units of ten to the power of minus `exponent`: cents, for an exponent of 2. Nil where it does not fit.
  ///
  /// Exact where the number has no more digits behind the point than the currency. Others are rounded to the nearest unit, and
  /// from the middle between two to the even one, so that many amounts do not drift.
  package func minorUnits(exponent: Int) -> Int64? {
    guard (0...18).contains(exponent) else { return nil }
    if exponent >= scale {
      let (result, overflow) = unscaled.multipliedReportingOverflow(by: ExactDecimal.powers[exponent - scale])
      return overflow || result == .min ? nil : result
    }
    let unit = ExactDecimal.powers[scale - exponent]
    let (quotient, remainder) = unscaled.magnitude.quotientAndRemainder(dividingBy: UInt64(unit))
    let half = UInt64(unit) / 2
    let isUp = remainder > half || (remainder == half && quotient % 2 == 1)
    let rounded = Int64(quotient) + (isUp ? 1 : 0)
    return unscaled < 0 ? -rounded : rounded
  }

  /// The number with a point, and as many digits behind it as `scale` says: `-0.50`.
  package var description: String {
    var digits: [UInt8] = unscaled < 0 ? [UInt8(ascii: "-")] : []
    let unit = UInt64(ExactDecimal.powers[scale])
    digits.appendDecimal(Int(unscaled.magnitude / unit), width: 1)
    if scale > 0 {
      digits.append(UInt8(ascii: "."))
      digits.appendDecimal(Int(unscaled.magnitude % unit), width: scale)
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// The same number without zeros at the end behind the point.
  private var normalized: ExactDecimal {
    var (digits, places) = (unscaled, scale)
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    return ExactDecimal(negative: false, magnitude: digits, scale: places)
  }

  private func product(with other: ExactDecimal) -> ExactDecimal? {
    let (result, overflow) = unscaled.multipliedReportingOverflow(by: other.unscaled)
    return overflow ? nil : ExactDecimal(unscaled: result, scale: scale + other.scale)
  }

  /// 1, 10, 100 to ten to the power of 18.
  private static let powers: [Int64] = (0..<18).reduce(into: [1]) { powers, index in powers.append(powers[index] * 10) }
}

extension ExactDecimal: Hashable, Comparable {
  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    let (left, right) = (left.normalized, right.normalized)
    return left.unscaled == right.unscaled && left.scale == right.scale
  }

  package func hash(into hasher: inout Hasher) {
    let same = normalized
    hasher.combine(same.unscaled)
    hasher.combine(same.scale)
  }

  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    let common = max(left.scale, right.scale)
    let (a, b) = (left.unscaled(atScale: common), right.unscaled(atScale: common))
    return a.high != b.high ? a.high < b.high : a.low < b.low
  }

  /// The digits without the point at a larger scale, in 128 bits.
  private func unscaled(atScale other: Int) -> (high: Int64, low: UInt64) {
    unscaled.multipliedFullWidth(by: ExactDecimal.powers[other - scale])
  }
}
