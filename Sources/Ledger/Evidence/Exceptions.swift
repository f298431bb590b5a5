// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB
package import Remediation

/// Why an exception is not as it was reported before.
package enum ExceptionAmendment: String, Sendable {
  /// Another map or taxonomy gives the same row another code or other tags.
  case reclassified
  case changed
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
  /// Ids of the exceptions that stand, in the order in which they occurred: of a code or a tag, from its index alone.
  package func exceptionIDs(_ filter: ExceptionFilter) throws -> [Int64] {
    let isOfTag = filter.key?.kind == .rootCause
    let id = isOfTag ? "exception" : "id"
    var source = "exceptions WHERE superseded_by IS NULL"
    var conditions: [String] = []
    var arguments: StatementArguments = []
    func add(_ condition: String, _ values: StatementArguments) {
      conditions.append(condition)
      arguments += values
    }
    if let key = filter.key {
      source = LedgerReader.listed(key.kind)
      arguments += [key.value]
    }
    if let item = filter.item {
      let ranges = try ranges(of: item)
      guard !ranges.isEmpty else { return [] }
      if ranges.count == 1, ranges[0].key.kind == .code, filter.key == nil {
        source = LedgerReader.listed(.code)
        arguments += [ranges[0].key.value]
        add("occurred_at >= ? AND occurred_at < ?", ranges[0].bounds)
      } else {
        let (union, values) = LedgerReader.union(of: ranges)
        add("\(id) IN (SELECT id FROM (\(union)))", values)
      }
    }
    if let since = filter.since { add("occurred_at >= ?", [since.milliseconds]) }
    if let reference = filter.reference {
      add(
        """
        \(id) IN (SELECT id FROM exceptions
          WHERE superseded_by IS NULL AND source IN (SELECT id FROM sources) AND ref = ?)
        """, [reference])
    }
    let limit = filter.limit.map { "LIMIT \($0)" } ?? ""
    return try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT \(id) FROM \(([source] + conditions).joined(separator: " AND ")) ORDER BY occurred_at, \(id) \(limit)
          """), arguments: arguments)
  }

  /// Calls `body` with each exception that stands, in the order in which they occurred.
  package func forEachException(_ filter: ExceptionFilter, _ body: (ExceptionRow) throws -> Void) throws {
    var rows = try ExceptionRows(self)
    try rows.forEach(try exceptionIDs(filter), body)
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
  func amendment(endingWith id: Int64) throws -> ExceptionAmendment {
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

  /// The stretches that belong to an item: one of its key, and one of each key that took over from that.
  func segments(of item: ItemID) throws -> [Segment] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM segments WHERE item = ? ORDER BY kind, value"), arguments: [item.number]
    ).map(Segment.init)
  }
}

/// Finds the items that exceptions belong to. Reads the stretches of a key once, for as many exceptions as are asked for.
package struct ItemLookup {
  private let reader: LedgerReader
  private var codes = KeptByText<[Segment]>()
  private var tags = KeptByText<[Segment]>()

  package init(_ reader: LedgerReader) {
    self.reader = reader
  }

  /// One at most for each of the exception's keys.
  package mutating func items(of row: ExceptionRow) throws -> [ItemID] {
    let time = row.occurredAt.milliseconds
    var found: [ItemID] = []
    func note(_ segments: [Segment]) {
      guard let segment = segments.last(where: { $0.contains(time) }), let item = segment.item,
        let start = segment.start, time >= start, !found.contains(ItemID(item))
      else { return }
      found.append(ItemID(item))
    }
    let reader = reader
    if let code = row.text(.code) {
      note(try codes.value(for: code) { try reader.segments(of: RecurrenceKey(.code, $0)) })
    }
    for tag in row.rootCauses {
      note(try tags.value(for: tag) { try reader.segments(of: RecurrenceKey(.rootCause, $0)) })
    }
    return found
  }
}
