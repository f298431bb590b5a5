// SPDX-License-Identifier: Apache-2.0

/// Something that somebody does, or that happens to a workspace. What it is done to is a number, which is made an item, a change, a code
/// only when it is done: so that a sequence still means something after operations were dropped from it.
enum Operation: Hashable, Sendable {
  case record(PlannedRow)
  case load([PlannedRow])
  case loadAgain(Int)
  case retry
  case tick
  case acknowledge(Int)
  case assign(Int, to: Int)
  case comment(Int, naming: Int)
  case propose(PlannedText, closing: [Int])
  case join(Int, closing: Int)
  case approve(Int)
  case sendBack(Int)
  case withdraw(Int)
  case close(Int)
  /// Somebody holds git's lock of the branch, or of the ledger's own ref, for some steps from this one on, which is a closing.
  case closeBlocked(Int, Block, steps: Int)
  case abandon(Int)
  case proposeRejection(Int, days: Int, tripwire: PlannedRule?)
  case approveRejection(Int)
  case returnRejection(Int)
  case withdrawRejection(Int)
  case closeRejected(Int)
  case extend(Int, hours: Int)
  case approveExtension(Int)
  case pause(Int, hours: Int)
  case resume(Int)
  case push(PlannedText)
  case pushProposal(PlannedText, closing: [Int])
  case ratify(Int)
  case restoreSOP(Int)
  case adopt(PlannedTaxonomy)
  case erase(Int)
  case backUp
  case restoreBackup
  case maintain
  case reopen
}

/// One step of a sequence.
struct Step: Hashable, Sendable {
  /// Its place in the sequence as it was drawn; names that it gives are made of it.
  var serial: Int
  var operation: Operation
  /// Who does it: a number of `Person.names`, the last of whom nobody knows.
  var person: Int
  /// Seconds since the step before.
  var later: Int
  /// Somebody else holds the lock in the moment in which the command would catch up.
  var skipsCatchUp: Bool
  /// By a process of the command line, where it has such a command.
  var byProgram: Bool
}

struct PlannedRow: Hashable, Sendable {
  enum Damage: Int, CaseIterable, Sendable { case none, unknownCode, noTime, unknownTag }

  var reference: Int?
  var code: Int
  var tags: [Int]
  /// Hours before the step; negative ones are after it.
  var hoursBefore: Int
  var requester: Int
  var damage: Damage
}

extension PlannedRow: CustomStringConvertible {
  var description: String {
    "\(reference.map { "r\($0)" } ?? "new") code \(code) tags \(tags) \(hoursBefore) h before by \(requester)"
      + (damage == .none ? "" : " \(damage)")
  }
}

struct PlannedText: Hashable, Sendable {
  var path: Int
  var body: Int
  /// Days after today; nil: the text says nothing.
  var effective: Int?
  /// Whether it leaves one code out that it should cover.
  var isIncomplete: Bool
}

struct PlannedRule: Hashable, Sendable {
  var count: Int
  var days: Int
}

enum PlannedTaxonomy: Hashable, Sendable {
  case rule(key: Int, PlannedRule)
  case add
  /// One heir of one: a renaming.
  case rename(key: Int, daysAgo: Int)
  case merge(key: Int, other: Int, daysAgo: Int)
  case split(key: Int, daysAgo: Int)
  case retire(key: Int, daysAgo: Int)
}

/// What keeps a closing from its end.
enum Block: Hashable, Sendable { case branch, ledgerRef }

/// Who there is.
enum Members {
  static let names = ["ana", "ben", "cleo", "zoe"]
  static let strangers = ["zoe"]
}
