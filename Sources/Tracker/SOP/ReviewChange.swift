// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

extension Workspace {
  /// A second person approves a draft: by its revision, and by the digest of its bytes.
  package func approveChange(_ id: ChangeID, revision: Int?, by caller: Caller) throws {
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      try transaction.append(change.approve(revision: revision, by: actor), on: change)
    }
  }

  /// Sends a draft back with a note on what is missing. Its items are acknowledged again.
  package func returnChange(_ id: ChangeID, note: String, by caller: Caller) throws {
    let note = erasable(note)
    try command(by: caller) { transaction, actor in
      let change = try transaction.reader.requiredChange(id)
      let events = try change.returnForWork(note: note, by: actor)
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
