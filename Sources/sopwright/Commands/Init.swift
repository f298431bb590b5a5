// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Ledger
import Remediation
import Tracker

struct Init: WorkspaceCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a workspace: empty, or out of an export.",
    discussion: """
      Without --from, the workspace has the starter taxonomy and the starter SOPs. With it, the tool reads the export, proposes \
      which column is what and which values become codes, says what would recur, adopts that, and imports.
      """)

  @Argument(help: ArgumentHelp("The folder to make; it must not hold anything.", valueName: "dir"))
  var directory: String

  @Option(
    name: .customLong("from"), help: ArgumentHelp("An export in CSV; with --map also in JSON Lines.", valueName: "file")
  )
  var export: String?

  @Option(help: ArgumentHelp("How its columns become exceptions; proposed where it is not given.", valueName: "map"))
  var map: String?

  @Option(help: "How many of the most frequent values become codes, and tags; \(Workspace.defaultTop) unless given.")
  var top: Int?

  @Option(help: ArgumentHelp("N/Wd: what counts as recurring; 3/30d unless given.", valueName: "rule"))
  var recurrence: String?

  @Option(help: ArgumentHelp("People who work here, separated by commas: every role but auditor.", valueName: "a,b,c"))
  var people: String?

  @Option(
    help: ArgumentHelp("The zone in which dates begin and end, as Europe/Berlin; UTC unless given.", valueName: "zone"))
  var zone = "UTC"

  @Option(
    name: .customLong("sop"),
    help: ArgumentHelp(
      "An existing git repository of Markdown files to clone: the handbook. It is never written to.",
      valueName: "repository"))
  var handbook: String?

  @OptionGroup var options: WorkspaceOptions

  /// It makes one, where its argument says.
  var needsWorkspace: Bool { false }

  func validate() throws {
    if let top, !(1...500).contains(top) { throw ValidationError("--top takes a number from 1 to 500.") }
    if export == nil, map != nil || top != nil || recurrence != nil {
      throw ValidationError("--map, --top and --recurrence belong to --from.")
    }
    guard Zone(zone) != nil else { throw ValidationError("--zone takes a name such as Europe/Berlin, or UTC.") }
  }

  func execute() throws {
    let caller = try options.caller()
    let people = try (people ?? "").split(separator: ",").map { name in
      guard let person = PersonID(name.trimmingCharacters(in: .whitespaces)) else {
        throw Rejection.unknownPerson(String(name))
      }
      return person
    }
    let zone = Zone(zone) ?? .utc
    if let export {
      try makeFromExport(export, people, zone, caller)
    } else {
      try makeFromStarter(people, zone, caller)
    }
  }

  private var source: HandbookSource { handbook.map(HandbookSource.clone) ?? .starter }

  private func makeFromStarter(_ people: [PersonID], _ zone: Zone, _ caller: Caller) throws {
    let progress = ProgressLine()
    let workspace = try Workspace.make(
      at: directory, handbook: source, people: people, zone: zone, by: caller, progress: { progress.show($0) })
    progress.finish()
    if options.format == .json {
      Terminal.write(JSONValue.fields(["workspace": .string(directory), "handbook": try json(of: workspace)]))
      return
    }
    let what = handbook == nil ? "the starter taxonomy and the starter SOPs" : "the starter taxonomy"
    Terminal.write("Made \(directory) with \(what). See: sopwright taxonomy show -C \(directory)")
    try describeHandbook(of: workspace)
    adviseOnPeople(people)
  }

  /// What was cloned, and what of it is no SOP.
  private func describeHandbook(of workspace: Workspace) throws {
    guard let handbook else { return }
    let sops = try workspace.sops()
    let playbook = try workspace.taxonomy(at: nil).taxonomy.codes.first?.playbook
    Terminal.write("\nThe handbook is a clone of \(handbook): \(Words.count(sops.count, "SOP")), with their history.")
    if let playbook {
      Terminal.write("Until you name better ones in taxonomy/codes.yaml, the playbook of every code is \(playbook).")
    }
    let leftAlone = try workspace.leftAlone()
    guard !leftAlone.isEmpty else { return }
    Terminal.write("\(Words.count(leftAlone.count, "file")) left alone, because no SOP can be so:")
    for file in leftAlone.prefix(5) { Terminal.write("  \(file.path): \(file.reason)") }
    if leftAlone.count > 5 { Terminal.write("See all of them: sopwright sop list --left-alone -C \(directory)") }
  }

  private func json(of workspace: Workspace) throws -> JSONValue {
    .fields([
      "source": .optional(handbook), "sops": .int(try workspace.sops().count),
      "left_alone": .int(try workspace.leftAlone().count),
    ])
  }

  private func makeFromExport(
    _ export: String, _ people: [PersonID], _ zone: Zone, _ caller: Caller
  ) throws {
    let rule = try RecurrenceRule(recurrence ?? "3/30d")
    let progress = ProgressLine()
    let proposal = try Workspace.proposeTaxonomy(
      from: export, mapPath: map, top: top ?? Workspace.defaultTop, rule: rule, progress: { progress.show($0) })
    progress.finish()
    var report = ImportReport()
    let made = try Workspace.make(
      at: directory, from: proposal, handbook: source, people: people, zone: zone, by: caller,
      progress: { progress.show($0) },
      filling: { workspace, map in
        progress.finish()
        report = try workspace.importExceptions(from: export, map: map, by: caller, progress: { progress.show($0) })
      })
    progress.finish()
    if options.format == .json {
      Terminal.write(json(proposal, report).with("handbook", try json(of: made.workspace)))
    } else {
      describe(proposal, report, people)
      try describeHandbook(of: made.workspace)
    }
    try Import.failIfCut(report, export)
  }

  private func json(_ proposal: ExportProposal, _ report: ImportReport) -> JSONValue {
    .fields([
      "workspace": .string(directory),
      "recurrence": .text(proposal.rule),
      "would_open": .array(
        proposal.openings.map {
          .fields(["rule": .text($0.rule), "codes": .int($0.codes), "root_causes": .int($0.rootCauses)])
        }),
      "codes": .array(proposal.codes.map(entry)),
      "root_causes": .array(proposal.rootCauses.map(entry)),
      "import": report.json,
    ])
  }

  private func entry(_ code: (value: String, id: String, count: Int)) -> JSONValue {
    .fields(["id": .string(code.id), "title": .string(code.value), "count": .int(code.count)])
  }

  private func describe(_ proposal: ExportProposal, _ report: ImportReport, _ people: [PersonID]) {
    for reason in proposal.reasons { Terminal.write(reason) }
    Terminal.write("\n\(Words.count(proposal.survey.exceptions, "exception")). What a rule would open:")
    var rules = Table([
      .init(title: "rule"), .init(title: "codes", isNumber: true), .init(title: "tags", isNumber: true),
      .init(title: ""),
    ])
    for opening in proposal.openings {
      rules.add([
        opening.rule.description, String(opening.codes), String(opening.rootCauses),
        opening.rule == proposal.rule ? "used here" : "",
      ])
    }
    Terminal.write(rules.text + "\n")
    Terminal.write(pareto(proposal))
    Terminal.write("\n" + ImportText.whole(report.json))
    adviseOnPeople(people)
    Terminal.write("\nSee what recurs: sopwright items -C \(directory)")
  }

  /// Nothing closes without a second person.
  private func adviseOnPeople(_ people: [PersonID]) {
    guard people.count < 2 else { return }
    Terminal.write(
      "Closing takes a second person who approves. Add people: sopwright people add ID --role approver -C \(directory)")
  }

  /// The most frequent codes, with the share of all exceptions up to each.
  private func pareto(_ proposal: ExportProposal) -> String {
    let total = max(proposal.survey.exceptions, 1)
    var table = Table([
      .init(title: "code"), .init(title: "title", isElastic: true), .init(title: "count", isNumber: true),
      .init(title: "up to here", isNumber: true), .init(title: ""),
    ])
    var sum = 0
    let largest = max(proposal.codes.first?.count ?? 1, 1)
    for code in proposal.codes.prefix(15) {
      sum += code.count
      let bar = String(repeating: "█", count: max(1, code.count * 20 / largest))
      table.add([code.id, code.value, String(code.count), "\(sum * 100 / total) %", bar])
    }
    let rest = proposal.codes.count - min(15, proposal.codes.count)
    let more = rest > 0 ? "\nand \(Words.count(rest, "more code"))" : ""
    return table.text + more + "\n\(EntryID.other) takes the remaining \(proposal.otherCount)."
  }
}
