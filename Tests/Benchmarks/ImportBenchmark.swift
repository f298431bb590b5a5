// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Synchronization
import Tracker

/// A CSV file of exceptions: `sopwright import`'s work in process, against `sqlite3 .import` of the same rows into one table with
/// three indexes and the same page cache. Then the same exceptions in JSON Lines, against the import of the CSV file.
struct ImportBenchmark {
  let rows: Int
  let folder: String
  private let rounds = 5

  func run() throws {
    let export = "\(folder)/export.csv"
    let lines = "\(folder)/export.jsonl"
    try MadeExport(rows: 0..<rows, isInOrderOfTime: false).write(to: export, lines)
    let map = "\(folder)/map.yaml"
    try MadeExport.map.write(toFile: map, atomically: true, encoding: .utf8)
    guard let ana = PersonID("ana") else { return }
    let caller = Caller(person: ana, login: "ana", now: Timestamp(seconds: 1_790_000_000))
    let proposal = try Workspace.proposeTaxonomy(
      from: export, mapPath: map, top: 29, rule: RecurrenceRule(count: 3, window: Days(30)))
    var ours = Series()
    var ofLines = Series()
    var floor = Series()
    for round in 0..<rounds {
      floor.add(try seconds { try importWithSQLite(export, "\(folder)/floor-\(round).sqlite") })
      ours.add(try importAnew(export, proposal, caller))
      ofLines.add(try importAnew(lines, proposal, caller))
      try FileManager.default.removeItem(atPath: "\(folder)/floor-\(round).sqlite")
    }
    report("import of \(rows) exceptions", ours: ours, floor: floor, unit: "s", scale: 1)
    report("the same in JSON Lines, against CSV", ours: ofLines, floor: ours, unit: "s", scale: 1)
    try ask(export, proposal, caller, imports: ours)
  }

  /// What people and auditors ask of so many.
  private func ask(_ export: String, _ proposal: ExportProposal, _ caller: Caller, imports: Series) throws {
    let made = try Workspace.make(at: "\(folder)/ws", from: proposal, people: [], by: caller)
    _ = try made.workspace.importExceptions(from: export, map: made.map, by: caller)
    var (verify, items, list, trace) = (Series(), Series(), Series(), Series())
    let code = try made.workspace.items(ItemQuery(), by: caller).first { $0.item.key.kind == .code }?.item.key
    guard let code else { return }
    for _ in 0..<rounds {
      let workspace = try Workspace.open("\(folder)/ws")
      verify.add(
        try seconds {
          let findings = try workspace.verifyRecord().findings
          precondition(findings.isEmpty)
        })
      items.add(try seconds { _ = try workspace.items(ItemQuery(), by: caller) })
      var query = ExceptionQuery()
      query.key = code
      list.add(try seconds { _ = try bytes(of: query, workspace) })
      trace.add(try seconds { _ = try workspace.trace(code.description, listingAll: false, by: caller) })
    }
    report("verify, against the import", ours: verify, floor: imports, unit: "s", scale: 1)
    var query = ExceptionQuery()
    query.key = code
    var count = 0
    try made.workspace.forEachException(query) { _ in count += 1 }
    print(
      String(
        format: "in process, medians: items %.1f ms, exceptions of a code as JSON (%d) %.1f ms, trace of it %.1f ms",
        items.median * 1000, count, list.median * 1000, trace.median * 1000))
  }

  /// How many bytes the list takes.
  private func bytes(of query: ExceptionQuery, _ workspace: Workspace) throws -> Int {
    let count = Mutex(0)
    try workspace.listExceptions(query, startingWith: [UInt8]()) {
      $0.appendJSON(to: &$1)
    } deliver: { part in
      count.withLock { $0 += part.count }
    }
    return count.withLock { $0 }
  }

  /// Seconds for an import into a new workspace.
  private func importAnew(_ file: String, _ proposal: ExportProposal, _ caller: Caller) throws -> Double {
    let made = try Workspace.make(at: "\(folder)/ws", from: proposal, people: [], by: caller)
    defer { try? FileManager.default.removeItem(atPath: "\(folder)/ws") }  // what stays is in the temporary folder
    return try seconds {
      let report = try made.workspace.importExceptions(from: file, map: made.map, by: caller)
      precondition(report.new == rows)
    }
  }

  private func importWithSQLite(_ export: String, _ database: String) throws {
    let script = """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -200000;
      CREATE TABLE t (number TEXT, opened_at TEXT, category TEXT, subcategory TEXT, cause TEXT, team TEXT, priority TEXT,
        state TEXT, amount TEXT, currency TEXT, requester TEXT, note TEXT);
      CREATE UNIQUE INDEX t_number ON t (number);
      CREATE INDEX t_code ON t (category, opened_at);
      CREATE INDEX t_cause ON t (cause, opened_at);
      .mode csv
      .import --skip 1 \(export) t
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
    process.arguments = [database]
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    input.fileHandleForWriting.write(Data(script.utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    precondition(process.terminationStatus == 0)
  }
}
