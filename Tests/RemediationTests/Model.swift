// SPDX-License-Identifier: Apache-2.0

@testable import Remediation

/// One item and one change that names it, as a workspace keeps them: commands by anybody, in any order, and the record of what
/// they came to.
struct Model {
  static let actors = [
    ann, bob, cat, eve, root, auditor, Actor(id: person("ben"), roles: [.approver, .administrator]),
    Actor(id: person("amy"), roles: [.approver, .processOwner]),
  ]

  private(set) var item = RemediationItem(id: rem, opened: opened, at: opening)
  private(set) var change: SOPChange?
  private(set) var record: [RecordedEvent] = []
  private var now = opening

  init() {
    append(.item(rem, .opened(opened)), by: .rules)
  }

  /// One random command by a random actor.
  mutating func step(_ seed: inout Seed) {
    now = Timestamp(milliseconds: now.milliseconds + Int64(seed.number(0...3_600_000)))
    let actor = seed.pick(Model.actors)
    do throws(Rejection) {
      switch seed.number(0...7) {
      case 0, 1, 2: try workOnItem(&seed, actor)
      case 6, 7: try workOnClock(&seed, actor)
      case 3, 4: try workOnChange(&seed, actor)
      default: if change == nil, seed.chance(60) { try propose(&seed, actor) }
      }
    } catch { return }
  }

  private mutating func workOnItem(_ seed: inout Seed, _ actor: Actor) throws(Rejection) {
    let asked: Int? = seed.chance(25) ? seed.number(1...12) : nil
    let events: [ItemEvent] =
      switch seed.number(0...11) {
      case 0: try item.acknowledge(by: actor)
      case 1: try item.assign(to: seed.pick(Model.actors).id, by: actor)
      case 2: try item.comment(erasable("a comment"), by: actor)
      case 3, 4:
        try item.proposeRejection(
          rationale: erasable("why"), expiresOn: now.date + Days(seed.number(-1...1200)), tripwire: nil,
          today: now.date, by: actor)
      case 5, 6: try item.approveRejection(revision: asked, today: now.date, by: actor)
      case 7: try item.returnRejection(note: erasable("a note"), by: actor)
      case 8: try item.withdrawRejection(by: actor)
      default: try item.closeByRejection(today: now.date, by: actor)
      }
    for event in events { append(.item(rem, event), by: actor.id) }
  }

  private mutating func workOnClock(_ seed: inout Seed, _ random: Actor) throws(Rejection) {
    let asked: Int? = seed.chance(25) ? seed.number(1...12) : nil
    let later = Timestamp(milliseconds: now.milliseconds + Int64(seed.number(-100...2000)) * 3_600_000)
    let command = seed.number(0...7)
    // Only the owner may pause, so mostly the owner tries.
    let owner = Model.actors.first { $0.id == item.owner } ?? random
    let actor = command >= 5 && seed.chance(60) ? owner : random
    let events: [ItemEvent] =
      switch command {
      case 0, 1: try item.proposeExtension(until: later, reason: erasable("why"), now: now, by: actor)
      case 2, 3: try item.approveExtension(revision: asked, calendar: .always, now: now, by: actor)
      case 4:
        seed.chance(50)
          ? try item.returnExtension(note: erasable("a note"), by: actor) : try item.withdrawExtension(by: actor)
      case 5, 6: try item.pause(until: later, reason: erasable("why"), calendar: .always, now: now, by: actor)
      default: try item.resume(calendar: .always, now: now, by: actor)
      }
    for event in events { append(.item(rem, event), by: actor.id) }
  }

  private func randomDraft(_ seed: inout Seed) -> ChangeDraft {
    var random = draft
    random.content = digest(UInt8(seed.number(0...255)))
    return random
  }

  private mutating func propose(_ seed: inout Seed, _ actor: Actor) throws(Rejection) {
    try actor.mayWork()
    try item.mayJoinChange(of: actor.id, replacing: nil)
    append(.change(chg, .proposed(randomDraft(&seed))), by: actor.id)
  }

  private mutating func workOnChange(_ seed: inout Seed, _ actor: Actor) throws(Rejection) {
    guard let change else { return }
    let asked: Int? = seed.chance(25) ? seed.number(1...3) : nil
    var pending = "CHG-7.\(seed.number(1...2))"
    if case .committing(let intent) = change.state, seed.chance(80) { pending = intent.id }
    let events: [ChangeEvent]
    switch seed.number(0...11) {
    case 0:
      try item.mayJoinChange(of: actor.id, replacing: chg)
      events = try change.revise(randomDraft(&seed), by: actor)
    case 1, 2, 3: events = try change.approve(revision: asked, concerning: [], by: actor)
    case 4: events = try change.returnForWork(note: erasable("a note"), concerning: [], by: actor)
    case 5: events = seed.chance(30) ? try change.withdraw(by: actor) : []
    case 6, 7:
      events = try change.intendClosing(by: actor, owners: [item.owner], at: now, base: nil, domain: "example.org")
    case 8: events = try change.abandonClosing(by: actor)
    case 9: events = change.conflict(intent: pending, tip: commit(9))
    default: events = try change.commit(outcome(of: pending, change))
    }
    for event in events { append(.change(chg, event), by: actor.id) }
    if case .committed(let committed)? = events.first {
      let closed = ItemEvent.ItemClosed(change: chg, sop: committed.sop, takesEffect: committed.takesEffect)
      append(.item(rem, .closed(closed)), by: actor.id)
    }
  }

  private func outcome(of intent: String, _ change: SOPChange) -> ChangeCommitted {
    let sop = SOPReference(
      id: change.draft.sop, path: change.draft.path, version: change.draft.sopVersion, commit: commit(4),
      content: change.draft.content)
    return ChangeCommitted(
      intent: intent, approvedBy: change.approvedBy ?? .rules, sop: sop, tree: "7e", blob: "b4", parent: nil,
      takesEffect: now)
  }

  private mutating func append(_ event: Event, by actor: PersonID) {
    let recorded = RecordedEvent(
      position: record.count, version: record.count { $0.event.subject == event.subject } + 1, at: now, dueAt: nil,
      actor: actor, login: digest(1), isAsserted: false, event: event)
    record.append(recorded)
    var replay = Replay(item: item, change: change)
    replay.apply(recorded)
    change = replay.change
    item = replay.item ?? item
  }
}

/// What recorded events come to.
struct Replay: Equatable {
  var item: RemediationItem?
  var change: SOPChange?

  mutating func apply(_ recorded: RecordedEvent) {
    switch recorded.event {
    case .item(let id, .opened(let opened)): item = RemediationItem(id: id, opened: opened, at: recorded.at)
    case .item(_, let event): item?.apply(event, at: recorded.at)
    case .change(let id, let event):
      if case .proposed(let draft) = event {
        change = SOPChange(id: id, draft: draft, proposedBy: recorded.actor, at: recorded.at)
      } else {
        change?.apply(event)
      }
      item?.apply(event, of: id)
    case .workspaceFounded, .workspaceRestored, .audited, .taxonomy, .batch, .settled, .erased, .handbook, .sop: break
    }
  }
}
