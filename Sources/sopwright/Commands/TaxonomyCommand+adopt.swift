// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Remediation
import Tracker

extension TaxonomyCommand {
  struct Adopt: WorkspaceCommand {
    static let configuration = CommandConfiguration(
      commandName: "adopt",
      abstract: "Put the files in taxonomy/ in force.",
      discussion: """
        A change to people, roles or policies takes a second administrator, who gives the same command. On a terminal, it asks \
        before it opens more than \(Adopt.manyItems) items; in scripts it does not.
        """)

    /// From how many on a person is asked: more than that is rarely meant.
    static let manyItems = 10

    @Flag(help: "Only say what would change and what would open; write nothing.") var dryRun = false
    @Flag(help: "Do not ask, however many items open.") var yes = false
    @OptionGroup var options: WorkspaceOptions

    func execute() throws {
      guard !dryRun else {
        try rehearse()
        return
      }
      let (workspace, caller) = try openCaughtUp()
      var isShown = false
      if !yes, Terminal.canAsk {
        let report = try workspace.rehearsedAdoption(by: caller)
        if !report.needsSecondAdministrator, report.opened.count > Adopt.manyItems {
          Terminal.note(Adopt.consequences(report, isDone: false))
          guard Terminal.agrees("Go on?") else {
            Terminal.complain("Nothing was adopted. See what would change: sopwright taxonomy adopt --dry-run")
            throw ExitCode(1)
          }
          isShown = true
        }
      }
      let report = try workspace.reportedAdoption(by: caller)
      if options.format == .text, !isShown, !report.opened.isEmpty || !report.inherited.isEmpty {
        Terminal.write(Adopt.consequences(report, isDone: true))
      }
      TaxonomyCommand.report(report.adoption, options.format)
    }

    /// Without catch-up, which may write.
    private func rehearse() throws {
      let workspace = try Workspace.open(options.workspaceFolder)
      let report = try workspace.rehearsedAdoption(by: try options.caller())
      guard options.format == .text else {
        Terminal.write(report.jsonOfRehearsal)
        return
      }
      guard case .adopted(let version, _) = report.adoption else {
        Terminal.write("Only names, addresses or logins would be updated. Nothing was written.")
        return
      }
      Terminal.write(TaxonomyCommand.table(report.difference).text + "\n")
      Terminal.write(Adopt.consequences(report, isDone: false))
      Terminal.write(
        "Nothing was written. Version \(version) comes into force by: sopwright taxonomy adopt"
          + (report.needsSecondAdministrator
            ? "\nPeople, roles, policies or calendars change, so another administrator has to say the same." : ""))
    }

    /// What opens and what goes over, as it is done or would be.
    private static func consequences(_ report: AdoptionReport, isDone: Bool) -> String {
      var parts: [String] = []
      if report.opened.isEmpty {
        parts.append(isDone ? "Opened nothing." : "It would open nothing.")
      } else {
        let count = Words.count(report.opened.count, "item")
        parts.append(isDone ? "By the new rules, \(count) opened:" : "It would open \(count):")
        parts.append(table(report.opened, areNumbered: isDone).text)
      }
      for gone in report.inherited {
        parts.append("\(gone.item) \(isDone ? "went" : "would go") over from \(gone.from.value) to \(gone.heir.value).")
      }
      return parts.joined(separator: "\n") + "\n"
    }

    private static func table(_ opened: [OpenedItem], areNumbered: Bool) -> Table {
      var columns: [Table.Column] = [
        .init(title: "code or tag", isElastic: true), .init(title: "title", isElastic: true), .init(title: "cause"),
        .init(title: "rule"), .init(title: "in window", isNumber: true), .init(title: "expected", isNumber: true),
        .init(title: "from"), .init(title: "to"), .init(title: "owner"),
      ]
      if areNumbered { columns.insert(.init(title: "item"), at: 0) }
      var table = Table(columns)
      for entry in opened {
        let because = entry.item.because
        let cells = [
          entry.item.key.value, entry.title, entry.item.cause.rawValue.replacing("_", with: " "),
          because.rule.description, String(because.count), because.expectedThousandths.map(Words.tenths) ?? "",
          Words.date(because.first), Words.date(because.last), entry.item.owner.text,
        ]
        table.add(areNumbered ? [entry.item.id.description] + cells : cells)
      }
      return table
    }
  }
}
