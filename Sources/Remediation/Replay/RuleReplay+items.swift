// SPDX-License-Identifier: Apache-2.0

extension RuleReplay {
  func judge(_ event: ItemEvent, of id: ItemID, _ recorded: RecordedEvent) throws(RuleBreach) {
    if case .opened = event {
      try mustBeByRule(recorded)
      guard record.items[id] == nil else { throw RuleBreach("\(id) was open before.") }
      return
    }
    guard let item = record.items[id] else { throw RuleBreach(.unknownItem(id.description)) }
    switch event {
    case .opened: return
    case .closed(let closed): try judge(closed, item, recorded)
    case .reached(let milestone, let person):
      try mustBeByRule(recorded)
      let isDue = item.milestones(at: recorded.at).contains {
        $0.milestone == milestone && $0.dueAt == recorded.dueAt
      }
      guard isDue, person == item.clock.sla.escalateTo else { throw .saysOtherwise }
    default:
      if case .assigned(let person) = event, let taxonomy, taxonomy.person(person) == nil {
        throw RuleBreach(.unknownPerson(person.text))
      }
      var decided: [ItemEvent] = [event]
      try decide(recorded) { (actor, today) throws(Rejection) in
        decided = try item.decide(event, at: recorded.at, today: today, by: actor)
      }
      guard decided.count == 1, decided[0].isSame(as: event) else { throw .saysOtherwise }
    }
  }

  private func judge(
    _ closed: ItemEvent.ItemClosed, _ item: RemediationItem, _ recorded: RecordedEvent
  ) throws(RuleBreach) {
    guard let closing, closing.closed.change == closed.change, closing.items.contains(item.id) else {
      throw RuleBreach("\(item.id) is closed by \(closed.change), and no commit of that was recorded that closes it.")
    }
    guard closed == closing.closed, recorded.actor == closing.by else { throw .saysOtherwise }
  }
}

extension RemediationItem {
  /// What the command comes to whose event this is said to be.
  fileprivate func decide(
    _ event: ItemEvent, at time: Timestamp, today: CalendarDate, by actor: Actor
  ) throws(Rejection) -> [ItemEvent] {
    switch event {
    case .acknowledged: try acknowledge(by: actor)
    case .assigned(let person): try assign(to: person, by: actor)
    case .commented(let text): try comment(.unread(text), by: actor)
    case .rejectionProposed(let proposal):
      try proposeRejection(
        rationale: .unread(proposal.rationale), expiresOn: proposal.expiresOn, tripwire: proposal.tripwire,
        today: today, by: actor)
    case .rejectionApproved(let revision, _, _): try approveRejection(revision: revision, today: today, by: actor)
    case .rejectionReturned(let note): try returnRejection(note: .unread(note), by: actor)
    case .rejectionWithdrawn: try withdrawRejection(by: actor)
    case .rejected: try closeByRejection(today: today, by: actor)
    case .extensionProposed(let proposal):
      try proposeExtension(until: proposal.until, reason: .unread(proposal.reason), now: time, by: actor)
    case .extensionApproved(let granted):
      try approveExtension(revision: granted.revision, calendar: .always, now: time, by: actor)
    case .extensionReturned(let note): try returnExtension(note: .unread(note), by: actor)
    case .extensionWithdrawn: try withdrawExtension(by: actor)
    case .paused(let pause):
      try self.pause(
        until: pause.until, reason: .unread(pause.reason), calendar: .always, now: time, by: actor)
    case .resumed: try resume(calendar: .always, now: time, by: actor)
    case .opened, .reached, .closed: []
    }
  }
}

extension ItemEvent {
  /// Whether both say the same but for due times and warnings, which were computed with the time zone data of their day.
  fileprivate func isSame(as other: ItemEvent) -> Bool {
    switch (self, other) {
    case (.extensionApproved(let one), .extensionApproved(let other)):
      one.revision == other.revision && one.by == other.by && one.until == other.until
        && one.inPlaceOf == other.inPlaceOf
    case (.paused(let one), .paused(let other)): one.until == other.until && one.reason == other.reason
    case (.resumed, .resumed): true
    default: self == other
    }
  }
}

extension ErasableText {
  /// A text of which only the digest is at hand; it may be erased.
  static func unread(_ digest: Digest) -> ErasableText { ErasableText(digest: digest, salt: [], text: "(not read)") }
}
