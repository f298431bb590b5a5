// SPDX-License-Identifier: Apache-2.0

package import Ledger
package import Remediation

/// Which exceptions a person asks for.
package struct ExceptionQuery: Sendable {
  package var key: RecurrenceKey?
  package var item: ItemID?
  package var since: Timestamp?
  package var limit: Int?

  package init() {}
}

/// An exception as a value.
package struct ExceptionView: Sendable {
  package let record: ExceptionRecord
  package let receivedAt: Timestamp
  package let taxonomyVersion: Int
  package let revisions: Int
  package let amendment: ExceptionAmendment?
  package let items: [ItemID]
  package let sopInForce: SOPReference?

  package init(_ listed: ListedException) {
    let row = listed.row
    record = row.record
    receivedAt = row.batch.receivedAt
    taxonomyVersion = row.batch.taxonomy
    revisions = row.revisions
    amendment = row.amendment
    items = listed.items
    sopInForce = listed.sopInForce?.reference
  }
}

extension Workspace {
  /// Calls `body` with each exception, in the order in which they occurred.
  package func forEachException(
    _ query: ExceptionQuery, progress: (Int, Int) -> Void = { _, _ in }, _ body: (ExceptionView) throws -> Void
  ) throws {
    try readOldVersions(progress: progress)
    try ledger.read { reader in
      try ExceptionLister(reader).forEach(try exceptionIDs(query, reader)) { try body(ExceptionView($0)) }
    }
  }

  /// Calls `add` with each exception of one page, the newest first.
  /// - Returns: where the page ends, for the next one; nil where it is the last.
  /// - Throws: `Rejection` where there is no such key or item.
  package func pageOfExceptions(
    of scope: ExceptionScope, after place: ExceptionPlace?, limit: Int, _ add: (ListedException) -> Void
  ) throws -> ExceptionPlace? {
    try readOldVersions { _, _ in }
    return try ledger.read { reader in
      switch scope {
      case .all: break
      case .key(let key): try mustBeKnown(key, reader)
      case .item(let item): _ = try reader.requiredItem(item)
      }
      let places = try reader.page(of: scope, after: place, limit: limit + 1)
      try ExceptionLister(reader).forEach(places.prefix(limit).map(\.id)) { add($0) }
      return places.count > limit ? places[limit - 1] : nil
    }
  }

  /// Of what belongs to no item more are not counted, and more are not added up, where somebody looks at a page of them.
  private static let (mostCounted, mostAddedUp) = (100_000, 1_000)

  /// How many exceptions a list has, and what they come to, as far as that takes no time.
  /// - Throws: as `pageOfExceptions`.
  package func totalsOfExceptions(_ scope: ExceptionScope) throws -> ExceptionTotals {
    try ledger.read { reader in
      if case .key(let key) = scope { try mustBeKnown(key, reader) }
      return try reader.totals(
        of: scope, countingTo: Workspace.mostCounted, addingUpTo: Workspace.mostAddedUp)
    }
  }

  /// Lists exceptions in the order in which they occurred, in parts, which are made on two threads and delivered in their order. A list
  /// of a million needs the memory of two parts, and 8 bytes for each exception.
  /// - Parameters:
  ///   - empty: what each part begins with.
  ///   - add: adds an exception to a part. What it is given is gone when it returns.
  ///   - deliver: takes a finished part; never two at a time, but from either thread.
  package func listExceptions<Part: Sendable>(
    _ query: ExceptionQuery, progress: (Int, Int) -> Void = { _, _ in }, startingWith empty: Part,
    _ add: @escaping @Sendable (ListedException, inout Part) -> Void,
    deliver: @escaping @Sendable (Part) throws -> Void
  ) throws {
    try readOldVersions(progress: progress)
    try ledger.read { reader in
      let ids = try exceptionIDs(query, reader)
      let parts = OrderedParts(count: (ids.count + Workspace.exceptionsPerPart - 1) / Workspace.exceptionsPerPart)
      let work: @Sendable (LedgerReader) throws -> Void = { reader in
        let lister = try ExceptionLister(reader)
        try parts.forEach(
          make: { number in
            let start = number * Workspace.exceptionsPerPart
            var part = empty
            try lister.forEach(ids[start..<min(start + Workspace.exceptionsPerPart, ids.count)]) { add($0, &part) }
            return part
          }, deliver: deliver)
      }
      if parts.count < Workspace.fewestPartsForTwo {
        try work(reader)
      } else {
        try ledger.readTogether(with: reader, work)
      }
    }
  }

  private static let exceptionsPerPart = 512
  /// Below this, a second connection costs more than it saves.
  private static let fewestPartsForTwo = 8

  private func exceptionIDs(_ query: ExceptionQuery, _ reader: LedgerReader) throws -> [Int64] {
    if let key = query.key { try mustBeKnown(key, reader) }
    if let item = query.item { _ = try reader.requiredItem(item) }
    return try reader.exceptionIDs(
      ExceptionFilter(key: query.key, item: query.item, since: query.since, limit: query.limit))
  }

  private func mustBeKnown(_ key: RecurrenceKey, _ reader: LedgerReader) throws {
    if try reader.requiredTaxonomy().taxonomy.entry(key) == nil { throw Rejection.unknownEntry(key) }
  }

  /// Rows that were held back, oldest first. Their own text is shown to those who work with it, and not to auditors.
  /// - Parameters:
  ///   - place: only those after this one.
  ///   - limit: at most as many; nil means all.
  package func quarantine(after place: Int64 = 0, limit: Int? = nil, by caller: Caller) throws -> [HeldBackRow] {
    try ledger.read { reader in
      let mayRead = try !reader.actor(caller).roles.contains(.auditor)
      return try reader.quarantine(after: place, limit: limit).map { mayRead ? $0 : $0.withheld }
    }
  }

  /// How many rows are held back.
  package func quarantineCount() throws -> Int { try ledger.read { try $0.quarantineCount() } }

  /// What is held back of each source, by their names.
  package func heldBackSources() throws -> [(source: String, rows: SeenQuarantine)] {
    try ledger.read { try $0.heldBackSources() }
  }
}

extension HeldBackRow {
  package var json: JSONValue {
    .fields([
      "batch": .text(batch), "line": .int(row.line), "field": .string(row.field), "reason": .string(row.reason),
      "raw": isWithheld ? "withheld" : .string(String(decoding: row.raw, as: UTF8.self)), "source": .string(source),
      "file": .text(file),
      "received_at": .text(receivedAt),
    ])
  }
}
