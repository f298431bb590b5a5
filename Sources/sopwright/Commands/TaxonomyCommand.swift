// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

struct TaxonomyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "taxonomy", abstract: "What exceptions are called, and who owns each name.",
    subcommands: [Check.self, Adopt.self, Show.self, Diff.self, Suggest.self])

  struct Check: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Say what is wrong with the files in taxonomy/.", discussion: "Exits with 2 where it finds something.")

    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, caller) = try openCaughtUp()
      let findings = try workspace.checkTaxonomy(at: caller.now)
      if options.format == .json {
        Terminal.write(JSONValue.array(findings.map(\.json)))
      } else {
        Terminal.write(findings.isEmpty ? "Nothing is wrong." : findings.map(\.sentence).joined(separator: "\n"))
      }
      if !findings.isEmpty { throw ExitCode(2) }
    }
  }

  struct Show: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show the taxonomy in force, now or at a time.")

    @Option(help: ArgumentHelp("A time.", valueName: "time")) var at: String?
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      let (workspace, _) = try openCaughtUp()
      let shown = try workspace.taxonomy(at: at.map { try workspace.time($0) })
      guard options.format == .text else {
        Terminal.write(shown.json)
        return
      }
      Terminal.write("Version \(shown.version), adopted \(Words.time(shown.adoptedAt)) UTC.\n")
      for (title, entries) in [("code", shown.taxonomy.codes), ("tag", shown.taxonomy.rootCauses)] {
        var table = Table([
          .init(title: title), .init(title: "title", isElastic: true), .init(title: "severity"), .init(title: "owner"),
          .init(title: "rule"), .init(title: "SLA"), .init(title: "playbook", isElastic: true),
        ])
        for entry in entries {
          table.add([
            entry.id, entry.title, entry.severity.rawValue, entry.owner?.text ?? "",
            entry.retired.map { "retired \($0)" }
              ?? (entry.isCatchAll ? "opens nothing" : entry.recurrence.description),
            entry.sla, entry.playbook?.text ?? "",
          ])
        }
        Terminal.write(table.text + "\n")
      }
    }
  }

  static func report(_ adoption: Adoption, _ format: WorkspaceOptions.Format) {
    switch (adoption, format) {
    case (.adopted(let version, let opened), .text):
      Terminal.write("Version \(version) is in force.")
      if !opened.isEmpty { Terminal.write("Opened \(opened.map(\.description).joined(separator: ", ")).") }
    case (.waitsForSecondAdministrator, .text):
      Terminal.write(
        "Proposed. People, roles and policies change when another administrator says the same: sopwright taxonomy adopt"
      )
    case (.takenBack, .text): Terminal.write("Taken back: the files say what is in force, and nothing waits.")
    case (.takenBack, .json):
      Terminal.write(JSONValue.fields(["adopted": false, "taken_back": true, "version": .null]))
    case (.detailsOnly, .text): Terminal.write("Names, addresses and logins are updated.")
    case (.adopted(let version, let opened), .json):
      Terminal.write(
        JSONValue.fields([
          "adopted": true, "version": .int(version), "items_opened": .array(opened.map(JSONValue.text)),
        ]))
    case (.waitsForSecondAdministrator, .json):
      Terminal.write(JSONValue.fields(["adopted": false, "waits_for": "a second administrator"]))
    case (.detailsOnly, .json): Terminal.write(JSONValue.fields(["adopted": true, "version": .null]))
    }
  }
}
