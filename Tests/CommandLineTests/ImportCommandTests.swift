// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// `import` as people and scripts give it: JSON Lines, and the dry run.
@Suite struct ImportCommandTests {
  private static let map = """
    source: tickets
    id: id
    occurred_at: at
    code: what.code
    root_cause: why

    """

  private func line(_ id: String, _ code: String = "Damaged", _ why: String = "[\"late\"]") -> String {
    "{\"id\": \"\(id)\", \"at\": \"2026-01-0\(id.count)T10:00:00Z\", \"what\": {\"code\": \"\(code)\"}, \"why\": \(why)}\n"
  }

  private func workspace(_ folder: Folder) throws -> Sopwright {
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let export = try folder.write("first.jsonl", line("a") + line("b", "Lost"))
    let map = try folder.write("tickets.yaml", ImportCommandTests.map)
    let made = try Sopwright.process(
      Sopwright.path,
      ["init", sopwright.workspace, "--from", export, "--map", map, "--as", "ana", "--format", "json"])
    #expect(made.status == 0, "\(made.errors)")
    #expect(try made.json["import"]?["new"] == 2)
    return sopwright
  }

  private func files(_ sopwright: Sopwright) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sopwright.workspace).sorted()
  }

  @Test func aDryRunSaysWhatTheImportDoesAndRecordsNothing() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let file = try folder.write(
      "NEXT.JSONL", line("a") + line("cc") + line("ddd") + line("e", "Lost", "[]") + "{\"id\": 1, \"id\": 2}\n[]\n")
    let before = try (sopwright.json("exceptions"), sopwright.json("items"), files(sopwright))
    let trial = try sopwright.json("import", file, "--map", "tickets", "--dry-run")
    #expect(
      trial.names == [
        "batches", "received", "new", "amended", "duplicate", "quarantined", "passed_over", "items_opened",
        "items_joined", "reclassified", "warnings", "cut_at_line", "dry_run", "keys", "held_back",
      ])
    #expect(trial["received"] == 6)
    #expect(trial["new"] == 3)
    #expect(trial["quarantined"] == 2)
    #expect(trial["items_opened"]?.elements.count == 2)
    #expect(trial["batches"]?.elements.isEmpty == true)
    #expect(trial["dry_run"] == true)
    let text = try sopwright.run("import", file, "--map", "tickets", "--dry-run")
    #expect(text.status == 0)
    #expect(text.output.hasPrefix("A dry run: nothing is recorded. The import would receive 6 rows: 3 new, "))
    #expect(text.output.contains("line 5, (row): The key \"id\" occurs twice in one object"))
    #expect(text.output.contains("It would open REM-1 (tag:LATE), REM-2 (code:DAMAGED)."), "\(text.output)")
    #expect(try sopwright.json("exceptions") == before.0)
    #expect(try sopwright.json("items") == before.1)
    #expect(try files(sopwright) == before.2)
    #expect(try sopwright.json("quarantine", "list").elements.isEmpty)
    let report = try sopwright.json("import", file, "--map", "tickets")
    for name in report.names where name != "batches" { #expect(report[name] == trial[name]) }
    #expect(try sopwright.json("verify")["ok"] == true)
  }

  @Test func aDryRunSaysWhatWouldAmendAndDoubtsAnotherSystem() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let map = try folder.write("other.yaml", "source: tickets\nid: number\noccurred_at: opened\ncode: reason\n")
    let file = try folder.write(
      "other.csv", "number,opened,reason\na,2026-01-02,Damaged\nz,2026-01-03,Damaged\nf,2999-01-01,Damaged\n")
    let trial = try sopwright.run("import", file, "--map", map, "--dry-run")
    #expect(trial.output.contains("1 row would amend exceptions that are recorded already"), "\(trial.output)")
    #expect(trial.output.contains("was read by a map of other columns"), "\(trial.output)")
    #expect(
      trial.output.contains("line 4, opened: \"2999-01-01\", read as \"2999-01-01T00:00:00Z\", is more than a day"))
    #expect(try sopwright.json("import", file, "--map", map)["warnings"]?.elements.count == 1)
    let held = try sopwright.json("quarantine", "list").elements
    #expect(held.map { $0["source"] } == ["tickets"])
    let list = try sopwright.run("quarantine", "list").output
    #expect(list.contains("line 4 of tickets (file ") && list.contains("f,2999-01-01,Damaged"))
    // Auditors read what is wrong with a row, and not the row.
    try sopwright.run("people", "add", "dora", "--role", "auditor")
    try sopwright.run("taxonomy", "adopt", as: "ben")
    #expect(try sopwright.json("quarantine", "list", as: "dora").elements.map { $0["raw"] } == ["withheld"])
    let withheld = try sopwright.run("quarantine", "list", as: "dora").output
    #expect(withheld.contains("is more than a day") && withheld.contains("\n  withheld\n"))
    #expect(!withheld.contains("f,2999-01-01,Damaged"))
    let late = try sopwright.run("record", "--code", "DAMAGED", "--at", "2999-01-01")
    #expect(late.status == 1)
    #expect(late.errors.contains("is more than a day in the future"))
  }

  @Test func aDryRunOfACutFileExitsWithOne() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let file = try folder.write("cut.ndjson", line("c") + String(line("d").dropLast(5)))
    let trial = try sopwright.run("import", file, "--map", "tickets", "--dry-run")
    #expect(trial.status == 1)
    #expect(
      trial.errors.hasSuffix("cut.ndjson ends in the middle of line 2. Export it again, whole, and import that.\n"))
    let result = try sopwright.run("import", file, "--map", "tickets")
    #expect(result.status == 1)
    #expect(result.errors.contains("The rows before it are recorded"))
    #expect(try sopwright.json("exceptions").elements.count == 3)
  }

  @Test func whoIsUnknownCannotEvenTry() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let file = try folder.write("next.jsonl", line("c"))
    #expect(try sopwright.run("import", file, "--map", "tickets", "--dry-run", as: "mallory").status == 1)
  }

  @Test func aListOfCodesIsNoExportAndSaysSo() throws {
    let folder = try Folder()
    let sopwright = try workspace(folder)
    let codes = try folder.write("codes.csv", "code,title,description\nR01,Insufficient Funds,\"Not enough, today\"\n")
    let result = try sopwright.run("import", codes, "--map", "tickets")
    #expect(result.status == 1)
    #expect(
      result.errors.contains("reads the column \"id\", which the file does not have. It has: code, title, description.")
    )
  }
}
