// SPDX-License-Identifier: Apache-2.0

internal import Remediation

// The fields that say more about an exception. A column is taken for one only if its values can be it and its name says
// so.
extension ColumnRoles {
  func findTeam() -> ColumnChoice? {
    plain("team", ColumnName.team, [.team, .category, .reference, .entity], "its name says so, and its values repeat.")
    {
      $0.shares.repeating >= 0.5
    }
  }

  func findSeverity() -> ColumnChoice? {
    plain("severity", ColumnName.severity, [.severity], "its values are a scale.") { _ in true }
  }

  func findStatus() -> ColumnChoice? {
    plain("status", ColumnName.status, [.status], "its values are states.") { !$0.name.has("alert") }
  }

  func findDeviation() -> ColumnChoice? {
    plain("deviation", ColumnName.deviation, [.number], "its values are numbers.") { _ in true }
  }

  func findRationale() -> ColumnChoice? {
    plain("rationale", ColumnName.rationale, [.freeText, .category], "its name says so. It can be erased.") { _ in true
    }
  }

  func findRequester() -> ColumnChoice? {
    plain("requester", ColumnName.requester, [.person], "it names people, so it is kept where it can be erased.") {
      $0.share >= 0.1
    }
  }

  func findApprover() -> ColumnChoice? {
    plain("approver", ColumnName.approver, [.person], "it names people, so it is kept where it can be erased.") { _ in
      true
    }
  }

  /// A column of these kinds with one of these names; the surer and the shorter name first.
  private func plain(
    _ field: String, _ tiers: [[String]], _ kinds: Set<ColumnProfile.Kind>, _ reason: String,
    where isFit: (ColumnProfile) -> Bool
  ) -> ColumnChoice? {
    let ranked = free.enumerated().compactMap { offset, profile -> (profile: ColumnProfile, rank: [Int])? in
      guard let tier = profile.name.tier(tiers), kinds.contains(profile.kind), isFit(profile) else { return nil }
      return (profile, [tier, profile.name.words.count, offset])
    }.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }
    guard let best = ranked.first?.profile else { return nil }
    func line(_ profile: ColumnProfile) -> String { "\(field): \(YAMLText.scalar(profile.name.text))" }
    return ColumnChoice(
      field: field, column: best.name.text,
      certainty: ranked[0].rank[0] == 0 && best.name.words.count <= 2 ? .sure : .likely,
      reason: reason, line: line(best),
      runnersUp: ranked.dropFirst().prefix(3).map { .init(column: $0.profile.name.text, line: line($0.profile)) })
  }

  func findCase() -> ColumnChoice? {
    let kinds: Set<ColumnProfile.Kind> = [.reference, .number]
    let shared = identity?.shared
    let found =
      shared
      ?? free.first {
        kinds.contains($0.kind) && $0.share >= 0.5 && $0.name.has(anyOf: ColumnName.caseReference)
          && $0.name.has(anyOf: ColumnName.identity[0]) && !$0.name.has("count") && $0.distinct * 20 > $0.filled
      }
    guard let found, free.contains(where: { $0.name.text == found.name.text }) else { return nil }
    return ColumnChoice(
      field: "case", column: found.name.text, certainty: .likely,
      reason: shared == nil ? "its name and its values are those of a reference." : "several rows belong to one of it.",
      line: "case: \(YAMLText.scalar(found.name.text))")
  }

  func findInputs() -> ColumnChoice? {
    let kinds: Set<ColumnProfile.Kind> = [.reference, .number, .entity]
    let found = free.filter {
      kinds.contains($0.kind) && $0.share >= 0.1 && $0.name.has(anyOf: ColumnName.snapshot)
        && $0.name.has(anyOf: ["id", "no", "nr", "number", "key", "nummer"])
    }.prefix(3).map(\.name.text)
    guard !found.isEmpty else { return nil }
    return ColumnChoice(
      field: "inputs", column: found.joined(separator: ", "), certainty: .likely,
      reason: "whom or what it was decided about. It can be erased.", line: "inputs: \(YAMLText.list(found))")
  }

  func findResolved() -> ColumnChoice? {
    guard let occurred else { return nil }
    let ranked = free.enumerated().compactMap { offset, profile -> (profile: ColumnProfile, rank: [Int])? in
      guard profile.times != nil, let tier = profile.name.tier(ColumnName.resolved), !profile.name.has("by") else {
        return nil
      }
      // Nothing is resolved before it happened; some clocks differ.
      guard isHardlyEver(profile, before: occurred) else { return nil }
      return (profile, [tier, offset])
    }.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }
    guard let best = ranked.first?.profile else { return nil }
    return ColumnChoice(
      field: "resolved_at", column: best.name.text,
      certainty: best.times?.isAmbiguous == true ? .unsure : ranked[0].rank[0] == 0 ? .sure : .likely,
      reason: "a time that is not before it happened, in \(Percent.of(best.share)) of the rows."
        + ColumnRoles.dayAndMonth(best),
      line: timeLine("resolved_at", best),
      runnersUp: ranked.dropFirst().prefix(3).map {
        .init(column: $0.profile.name.text, line: timeLine("resolved_at", $0.profile))
      })
  }

  private func isHardlyEver(_ profile: ColumnProfile, before occurred: ColumnProfile) -> Bool {
    var (both, before) = (0, 0)
    for row in sample.rows {
      guard let time = profile.indexes.lazy.compactMap({ profile.times?.parse(row[$0]) }).first,
        let start = occurred.indexes.lazy.compactMap({ occurred.times?.parse(row[$0]) }).first
      else { continue }
      both += 1
      if time < start { before += 1 }
    }
    return both > 0 && before * 20 <= both
  }

  /// What people wrote in their own words.
  func findFreeText() -> ColumnProfile? {
    free.filter {
      $0.share >= 0.05 && ($0.kind == .freeText || $0.kind == .category) && $0.shares.words >= 1.8 && $0.distinct > 5
    }
    .filter { $0.kind == .freeText || $0.name.tier(ColumnName.freeText) != nil }
    .max { left, right in
      let (a, b) = (left.name.tier(ColumnName.freeText) ?? 9, right.name.tier(ColumnName.freeText) ?? 9)
      return a != b ? a > b : left.shares.words * left.share < right.shares.words * right.share
    }
  }
}
