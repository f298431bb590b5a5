// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// Which column of an export is what: found by what is in the columns first, and by their names second.
struct ColumnRoles {
  let sample: ExportSample
  let profiles: [ColumnProfile]
  /// The fields that were found, in the map's order; those that only a person knows among them.
  private(set) var choices: [ColumnChoice] = []
  private(set) var occurred: ColumnProfile?
  private(set) var code: ColumnProfile?
  private(set) var identity: ColumnIdentity?
  /// Columns that hold people: erasable, if the map ever reads them.
  private(set) var people: [ColumnProfile] = []
  /// The column with most words, where there is one: what people wrote.
  private(set) var freeText: ColumnProfile?

  private var taken: Set<String> = []

  init(_ sample: ExportSample) throws {
    self.sample = sample
    var places: [String: [Int]] = [:]
    var names: [String] = []
    for (index, name) in sample.header.enumerated() where !name.trimmed.isEmpty {
      if places[name] == nil { names.append(name) }
      places[name, default: []].append(index)
    }
    var profiles = names.map { ColumnProfile($0, at: places[$0] ?? [], in: sample) }
    ColumnRoles.settleDayAndMonth(&profiles)
    self.profiles = profiles
    try findAll()
  }

  /// A column that could be read either way follows those of the same file that cannot.
  private static func settleDayAndMonth(_ profiles: inout [ColumnProfile]) {
    let settled = profiles.filter { $0.times?.isAmbiguous == false && $0.times?.isDayFirst != nil }
    guard let witness = settled.first, let isDayFirst = witness.times?.isDayFirst,
      settled.allSatisfy({ $0.times?.isDayFirst == isDayFirst })
    else { return }
    for index in profiles.indices where profiles[index].times?.isAmbiguous == true {
      if profiles[index].times?.isDayFirst != isDayFirst, let other = profiles[index].times?.swapped {
        profiles[index].times?.formats = other
      }
      profiles[index].times?.isAmbiguous = false
      profiles[index].times?.decidedBy = witness.name.text
    }
  }

  private mutating func findAll() throws {
    let occurred = try findOccurred()
    self.occurred = occurred.profile
    let identity = try findIdentity(sample, profiles, occurred: occurred.profile)
    self.identity = identity
    add(identity.choice)
    if let updated = identity.updated { add(updated.choice) }
    add(occurred.choice)
    let code = try findCode()
    self.code = code.profile
    add(code.choice)
    add(findCause())
    for choice in findMoney() { add(choice) }
    for choice in [findTeam(), findCase(), findSeverity(), findStatus(), findResolved(), findDeviation()] {
      add(choice)
    }
    let persons = profiles.filter { $0.kind == .person && $0.filled > 0 }
    for choice in [findRequester(), findApprover(), findRationale(), findInputs()] { add(choice) }
    people = persons.filter { person in !ColumnRoles.fixedFields.contains { column(of: $0) == person.name.text } }
    freeText = findFreeText()
  }

  /// What an exception is and when cannot be personal.
  private static let fixedFields = ["id", "updated_at", "occurred_at", "code", "root_cause", "amount", "resolved_at"]

  func column(of field: String) -> String? { choices.first { $0.field == field }?.column }

  func profile(_ name: String?) -> ColumnProfile? { profiles.first { $0.name.text == name } }

  private mutating func add(_ choice: ColumnChoice?) {
    guard let choice else { return }
    choices.append(choice)
    if let column = choice.column { taken.insert(column) }
  }

  /// Those that no field has yet.
  var free: [ColumnProfile] { profiles.filter { !taken.contains($0.name.text) } }

  // MARK: When it happened

  private struct Score {
    let profile: ColumnProfile
    let score: Double
  }

  private func findOccurred() throws -> (profile: ColumnProfile, choice: ColumnChoice) {
    let times = profiles.filter { $0.times != nil }
    let whole = times.filter { $0.share >= 0.9 }
    guard !whole.isEmpty else { throw noTime(times) }
    let earliest = earliestShares(whole, among: times)
    let scores = zip(whole, earliest).map { profile, share in
      Score(profile: profile, score: 2 * share + ColumnRoles.timeNameScore(profile.name))
    }
    // The file's order decides between equals.
    let ranked = scores.enumerated().sorted {
      $0.element.score != $1.element.score ? $0.element.score > $1.element.score : $0.offset < $1.offset
    }.map(\.element)
    let best = ranked[0].profile
    let isNamed = best.name.tier(ColumnName.occurred) != nil
    let isAmbiguous = best.times?.isAmbiguous == true
    let leads = ranked.count == 1 || ranked[0].score - ranked[1].score >= 0.75
    let certainty: ColumnChoice.Certainty =
      isAmbiguous ? .unsure : leads && (isNamed || ranked.count == 1) ? .sure : .likely
    let looked = sample.total > sample.rows.count ? "the \(best.rows) rows looked at" : "\(best.rows) rows"
    var reason = "a time stands in \(best.times?.count ?? 0) of \(looked)"
    if whole.count > 1 { reason += ", and hardly ever after the other times" }
    let choice = ColumnChoice(
      field: "occurred_at", column: best.name.text, certainty: certainty,
      reason: reason + "." + ColumnRoles.dayAndMonth(best), line: timeLine("occurred_at", best),
      runnersUp: ranked.dropFirst().prefix(3).map {
        .init(column: $0.profile.name.text, line: timeLine("occurred_at", $0.profile))
      })
    return (best, choice)
  }

  private static func timeNameScore(_ name: ColumnName) -> Double {
    if name.has(anyOf: laterNames) { return 0 }
    return name.tier(ColumnName.occurred).map { [3, 2.6, 2][$0] } ?? 1
  }

  private static let laterNames = ColumnName.laterTimes

  /// For each column, the share of rows in which none of the others is earlier.
  private func earliestShares(_ columns: [ColumnProfile], among all: [ColumnProfile]) -> [Double] {
    guard all.count > 1 else { return columns.map { _ in 1 } }
    var first = columns.map { _ in 0 }
    for row in sample.rows {
      let times = all.map { profile in
        profile.indexes.lazy.map { row[$0] }.first { !$0.isEmpty }.flatMap { profile.times?.parse($0) }
      }
      guard let earliest = times.compactMap({ $0 }).min() else { continue }
      for (place, column) in columns.enumerated() {
        guard let index = all.firstIndex(where: { $0.name.text == column.name.text }) else { continue }
        if times[index] == earliest { first[place] += 1 }
      }
    }
    return first.map { Double($0) / Double(max(sample.rows.count, 1)) }
  }

  private func noTime(_ times: [ColumnProfile]) -> FileProblem {
    if let sparse = times.max(by: { $0.share < $1.share }) {
      return FileProblem(
        file: sample.path,
        "No column holds a time in nearly every row; \"\(sparse.name.text)\" does in \(Percent.of(sparse.share)). An exception "
          + "without a time cannot recur. Export the column that says when it happened, or name it in the map, as occurred_at."
      )
    }
    let names = profiles.filter { $0.distinct == sample.rows.count && $0.shares.words <= 3 }
    let list =
      names.first ?? profiles.filter { $0.filled > 0 }.max { ($0.distinct, $1.name.text) < ($1.distinct, $0.name.text) }
    return FileProblem(
      file: sample.path,
      "No column holds a time, so this is no export of exceptions: nothing in it happened at a time, and so nothing can recur. "
        + "It looks like a list of \(sample.total) entries"
        + (list.map { ", by its column \"\($0.name.text)\"" } ?? "")
        + ". It is good for naming codes: take ids, titles and definitions from it into taxonomy/codes.yaml. If there is a time "
        + "in it after all, name its column and format in the map, as occurred_at.")
  }

  static func dayAndMonth(_ profile: ColumnProfile) -> String {
    guard let times = profile.times else { return "" }
    if times.isAmbiguous {
      return " No value says whether the day or the month stands first, so it is read as \(times.formats[0]); "
        + "it could be \(times.swapped[0])."
    }
    if let witness = times.decidedBy { return " The day and the month are told apart by \"\(witness)\"." }
    return ""
  }

  func timeLine(_ field: String, _ profile: ColumnProfile) -> String {
    let formats = profile.times?.formats ?? ["iso8601"]
    let quoted = formats.map(YAMLText.quoted)
    return "\(field): {column: \(YAMLText.scalar(profile.name.text)), "
      + "format: \(quoted.count == 1 ? quoted[0] : "[\(quoted.joined(separator: ", "))]")}"
  }
}

/// A share as people read it.
enum Percent {
  static func of(_ share: Double) -> String {
    let percent = (share * 100).rounded()
    if share > 0, percent == 0 { return "less than 1 %" }
    if share < 1, percent == 100 { return "nearly 100 %" }
    return "\(Int(percent)) %"
  }
}
