// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

// What moves the due time of an item: an extension that somebody else grants, and pauses.
extension Workspace {
  /// Asks that an item may take longer. Nothing moves until somebody else grants it.
  package func extend(_ id: ItemID, until: Timestamp, reason: String, by caller: Caller) throws {
    let reason = erasable(reason)
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let events = try item.proposeExtension(until: until, reason: reason, now: transaction.time, by: actor)
      try transaction.keep(reason)
      try transaction.append(events, on: item)
    }
  }

  package func approveExtension(of id: ItemID, revision: Int?, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let calendar = try transaction.reader.calendar(item.clock.calendar)
      try transaction.append(
        item.approveExtension(revision: revision, calendar: calendar, now: transaction.time, by: actor), on: item)
    }
  }

  package func returnExtension(of id: ItemID, note: String, by caller: Caller) throws {
    let note = erasable(note)
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let events = try item.returnExtension(note: note, by: actor)
      try transaction.keep(note)
      try transaction.append(events, on: item)
    }
  }

  package func withdrawExtension(of id: ItemID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      try transaction.append(item.withdrawExtension(by: actor), on: item)
    }
  }

  /// Stops the clock until a time at most.
  package func pause(_ id: ItemID, until: Timestamp, reason: String, by caller: Caller) throws {
    let reason = erasable(reason)
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let calendar = try transaction.reader.calendar(item.clock.calendar)
      let events = try item.pause(
        until: until, reason: reason, calendar: calendar, now: transaction.time, by: actor)
      try transaction.keep(reason)
      try transaction.append(events, on: item)
    }
  }

  /// Lets the clock go on.
  package func resume(_ id: ItemID, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let item = try transaction.reader.requiredItem(id)
      let calendar = try transaction.reader.calendar(item.clock.calendar)
      try transaction.append(item.resume(calendar: calendar, now: transaction.time, by: actor), on: item)
    }
  }
}
