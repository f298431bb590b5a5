// SPDX-License-Identifier: Apache-2.0

internal import Remediation

// What it cost.
extension ColumnRoles {
  /// The amount; or a comment of the map that says what only a person knows about it.
  func findMoney() -> [ColumnChoice] {
    let ranked = free.enumerated().compactMap { offset, profile -> (profile: ColumnProfile, rank: [Int])? in
      guard let tier = profile.name.tier(ColumnName.amount), profile.kind == .number || profile.kind == .constant,
        profile.shares.numbers >= 0.8, profile.share >= 0.02, profile.values.keys.contains(where: ColumnRoles.isNotZero)
      else { return nil }
      let isOther = profile.name.has(anyOf: ColumnName.otherAmounts)
      if isOther, tier > 0, profile.name.tier([["fee"]]) == nil { return nil }
      return (profile, [isOther ? 1 : 0, tier, profile.name.words.count, offset])
    }.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }
    guard let best = ranked.first?.profile else { return [] }
    let currency = currency(of: best)
    let runnersUp = ranked.dropFirst().prefix(3).map { other in
      ColumnChoice.RunnerUp(column: other.profile.name.text, line: line(other.profile, currency ?? "EUR"))
    }
    guard let currency else {
      return [
        ColumnChoice(
          field: "amount", column: nil, certainty: .unsure,
          reason:
            "amount may be \"\(best.name.text)\", but no column says in which currency. Write the currency into the map's line "
            + "and take its # away.", line: "# " + line(best, "EUR"), runnersUp: runnersUp)
      ]
    }
    return [
      ColumnChoice(
        field: "amount", column: best.name.text,
        certainty: currency.hasPrefix("{") && ranked[0].rank[1] == 0 ? .sure : .likely,
        reason: reason(best, currency), line: line(best, currency), runnersUp: runnersUp)
    ]
  }

  private func reason(_ profile: ColumnProfile, _ currency: String) -> String {
    var reason = "its values are numbers"
    if currency.hasPrefix("{"), let column = currencyColumn(profile) {
      reason += ", and \"\(column.name.text)\" has their currency"
    } else {
      reason += ", in \(currency) as its name says"
    }
    if isComma(profile) { reason += ", with a decimal comma" }
    if profile.shares.negative >= 0.95 { reason += ". They are negative, so their size is taken" }
    if isMinor(profile) {
      reason += ". Its name says that they are minor units, as cents"
    } else if profile.shares.wholeNumbers >= 0.999, profile.filled >= 20 {
      reason += ". All are whole numbers: if they are cents, add unit: minor"
    }
    return reason + "."
  }

  private func line(_ profile: ColumnProfile, _ currency: String) -> String {
    var parts = ["column: \(YAMLText.scalar(profile.name.text))"]
    if profile.name.has(anyOf: ["price", "preis"]), let factor = quantity {
      parts.append("times: \(YAMLText.scalar(factor.name.text))")
    }
    parts.append("currency: \(currency)")
    if isComma(profile) { parts.append("decimal: \",\"") }
    if isMinor(profile) { parts.append("unit: minor") }
    let isNegative =
      profile.shares.negative >= 0.95 || profile.name.has("price") && (quantity?.shares.negative ?? 0) >= 0.95
    if isNegative { parts.append("sign: absolute") }
    return "amount: {\(parts.joined(separator: ", "))}"
  }

  private var quantity: ColumnProfile? {
    profiles.first { $0.name.isExactly(ColumnName.quantity) && $0.shares.numbers >= 0.9 }
  }

  private static func isNotZero(_ text: String) -> Bool { text.contains { ("1"..."9").contains($0) } }

  private func isComma(_ profile: ColumnProfile) -> Bool { profile.shares.commaDecimals > profile.shares.pointDecimals }

  private func isMinor(_ profile: ColumnProfile) -> Bool {
    profile.name.has(anyOf: ColumnName.minorUnits) && profile.shares.wholeNumbers >= 0.999
  }

  /// `{column: NAME}`, or three letters that the amount's own name has.
  private func currency(of profile: ColumnProfile) -> String? {
    if let column = currencyColumn(profile) { return "{column: \(YAMLText.scalar(column.name.text))}" }
    let known = ["eur", "usd", "gbp", "chf", "jpy", "cad", "aud", "sek", "nok", "dkk", "pln", "inr"]
    return profile.name.words.first(where: known.contains)?.uppercased()
  }

  /// The first column of currencies that does not belong to a converted amount.
  private func currencyColumn(_ profile: ColumnProfile) -> ColumnProfile? {
    let columns = profiles.filter { $0.kind == .currency && $0.share >= profile.share * 0.99 }
    let isConverted = profile.name.has("converted")
    return columns.first { $0.name.has("converted") == isConverted } ?? columns.first
  }
}
