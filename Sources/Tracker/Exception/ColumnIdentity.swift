// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What tells one exception of an export from another, and which rows are changes of one.
struct ColumnIdentity {
  let choice: ColumnChoice
  /// Where rows are changes: when each was made.
  var updated: (profile: ColumnProfile, choice: ColumnChoice)?
  /// A column whose values repeat in rows that are no changes of each other: lines of one invoice.
  var shared: ColumnProfile?
  var isUnique = false
}

/// Follows the columns that may be an id through the whole file: an id differs in every row; or its rows are changes of
/// one case, which then agree on when it began and differ in when they were made.
func findIdentity(
  _ sample: ExportSample, _ profiles: [ColumnProfile], occurred: ColumnProfile
) throws -> ColumnIdentity {
  let candidates = profiles.filter { isPossibleID($0) && $0.name.text != occurred.name.text }
    .sorted { idRank($0) < idRank($1) }.prefix(8)
  let groups = try sample.groups(of: candidates.map { $0.indexes[0] })
  let pairs = Array(zip(candidates, groups))
  func runnersUp(but name: String) -> [ColumnChoice.RunnerUp] {
    pairs.filter { $0.0.name.text != name && isUnique($0.1) }.prefix(3).map {
      ColumnChoice.RunnerUp(column: $0.0.name.text, line: "id: \(YAMLText.scalar($0.0.name.text))")
    }
  }
  if let (column, found) = pairs.first(where: { isUnique($0.1) }) {
    let isNamed = column.name.tier(ColumnName.identity) != nil
    let choice = ColumnChoice(
      field: "id", column: column.name.text, certainty: isNamed ? .sure : .likely,
      reason: found.repeated == 0
        ? "it differs in every row." : "it differs in every row, but for rows that say the same twice.",
      line: "id: \(YAMLText.scalar(column.name.text))", runnersUp: runnersUp(but: column.name.text))
    return ColumnIdentity(choice: choice, isUnique: true)
  }
  for (column, found) in pairs where found.repeated > 0 && found.varies(occurred.indexes[0]) <= 0.05 {
    guard let updated = updateTime(found, profiles, but: occurred) else { continue }
    let share = Double(found.rows) / Double(max(found.values, 1))
    let choice = ColumnChoice(
      field: "id", column: column.name.text, certainty: column.name.tier(ColumnName.identity) != nil ? .sure : .likely,
      reason: "its rows are changes of one case, \(oneDecimal(share)) each; the last counts.",
      line: "id: \(YAMLText.scalar(column.name.text))\nrows: last")
    return ColumnIdentity(choice: choice, updated: updated)
  }
  let shared = pairs.first { $0.1.repeated > 0 && $0.1.varies(occurred.indexes[0]) <= 0.05 }?.0
  let because = shared.map { " \"\($0.name.text)\" repeats, in rows that are no changes of each other." } ?? ""
  let choice = ColumnChoice(
    field: "id", column: nil, certainty: .likely,
    reason:
      "No column is an id, so a row is known by what it says: keep the columns as they are in later exports.\(because)",
    line: "")
  return ColumnIdentity(choice: choice, shared: shared)
}

/// One in every row; the same twice in a row that is there twice is allowed.
private func isUnique(_ groups: ExportSample.Groups) -> Bool {
  groups.repeated == 0 || groups.repeated * 100 < groups.values && groups.differing.allSatisfy { $0 == 0 }
}

private func isPossibleID(_ profile: ColumnProfile) -> Bool {
  guard !profile.isRepeatedInHeader, profile.filled == profile.rows, profile.times == nil, profile.shares.emails < 0.5,
    profile.shares.pointDecimals + profile.shares.commaDecimals == 0, profile.shares.digits >= 0.9,
    profile.shares.words <= 2.2
  else { return false }
  // A number is an id if its name says so, or if all are as long: others count or measure.
  if profile.shares.wholeNumbers > 0.9, idRank(profile) == 99, !isOfOneLength(profile) { return false }
  if profile.isPersonByName || profile.shares.booleans > 0.5 && profile.rows > 2 { return false }
  return profile.distinct * 20 > profile.rows
}

/// Numbers of six digits or more, and all of as many.
private func isOfOneLength(_ profile: ColumnProfile) -> Bool {
  let lengths = Set(profile.values.keys.map(\.utf8.count))
  return lengths.count == 1 && lengths.allSatisfy { $0 >= 6 }
}

/// The surer names first; a row's own id before ids of other things.
private func idRank(_ profile: ColumnProfile) -> Int {
  let name = profile.name
  if name.isExactly(["number", "id", "key", "#", "reference", "ref"]) { return 0 }
  if name.has(anyOf: ["balance transaction id", "incident id", "ticket id", "case id", "issue key", "incident number"])
  {
    return 1
  }
  if name.has(anyOf: ["customer", "user", "card", "account", "group", "parent", "client", "mod", "stc"]) { return 20 }
  return name.tier(ColumnName.identity).map { $0 + 2 } ?? 99
}

/// The time that differs most among the rows of one case.
private func updateTime(
  _ groups: ExportSample.Groups, _ profiles: [ColumnProfile], but occurred: ColumnProfile
) -> (profile: ColumnProfile, choice: ColumnChoice)? {
  let times = profiles.filter {
    $0.times != nil && $0.share >= 0.999 && $0.name.text != occurred.name.text && groups.varies($0.indexes[0]) >= 0.5
  }
  func rank(_ profile: ColumnProfile) -> Double {
    groups.varies(profile.indexes[0]) + (profile.name.tier(ColumnName.updated) != nil ? 1 : 0)
  }
  guard let best = times.max(by: { rank($0) < rank($1) }), let shape = best.times else { return nil }
  let formats = shape.formats.map(YAMLText.quoted)
  let format = formats.count == 1 ? formats[0] : "[\(formats.joined(separator: ", "))]"
  let choice = ColumnChoice(
    field: "updated_at", column: best.name.text,
    certainty: shape.isAmbiguous ? .unsure : best.name.tier(ColumnName.updated) != nil ? .sure : .likely,
    reason: "a time that differs among the rows of one id." + ColumnRoles.dayAndMonth(best),
    line: "updated_at: {column: \(YAMLText.scalar(best.name.text)), format: \(format)}")
  return (best, choice)
}

private func oneDecimal(_ number: Double) -> String {
  let tenths = Int((number * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}
