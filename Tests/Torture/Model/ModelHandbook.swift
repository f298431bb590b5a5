// SPDX-License-Identifier: Apache-2.0

/// The text of an SOP, as far as anything depends on it.
struct ModelText: Hashable, Sendable {
  var codes: [String]
  var tags: [String]
  var body: Int
  /// Nil: the file does not say.
  var version: Int?
  /// The day, counted from 1970 on; nil: the file does not say.
  var effective: Int64?

  func covers(_ key: Key) -> Bool { (key.isTag ? tags : codes).contains(key.id) }
}

/// A commit on the branch, after those that the workspace began with.
struct ModelCommit: Sendable {
  let path: String
  let text: ModelText
  let author: String
  let time: Int64
  /// Of an SOP change: its number, and which attempt it is.
  var intent: (change: Int, attempt: Int)?
}

struct ModelVersion: Sendable {
  let text: ModelText
  let author: String
  /// Of the change that made it; nil: somebody pushed it.
  let change: Int?
  let inForceFrom: Int64
  var isApproved: Bool
}

/// A branch on which somebody proposes.
struct ModelProposal: Sendable {
  let serial: Int
  let path: String
  let text: ModelText
  /// The file where the branch begins.
  let base: ModelText?
  let author: String
  let closing: [Int]
}

/// What was made of a proposal branch when it was looked at.
struct SeenProposal: Sendable {
  let serial: Int
  let change: Int?
  /// How many commits, adoptions and items there were: when that moves, it is looked at again.
  let basis: [Int]
}

struct ModelHandbook: Sendable {
  var commits: [ModelCommit] = []
  /// How many of them the ledger has taken up.
  var adopted = 0
  var versions: [String: [ModelVersion]] = [:]
  var proposals: [String: ModelProposal] = [:]
  var seen: [String: SeenProposal] = [:]

  /// The file at the branch's tip.
  func file(at path: String) -> ModelText? { commits.last { $0.path == path }?.text }

  static func effect(_ text: ModelText, _ time: Int64) -> Int64 {
    max(time, (text.effective ?? 0) * ModelState.day)
  }

  /// Takes up what came onto the branch. What a person pushed is approved only where it says what was approved last.
  mutating func adopt(upTo end: Int) {
    while adopted < end {
      let commit = commits[adopted]
      let before = commits[..<adopted].last { $0.path == commit.path }?.text
      adopted += 1
      guard commit.text != before else { continue }
      let known = versions[commit.path] ?? []
      let isApproved = commit.intent != nil || known.last { $0.isApproved }?.text == commit.text
      versions[commit.path] =
        known + [
          ModelVersion(
            text: commit.text, author: commit.author, change: commit.intent?.change,
            inForceFrom: ModelHandbook.effect(commit.text, commit.time), isApproved: isApproved)
        ]
    }
  }

  /// The path of the SOP in force for a key; nil: that of its playbook.
  func inForce(_ key: Key, at time: Int64) -> String? {
    let present = versions.compactMap { path, versions in versions.last { $0.inForceFrom <= time }.map { (path, $0) } }
    return present.filter { $0.1.text.covers(key) }.max { left, right in
      (left.1.inForceFrom, right.0) < (right.1.inForceFrom, left.0)
    }?.0
  }
}

// Pushes, and what people say of them afterwards. docs/formats/closing.md.
extension ModelState {
  var committing: [Int] { changes.indices.filter { changes[$0].state == .committing }.map { $0 + 1 } }

  /// A commit of an open intent is no push, so nothing is taken up until its outcome is recorded.
  mutating func adoptPushes() throws(Refused) {
    guard committing.isEmpty, handbook.adopted < handbook.commits.count else { return }
    if block == .ledgerRef { throw Refused("what was pushed cannot be taken up", isStuck: true) }
    handbook.adopt(upTo: handbook.commits.count)
  }

  mutating func ratify(_ path: String, by person: String) throws(Refused) {
    try mustBeKnown(person)
    try adoptPushes()
    guard var versions = handbook.versions[path], let newest = versions.last, !newest.isApproved else {
      throw Refused("nothing to ratify")
    }
    let pushed = versions.reversed().prefix { !$0.isApproved }
    guard !pushed.contains(where: { $0.author == person }) else { throw Refused("one's own push") }
    versions[versions.count - 1].isApproved = true
    handbook.versions[path] = versions
  }

  mutating func restoreSOP(_ path: String, by person: String) throws(Refused) {
    let versions = handbook.versions[path] ?? []
    guard let newest = versions.last, !newest.isApproved, let approved = versions.last(where: { $0.isApproved }) else {
      throw Refused("nothing to restore")
    }
    try propose(ModelDraft(text: approved.text, path: path, closing: [], base: newest.text), by: person)
  }

  /// What catch-up does: finish closings, take up pushes, open items, make changes of proposal branches.
  mutating func catchUp() throws(Refused) {
    for change in committing { try finishIfPossible(change) }
    do throws(Refused) {
      try adoptPushes()
    } catch {
      throw Refused(error.reason, keepsWhatWasDone: true)
    }
    openItems()
    takeUpProposals()
  }

  /// What cannot be finished now is left to the next command.
  mutating func finishIfPossible(_ change: Int) throws(Refused) {
    var isStuck = false
    let refusal = attempt { (state) throws(Refused) in
      do throws(Refused) {
        try state.finish(change)
      } catch {
        isStuck = error.isStuck
        throw error
      }
    }
    if isStuck, let refusal { throw Refused(refusal, keepsWhatWasDone: true, isStuck: true) }
  }

  private mutating func takeUpProposals() {
    let basis = [handbook.commits.count, taxonomy.version, items.count]
    for (name, proposal) in handbook.proposals.sorted(by: {
      Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8))
    }) {
      if let seen = handbook.seen[name], seen.serial == proposal.serial, seen.change != nil || seen.basis == basis {
        continue
      }
      var change: Int?
      _ = attempt { (state) throws(Refused) in change = try state.takeUp(proposal, named: name) }
      handbook.seen[name] = SeenProposal(serial: proposal.serial, change: change, basis: basis)
    }
  }

  /// - Returns: the change; nil where the branch waits for somebody to claim it.
  private mutating func takeUp(_ proposal: ModelProposal, named name: String) throws(Refused) -> Int? {
    guard proposal.text != proposal.base else { throw Refused("it changes nothing") }
    let known = changes.lastIndex { $0.branch?.name == name && !$0.isOver }
    if let known, changes[known].branch?.serial == proposal.serial { return known + 1 }
    let over = changes.lastIndex { $0.isOver && $0.branch?.name == name && $0.branch?.serial == proposal.serial }
    if let over { return over + 1 }
    if known == nil, Members.strangers.contains(proposal.author) { return nil }
    var draft = ModelDraft(text: proposal.text, path: proposal.path, closing: proposal.closing)
    draft.base = .some(proposal.base)
    draft.branch = (name, proposal.serial)
    draft.author = Members.strangers.contains(proposal.author) ? nil : proposal.author
    return try propose(draft, by: known.map { changes[$0].by } ?? proposal.author, revising: known.map { $0 + 1 })
  }
}
