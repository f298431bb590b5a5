// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// The maps of docs/maps, each on a small export of its format with what is difficult about it. See Tests/Fixtures/README.md.
@Suite struct ExampleMapTests {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private static let exports = [
    "servicenow.csv", "servicenow-table-api.csv", "jira.csv", "stripe-payments.csv", "stripe-balance.csv",
    "stripe-refunds-api.jsonl", "zendesk.csv", "pagerduty.csv", "pagerduty-api.jsonl", "sentry.jsonl",
    "hp-service-manager.csv", "cer-incidents.csv",
  ]

  /// What becomes of an export stands beside it, in a text that was checked by hand when it was written with
  /// `SOPWRIGHT_WRITE_GOLDEN=1`.
  @Test(arguments: exports)
  func anExportBecomesTheseRecords(file: String) throws {
    let name = file.prefix { $0 != "." }
    let made = try ExampleWorkspace(map: String(name), file: "exports/\(file)")
    let records = try made.records().joined()
    let expected = "\(ExampleMapTests.repository)/Tests/Fixtures/exports/\(name).txt"
    if ProcessInfo.processInfo.environment["SOPWRIGHT_WRITE_GOLDEN"] != nil {
      try records.write(toFile: expected, atomically: true, encoding: .utf8)
    }
    #expect(try records == String(contentsOfFile: expected, encoding: .utf8))
    let again = try made.importAgain()
    #expect(again.new == 0)
    #expect(again.amended == 0)
    #expect(try made.workspace.verifyRecord().findings.isEmpty)
  }

  @Test func everyMapIsTested() throws {
    let maps = try FileManager.default.contentsOfDirectory(atPath: "\(ExampleMapTests.repository)/docs/maps")
    let tested = ExampleMapTests.exports.map { "\($0.prefix { $0 != "." }).yaml" } + ["online-retail.yaml"]
    #expect(maps.filter { $0.hasSuffix(".yaml") }.sorted() == tested.sorted())
    let text = try String(contentsOfFile: "\(ExampleMapTests.repository)/docs/formats/map.md", encoding: .utf8)
    for map in tested {
      let isNamed = text.contains("`\(map)`")
      #expect(isNamed, "docs/formats/map.md names \(map)")
    }
  }

  @Test func creditNotesOfAShop() throws {
    let made = try ExampleWorkspace(map: "online-retail", file: "online-retail-credits.csv")
    #expect(made.report.new == 3441)
    // Counted with Python's csv: 80 rows whose Description is Manual.
    #expect(try made.records().count { $0.contains("\n  code MANUAL: Manual\n") } == 80)
  }

  @Test func whatIsHeldBackSaysWhatToDo() throws {
    let jira = try ExampleWorkspace(map: "jira", file: "exports/jira.csv")
    let wide = try #require(try jira.workspace.held().first?.row)
    #expect(wide.line == 6)
    #expect(
      wide.reason
        == "The row has 45 fields and the header 43, and what is too much is not empty. Is a delimiter not in "
        + "quotes? Correct the row where it comes from, and export it again.")
    let incidents = try ExampleWorkspace(map: "servicenow", file: "exports/servicenow.csv")
    let mixed = try #require(try incidents.workspace.held().first?.row)
    #expect(mixed.line == 5)
    #expect(mixed.field == "opened_at")
    #expect(mixed.reason.contains("\"2016-02-29 04:40\" is not a time as the map's occurred_at writes it,"))
  }
}

/// A workspace out of one of the maps.
private final class ExampleWorkspace {
  let folder = NSTemporaryDirectory() + "sopwright-maps-\(UUID().uuidString)"
  let workspace: Workspace
  let report: ImportReport
  private let map: ExportMap
  private let file: String

  init(map name: String, file: String) throws {
    self.file = "\(ExampleMapTests.repository)/Tests/Fixtures/\(file)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let caller = TestWorkspace.caller("ana")
    let proposal = try Workspace.proposeTaxonomy(
      from: self.file, mapPath: "\(ExampleMapTests.repository)/docs/maps/\(name).yaml", top: 29,
      rule: RecurrenceRule("3/30d"))
    (workspace, map) = try Workspace.make(at: "\(folder)/ws", from: proposal, people: [], by: caller)
    report = try workspace.importExceptions(from: self.file, map: map, by: caller)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)  // what stays is in the system's temporary folder
  }

  func importAgain() throws -> ImportReport {
    try workspace.importExceptions(from: file, map: map, by: TestWorkspace.caller("ana", after: 60))
  }

  /// The records, by time, as texts of several lines.
  func records() throws -> [String] {
    let personal = try shell(
      "/usr/bin/sqlite3",
      [
        "\(folder)/ws/sopwright.sqlite",
        "SELECT ref || ' ' || CAST(fields AS TEXT) FROM personal JOIN exceptions ON exceptions.id = personal.exception",
      ]
    ).split(separator: "\n").reduce(into: [String: String]()) { fields, line in
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      fields[parts[0]] = parts[1]
    }
    var records: [String] = []
    try workspace.forEachException(ExceptionQuery()) { view in
      let record = view.record
      var lines = ["\(record.reference) at \(record.occurredAt)", "code \(record.code): \(record.rawCode)"]
      if let raw = record.rawRootCause { lines.append("tags \(record.rootCauses.joined(separator: " ")): \(raw)") }
      if let amount = record.amount { lines.append("amount \(amount) \(record.currency ?? "?")") }
      let plain = [
        ("team", record.team), ("severity", record.severity), ("status", record.status),
        ("case", record.caseReference), ("resolved", record.resolvedAt?.description),
        ("updated", record.updatedAt?.description), ("personal", personal[record.reference]),
      ]
      for (name, value) in plain { if let value { lines.append("\(name) \(value)") } }
      records.append(lines.joined(separator: "\n  ") + "\n")
    }
    return records
  }
}
