// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
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
    try writeExport(to: export, lines)
    let map = "\(folder)/map.yaml"
    try mapText.write(toFile: map, atomically: true, encoding: .utf8)
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
      list.add(try seconds { try workspace.forEachException(query) { _ in } })
      trace.add(try seconds { _ = try workspace.trace(code.description, listingAll: false, by: caller) })
    }
    report("verify, against the import", ours: verify, floor: imports, unit: "s", scale: 1)
    var count = 0
    var query = ExceptionQuery()
    query.key = code
    try made.workspace.forEachException(query) { _ in count += 1 }
    print(
      String(
        format: "in process, medians: items %.1f ms, exceptions of a code (%d) %.1f ms, trace of it %.1f ms",
        items.median * 1000, count, list.median * 1000, trace.median * 1000))
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

  private func writeExport(to path: String, _ linesPath: String) throws {
    var generator = SplitMix(seed: 42)
    var text = "number,opened_at,category,subcategory,cause,team,priority,state,amount,currency,requester,note\n"
    var lines = ""
    for row in 0..<rows {
      let minute = Int(generator.next() % (730 * 1440))
      let time = Timestamp(seconds: 1_700_000_000 / 60 * 60 + Int64(minute) * 60).description
      let category = min(generator.next() % 12, generator.next() % 12)
      let subcategory = generator.next() % 5
      let cause = generator.next() % 15
      let team = generator.next() % 40
      let level = 1 + generator.next() % 4
      let amount = "\(generator.next() % 500).\(10 + generator.next() % 90)"
      let person = generator.next() % 900
      text +=
        "INC\(1_000_000 + row),\(time),Category \(category),Subcategory \(subcategory),Cause \(cause),Group \(team),"
        + "\(level) - Level,Closed,\(amount),EUR,person\(person),\"Called twice, said \"\"again\"\"\"\n"
      lines +=
        #"{"number": "INC\#(1_000_000 + row)", "opened_at": "\#(time)", "category": "Category \#(category)", "#
        + #""subcategory": "Subcategory \#(subcategory)", "cause": "Cause \#(cause)", "team": "Group \#(team)", "#
        + #""priority": "\#(level) - Level", "state": "Closed", "amount": \#(amount), "currency": "EUR", "#
        + #""requester": "person\#(person)", "note": "Called twice, said \"again\""}"# + "\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try lines.write(toFile: linesPath, atomically: true, encoding: .utf8)
  }

  private var mapText: String {
    """
    source: bench
    id: number
    occurred_at: opened_at
    code: {columns: [category, subcategory]}
    root_cause: cause
    team: team
    severity: priority
    status: state
    amount: {column: amount, currency: {column: currency}}
    requester: requester
    rationale: note

    """
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

/// A small random number generator with a seed (SplitMix64), so that two runs import the same rows.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
