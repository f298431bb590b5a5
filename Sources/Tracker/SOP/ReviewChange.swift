// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

extension Workspace {
  /// The changes that are not over, in the order of their numbers, those that close no item among them.
  /// - Parameter isToApprove: only those that the caller could approve.
  package func openChanges(isToApprove: Bool, by caller: Caller) throws -> [(change: SOPChange, json: JSONValue)] {
    try ledger.read { reader in
      let views = try ItemViews(reader, now: caller.now)
      let actor = try reader.actor(caller)
      func mayApprove(_ change: SOPChange) throws -> Bool {
        let keys = try keysConcerned(by: change, reader)
        return (try? change.approve(revision: nil, concerning: keys, by: actor)) != nil
      }
      return try reader.changes().filter { try !$0.isOver && (!isToApprove || mayApprove($0)) }.map {
        ($0, try views.change($0))
      }
    }
  }

  /// A second person approves a draft: by its revision, and by the digest of its bytes.
  package func approveChange(_ id: ChangeID, revision: Int?, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      let keys = try keysConcerned(by: change, transaction.reader)
      try transaction.append(change.approve(revision: revision, concerning: keys, by: actor), on: change)
    }
  }

  /// Sends a draft back with a note on what is missing. Its items are acknowledged again.
  package func returnChange(_ id: ChangeID, note: String, by caller: Caller) throws {
    let note = erasable(note)
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      let keys = try keysConcerned(by: change, transaction.reader)
      let events = try change.returnForWork(note: note, concerning: keys, by: actor)
      try transaction.keep(note)
      try transaction.append(events, on: change)
    }
  }

  package func withdrawChange(_ id: ChangeID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      try transaction.append(change.withdraw(by: actor), on: change)
    }
  }
}
