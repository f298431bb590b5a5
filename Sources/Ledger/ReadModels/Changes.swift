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
    var intent: ClosingIntent?
    var outcome: ChangeCommitted?
    switch change.state {
    case .committing(let pending): intent = pending
    case .committed(let committed): outcome = committed
    default: break
    }
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO changes
          (number, version, state, proposed_by, proposed_at, revision, attempts, path, draft, approved_by, intent, outcome)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      change.id.number, change.version, change.stateWord, change.proposedBy.text, change.proposedAt.milliseconds,
      change.revision, change.attempts, change.draft.path.text, change.draft.json.columnText, change.approvedBy?.text,
      intent?.json.columnText, outcome?.json.columnText,
    ])
  }

  /// The next free number.
  package func nextChangeID() throws -> ChangeID {
    ChangeID((try Int.fetchOne(db.cachedStatement(sql: "SELECT max(number) FROM changes")) ?? 0) + 1)
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
    switch row["state"] as String {
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
      id: ChangeID(row["number"]), version: row["version"], draft: try ChangeDraft(fields: draft),
      proposedBy: try row.person("proposed_by"), proposedAt: row.time("proposed_at"), revision: row["revision"],
      attempts: row["attempts"], state: state)
  }
}
