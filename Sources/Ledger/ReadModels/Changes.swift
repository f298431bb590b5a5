// SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import Remediation

extension LedgerTransaction {
  func project(_ event: ChangeEvent, of id: ChangeID, _ recorded: RecordedEvent) throws {
    var change: SOPChange
    var released: [ItemID] = []
    if case .proposed(let draft) = event {
      change = SOPChange(id: id, draft: draft, proposedBy: recorded.actor, at: recorded.at)
    } else {
      change = try reader.requiredChange(id)
      let before = change.draft.closes
      change.apply(event)
      released = before.filter { !change.draft.closes.contains($0) }
    }
    try save(change)
    try addToHistory(of: id.description, recorded.position)
    for item in released { try update(item) { $0.release(from: id) } }
    for item in change.draft.closes {
      try update(item) { $0.apply(event, of: id) }
      try addToHistory(of: item.description, recorded.position)
    }
    if case .committed(let committed) = event { try setHandbookTip(committed.sop.commit) }
  }

  private func save(_ change: SOPChange) throws {
    loaded.changes[change.id] = change
    try change.tableRow.replace(in: "changes", db)
  }

  /// The next free number.
  package func nextChangeID() throws -> ChangeID {
    ChangeID((try Int.fetchOne(db.cachedStatement(sql: "SELECT max(number) FROM changes")) ?? 0) + 1)
  }
}

extension SOPChange {
  /// As it stands in the table of changes.
  var tableRow: TableRow {
    var intent: ClosingIntent?
    var outcome: ChangeCommitted?
    switch state {
    case .committing(let pending): intent = pending
    case .committed(let committed): outcome = committed
    default: break
    }
    return TableRow(columns: [
      "number": id.number, "version": version, "state": stateWord, "proposed_by": proposedBy.text,
      "proposed_at": proposedAt.milliseconds, "revision": revision, "attempts": attempts, "path": draft.path.text,
      "draft": draft.json.columnText, "approved_by": approvedBy?.text, "intent": intent?.json.columnText,
      "outcome": outcome?.json.columnText,
    ])
  }
}

extension LedgerReader {
  package func change(_ id: ChangeID) throws -> SOPChange? {
    if let change = loaded?.changes[id] { return change }
    let change = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM changes WHERE number = ?"), arguments: [id.number]
    ).map(LedgerReader.change)
    loaded?.changes[id] = change
    return change
  }

  package func requiredChange(_ id: ChangeID) throws -> SOPChange {
    guard let change = try change(id) else { throw Rejection.unknownChange(id.description) }
    return change
  }

  /// Changes in one of these states, in the order of their numbers; all where the list is empty.
  package func changes(in states: [String] = []) throws -> [SOPChange] {
    let condition = states.isEmpty ? "" : "WHERE state IN (\(states.map { _ in "?" }.joined(separator: ", ")))"
    return try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM changes \(condition) ORDER BY number"),
      arguments: StatementArguments(states)
    ).map(LedgerReader.change)
  }

  /// Changes of the SOP at a path, in the order of their numbers.
  package func changes(at path: SOPPath) throws -> [SOPChange] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM changes WHERE path = ? ORDER BY number"), arguments: [path.text]
    )
    .map(LedgerReader.change)
  }

  static func change(_ row: Row) throws -> SOPChange {
    guard let draft = try row.fields("draft") else { throw DecodingFailure(field: "draft", problem: "is missing") }
    let state: SOPChange.State
    switch try row["state"] as String {
    case "in_review": state = .inReview
    case "approved": state = .approved(by: try row.person("approved_by"))
    case "committing":
      guard let intent = try row.fields("intent") else {
        throw DecodingFailure(field: "intent", problem: "is missing")
      }
      state = .committing(try ClosingIntent(fields: intent))
    case "committed":
      guard let outcome = try row.fields("outcome") else {
        throw DecodingFailure(field: "outcome", problem: "is missing")
      }
      state = .committed(try ChangeCommitted(fields: outcome))
    case "conflicted": state = .conflicted
    case "returned": state = .returned
    case "withdrawn": state = .withdrawn
    default: throw DecodingFailure(field: "state", problem: "is not one of the known words")
    }
    return SOPChange(
      id: ChangeID(try row["number"]), version: try row["version"], draft: try ChangeDraft(fields: draft),
      proposedBy: try row.person("proposed_by"), proposedAt: try row.time("proposed_at"), revision: try row["revision"],
      attempts: try row["attempts"], state: state)
  }
}
