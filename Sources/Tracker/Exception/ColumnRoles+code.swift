// SPDX-License-Identifier: Apache-2.0

internal import Remediation

// What went wrong, and why.
extension ColumnRoles {
  private struct Candidate {
    let profile: ColumnProfile
    /// The lower the better; below 10 its values repeat and its name does not speak against it.
    let rank: Int
  }

  func findCode() throws -> (profile: ColumnProfile, choice: ColumnChoice) {
    let candidates = free.enumerated().compactMap { offset, profile in
      rank(profile).map { (candidate: Candidate(profile: profile, rank: $0), offset: offset) }
    }.sorted { $0.candidate.rank != $1.candidate.rank ? $0.candidate.rank < $1.candidate.rank : $0.offset < $1.offset }
      .map(\.candidate)
    guard let best = candidates.first else {
      throw FileProblem(
        file: sample.path,
        "No column has few enough values that repeat, so none can be the code. What people wrote in their own words does "
          + "not repeat: export the column with the category or reason, or name one in the map, as code.")
    }
    let leads = candidates.count == 1 || candidates[1].rank > best.rank
    let certainty: ColumnChoice.Certainty =
      best.rank <= 1 && leads && best.profile.distinct <= 200 ? .sure : best.rank <= 3 ? .likely : .unsure
    let choice = ColumnChoice(
      field: "code", column: best.profile.name.text, certainty: certainty, reason: codeReason(best),
      line: "code: \(YAMLText.scalar(best.profile.name.text))",
      runnersUp: candidates.dropFirst().prefix(4).map {
        .init(column: $0.profile.name.text, line: "code: \(YAMLText.scalar($0.profile.name.text))")
      })
    return (best.profile, choice)
  }

  private func codeReason(_ candidate: Candidate) -> String {
    let profile = candidate.profile
    var reason = "it has \(profile.distinct) values, and \(Percent.of(profile.shares.repeating)) of those given repeat"
    if profile.share < 0.9 { reason += "; \(Percent.of(1 - profile.share)) of the rows have none" }
    switch candidate.rank {
    case ..<4: return reason + ", and its name says so."
    case ..<10: return reason + ". Its name does not say that it is one."
    case ..<20:
      return reason
        + ". Its name says that people write into it as they like, but nothing else repeats that could be a code."
    default:
      return reason
        + ". It hardly names what went wrong, but no other column repeats. Is a column missing in the export?"
    }
  }

  /// Nil where it cannot be a code.
  private func rank(_ profile: ColumnProfile) -> Int? {
    guard profile.share >= 0.02, profile.distinct > 1, profile.shares.repeating >= 0.5, profile.shares.words <= 12
    else { return nil }
    let tier = nameTier(profile)
    let isSparse = profile.share < 0.5
    switch profile.kind {
    case .category:
      // A reason that stands in few rows still says more than a category that stands in all.
      if isSparse { return profile.shares.repeating * profile.share > 0 ? (tier == 0 ? 2 : 12 + (tier ?? 5)) : nil }
      if profile.name.tier(ColumnName.cause).map({ $0 < 3 }) == true, tier != 0 { return 16 }
      guard let tier else { return 5 }
      return tier == 4 ? 10 : tier
    case .entity: return 20
    case .channel: return 22
    case .team: return 21
    case .place: return 23
    case .status: return 24
    case .severity: return 25
    default: return nil
    }
  }

  private func nameTier(_ profile: ColumnProfile) -> Int? {
    let name = profile.name
    if name.has(anyOf: ColumnName.otherTypes) { return 3 }
    if name.has("code"), name.has(anyOf: ColumnName.otherCodes) { return nil }
    if name.has(anyOf: ColumnName.cause[0] + ColumnName.cause[1]) { return nil }
    return name.tier(ColumnName.code)
  }

  // MARK: Why

  func findCause() -> ColumnChoice? {
    let ranked = free.enumerated().compactMap { offset, profile -> (profile: ColumnProfile, tier: Int, offset: Int)? in
      guard let tier = profile.name.tier(ColumnName.cause), profile.share >= 0.1, profile.distinct > 1,
        [.category, .status, .freeText, .reference].contains(profile.kind)
      else { return nil }
      guard profile.shares.repeating >= 0.5 || separator(of: profile) != nil else { return nil }
      return (profile, tier, offset)
    }.sorted { ($0.tier, $0.offset) < ($1.tier, $1.offset) }
    guard let best = ranked.first else {
      return ColumnChoice(
        field: "root_cause", column: nil, certainty: .likely,
        reason: "No column says why it happened: exceptions get no root-cause tags.", line: "")
    }
    var reason = "its name says so, and \(best.profile.distinct) values stand in it."
    if let separator = separator(of: best.profile) {
      reason += " Some rows have several, with \(YAMLText.quoted(separator)) between them."
    }
    return ColumnChoice(
      field: "root_cause", column: best.profile.name.text, certainty: best.tier <= 1 ? .sure : .likely, reason: reason,
      line: causeLine(best.profile),
      runnersUp: ranked.dropFirst().prefix(3).map { .init(column: $0.profile.name.text, line: causeLine($0.profile)) })
  }

  private func causeLine(_ profile: ColumnProfile) -> String {
    let column = YAMLText.scalar(profile.name.text)
    guard let separator = separator(of: profile) else { return "root_cause: \(column)" }
    return "root_cause: {column: \(column), split: \(YAMLText.quoted(separator))}"
  }

  /// What stands between several tags of one row; nil where a row has one. Found by its parts: they repeat, and also
  /// stand alone.
  private func separator(of profile: ColumnProfile) -> String? {
    let isTags = profile.name.has(anyOf: ["tags", "labels"])
    for separator in [";", "|", ","] + (isTags ? [" "] : []) {
      var divided = 0
      var parts: [String: Int] = [:]
      for (value, count) in profile.folded {
        let pieces = value.split(separator: separator).map { String($0).trimmed }.filter { !$0.isEmpty }
        if pieces.count > 1 { divided += count }
        for piece in pieces { parts[piece, default: 0] += count }
      }
      guard divided * 20 >= profile.filled, parts.count < profile.distinct || isTags else { continue }
      let repeating = parts.values.filter { $0 >= 2 }.reduce(0, +)
      if repeating * 10 >= parts.values.reduce(0, +) * 8 { return separator }
    }
    return nil
  }
}
