// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Handbook
internal import Ledger
package import Remediation

/// What `init --from` proposes, counted before anything is made.
package struct ExportProposal: Sendable {
  package let survey: ExportSurvey
  /// Values that become codes, with their ids, the most frequent first.
  package let codes: [(value: String, id: String, count: Int)]
  package let rootCauses: [(value: String, id: String, count: Int)]
  /// Exceptions whose code is none of those.
  package let otherCount: Int
  package let rule: RecurrenceRule
  /// What each of some rules would open.
  package let openings: [(rule: RecurrenceRule, codes: Int, rootCauses: Int)]
  /// The map's text with the values filled in.
  package let mapText: String
  /// How the map was found, a sentence a column; empty where it was given.
  package let reasons: [String]
  let map: ExportMap
  /// Which system it is of.
  let source: ColumnChoice
  /// Nil where the map was given.
  let roles: ColumnRoles?

  /// What is compared before somebody chooses a rule.
  static let rules = [3, 5, 10].map { RecurrenceRule(count: $0, window: Days(30)) }
}

extension Workspace {
  /// Codes that `init --from` makes at most, beside `OTHER`.
  package static let defaultTop = 29

  /// Reads an export and proposes map and taxonomy. Writes nothing.
  /// - Parameters:
  ///   - name: what the file is called where it comes from; nil takes the path's.
  ///   - mapPath: the map; nil proposes one out of the columns.
  ///   - taxonomy: what is in force: values that it knows keep their ids.
  package static func proposeTaxonomy(
    from export: String, named name: String? = nil, mapPath: String?, top: Int, rule: RecurrenceRule,
    taxonomy: Taxonomy? = nil,
    progress: (ImportProgress) -> Void = { _ in }
  ) throws -> ExportProposal {
    var roles: ColumnRoles?
    var source: ColumnChoice?
    var reasons: [String] = []
    let text: String
    if let mapPath {
      text = String(decoding: try YAMLFile(at: mapPath, named: mapPath).bytes, as: UTF8.self)
    } else {
      let guess = try MapGuess(export, named: name)
      (text, reasons, roles, source) = (guess.text, guess.reasons, guess.roles, guess.source)
    }
    var map = try ExportMap(YAMLFile(Array(text.utf8), named: mapPath ?? "the proposed map"))
    if map.code.values.isEmpty, map.code.otherwise == nil { map.code.otherwise = EntryID.other }
    let survey = try ExportFile(at: export, map: map, progress: progress).survey()
    func kept(
      _ values: [String: [Timestamp]], _ column: ExportMap.KeyColumn?, _ entries: [TaxonomyEntry]
    ) -> [(value: String, id: String, count: Int)] {
      // A value that is called Other goes where the rest goes.
      let catchAlls: Set<String> = [EntryID.other, (column?.otherwise ?? EntryID.other).uppercased()]
      let ranked = ExportSurvey.ranked(values).filter {
        !$0.value.isEmpty && !catchAlls.contains($0.value.uppercased())
      }.prefix(top)
      let ids =
        column?.values.isEmpty == false
        ? ranked.map(\.value) : EntryID.proposed(forAll: ranked.map(\.value), knowing: entries)
      return zip(ranked, ids).map { (value: $0.value, id: $1, count: $0.count) }
    }
    let codes = kept(survey.codes, map.code, taxonomy?.codes ?? [])
    let rootCauses = kept(survey.rootCauses, map.rootCause, taxonomy?.rootCauses ?? [])
    let rules = ExportProposal.rules
    let filled = MapText.filled(text, map: map, codes: codes, rootCauses: rootCauses)
    if let mapPath { try refuseUnlike(filled, map, named: mapPath) }
    return ExportProposal(
      survey: survey, codes: codes, rootCauses: rootCauses,
      otherCount: survey.exceptions - codes.reduce(0) { $0 + $1.count }, rule: rule,
      openings: (rules.contains(rule) ? rules : rules + [rule]).map { rule in
        (
          rule: rule, codes: ExportSurvey.opening(rule, of: survey.codes, among: Set(codes.map(\.value))),
          rootCauses: ExportSurvey.opening(rule, of: survey.rootCauses, among: Set(rootCauses.map(\.value)))
        )
      },
      mapText: filled, reasons: reasons, map: map,
      source: source
        ?? ColumnChoice(
          field: "source", column: map.source, certainty: .given, reason: "the map says so.", line: ""),
      roles: roles)
  }

  /// A map can be written in more ways than its text can be filled in.
  private static func refuseUnlike(_ filled: String, _ map: ExportMap, named path: String) throws {
    let again = try? ExportMap(YAMLFile(Array(filled.utf8), named: path))  // the sentence below is the remedy
    guard again?.source == map.source, again?.columns == map.columns, again?.personal == map.personal else {
      throw FileProblem(
        file: path,
        "The values of the export cannot be added to this map. Write code: and root_cause: each at the beginning of a line, without quotes and braces around, and what they have below them indented."
      )
    }
  }

  /// Makes a workspace out of a proposal: its map and taxonomy are adopted, and the export can be imported.
  /// - Parameter filling: what else belongs to the making, as the import. Until it returns, nobody else can open the workspace, and after
  ///   a crash the same call begins anew.
  package static func make(
    at folder: String, from proposal: ExportProposal, handbook source: HandbookSource = .starter, people: [PersonID],
    zone: Zone = .utc, by caller: Caller, progress: @escaping @Sendable (MakingStep) -> Void = { _ in },
    filling: (Workspace, ExportMap) throws -> Void = { _, _ in }
  ) throws -> (workspace: Workspace, map: ExportMap) {
    let procedure = Starter.handbook.filter { $0.path == Starter.procedureForNewCode }
    let path = "\(folder)/taxonomy/maps/\(proposal.map.source).yaml"
    let workspace = try make(
      at: folder, source, procedure, people: people, zone: zone, by: caller, progress: progress,
      filling: { workspace in
        try writeFile(path, proposal.mapText.utf8)
        try filling(workspace, ExportMap(at: path))
      },
      taxonomy: { playbook in
        let playbook = playbook?.text ?? Starter.procedureForNewCode
        func text(_ name: String, _ entries: [(value: String, id: String, count: Int)]) -> String {
          EntriesText.file(name, entries.map { ($0.id, $0.value) }, proposal.rule, caller.person, playbook: playbook)
        }
        return [
          (TaxonomyFiles.codesFile, text("codes", proposal.codes)),
          (TaxonomyFiles.rootCausesFile, text("root_causes", proposal.rootCauses)),
        ]
      })
    return (workspace, try ExportMap(at: path))
  }
}

/// codes.yaml and root_causes.yaml as made out of an export.
enum EntriesText {
  static func file(
    _ name: String, _ entries: [(id: String, title: String)], _ rule: RecurrenceRule, _ owner: PersonID,
    playbook: String
  ) -> String {
    var lines = [
      "# SPDX-License-Identifier: Apache-2.0",
      "# Made out of the values of an export. Give each a definition, its owner, and a playbook of its own.",
      "\(name):",
    ]
    for (id, title) in entries + [(EntryID.other, "Other")] {
      lines += [
        "  - id: \(YAMLText.scalar(id))", "    title: \(YAMLText.scalar(title))", "    severity: major",
        "    owner: \(YAMLText.scalar(owner.text))", "    playbook: \(YAMLText.scalar(playbook))", "    sla: standard",
        "    recurrence: \(rule)",
      ]
      if id == EntryID.other { lines.append("    catch_all: true") }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
