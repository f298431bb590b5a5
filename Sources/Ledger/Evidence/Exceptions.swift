// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// An exception as it stands in the evidence, with what is known of its reception.
package struct StoredException: Sendable {
  package let id: Int64
  package let record: ExceptionRecord
  package let receivedAt: Timestamp
  package let taxonomy: Int
  /// How often it was reported with differing content.
  package let revisions: Int
  /// Why it is not as it was reported before; nil where it was reported once.
  package let amendment: Amendment?

  package enum Amendment: String, Sendable {
    /// Another map or taxonomy gives the same row another code or other tags.
    case reclassified
    case changed
  }
}

/// Which exceptions a list shows.
package struct ExceptionFilter: Sendable {
  package var key: RecurrenceKey?
  package var item: ItemID?
  package var since: Timestamp?
  package var reference: String?
  /// At most so many; nil means all.
  package var limit: Int?

  package init(
    key: RecurrenceKey? = nil, item: ItemID? = nil, since: Timestamp? = nil, reference: String? = nil, limit: Int? = nil
  ) {
    self.key = key
    self.item = item
    self.since = since
    self.reference = reference
    self.limit = limit
  }
}

extension LedgerReader {
  /// Calls `body` with each exception that stands, in the order in which they occurred.
  package func forEachException(_ filter: ExceptionFilter, _ body: (StoredException) throws -> Void) throws {
    var conditions = ["superseded_by IS NULL"]
    var arguments: StatementArguments = []
    func add(_ condition: String, _ values: StatementArguments) {
      conditions.append(condition)
      arguments += values
    }
    if let key = filter.key { addKey(key, add) }
    if let item = filter.item {
      let ranges = try ranges(of: item)
      guard !ranges.isEmpty else { return }
      if ranges.count == 1, ranges[0].key.kind == .code {
        addKey(ranges[0].key, add)
        add("exceptions.occurred_at >= ? AND exceptions.occurred_at < ?", ranges[0].bounds)
      } else {
        let (union, values) = LedgerReader.union(of: ranges)
        add("exceptions.id IN (SELECT id FROM (\(union)))", values)
      }
    }
    if let since = filter.since { add("exceptions.occurred_at >= ?", [since.milliseconds]) }
    if let reference = filter.reference {
      add("exceptions.source IN (SELECT id FROM sources) AND ref = ?", [reference])
    }
    let limit = filter.limit.map { "LIMIT \($0)" } ?? ""
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT exceptions.*, sources.name AS source_name, batches.received_at, batches.taxonomy
          FROM exceptions JOIN sources ON sources.id = exceptions.source JOIN batches ON batches.id = exceptions.batch
          WHERE \(conditions.joined(separator: " AND ")) ORDER BY exceptions.occurred_at, exceptions.id \(limit)
          """), arguments: arguments)
    let hasAmendments =
      try Bool.fetchOne(
        db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM exceptions WHERE superseded_by IS NOT NULL)")) ?? true
    while let row = try cursor.next() {
      let revisions = hasAmendments ? try revisions(endingWith: row["id"]) : 1
      try body(
        StoredException(
          id: row["id"], record: LedgerReader.record(row), receivedAt: row.time("received_at"),
          taxonomy: row["taxonomy"], revisions: revisions,
          amendment: revisions > 1 ? try amendment(endingWith: row["id"]) : nil))
    }
  }

  private func addKey(_ key: RecurrenceKey, _ add: (String, StatementArguments) -> Void) {
    switch key.kind {
    case .code: add("exceptions.code = ?", [key.value])
    case .rootCause: add("exceptions.id IN (SELECT exception FROM tags WHERE tag = ?)", [key.value])
    }
  }

  /// Exceptions of a source, superseded records not counted.
  package func exceptionCount(source: String) throws -> Int {
    try Int.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT count(*) FROM exceptions WHERE superseded_by IS NULL
          AND source = (SELECT id FROM sources WHERE name = ?)
          """), arguments: [source]) ?? 0
  }

  package func isKnown(_ reference: String, source: String) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM exceptions WHERE superseded_by IS NULL
            AND source = (SELECT id FROM sources WHERE name = ?) AND ref = ?)
          """), arguments: [source, reference]) ?? false
  }

  /// How a record differs from the one that it supersedes. Personal fields are not compared: they may be erased.
  private func amendment(endingWith id: Int64) throws -> StoredException.Amendment {
    let isReclassified = try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT old.raw_code = new.raw_code AND old.raw_root_cause IS new.raw_root_cause
            AND old.occurred_at = new.occurred_at AND old.team IS new.team AND old.severity IS new.severity
            AND old.status IS new.status AND old.case_ref IS new.case_ref AND old.amount IS new.amount
            AND old.currency IS new.currency AND old.deviation IS new.deviation
            AND old.resolved_at IS new.resolved_at AND old.updated_at IS new.updated_at
            AND (old.code <> new.code OR old.root_causes IS NOT new.root_causes)
          FROM exceptions AS new JOIN exceptions AS old ON old.superseded_by = new.id WHERE new.id = ?
          """), arguments: [id])
    return isReclassified == true ? .reclassified : .changed
  }

  private func revisions(endingWith id: Int64) throws -> Int {
    let before = try db.cachedStatement(sql: "SELECT id FROM exceptions WHERE superseded_by = ?")
    var count = 1
    var current = id
    while let previous = try Int64.fetchOne(before, arguments: [current]) {
      count += 1
      current = previous
    }
    return count
  }

  /// The stretches that belong to an item: one of its key, and one of each key that took over from that.
  func segments(of item: ItemID) throws -> [Segment] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM segments WHERE item = ? ORDER BY kind, value"), arguments: [item.number]
    ).map(Segment.init)
  }

  /// The record of a row of `exceptions` joined with its source's name as `source_name`.
  static func record(_ row: Row) -> ExceptionRecord {
    ExceptionRecord(
      source: row["source_name"], reference: row["ref"], occurredAt: row.time("occurred_at"), code: row["code"],
      rawCode: row["raw_code"],
      rootCauses: (row["root_causes"] as String?)?.split(separator: " ").map(String.init) ?? [],
      rawRootCause: row["raw_root_cause"], team: row["team"], severity: row["severity"], status: row["status"],
      caseReference: row["case_ref"], amount: row["amount"], currency: row["currency"], deviation: row["deviation"],
      resolvedAt: row.optionalTime("resolved_at"), updatedAt: row.optionalTime("updated_at"))
  }
}

/// Finds the items that exceptions belong to. Reads the stretches of a key once, for as many exceptions as are asked for.
package struct ItemLookup {
  private let reader: LedgerReader
  private var known: [RecurrenceKey: [Segment]] = [:]

  package init(_ reader: LedgerReader) {
    self.reader = reader
  }

  /// One at most for each of the exception's keys.
  package mutating func items(of record: ExceptionRecord) throws -> [ItemID] {
    let time = record.occurredAt.milliseconds
    var found: [ItemID] = []
    for key in record.keys {
      if known[key] == nil { known[key] = try reader.segments(of: key) }
      guard let segment = known[key]?.last(where: { $0.contains(time) }), let item = segment.item,
        let start = segment.start, time >= start, !found.contains(ItemID(item))
      else { continue }
      found.append(ItemID(item))
    }
    return found
  }
}
