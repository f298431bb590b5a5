// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

extension LedgerTransaction {
  /// Brings the read models up to an event. A new kind of event fails to compile until it is dealt with here.
  func project(_ recorded: RecordedEvent) throws {
    switch recorded.event {
    case .workspaceFounded, .workspaceRestored, .audited: break
    case .taxonomy(let event): try project(event, at: recorded.at, by: recorded.actor)
    case .batch: break  // `receive` writes the records and their batch in the same transaction.
    case .settled(let settled): try project(settled)
    case .erased: try mustPurge(after: recorded.position)
    case .item(let id, let event): try project(event, of: id, recorded)
    case .change(let id, let event): try project(event, of: id, recorded)
    case .handbook(.founded(let tip, _)): try setHandbookTip(tip)
    case .handbook(.tipAdopted(_, let tip)): try setHandbookTip(tip)
    case .sop(_, let event): try project(event, recorded)
    }
  }

  /// Adds an event to the history that a page about a subject shows.
  func addToHistory(of subject: String, _ position: Int) throws {
    try db.cachedStatement(sql: "INSERT INTO history (subject, position) VALUES (?, ?)")
      .execute(arguments: [subject, position])
  }
}
