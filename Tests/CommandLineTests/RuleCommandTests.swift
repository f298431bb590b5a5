// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// Choosing a rule and adopting it, by the command line.
@Suite struct RuleCommandTests {
  private func workspace(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let made = try Sopwright.process(
      Sopwright.path,
      [
        "init", sopwright.workspace, "--from", "\(Sopwright.repository)/Tests/Fixtures/online-retail-credits.csv",
        "--map", "\(Sopwright.repository)/docs/demo/online-retail.yaml", "--recurrence", "500/30d", "--people",
        "ana,ben", "--as", "ana",
      ])
    #expect(made.status == 0, "\(made.errors)")
    return sopwright
  }

  private func edit(_ sopwright: Sopwright, _ from: String, _ to: String) throws {
    let path = "\(sopwright.workspace)/taxonomy/codes.yaml"
    try String(contentsOfFile: path, encoding: .utf8).replacing(from, with: to)
      .write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func aSimulationComparesRulesAndItsItemsAreThoseThatOpen() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let own = try sopwright.json("simulate")
    #expect(own["rule"] == .null && own["items"]?.elements.isEmpty == true && own["exceptions"] == 3441)
    let simulated = try sopwright.json("simulate", "--recurrence", "10/30d")
    #expect(
      simulated.names == [
        "rule", "since", "until", "closing_after", "exceptions", "first", "last", "items", "compared",
      ])
    let items = try #require(simulated["items"]?.elements)
    #expect(
      items.first?.names == [
        "key", "rule", "opened_at", "window", "occurrences", "money", "expected", "follows", "real",
      ])
    #expect(items.first?["window"]?.names == ["first", "last", "count"])
    #expect(items.count == 12 && items.allSatisfy { $0["real"] == .null })
    let compared = try #require(simulated["compared"]?.elements)
    #expect(compared.map { $0["rule"]?.text } == ["3/30d", "5/30d", "10/30d"])
    #expect(compared.map { $0["items"] } == [29, 29, 12])
    #expect(compared.first?.names == ["rule", "items", "per_month", "busiest_month"])

    try edit(sopwright, "500/30d", "10/30d")
    let rehearsed = try sopwright.json("taxonomy", "adopt", "--dry-run")
    #expect(
      rehearsed.names == [
        "adopted", "dry_run", "version", "waits_for", "would_open", "would_inherit", "difference",
      ])
    #expect(rehearsed["adopted"] == false && rehearsed["version"] == 2)
    let opening = try #require(rehearsed["would_open"]?.elements)
    func keys(_ values: [JSONValue]) -> Set<String> { Set(values.compactMap { $0["key"]?["value"]?.text }) }
    #expect(keys(opening) == keys(items))
    #expect(try sopwright.json("items").elements.isEmpty, "nothing was written")
    let adopted = try sopwright.json("taxonomy", "adopt")
    #expect(adopted["items_opened"]?.elements.count == 12, "where nobody can be asked, it goes on")
    #expect(
      try sopwright.json("simulate", "--recurrence", "10/30d")["items"]?.elements.compactMap { $0["real"]?.text }.count
        == 12)

    let text = try sopwright.run("simulate", "--recurrence", "10/30d", "--closing-after", "14d").output
    #expect(text.hasPrefix("10/30d would have opened "))
    #expect(text.contains(" items out of 3,441 exceptions from 2011-09-01 to 2011-12-09; "))
    #expect(text.contains("Each is taken as closed 14 days after it opened"))
    #expect(
      try sopwright.run("simulate", "--recurrence", "10/30d", "--since", "2020-01-01").output.contains("No exceptions"))
  }

  @Test func wrongUsageIsSaidInASentence() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    func refusal(_ arguments: String...) throws -> String {
      let result = try Sopwright.process(Sopwright.path, ["simulate", "-C", sopwright.workspace] + arguments)
      #expect(result.status == 1 && result.output.isEmpty)
      return result.errors
    }
    #expect(try refusal("--code", "NOPE").contains("no exception code NOPE"))
    #expect(try refusal("--root-cause", "NOPE").contains("no root-cause tag NOPE"))
    #expect(try refusal("--code", "OTHER").contains("catch-all"))
    #expect(try refusal("--recurrence", "often").contains("is no recurrence rule"))
    #expect(try refusal("--since", "2011-11-01", "--until", "2011-10-01").contains("end before that"))
    #expect(try sopwright.run("simulate", "--closing-after", "0d").status == 64)
    #expect(try sopwright.run("taxonomy", "diff", "1", "7").errors.contains("There is no version \"7\""))
    #expect(try sopwright.run("taxonomy", "diff").output.contains("There is no difference"))
    #expect(try sopwright.run("taxonomy", "adopt", "--dry-run").errors.contains("say the same as version 1"))
  }

  @Test func aDifferenceNamesEveryFieldThatChanged() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    try edit(sopwright, "title: Manual\n", "title: By hand\n")
    try edit(sopwright, "  - id: POSTAGE\n", "  - id: POSTAGE\n    retired: 2026-11-21\n")
    try edit(sopwright, "  - id: DISCOUNT\n", "  - id: DISCOUNT\n    replaces: [POSTAGE]\n")
    let difference = try sopwright.json("taxonomy", "diff")
    #expect(difference.names == ["from", "to", "added", "removed", "retired", "changed", "governs"])
    #expect(difference["from"] == 1 && difference["to"] == "files" && difference["governs"] == false)
    #expect(difference["retired"]?.elements.map { $0["heirs"] } == [.array(["DISCOUNT"])])
    #expect(difference["changed"]?.elements.map { $0["field"]?.text } == ["replaces", "title"])
    #expect(difference["changed"]?.elements.last?["to"] == "By hand")
    let text = try sopwright.run("taxonomy", "diff", "1", "files").output
    #expect(text.contains("retired  code  POSTAGE") && text.contains("DISCOUNT takes over"))
  }

  /// On a terminal, which `script` makes, it asks before it opens many items, and anything but a yes is a no.
  @Test func onATerminalManyItemsAreAskedFor() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    try edit(sopwright, "500/30d", "10/30d")
    func adopt(_ answer: String, _ options: String = "") throws -> Sopwright.Result {
      let command = "\(Sopwright.path) taxonomy adopt \(options) -C \(sopwright.workspace) --as ana"
      return try Sopwright.process(
        "/bin/sh", ["-c", "printf '\(answer)\\n' | script -qec '\(command)' /dev/null"])
    }
    let refused = try adopt("n")
    #expect(refused.status == 1 && refused.output.contains("Go on? (y/N)"), "\(refused)")
    #expect(refused.output.contains("It would open 12 items") && refused.output.contains("Nothing was adopted."))
    #expect(try sopwright.json("items").elements.isEmpty)
    let agreed = try adopt("y")
    #expect(agreed.status == 0 && agreed.output.contains("Version 2 is in force."), "\(agreed)")
    #expect(try sopwright.json("items").elements.count == 12)
    try edit(sopwright, "10/30d", "3/30d")
    let told = try adopt("n", "--yes")
    #expect(
      told.status == 0 && !told.output.contains("Go on?") && told.output.contains("By the new rules, 17 items opened:"))
  }
}
