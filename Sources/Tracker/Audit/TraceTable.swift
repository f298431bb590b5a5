// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

extension Workspace {
  /// The columns of a trace as a table, as those of an audit pack where both have them: an amount is in minor units.
  private static let traceColumns = [
    "source", "ref", "occurred_at", "code", "root_causes", "team", "severity", "status", "amount", "currency", "items",
    "changes", "sop_path", "sop_version", "sop_commit",
  ]

  /// All exceptions of a trace as a table for spreadsheets (`CSVLine`), in the order in which they occurred: each with the items that it
  /// belongs to, the changes that are made for those, and the version of the SOP that was in force.
  /// - Parameters:
  ///   - text: as for `trace`.
  ///   - write: takes the table line by line, each with its end.
  /// - Throws: `TraceError`, and what `write` throws.
  package func traceTable(_ text: String, _ write: ([UInt8]) throws -> Void) throws {
    try readOldVersions { _, _ in }
    let start = try traceStart(text)
    let line = try version(behind: start)
    try ledger.read { reader in
      let ids: [Int64]
      if case .reference(let reference) = start {
        ids = try reader.exceptionIDs(ExceptionFilter(reference: reference))
      } else {
        let chain = try chain(from: line.map { .commit($0.reference.commit) } ?? start, reader)
        ids = try reader.exceptionIDs(in: chain.ranges)
      }
      var head = CSVLine()
      for column in Workspace.traceColumns { head.add(column) }
      head.end()
      try write(head.bytes)
      var changes: [ItemID: ChangeID?] = [:]
      try ExceptionLister(reader).forEach(ids) { listed in
        for item in listed.items where changes[item] == nil { changes[item] = try reader.requiredItem(item).change }
        var line = CSVLine()
        line.add(ExceptionView(listed), changes: Set(listed.items.compactMap { changes[$0] ?? nil }).sorted())
        line.end()
        try write(line.bytes)
      }
    }
  }
}

extension CSVLine {
  fileprivate mutating func add(_ view: ExceptionView, changes: [ChangeID]) {
    let record = view.record
    add(record.source)
    add(record.reference)
    add(record.occurredAt)
    add(record.code)
    add(record.rootCauses.joined(separator: " "))
    add(record.team)
    add(record.severity)
    add(record.status)
    add(number: record.amount)
    add(record.currency)
    add(view.items.map(\.description).joined(separator: " "))
    add(changes.map(\.description).joined(separator: " "))
    add(view.sopInForce?.path)
    add(view.sopInForce?.version)
    add(view.sopInForce?.commit)
  }
}
