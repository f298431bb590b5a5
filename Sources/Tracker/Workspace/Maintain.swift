// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Handbook
internal import Ledger
package import Remediation

/// What upkeep did. Sizes are bytes.
package struct Maintenance: Equatable, Sendable {
  package struct Room: Equatable, Sendable {
    package let database: Int64
    package let log: Int64
    package let repository: Int64
    package let looseObjects: Int
    package let packs: Int
  }

  package let before: Room
  package let after: Room
  /// Whether no byte of what was erased is left in the database.
  package let isPurged: Bool
  /// SOPs that were followed through their history, so that nobody waits for it.
  package let followed: Int
  /// How long others had to wait for the lock: altogether, and at most at a time.
  package let held: Duration
  package let longestHold: Duration

  package var json: JSONValue {
    .fields([
      "database": .fields(["before": .integer(before.database), "after": .integer(after.database)]),
      "log": .fields(["before": .integer(before.log), "after": .integer(after.log)]),
      "repository": .fields(["before": .integer(before.repository), "after": .integer(after.repository)]),
      "loose_objects": .fields(["before": .int(before.looseObjects), "after": .int(after.looseObjects)]),
      "packs": .fields(["before": .int(before.packs), "after": .int(after.packs)]),
      "purged": .bool(isPurged), "followed": .int(followed), "lock_held_ms": .int(Maintenance.milliseconds(held)),
      "longest_hold_ms": .int(Maintenance.milliseconds(longestHold)),
    ])
  }

  private static func milliseconds(_ duration: Duration) -> Int {
    Int(duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000)
  }
}

/// What upkeep could not do.
package enum MaintenanceError: Error, Equatable {
  case notPacked(String)
  case copiesRemain([Erasure.Remainder])

  package var sentence: String {
    switch self {
    case .notPacked(let folder):
      "The objects of \(folder)/sop.git could not be packed, so they stay as they are; everything else was done. "
        + "Verify everything."
    case .copiesRemain(let remains):
      "An erasure is not finished; everything else was done. "
        + remains.map(\.sentence).joined(separator: " ") + " See to that, and tidy up again."
    }
  }
}

extension Workspace {
  /// Finishes an erasure, in the database and in the copies that the server keeps; moves the write-ahead log into the database, lets SQLite look after its statistics, and packs
  /// the objects of the repository; then follows SOPs through their history. Nothing is pruned. The lock is held for the
  /// log, and for a tenth of a second at a time for removing files that a pack has made superfluous; not while packing.
  /// A crash midway leaves everything readable, and what was not done to the next time.
  ///
  /// - Parameters:
  ///   - note: who has it done, to be noted when it is; nil notes nothing.
  ///   - writePack: packs, and returns the pack's name: `writePack(progress:)` in a process of its own, because
  ///     a damaged object would keep it for ever.
  /// - Throws: also what asking about an SOP would throw; everything else is done then.
  package func maintain(
    noting note: UpkeepNote? = nil, writePack: () throws -> String?, progress: (UpkeepStep) -> Void = { _ in }
  ) throws -> Maintenance {
    let before = try room()
    forgetLook()
    var watch = LockWatch()
    var isPurged = true
    try watch.hold(ledger.lockPath) { lock in
      isPurged = try ledger.purge(holding: lock)
      try ledger.checkpoint(holding: lock, ifLargerThan: 0)
      try ledger.optimize(holding: lock)
      try ledger.checkpoint(holding: lock, ifLargerThan: 0)
    }
    if let pack = try writePack() {
      var superfluous = try handbook.superfluousFiles(besides: pack)
      let all = superfluous.count
      while !superfluous.isEmpty {
        progress(.removing(all - superfluous.count, of: all))
        try watch.hold(ledger.lockPath) { _ in try handbook.remove(&superfluous, for: Workspace.slice) }
        // A waiting process needs a moment to take the lock, or this one takes it again.
        usleep(10_000)
      }
      try handbook.syncToDisk()
    }
    let followed = try followHistories(progress: progress)
    if followed > 0 {
      try watch.hold(ledger.lockPath) { lock in try ledger.checkpoint(holding: lock, ifLargerThan: 0) }
    }
    if let note { self.note(note, as: .maintenance) }
    let remains = clearErasedCopies()
    guard remains.isEmpty else { throw MaintenanceError.copiesRemain(remains) }
    return Maintenance(
      before: before, after: try room(), isPurged: isPurged, followed: followed, held: watch.held,
      longestHold: watch.longest)
  }

  /// Packs the repository. It may never come to an end: to be called in a process of its own.
  /// - Returns: the pack's name; nil where there was nothing to pack.
  package func writePack(progress: @escaping (Int, Int) -> Void = { _, _ in }) throws -> String? {
    try handbook.writePack(progress: progress)
  }

  private static let slice = Duration.milliseconds(100)

  func room() throws -> Maintenance.Room {
    let sizes = ledger.sizes()
    let objects = try handbook.objectCounts()
    return Maintenance.Room(
      database: sizes.database, log: sizes.log, repository: objects.bytes, looseObjects: objects.loose,
      packs: objects.packs)
  }
}

/// Takes the lock, and keeps count of how long it was held.
struct LockWatch {
  private(set) var held = Duration.zero
  private(set) var longest = Duration.zero

  mutating func hold<Result>(
    _ path: String, _ body: (borrowing WorkspaceLock) throws -> Result
  ) throws -> Result {
    let lock = try WorkspaceLock(waitingFor: path)
    let start = ContinuousClock.now
    defer {
      let duration = start.duration(to: .now)
      held += duration
      longest = max(longest, duration)
    }
    return try body(lock)
  }
}
