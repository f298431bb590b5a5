// SPDX-License-Identifier: Apache-2.0

internal import Remediation

// How much: exact decimals, and in which currency or of what a percentage.
extension RowReader {
  mutating func money(_ row: some ExportRow) throws(RowProblem) -> Money? {
    guard let amount = map.amount, let column = columns.amount, let text = try value(column, row) else { return nil }
    var value = try number(text, amount, column.name)
    if let times = columns.times {
      guard let factor = try self.value(times, row) else { return nil }
      guard let product = value.times(try number(factor, amount, times.name)) else {
        throw tooLarge(amount)
      }
      value = product
    }
    let currency = try currency(amount, row)
    guard let units = value.minorUnits(exponent: amount.unit == .minor ? 0 : currency.exponent),
      units.magnitude < 1 << 53
    else { throw tooLarge(amount) }
    switch amount.sign {
    case .asIs: return Money(minorUnits: units, currency: currency)
    case .absolute: return Money(minorUnits: abs(units), currency: currency)
    case .negated: return Money(minorUnits: -units, currency: currency)
    }
  }

  private func tooLarge(_ amount: ExportMap.AmountColumn) -> RowProblem {
    RowProblem(
      field: amount.column, reason: "The amount is too large: at most 15 digits with its cents. Is it another column's?"
    )
  }

  private func number(
    _ text: String, _ amount: ExportMap.AmountColumn, _ column: String
  ) throws(RowProblem) -> ExactDecimal {
    var text = text
    guard let number = text.withUTF8({ ExactDecimal($0, decimalSeparator: amount.decimalSeparator) }) else {
      throw RowProblem(field: column, reason: "\(text.quoted) is not an amount. \(AmountRemedy(for: text).sentence)")
    }
    return number
  }

  private mutating func currency(_ amount: ExportMap.AmountColumn, _ row: some ExportRow) throws(RowProblem) -> Currency
  {
    if case .fixed(let currency) = amount.currency { return currency }
    let text = try columns.currency.flatMap { column throws(RowProblem) in try value(column, row) }
    if let text, let known = currencies[text] { return known }
    guard let text, let named = Currency(text) else {
      throw RowProblem(
        field: columns.currency?.name ?? amount.column, reason: "The amount has no currency of three letters, as EUR.")
    }
    currencies[text] = named
    return named
  }

  func deviation(_ row: some ExportRow) throws(RowProblem) -> String? {
    guard let column = columns.deviation, let text = try value(column, row) else { return nil }
    let digits = text.hasSuffix("%") ? String(text.dropLast()).trimmed : text
    guard let number = ExactDecimal(digits) else {
      throw RowProblem(field: column.name, reason: "\(text.quoted) is not a number of percent, as 12.5.")
    }
    return number.description
  }
}
