// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What an import did.
package struct ImportReport: Equatable, Sendable {
  package var batches: [Digest] = []
  package var received = 0
  package var new = 0
  package var amended = 0
  /// Of the amended, those that differ in code and tags alone: the map or the taxonomy reads the same rows otherwise.
  package var reclassified = 0
  package var duplicate = 0
  package var quarantined = 0
  package var passedOver = 0
  /// Of those passed over: rows that cannot be read and are not held back, because they were set aside, erased, or read by another map.
  package var settled = 0
  package var opened: [ItemID] = []
  package var joined: [ItemID] = []
  /// The line in whose middle the file ends, where it does.
  package var cutAtLine: Int?
  package var heldBack = HeldBackRows()
  /// What a person should look at, as sentences: the source may be shared by two systems.
  package var warnings: [String] = []
  /// What the items stand for; only where nothing was recorded.
  package var dryRun: [ItemID: RecurrenceKey]?

  package init() {}

  package var json: JSONValue {
    guard let dryRun else { return counts }
    let opened = (opened + joined).reduce(JSONValue.fields([:])) { keys, item in
      keys.with(item.description, .text(dryRun[item]))
    }
    return counts.with("dry_run", true).with("keys", opened).with(
      "held_back",
      .fields([
        "reasons": .array(
          heldBack.ranked.map { kind, count in
            .fields(["rows": .int(count), "field": .string(kind.field), "reason": .string(kind.reason)])
          }),
        "first": .array(
          heldBack.first.map { row in
            .fields(["line": .int(row.line), "field": .string(row.field), "reason": .string(row.reason)])
          }),
      ]))
  }

  private var counts: JSONValue {
    .fields([
      "batches": .array(batches.map(JSONValue.text)), "received": .int(received), "new": .int(new),
      "amended": .int(amended), "duplicate": .int(duplicate), "quarantined": .int(quarantined),
      "passed_over": .int(passedOver), "settled": settled > 0 ? .int(settled) : nil,
      "items_opened": .array(opened.map(JSONValue.text)),
      "items_joined": .array(joined.map(JSONValue.text)), "reclassified": .int(reclassified),
      "warnings": .array(warnings.map(JSONValue.string)), "cut_at_line": cutAtLine.map(JSONValue.int) ?? .null,
    ])
  }
}

/// What long work tells while it goes on.
package enum ImportProgress: Sendable {
  case reading(bytes: Int64, of: Int64)
  case importing(rows: Int, of: Int)
}

/// Rows of a file on their way into one batch.
private struct RowBatch: Sendable {
  var records: [PreparedRecord] = []
  var quarantined: [QuarantinedRow] = []
  var passedOver = 0
  /// Rows of the file up to and including this batch.
  var rowsRead = 0
  var cutAtLine: Int?

  var received: Int { records.count + quarantined.count + passedOver }
}

extension Workspace {
  /// Rows of one batch.
  static let rowsPerBatch = 20_000

  /// Records the exceptions of a file in CSV or JSON Lines. Reads it twice in constant memory (but for a few bytes an id); what cannot be read is
  /// held back with line, field, reason and remedy. Killed midway, a prefix stands, and the same command continues.
  /// - Throws: `FileProblem` where the file or its map cannot be used at all; `Rejection` where the caller may not.
  package func importExceptions(
    from path: String, map: ExportMap, by caller: Caller, progress: (ImportProgress) -> Void = { _ in }
  ) throws -> ImportReport {
    let taxonomy = try ledger.read { reader in
      try reader.actor(caller).mayWork()
      return try reader.requiredTaxonomy().taxonomy
    }
    try ledger.useLargeCache()
    let file = try ExportFile(at: path, map: map, progress: progress)
    var report = ImportReport()
    report.warnings = try doubts(about: map)
    try record(
      file, as: BatchOrigin(source: map.source, file: file.digest, map: map.digest), lines: nil, taxonomy, &report,
      caller, progress)
    try open(&report, caller)
    return report
  }

  /// - Parameter lines: where the rows stand in the file that they are of, where that is another one.
  func record(
    _ file: ExportFile, as origin: BatchOrigin, lines: [Int]?, _ taxonomy: Taxonomy, _ report: inout ImportReport,
    _ caller: Caller, _ progress: (ImportProgress) -> Void
  ) throws {
    let latest = try latestOccurrence(at: caller.now)
    let batches = Handoff<RowBatch> { put in
      try Workspace.readBatches(of: file, lines, taxonomy, settings.zone, latest: latest, put)
    }
    defer { batches.cancel() }
    while let batch = try batches.next() {
      try store(batch, then: batches, of: file, origin, &report, caller, progress)
    }
  }

  /// Opens what recurs now.
  func open(_ report: inout ImportReport, _ caller: Caller) throws {
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    report.opened = try command(holding: lock, by: caller) { transaction, _ in try openItems(transaction) }
    // So that the next command need not read a long log first.
    try ledger.checkpoint(holding: lock, ifLargerThan: 4 << 20)
    report.joined = Set(report.joined).subtracting(report.opened).sorted()
  }

  /// Reads, maps and hashes the rows, and hands them on in batches. Touches neither the database nor the repository.
  private static func readBatches(
    of file: ExportFile, _ lines: [Int]?, _ taxonomy: Taxonomy, _ zone: Zone, latest: Timestamp,
    _ put: (RowBatch) throws -> Void
  ) throws {
    var preparer = RecordPreparer()
    var batch = RowBatch()
    try file.forEachRow(taxonomy: taxonomy, zone: zone, latest: latest) { index, result, place in
      let line = lines?[index] ?? place.line
      switch result {
      case nil: batch.passedOver += 1
      case .success(var record):
        record.line = line
        batch.records.append(preparer.prepare(record))
      case .failure(let problem):
        batch.quarantined.append(
          QuarantinedRow(line: line, field: problem.field, reason: problem.reason, raw: Array(place.raw)))
        if problem.isCut { batch.cutAtLine = line }
      }
      guard batch.received >= rowsPerBatch else { return }
      batch.rowsRead = index + 1
      try put(batch)
      batch = RowBatch()
    }
    batch.rowsRead = file.rows
    try put(batch)
  }

  /// Stores a batch, and those that follow, in one transaction while the lock is not held for long: pages of the indexes that several
  /// batches change are written once.
  private func store(
    _ first: RowBatch, then batches: Handoff<RowBatch>, of file: ExportFile, _ origin: BatchOrigin,
    _ report: inout ImportReport, _ caller: Caller, _ progress: (ImportProgress) -> Void
  ) throws {
    let lock = try WorkspaceLock(waitingFor: ledger.lockPath)
    let start = ContinuousClock.now
    var stored = report
    var batch: RowBatch? = first
    try command(holding: lock, by: caller) { transaction, actor in
      try actor.mayWork()
      while let present = batch {
        try store(present, of: file, origin, &stored, transaction)
        progress(.importing(rows: present.rowsRead, of: file.rows))
        // Nobody waits for a slow file with the lock in hand; and what cannot be read takes nothing back that was.
        batch = start.duration(to: .now) < Workspace.longestHold ? batches.nextIfReady() : nil
      }
    }
    report = stored
    try ledger.checkpoint(holding: lock, ifLargerThan: 128 << 20)
  }

  /// A transaction takes no further batch after this, so that others get the lock within two seconds.
  private static let longestHold = Duration.milliseconds(700)

  private func store(
    _ batch: RowBatch, of file: ExportFile, _ origin: BatchOrigin, _ report: inout ImportReport,
    _ transaction: LedgerTransaction
  ) throws {
    report.received += batch.received
    report.passedOver += batch.passedOver
    report.cutAtLine = batch.cutAtLine ?? report.cutAtLine
    guard !batch.records.isEmpty || !batch.quarantined.isEmpty else { return }
    var origin = origin
    try transaction.keep(document: file.map.bytes)
    if let header = file.header, !batch.quarantined.isEmpty { origin.header = try transaction.keep(document: header) }
    let outcome = try transaction.receive(batch.records, quarantined: batch.quarantined, from: origin)
    let held = batch.quarantined.filter { !outcome.settled.contains($0.line) }
    report.quarantined += held.count
    for row in held { report.heldBack.add(row) }
    report.settled += batch.quarantined.count - held.count
    report.passedOver += batch.quarantined.count - held.count
    report.new += outcome.new
    report.amended += outcome.amended
    report.reclassified += outcome.reclassified
    report.duplicate += outcome.duplicate
    if let digest = outcome.digest { report.batches.append(digest) }
    report.joined += outcome.joined
  }
}
