// SPDX-License-Identifier: Apache-2.0

extension ColumnProfile {
  /// What it holds: first by what is in it, then by its name.
  func findKind() -> Kind {
    if filled == 0 { return .empty }
    if times != nil { return .time }
    if distinct == 1 || shares.largest > 0.98 && distinct < 20 {
      return shares.currencies > 0.9 ? .currency : .constant
    }
    if shares.emails >= 0.5 { return .person }
    if shares.booleans >= 0.98, distinct <= 2 { return .boolean }
    if shares.currencies >= 0.9, distinct <= 60 { return .currency }
    if isPersonByName { return .person }
    if let kind = kindOfScale { return kind }
    // Some say "not measured" beside their numbers.
    if isNumber || shares.numbers >= 0.2 && shares.pointDecimals + shares.commaDecimals >= 0.1 { return .number }
    return kindOfText
  }

  private var isNumber: Bool { shares.numbers >= 0.8 && !isCodeOfDigits }

  /// Numbers that are names: reason 401, and the like.
  private var isCodeOfDigits: Bool {
    shares.wholeNumbers >= 0.8 && distinct <= 200 && shares.repeating >= 0.8
      && name.tier(ColumnName.code).map { $0 <= 1 } == true
      && !name.has(anyOf: ColumnName.otherCodes)
  }

  var isPersonByName: Bool {
    if name.has(anyOf: ["count", "at", "date", "time", "group", "caused by", "wait", "station", "stations"]) {
      return false
    }
    if shares.numbers > 0.9 && !name.has(anyOf: ["id", "ids"]) { return false }
    return [ColumnName.requester, ColumnName.approver].contains { name.tier($0) != nil }
      || name.has(anyOf: ColumnName.otherPeople)
  }

  /// Few values that are a scale, a state or a way in: known by the words in them, or by their number and the name.
  private var kindOfScale: Kind? {
    if shares.severities >= 0.6, distinct <= 12 { return .severity }
    if distinct <= 12, name.tier(ColumnName.severity) != nil { return .severity }
    // A reason may be called failed or duplicate, too: the name of a code wins over such words.
    let isCode = name.tier(ColumnName.code).map { $0 <= 1 } ?? false || name.tier(ColumnName.cause) != nil
    if shares.channels >= 0.6, !isCode { return .channel }
    if name.tier(ColumnName.status) != nil, distinct <= 40, !name.has(anyOf: ["code"]) { return .status }
    if shares.statuses >= 0.7, distinct <= 40, !isCode { return .status }
    return nil
  }

  private var kindOfText: Kind {
    if name.tier(ColumnName.team) != nil { return .team }
    let isNamedCode =
      name.tier(ColumnName.cause) != nil || name.has("subcategory")
      || (shares.repeating >= 0.5 && name.tier(ColumnName.code).map { $0 <= 1 } == true
        && !name.has(anyOf: ColumnName.otherCodes))
    if !isNamedCode {
      if name.has(anyOf: ColumnName.places) { return .place }
      if name.has(anyOf: ColumnName.channels), distinct <= 30 { return .channel }
      if shares.references >= 0.8 { return .reference }
      if name.has(anyOf: ColumnName.entities), !name.has(anyOf: ["component", "components"]) { return .entity }
      if name.has(anyOf: ColumnName.identity[0]), shares.digits >= 0.9 { return .reference }
    }
    if shares.repeating >= 0.5 { return .category }
    return shares.references >= 0.8 ? .reference : .freeText
  }
}
