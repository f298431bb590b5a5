// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

// The second of the two ways in which an item ends: a rationale, a second person, an expiry.
extension Workspace {
  package func proposeRejection(
    of id: ItemID, rationale: String, expiresOn: CalendarDate, tripwire: RecurrenceRule?, by caller: Caller
  ) throws {
    let rationale = erasable(rationale)
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let events = try item.proposeRejection(
        rationale: rationale, expiresOn: expiresOn, tripwire: tripwire, today: date(transaction.time), by: actor)
      try transaction.keep(rationale)
      try transaction.append(events, on: item)
    }
  }

  package func approveRejection(of id: ItemID, revision: Int?, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      try transaction.append(
        item.approveRejection(revision: revision, today: date(transaction.time), by: actor), on: item)
    }
  }

  package func returnRejection(of id: ItemID, note: String, by caller: Caller) throws {
    let note = erasable(note)
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let events = try item.returnRejection(note: note, by: actor)
      try transaction.keep(note)
      try transaction.append(events, on: item)
    }
  }

  package func withdrawRejection(of id: ItemID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      try transaction.append(item.withdrawRejection(by: actor), on: item)
    }
  }

  /// Closes an item whose rejection was approved. One transaction: either it is closed, or nothing happened.
  package func closeRejected(_ id: ItemID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      try transaction.append(item.closeByRejection(today: date(transaction.time), by: actor), on: item)
      _ = try openItems(transaction)
      publishAtClosing(transaction)
    }
  }
}
