// SPDX-License-Identifier: Apache-2.0

/// What can go wrong with the record itself, apart from the rules. SQLite's own errors pass through as they are.
package enum LedgerError: Error, Equatable {
  case lockFile(String, String)
  case accountsFile(_ path: String, reason: String)
  case missing(String)
  case unreachable(String, _ reason: String)
  case exists(String)
  case foreign(String)
  case otherFormat(found: Int, known: Int)
  case notDurable
  /// Somebody else changed the subject since the caller looked.
  case versionMoved(subject: String, expected: Int, present: Int)
  case damaged(position: Int, String)
  /// A column of a table holds what it cannot hold: the file was damaged.
  case unreadable(column: String)
  case notCopied(folder: String, String)
  case notBackedUp(String, String)
  /// Another database stands in the place of the one that was opened.
  case replaced(String)
  /// An event that is replayed does not follow the one before it.
  case outOfOrder(position: Int)
  /// The tree does not begin with the one that was signed last.
  case notAnExtension(ofSize: Int)
  /// The stored events do not come to the root that is kept for them.
  case notItsEvents
  case noCheckpoint

  package var sentence: String {
    switch self {
    case .lockFile(let path, let reason):
      "The lock file \(path) cannot be used: \(reason). Who works in the workspace has to be able to write it."
    case .accountsFile(let path, let reason): "The file of accounts, \(path), cannot be used: \(reason)."
    case .missing(let path): "There is no workspace here: \(path) is missing. Make one with: sopwright init DIR"
    case .unreachable(let path, let reason):
      "The workspace's database \(path) cannot be looked at: \(reason). See who may use its folder."
    case .exists(let path): "There is a workspace already: \(path) exists."
    case .foreign(let path): "\(path) is not a database of Sopwright."
    case .otherFormat(let found, let known):
      "This workspace has format \(found), and this Sopwright knows \(known). Use the one that wrote it."
    case .notDurable: "SQLite did not accept synchronous = FULL, without which nothing is kept in a power cut."
    case .versionMoved(let subject, let expected, let present):
      "\(subject) has changed since you looked (version \(expected), now \(present)). Look at it again."
    case .damaged(let position, let problem):
      "The ledger is damaged at position \(position): \(problem) Check the workspace with: sopwright verify"
    case .unreadable(let column):
      "The workspace's database is damaged: a row has something in its column \(column) that cannot stand there. See where: "
        + "sopwright verify"
    case .notCopied(let folder, let reason):
      "A dry run takes a copy of the database in \(folder), as large as it is, and could not make it: \(reason)."
    case .notBackedUp(let path, let reason): "The copy of the database, \(path), could not be written: \(reason)."
    case .replaced(let path):
      "The workspace was replaced while this command ran: \(path) is another database now. Nothing was recorded by the part that "
        + "was left to do. Give the command again."
    case .outOfOrder(let position):
      "The event at position \(position) does not follow those before it: its position or its version is another."
    case .notAnExtension(let size):
      "No checkpoint is signed: the ledger no longer begins with the \(size) events of the last one, so events were changed "
        + "or taken out. See what: sopwright verify"
    case .notItsEvents:
      "No checkpoint is signed: the events do not come to the root that is kept for them, so one was changed. See which: "
        + "sopwright verify"
    case .noCheckpoint: "There is no checkpoint yet. Make one with: sopwright checkpoint"
    }
  }
}
