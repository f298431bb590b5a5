// SPDX-License-Identifier: Apache-2.0

/// What can go wrong with the record itself, apart from the rules. SQLite's own errors pass through as they are.
package enum LedgerError: Error, Equatable {
  case lockFile(String, String)
  case missing(String)
  case exists(String)
  case foreign(String)
  case otherFormat(found: Int, known: Int)
  case notDurable
  /// Somebody else changed the subject since the caller looked.
  case versionMoved(subject: String, expected: Int, present: Int)
  case damaged(position: Int, String)
  case notCopied(folder: String, String)
  /// The tree does not begin with the one that was signed last.
  case notAnExtension(ofSize: Int)
  case noCheckpoint

  package var sentence: String {
    switch self {
    case .lockFile(let path, let reason): "The lock file \(path) cannot be used: \(reason)."
    case .missing(let path): "There is no workspace here: \(path) is missing. Make one with: sopwright init DIR"
    case .exists(let path): "There is a workspace already: \(path) exists."
    case .foreign(let path): "\(path) is not a database of Sopwright."
    case .otherFormat(let found, let known):
      "This workspace has format \(found), and this Sopwright knows \(known). Use the one that wrote it."
    case .notDurable: "SQLite did not accept synchronous = FULL, without which nothing is kept in a power cut."
    case .versionMoved(let subject, let expected, let present):
      "\(subject) has changed since you looked (version \(expected), now \(present)). Look at it again."
    case .damaged(let position, let problem):
      "The ledger is damaged at position \(position): \(problem) Check the workspace with: sopwright verify"
    case .notCopied(let folder, let reason):
      "A dry run takes a copy of the database in \(folder), as large as it is, and could not make it: \(reason)."
    case .notAnExtension(let size):
      "No checkpoint is signed: the ledger no longer begins with the \(size) events of the last one, so events were changed "
        + "or taken out. See what: sopwright verify"
    case .noCheckpoint: "There is no checkpoint yet. Make one with: sopwright checkpoint"
    }
  }
}
