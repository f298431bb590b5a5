// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// Whether an export, and the taxonomy, are enough to begin with: volume, time, recurrence, the code column, agreement,
/// causes, ids.
struct ReadinessCheck {
  let proposal: ExportProposal
  let columns: [TaxonomySuggestion.Column]
  let codes: [TaxonomySuggestion.Entry]
  let catchAll: TaxonomySuggestion.CatchAll
  let workspace: Workspace?
  let now: Timestamp

  /// Fewer exceptions than this say nothing about rates; with three times as many, monthly figures begin to hold.
  static let fewestExceptions = 30
  static let enoughExceptions = 200
  /// A rule over 30 days needs some such windows.
  static let enoughDays = 90

  private var survey: ExportSurvey { proposal.survey }

  func lines() throws -> [ReadinessLine] {
    var lines = [readable, volume, period, recency, recurrence]
    lines += [missingCodes, catchAllShare, numberOfCodes]
    lines += try [taxonomy(), owners()].compactMap { $0 }
    return lines + [rootCause, identity] + [time, amount].compactMap { $0 }
  }

  private var readable: ReadinessLine {
    let rows = survey.exceptions + survey.unreadable
    guard survey.unreadable > 0 else { return ReadinessLine("rows", .ok, "Every row can be read.") }
    let share = Double(survey.unreadable) / Double(max(rows, 1))
    return ReadinessLine(
      "rows", share < 0.05 ? .attention : .missing,
      "\(survey.unreadable) of \(rows) rows cannot be read as the map says, \(Percent.of(share)).",
      "Import them: quarantine list says what is wrong with each. Most often a format of a time is missing in the map.")
  }

  private var volume: ReadinessLine {
    let count = survey.exceptions
    let finding = "There are \(count) exceptions."
    if count >= ReadinessCheck.enoughExceptions { return ReadinessLine("volume", .ok, finding) }
    let remedy =
      "Export a longer time; \(ReadinessCheck.enoughExceptions) exceptions or more let you tell a trend from chance."
    return ReadinessLine("volume", count >= ReadinessCheck.fewestExceptions ? .attention : .missing, finding, remedy)
  }

  private var days: Int {
    guard let first = survey.first, let last = survey.last else { return 0 }
    return Int((last.milliseconds - first.milliseconds) / 86_400_000) + 1
  }

  private var period: ReadinessLine {
    guard let first = survey.first, let last = survey.last else {
      return ReadinessLine("period", .missing, "No exception could be read.", "Correct the map, and look again.")
    }
    let finding = "They cover \(days) \(days == 1 ? "day" : "days"), from \(first.date) to \(last.date)."
    if last > now + Days(1) {
      return ReadinessLine(
        "period", .attention, finding + " That is in the future.",
        "See whether day and month are read the right way round.")
    }
    if days >= ReadinessCheck.enoughDays { return ReadinessLine("period", .ok, finding) }
    return ReadinessLine(
      "period", days >= 30 ? .attention : .missing, finding,
      "Export at least \(ReadinessCheck.enoughDays) days: a rule over 30 days needs several such windows to be judged.")
  }

  private var recency: ReadinessLine {
    guard let last = survey.last, last + Days(60) < now else {
      return ReadinessLine("recency", .ok, "The newest exception is not older than 60 days.")
    }
    return ReadinessLine(
      "recency", .attention, "The newest exception is of \(last.date).",
      "Items out of it will be historic: listed after live ones, and due one after the other by the SLA backlog. Export "
        + "what happened since then, too.")
  }

  private var recurrence: ReadinessLine {
    let rule = ExportProposal.rules[0]
    let count = codes.count { $0.opens.contains(rule) }
    let finding = "\(count) of \(codes.count) proposed codes would recur under \(rule)."
    if count == 0 {
      return ReadinessLine(
        "recurrence", .missing, finding, "Take a column with fewer values as the code, or export a longer time.")
    }
    if count == codes.count, codes.count > 15 {
      return ReadinessLine(
        "recurrence", .attention, finding,
        "All at once are more than people can work on: begin with a stricter rule, as 10/30d, or with fewer codes (--top)."
      )
    }
    return ReadinessLine(
      "recurrence", count >= 3 ? .ok : .attention, finding, count >= 3 ? "" : "It is little to begin with.")
  }

  private var missingCodes: ReadinessLine {
    let share = Double(survey.withoutCode) / Double(max(survey.exceptions, 1))
    let finding =
      survey.withoutCode == 0 ? "Every exception has a code." : "\(Percent.of(share)) of the exceptions have no code."
    if share <= 0.05 { return ReadinessLine("code_missing", .ok, finding) }
    return ReadinessLine(
      "code_missing", share <= 0.3 ? .attention : .missing, finding,
      "Make the field mandatory where exceptions are recorded, or take another column. They go to \(EntryID.other).")
  }

  private var catchAllShare: ReadinessLine {
    let finding = "\(Percent.of(catchAll.share)) of the exceptions would get no code of their own."
    if catchAll.share <= Taxonomy.largestCatchAllShare { return ReadinessLine("catch_all", .ok, finding) }
    return ReadinessLine(
      "catch_all", catchAll.share <= 0.5 ? .attention : .missing, finding,
      "At most \(Percent.of(Taxonomy.largestCatchAllShare)) should. See above what recurs among them; join values that are one."
    )
  }

  private var numberOfCodes: ReadinessLine {
    let values = proposal.map.code.values.isEmpty ? survey.codes.count : codes.count
    let finding = "The code column has \(values) different values."
    let useful = Taxonomy.usefulNumberOfCodes
    if values > survey.exceptions / 2, survey.exceptions > 20 {
      return ReadinessLine(
        "codes", .missing, finding + " People write into it as they like.",
        "Let them choose from a list, or take another column.")
    }
    if values > 10 * useful.upperBound {
      return ReadinessLine(
        "codes", .missing, finding + " So many name things, not what goes wrong with them.",
        "Take the column that says what went wrong, or let people choose from \(useful.lowerBound) to \(useful.upperBound) reasons."
      )
    }
    if useful.contains(values) { return ReadinessLine("codes", .ok, finding) }
    return ReadinessLine(
      "codes", .attention, finding,
      values < useful.lowerBound
        ? "\(useful.lowerBound) to \(useful.upperBound) are useful: with fewer, different troubles share a name. A second column can "
          + "divide them: code: {columns: [A, B]}."
        : "\(useful.lowerBound) to \(useful.upperBound) are useful: join those that are one trouble under values in the map."
    )
  }

  private func taxonomy() throws -> ReadinessLine {
    guard let workspace else {
      return ReadinessLine(
        "taxonomy", .missing, "There is no workspace, so codes and owners are not agreed on.",
        "Make one: sopwright init DIR --from this file. Then give each code its owner and its playbook.")
    }
    let findings: [PlacedFinding]
    do { findings = try workspace.checkTaxonomy(at: now) } catch let problem as FileProblem {
      return ReadinessLine("taxonomy", .missing, problem.sentence, "Correct the file: nothing can be adopted before.")
    }
    let errors = findings.count { $0.finding.weight == .error }
    let new = codes.count { $0.standing == .new }
    if errors > 0 {
      return ReadinessLine(
        "taxonomy", .missing, "The check of the taxonomy finds \(errors) \(errors == 1 ? "error" : "errors").",
        "See them: sopwright taxonomy check")
    }
    if new > 0 {
      return ReadinessLine(
        "taxonomy", .attention, "\(new) of \(codes.count) proposed codes are not in the taxonomy in force.",
        "Add those that you want to taxonomy/codes.yaml, each with owner and playbook, and adopt it; map the others to known ones."
      )
    }
    guard findings.isEmpty else {
      return ReadinessLine(
        "taxonomy", .attention,
        "The check of the taxonomy has \(findings.count) \(findings.count == 1 ? "remark" : "remarks").",
        "See them: sopwright taxonomy check")
    }
    return ReadinessLine(
      "taxonomy", .ok, "The taxonomy in force knows all proposed codes, and its check finds nothing.")
  }

  private func owners() throws -> ReadinessLine? {
    guard let codes = try workspace?.taxonomy(at: nil).taxonomy.codes.filter({ !$0.isCatchAll && $0.retired == nil }),
      !codes.isEmpty
    else { return nil }
    let owners = Set(codes.compactMap(\.owner))
    let playbooks = Set(codes.compactMap(\.playbook))
    if owners.count == 1, codes.count > 5 {
      return ReadinessLine(
        "owners", .attention, "One person owns all \(codes.count) codes.",
        "Agree with those who can change the process on who owns which code, and write it into taxonomy/codes.yaml.")
    }
    if playbooks.count == 1, codes.count > 5 {
      return ReadinessLine(
        "owners", .attention, "All \(codes.count) codes have the same playbook.",
        "Give each the SOP that says how to handle it.")
    }
    return ReadinessLine(
      "owners", .ok, "\(codes.count) codes have \(owners.count) \(owners.count == 1 ? "owner" : "owners").")
  }

  private var rootCause: ReadinessLine {
    guard proposal.map.rootCause != nil else {
      return ReadinessLine(
        "root_cause", .missing, "No column says why it happened.",
        "Let people choose a root cause when they resolve one; until then, codes alone open items.")
    }
    let vague = survey.rootCauses.filter {
      ColumnProfile.isCatchAll($0.key) || $0.key == proposal.map.rootCause?.otherwise
    }
    let without = min(survey.exceptions, vague.values.reduce(survey.withoutTag) { $0 + $1.count })
    let share = Double(without) / Double(max(survey.exceptions, 1))
    let finding = "\(Percent.of(1 - share)) of the exceptions have a root cause that says something."
    return share <= 0.2
      ? ReadinessLine("root_cause", .ok, finding)
      : ReadinessLine("root_cause", .attention, finding, "Make it mandatory where exceptions are resolved.")
  }

  private var identity: ReadinessLine {
    guard proposal.map.id.isEmpty else {
      return ReadinessLine("id", .ok, "\"\(proposal.map.id.joined(separator: ", "))\" tells exceptions apart.")
    }
    return ReadinessLine(
      "id", .attention, "No column tells one exception from another, so a row is known by all that it says.",
      "Export the system's own id: with it, a later export amends what changed instead of adding it anew.")
  }

  /// Only where a guess is open.
  private var time: ReadinessLine? {
    guard let profile = proposal.roles?.occurred, profile.times?.isAmbiguous == true else { return nil }
    return ReadinessLine(
      "time", .attention, "No value of \"\(profile.name.text)\" says whether the day or the month stands first.",
      "Ask whoever exports it, and correct the format in the map before you import.")
  }

  private var amount: ReadinessLine? {
    guard let column = columns.first(where: { $0.choice.field == "amount" }), column.choice.column == nil else {
      return nil
    }
    return ReadinessLine(
      "amount", .attention, "There may be an amount, but no currency.",
      "Write the currency into line \(column.place?.line ?? 0) of the map; without it, nothing counts money.")
  }
}
