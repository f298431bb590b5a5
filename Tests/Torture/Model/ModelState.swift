// SPDX-License-Identifier: Apache-2.0

/// What must be true of a workspace, as plain values: written from what is promised (the interface, docs/formats), not from the code
/// that keeps it. Nothing is counted on the way: what belongs to an item is looked for among all records each time.
struct ModelState: Sendable {
  static let day: Int64 = 86_400_000

  /// The time of the ledger, in milliseconds.
  var now: Int64
  var taxonomy = ModelTaxonomy()
  /// What stands, by source and reference.
  var records: [String: ModelRecord] = [:]
  var held: [HeldRow] = []
  var files: [[FileRow]] = []
  /// Texts of comments that hold somebody's name, by requester.
  var commentsNaming: Set<Int> = []
  var segments: [Key: [ModelSegment]] = [:]
  /// Item 1 first.
  var items: [ModelItem] = []
  /// Change 1 first.
  var changes: [ModelChange] = []
  var handbook = ModelHandbook()
  /// A lock of git's that lies in the way.
  var block: Block?

  var today: Int64 { now / ModelState.day }
}

/// The model refuses.
struct Refused: Error {
  let reason: String
  /// What was done before stays.
  var keepsWhatWasDone = false
  /// What was pushed cannot be taken up, which keeps every command from its work.
  var isStuck = false

  init(_ reason: String, keepsWhatWasDone: Bool = false, isStuck: Bool = false) {
    self.reason = reason
    self.keepsWhatWasDone = keepsWhatWasDone
    self.isStuck = isStuck
  }
}

extension ModelState {
  /// Does it whole or not at all.
  /// - Returns: why not; nil where it was done.
  mutating func attempt(_ body: (inout ModelState) throws(Refused) -> Void) -> String? {
    var copy = self
    do {
      try body(&copy)
      self = copy
      return nil
    } catch {
      if error.keepsWhatWasDone { self = copy }
      return error.reason
    }
  }

  /// Who is not in people.yaml may do nothing.
  func mustBeKnown(_ person: String) throws(Refused) {
    if Members.strangers.contains(person) { throw Refused("\(person) is unknown") }
  }
}

/// A code or a tag.
struct Key: Hashable, Comparable, Sendable, CustomStringConvertible {
  var isTag: Bool
  var id: String

  static func < (left: Key, right: Key) -> Bool {
    left.isTag == right.isTag
      ? Array(left.id.utf8).lexicographicallyPrecedes(Array(right.id.utf8)) : !left.isTag
  }

  var description: String { (isTag ? "tag:" : "code:") + id }
}

struct ModelEntry: Sendable {
  var key: Key
  var rule: PlannedRule
  var isCatchAll = false
  /// The day, counted from 1970 on.
  var retired: Int64?
  var replaces: [String] = []
}

struct ModelTaxonomy: Sendable {
  /// In the order of the files, codes before tags.
  var entries: [ModelEntry] = []
  var version = 1

  func entry(_ key: Key) -> ModelEntry? { entries.first { $0.key == key } }

  /// What replaced a key, and what replaced that, the nearest first.
  func heirs(of key: Key) -> [Key] {
    var found: [Key] = []
    var next = [key.id]
    while !next.isEmpty {
      let heirs = entries.filter { entry in
        entry.key.isTag == key.isTag && !Set(entry.replaces).isDisjoint(with: next) && !found.contains(entry.key)
      }.map(\.key)
      found += heirs
      next = heirs.map(\.id)
    }
    return found
  }

  /// What is watched for a key that has no item.
  func rule(for key: Key) -> PlannedRule? {
    entry(key).flatMap { $0.isCatchAll || $0.retired != nil ? nil : $0.rule }
  }
}

struct ModelRecord: Sendable {
  /// Everything that decides whether the same came again, but for who asked for it.
  struct Content: Hashable, Sendable {
    var at: Int64
    var code: String
    var rawCode: String
    var tags: [String]
    var rawTags: String
  }

  var content: Content
  var requester: Int
  var isErased = false
  /// Who stands in earlier revisions, and has not been erased.
  var earlierRequesters: Set<Int> = []
  var revisions = 1

  var keys: [Key] {
    [Key(isTag: false, id: content.code)] + content.tags.map { Key(isTag: true, id: $0) }
  }
}

/// A stretch of a key's time.
struct ModelSegment: Sendable {
  var since: Int64
  var until: Int64?
  /// Its number.
  var item: Int?
  /// The rejected item whose rejection holds here.
  var suppressedBy: Int?

  func contains(_ time: Int64) -> Bool { since <= time && time < until ?? Int64.max }
}

struct ModelItem: Sendable {
  enum State: Sendable {
    case open, acknowledged
    case inChange(Int)
    case rejectionProposed(ModelRejection)
    case rejectionApproved(ModelRejection, by: String)
    case closedByChange(Int)
    case rejected(ModelRejection)
  }

  let key: Key
  var owner: String
  let cause: String
  let rule: PlannedRule
  let first: Int64
  let follows: Int?
  let isHistoric: Bool
  var state = State.open
  /// The due time without pauses.
  var goal: Int64
  var pauses: [(from: Int64, until: Int64)] = []
  var wish: (until: Int64, by: String)?
  /// From when on its closing holds.
  var effect: Int64?

  var due: Int64 { goal + pauses.reduce(0) { $0 + $1.until - $1.from } }

  var isClosed: Bool {
    switch state {
    case .closedByChange, .rejected: true
    default: false
    }
  }

  var rejection: ModelRejection? {
    switch state {
    case .rejectionProposed(let proposal), .rejectionApproved(let proposal, _): proposal
    default: nil
    }
  }
}

struct ModelRejection: Sendable {
  var by: String
  /// The last day on which it holds.
  var expires: Int64
  var tripwire: PlannedRule?
}
