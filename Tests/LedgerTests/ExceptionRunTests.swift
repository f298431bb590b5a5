// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Remediation
import Testing

@testable import Ledger

/// What is asked of a key has the exceptions of all runs, each once and in the order of time.
@Suite struct ExceptionRunTests {
  /// Id and time, so that the order of time is not that of the ids and crosses the bounds of runs.
  private static let exceptions: [(id: Int64, time: Int64)] = [
    (1, 500), (262_143, 100), (262_144, 400), (524_287, 300), (524_288, 200), (2_000_000, 600),
  ]
  private static let key = RecurrenceKey(.code, "DAMAGED")
  private static let tag = RecurrenceKey(.rootCause, "SUPPLIER")

  private func reading<Result>(_ body: (LedgerReader) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "sopwright-runs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let handbook = HandbookReading(
      contents: { $0.map { _ in .leftAlone("no handbook") } }, origin: { _, _ in nil })
    let ledger = try Ledger.create(at: "\(folder)/sopwright.sqlite", lock: "\(folder)/lock", handbook: handbook)
    try DatabaseQueue(path: "\(folder)/sopwright.sqlite").write { db in
      for (id, time) in ExceptionRunTests.exceptions {
        try db.execute(
          sql: """
            INSERT INTO exceptions (id, batch, line, source, ref, occurred_at, code, raw_code, leaf)
            VALUES (?, 1, 1, 1, ?, ?, 'DAMAGED', 'DAMAGED', x'')
            """, arguments: [id, "r\(id)", time])
        try db.execute(
          sql: "INSERT INTO tags (run, tag, occurred_at, exception) VALUES (?, 'SUPPLIER', ?, ?)",
          arguments: [ExceptionRun.of(id), time, id])
      }
    }
    return try ledger.read(body)
  }

  @Test(arguments: [key, tag]) func pagesComeNewestFirstAndMissNothing(key: RecurrenceKey) throws {
    let all = try reading { reader in
      var (found, place): ([Int64], ExceptionPlace?) = ([], nil)
      while true {
        let page = try reader.page(of: .key(key), after: place, limit: 2)
        if page.isEmpty { return found }
        found += page.map(\.id)
        place = page.last
      }
    }
    let expected = ExceptionRunTests.exceptions.map { (id: $0.0, time: $0.1) }
      .sorted { ($1.time, $1.id) < ($0.time, $0.id) }.map(\.id)
    #expect(all == expected)
  }

  @Test(arguments: [key, tag]) func stretchesCountWhatOccurredInThem(key: RecurrenceKey) throws {
    let counts = try reading {
      try $0.exceptionCounts(of: key, from: Timestamp(milliseconds: 150), each: 200, count: 2)
    }
    #expect(counts == [2, 2])
  }

  @Test func stretchesOfManyKeysAreCountedAtOnce() throws {
    let (key, tag, none) = (ExceptionRunTests.key, ExceptionRunTests.tag, RecurrenceKey(.rootCause, "DAMAGED"))
    let counts = try reading {
      try $0.exceptionCounts(of: [key, tag, none], from: Timestamp(milliseconds: 150), each: 200, count: 2)
    }
    #expect(counts == [key: [2, 2], tag: [2, 2], none: [0, 0]])
  }

  /// What SQLite does for a query, a step a line.
  private func plan(_ sql: String, _ arguments: StatementArguments) throws -> [String] {
    try reading { reader in
      try String.fetchAll(
        reader.db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments, adapter: SuffixRowAdapter(fromIndex: 3))
    }
  }

  @Test func stretchesAreReadFromTheIndexesOfTheirKeys() throws {
    let plan = try plan(LedgerReader.countsSQL, ["[]", "[]", 0, 1, 1])
    let bounds = "occurred_at>? AND occurred_at<?)"
    #expect(
      plan.contains("SEARCH exceptions USING INDEX exceptions_by_code (run=? AND code=? AND \(bounds)"),
      "\(plan)")
    #expect(plan.contains("SEARCH tags USING PRIMARY KEY (run=? AND tag=? AND \(bounds)"), "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN exceptions") || $0.hasPrefix("SCAN tags") }, "\(plan)")
  }

  @Test func aPageOfRowsHeldBackBeginsWhereTheLastOneEnded() throws {
    let plan = try plan(LedgerReader.heldBackAfterSQL, [100, 101])
    #expect(plan.contains("SEARCH quarantine USING INTEGER PRIMARY KEY (rowid>?)"), "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test(arguments: ItemOrder.allCases) func noOrderOfItemsReadsTheExceptions(order: ItemOrder) throws {
    let (sql, arguments) = LedgerReader.listSQL(ItemFilter(order: order, places: 0..<50))
    let plan = try plan(sql, arguments)
    #expect(!plan.contains { $0.contains("exceptions") || $0.hasPrefix("SCAN segments") }, "\(plan)")
    if order == .exceptions {
      #expect(plan.contains("SEARCH segments USING INDEX segments_by_item (item=?)"), "\(plan)")
    }
  }

  @Test(arguments: [key, tag]) func timesComeInTheirOrder(key: RecurrenceKey) throws {
    func times(_ reader: LedgerReader, newestFirst: Bool) throws -> [Int64] {
      try Int64.fetchAll(
        reader.db, sql: try reader.timesSQL(key.kind, newestFirst: newestFirst), arguments: [key.value, 200, 500])
    }
    let (forward, backward) = try reading { reader in
      (try times(reader, newestFirst: false), try times(reader, newestFirst: true))
    }
    #expect(forward == [200, 300, 400, 500])
    #expect(backward == [500, 400, 300, 200])
  }

  @Test(arguments: [key, tag]) func listsAndCountsHaveAllRuns(key: RecurrenceKey) throws {
    let range = ExceptionRange(key: key, from: Timestamp(milliseconds: 200), to: Timestamp(milliseconds: 500))
    let (listed, counted, total) = try reading { reader in
      (
        try reader.exceptionIDs(ExceptionFilter(key: key)), try reader.count([range], references: nil),
        try reader.totals(of: [range, ExceptionRange(key: ExceptionRunTests.tag)]).count
      )
    }
    #expect(listed == [262_143, 524_288, 524_287, 262_144, 1, 2_000_000])
    #expect(counted.references == ["r524288", "r524287", "r262144"])
    // Of a range and of another that overlaps it, each once.
    #expect(total == 6)
  }
}
