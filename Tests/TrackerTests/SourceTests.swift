// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Of which system an export is: the same id means the same exception only within one.
@Suite struct SourceTests {
  private let folder = NSTemporaryDirectory() + "sopwright-source-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  @Test(arguments: [
    ("zendesk-2024-03.csv", "zendesk"), ("zendesk-2024-04.csv", "zendesk"),
    ("/a/b/Jira Export 2024-01-02T10_11.csv", "jira"),
    ("servicenow2024.csv", "servicenow"), ("servicenow-incidents.csv", "servicenow-incidents"),
    ("s3-logs.csv", "s3-logs"),
    ("stripe_refunds_q1_v2.jsonl", "stripe-refunds"), ("zendesk (1).csv", "zendesk"),
    ("pagerduty-march-2026.csv", "pagerduty"),
    ("export.csv", "export"), ("2026-03.csv", "export"), ("", "export"), ("ÄÖ.csv", "export"),
    ("manual.csv", "manual-export"),
    ("../../etc/zendesk.csv", "zendesk"),
  ])
  func theFileSaysIt(name: String, source: String) {
    let guess = SourceName.guess(file: name)
    #expect(guess.column == source)
    #expect(guess.certainty == (source.hasSuffix("export") ? .unsure : .likely))
    #expect(SourceName.isValid(guess.column ?? ""))
  }

  @Test func theGuessStandsInTheMapWithItsReason() throws {
    let path = "\(folder)/zendesk-2024-03.csv"
    let rows = (1...40).map { "T-\($0),2024-03-0\($0 % 9 + 1),k\($0 % 5)" }
    try "id,at,code\n\(rows.joined(separator: "\n"))\n".write(toFile: path, atomically: true, encoding: .utf8)
    let guess = try MapGuess(path)
    #expect(guess.text.contains("\nsource: zendesk\n"))
    #expect(guess.reasons[0].hasPrefix("source is \"zendesk\": the file is called \"zendesk-2024-03.csv\""))
    // What the file was called where it came from, not where it lies.
    #expect(try MapGuess(path, named: "jira 2024.csv").text.contains("\nsource: jira\n"))
    let suggestion = try Workspace.suggestTaxonomy(
      from: path, mapPath: nil, top: 29, in: nil, at: Timestamp(seconds: 1_780_315_200))
    #expect(suggestion.source.column == "zendesk")
    #expect(suggestion.json["source"]?["certainty"] == "likely")
  }

  private func write(_ text: String, _ test: TestWorkspace, _ name: String) throws -> String {
    try text.write(toFile: "\(test.folder)/\(name)", atomically: true, encoding: .utf8)
    return "\(test.folder)/\(name)"
  }

  /// Two systems that number from 1 on, and one source.
  @Test func anotherSystemUnderTheSameSourceIsDoubted() throws {
    let test = try TestWorkspace([Row("1", day: 1, "Lost"), Row("2", day: 2, "Lost")])
    let other = try ExportMap(
      at: write(
        "source: tests\nid: number\noccurred_at: opened\ncode: {column: why, otherwise: OTHER}\n", test, "o.yaml"))
    let file = try write("number,opened,why\n1,2026-02-01,Lost\n3,2026-02-02,Lost\n", test, "other.csv")
    let caller = TestWorkspace.caller("ana", after: 60)
    let trial = try test.workspace.tryImport(from: file, map: other, by: caller)
    #expect(trial.amended == 1)
    #expect(trial.warnings.count == 1)
    #expect(trial.warnings.first?.contains("give it a source of its own") == true)
    #expect(trial.json["warnings"] == .array(trial.warnings.map(JSONValue.string)))
    // A column more is no other system.
    let more = try ExportMap(at: write(TestWorkspace.map + "team: team\n", test, "m.yaml"))
    let same = try write(
      "id,at,code,tags,amount,requester,team\n1,2026-01-01T00:00:00Z,Lost,,,,Blue\n", test, "same.csv")
    #expect(try test.workspace.tryImport(from: same, map: more, by: caller).warnings.isEmpty)
    // Nor is a first export.
    var first = other
    first.source = "another"
    #expect(try test.workspace.tryImport(from: file, map: first, by: caller).warnings.isEmpty)
    // Who imports all the same is told as well.
    #expect(try test.workspace.importExceptions(from: file, map: other, by: caller).warnings == trial.warnings)
  }

  // MARK: Maps that are kept

  @Test func aMapIsKeptOnceAndReplacedWhereSomebodySaysSo() throws {
    let test = try TestWorkspace([Row("1", day: 1, "Lost")])
    let (workspace, ana) = (test.workspace, TestWorkspace.caller("ana"))
    let text = "source: zendesk\nid: id\noccurred_at: at\ncode: code\n"
    try workspace.keepMap(text, as: "zendesk", replacing: false, by: ana)
    #expect(workspace.keptMaps().map(\.name) == ["tests", "zendesk"])
    #expect(try workspace.keptMap(named: "zendesk").text == text)
    try workspace.keepMap(text, as: "zendesk", replacing: false, by: ana)
    let other = text + "team: team\n"
    #expect(throws: KeptMapError.different("zendesk")) {
      try workspace.keepMap(other, as: "zendesk", replacing: false, by: ana)
    }
    #expect(try workspace.keptMap(named: "zendesk").text == text)
    try workspace.keepMap(other, as: "zendesk", replacing: true, by: ana)
    #expect(try workspace.keptMap(named: "zendesk").text == other)
    #expect(throws: FileProblem.self) { try workspace.keepMap("source: x\n", as: "x", replacing: false, by: ana) }
    #expect(throws: Rejection.self) {
      try workspace.keepMap(text, as: "z2", replacing: false, by: TestWorkspace.caller("mallory"))
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(test.folder)/ws/taxonomy/maps").sorted()
    #expect(files == ["tests.yaml", "zendesk.yaml"])
  }

  @Test(arguments: [
    "", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "-rf", "a b", "a\u{0}b", "ä",
    String(repeating: "a", count: 65),
  ])
  func noNameLeadsOutOfTheFolder(name: String) throws {
    let test = try TestWorkspace([Row("1", day: 1, "Lost")])
    let text = "source: zendesk\nid: id\noccurred_at: at\ncode: code\n"
    #expect(throws: KeptMapError.name(name)) {
      try test.workspace.keepMap(text, as: name, replacing: true, by: TestWorkspace.caller("ana"))
    }
    #expect(throws: KeptMapError.unknown(name)) { try test.workspace.keptMap(named: name) }
  }

  @Test func theMapFitsThatHasAllItsColumnsThere() throws {
    let test = try TestWorkspace([Row("1", day: 1, "Lost")])
    let ana = TestWorkspace.caller("ana")
    for (name, text) in [
      ("few", "source: a\nid: id\noccurred_at: at\ncode: code\n"),
      ("absent", "source: b\nid: id\noccurred_at: at\ncode: code\nteam: t\nstatus: s\nseverity: nowhere\n"),
      ("many", "source: c\nid: id\noccurred_at: at\ncode: code\nteam: t\n"),
      ("semicolons", "source: d\nid: id\noccurred_at: at\ncode: code\nteam: t\nstatus: s\ndelimiter: \";\"\n"),
    ] { try test.workspace.keepMap(text, as: name, replacing: false, by: ana) }
    #expect(test.workspace.bestMap(for: try write("id,at,code,t,s\n", test, "x.csv"))?.name == "many")
    #expect(test.workspace.bestMap(for: try write("id;at;code;t;s\n", test, "b.csv"))?.name == "semicolons")
    #expect(test.workspace.bestMap(for: try write("id,at,code\n", test, "c.csv"))?.name == "few")
    #expect(test.workspace.bestMap(for: try write("x,y\n", test, "d.csv")) == nil)
    // What the file is called counts before the number of columns.
    let wide = try write("id,at,code,t,s\n", test, "f.csv")
    #expect(test.workspace.bestMap(for: wide, named: "a-2026-03.csv")?.name == "few")
    #expect(test.workspace.bestMap(for: try write("{\"id\":1,\"at\":2,\"code\":3}\n", test, "e.jsonl")) != nil)
    #expect(test.workspace.bestMap(for: "\(test.folder)/none.csv") == nil)
    // Of lines, as many are read as the look takes a sample of: what only a later one has decides nothing.
    let first = String(repeating: "{\"id\":1,\"at\":2}\n", count: ExportSample.size - 1)
    let last = "{\"id\":1,\"at\":2,\"code\":3}\n"
    #expect(test.workspace.bestMap(for: try write(first + last, test, "g.jsonl")) != nil)
    #expect(test.workspace.bestMap(for: try write(first + "{}\n" + last, test, "h.jsonl")) == nil)
  }

  @Test func aFieldBesideTheMapSaysTheSource() throws {
    let map = "# Proposed.\nsource: export\nid: id\n"
    #expect(try Upload.map(map, source: "", before: map) == map)
    #expect(try Upload.map(map, source: "export", before: map) == map)
    #expect(try Upload.map(map, source: "jira", before: map) == "# Proposed.\nsource: jira\nid: id\n")
    // Who changed the map means the map.
    let changed = map.replacing("export", with: "zendesk")
    #expect(try Upload.map(changed, source: "export", before: map) == changed)
    #expect(try Upload.map("id: id\n", source: "jira", before: nil) == "source: jira\nid: id\n")
    #expect(throws: KeptMapError.twoSources(map: "zendesk", field: "jira")) {
      try Upload.map(changed, source: "jira", before: map)
    }
    // Comments are somebody's work.
    let noted = "source: export # of the desk\n\n# The ticket's.\n  # And no other.\nid: id\n\n# The end.\n"
    #expect(
      try Upload.map(noted, source: "jira", before: noted)
        == noted.replacing("source: export", with: "source: jira"))
    let below = "source:\n  # The desk.\n  export\n# Ids.\nid: id\n"
    #expect(
      try Upload.map(below, source: "jira", before: below) == "source: jira\n  # The desk.\n# Ids.\nid: id\n")
    for name in ["manual", "a/b", "a b", "ä"] {
      #expect(throws: KeptMapError.source(name)) { try Upload.map(map, source: name, before: map) }
    }
  }
}
