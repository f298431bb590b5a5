// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Ledger
package import Remediation

extension Workspace {
  /// Reads an export and says what taxonomy it suggests, beside the one in force. Writes nothing.
  /// - Parameters:
  ///   - name: what the file is called where it comes from; nil takes the path's.
  ///   - mapPath: the map; nil proposes one out of the columns.
  ///   - workspace: what to compare with; nil compares with nothing.
  /// - Throws: `FileProblem` where the file is no export of exceptions, and why.
  package static func suggestTaxonomy(
    from export: String, named name: String? = nil, mapPath: String?, top: Int, in workspace: Workspace?,
    at now: Timestamp,
    progress: (ImportProgress) -> Void = { _ in }
  ) throws -> TaxonomySuggestion {
    let inForce = try workspace?.taxonomy(at: nil)
    let proposal = try proposeTaxonomy(
      from: export, named: name, mapPath: mapPath, top: top, rule: ExportProposal.rules[0], taxonomy: inForce?.taxonomy,
      progress: progress)
    let survey = proposal.survey
    let codes = entries(proposal.codes, survey.codes, of: survey.exceptions, inForce?.taxonomy.codes)
    let tags = survey.rootCauses.values.reduce(0) { $0 + $1.count }
    let rootCauses = entries(proposal.rootCauses, survey.rootCauses, of: tags, inForce?.taxonomy.rootCauses)
    let catchAll = try RecurringInCatchAll(proposal, export, inForce?.taxonomy).found()
    let columns = columns(proposal)
    let readiness = try ReadinessCheck(
      proposal: proposal, columns: columns, codes: codes, catchAll: catchAll, workspace: workspace, now: now
    ).lines()
    return TaxonomySuggestion(
      source: proposal.source, columns: columns, people: proposal.roles?.people.map(\.name.text) ?? [],
      exceptions: survey.exceptions,
      unreadable: survey.unreadable, first: survey.first, last: survey.last, codes: codes, rootCauses: rootCauses,
      openings: proposal.openings, catchAll: catchAll,
      alike: alike(.code, survey.rawCodes, survey.codes, proposal.codes, proposal.map.code)
        + alike(
          .rootCause, survey.rootCauses.mapValues(\.count), survey.rootCauses, proposal.rootCauses,
          proposal.map.rootCause),
      readiness: readiness, comparedWith: inForce?.version, mapText: proposal.mapText)
  }

  /// Stores a proposed map.
  /// - Throws: `FileProblem` where there is a file already.
  package static func storeMap(_ text: String, at path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw FileProblem(file: path, "There is a file already. Name another, or delete it first.")
    }
    do { try DurableFile.create(path, mode: 0o666, Array(text.utf8)) } catch {
      throw FileProblem(file: path, "The map cannot be written there. Is there such a folder, and may you write to it?")
    }
  }

  private static func entries(
    _ values: [(value: String, id: String, count: Int)], _ times: [String: [Timestamp]], of total: Int,
    _ known: [TaxonomyEntry]?
  ) -> [TaxonomySuggestion.Entry] {
    var sum = 0
    return values.map { value, id, count in
      sum += count
      return TaxonomySuggestion.Entry(
        value: value, id: id, count: count, share: Double(count) / Double(max(total, 1)),
        cumulative: Double(sum) / Double(max(total, 1)), opens: ExportSurvey.opening(times[value] ?? []),
        standing: standing(id, known), isVague: ColumnProfile.isCatchAll(value))
    }
  }

  static func standing(_ id: String, _ known: [TaxonomyEntry]?) -> TaxonomySuggestion.Standing {
    guard let known else { return .unknown }
    guard let entry = known.first(where: { $0.id == id }) else { return .new }
    return entry.isCatchAll ? .catchAll : entry.retired != nil ? .retired : .known
  }

  // MARK: Columns with their lines

  private static func columns(_ proposal: ExportProposal) -> [TaxonomySuggestion.Column] {
    let lines = proposal.mapText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let choices = proposal.roles?.choices ?? given(proposal.map)
    return choices.map { choice in
      let starts = ["\(choice.field):", "# \(choice.field):"]
      var place = lines.firstIndex { line in starts.contains { line.hasPrefix($0) } }
      if let start = place, lines[start] == "\(choice.field):", lines.indices.contains(start + 1) { place = start + 1 }
      return TaxonomySuggestion.Column(
        choice: inBlock(choice, lines, place),
        place: place.map { (line: $0 + 1, text: lines[$0].trimmingCharacters(in: .whitespaces)) })
    }
  }

  /// Where the map has the field with its values below it, another column is written as a list.
  private static func inBlock(_ choice: ColumnChoice, _ lines: [String], _ place: Int?) -> ColumnChoice {
    guard let place, lines[place].hasPrefix("  columns:") else { return choice }
    var choice = choice
    choice.runnersUp = choice.runnersUp.map { .init(column: $0.column, line: "columns: \(YAMLText.list([$0.column]))") }
    return choice
  }

  /// The columns of a map that somebody wrote.
  private static func given(_ map: ExportMap) -> [ColumnChoice] {
    let fields: [(String, [String])] = [
      ("id", map.id), ("updated_at", [map.updatedAt?.column].compactMap { $0 }),
      ("occurred_at", [map.occurredAt.column]),
      ("code", map.code.columns), ("root_cause", map.rootCause?.columns ?? []),
      ("amount", [map.amount?.column].compactMap { $0 }), ("team", [map.team].compactMap { $0 }),
      ("severity", [map.severity].compactMap { $0 }), ("status", [map.status].compactMap { $0 }),
      ("resolved_at", [map.resolvedAt?.column].compactMap { $0 }), ("requester", [map.requester].compactMap { $0 }),
      ("approver", [map.approver].compactMap { $0 }),
    ]
    return fields.filter { !$0.1.isEmpty }.map { field, columns in
      ColumnChoice(
        field: field, column: columns.joined(separator: ", "), certainty: .given, reason: "the map says so.", line: "")
    }
  }

  // MARK: Values that are probably one

  private static func alike(
    _ kind: RecurrenceKey.Kind, _ values: [String: Int], _ times: [String: [Timestamp]],
    _ entries: [(value: String, id: String, count: Int)], _ column: ExportMap.KeyColumn?
  ) -> [TaxonomySuggestion.Alike] {
    var given: [String: String] = [:]
    for (value, id) in column?.values ?? [] { given[value.lowercased()] = id }
    let ids = Dictionary(entries.map { ($0.value.lowercased(), $0.id) }) { first, _ in first }.merging(given) { $1 }
    let byValue = Dictionary(times.map { ($0.key.lowercased(), $0.value) }) { $0 + $1 }
    return NearDuplicates.groups(among: values.map { NearDuplicates.Value($0.key, $0.value) }).compactMap { group in
      let kept = group.kept.text.lowercased()
      let id = ids[kept] ?? EntryID.proposed(for: group.kept.text)
      // Case is folded by every map, so it makes no two values here; and what a given map joins already need not be
      // offered.
      let others = group.others.filter { other in
        let folded = other.value.text.lowercased()
        return given[folded] == nil || given[folded] != given[kept]
      }
      guard !others.isEmpty, !ColumnProfile.isMissing(group.kept.text) else { return nil }
      let apart = ([group.kept] + others.map(\.value)).map { byValue[$0.text.lowercased()] ?? [] }
      let rule = ExportProposal.rules[0]
      return TaxonomySuggestion.Alike(
        kind: kind, id: id, group: NearDuplicates.Group(kept: group.kept, others: others),
        lines: ([group.kept.text] + others.map(\.value.text)).map { "\(YAMLText.quoted($0)): \(YAMLText.scalar(id))" },
        opensTogether: apart.allSatisfy { !$0.contains(rule) } && apart.flatMap { $0 }.contains(rule))
    }
  }
}

extension [Timestamp] {
  /// Whether a rule holds for these times, in whatever order they are.
  func contains(_ rule: RecurrenceRule) -> Bool { rule.earliestWindow(in: sorted()) != nil }
}

extension ExportSurvey {
  /// Which of the rules that are compared hold for these times.
  static func opening(_ times: [Timestamp]) -> [RecurrenceRule] {
    let sorted = times.sorted()
    return ExportProposal.rules.filter { $0.earliestWindow(in: sorted) != nil }
  }
}
