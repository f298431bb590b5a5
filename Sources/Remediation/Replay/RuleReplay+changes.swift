// SPDX-License-Identifier: Apache-2.0

extension RuleReplay {
  func judge(_ event: ChangeEvent, of id: ChangeID, _ recorded: RecordedEvent) throws(RuleBreach) {
    if case .proposed(let draft) = event {
      guard record.changes[id] == nil else { throw RuleBreach("\(id) was proposed before.") }
      try decide(recorded) { (actor, _) throws(Rejection) in try actor.mayWork() }
      return try judge(draft, replacing: nil, by: recorded.actor)
    }
    guard let change = record.changes[id] else { throw RuleBreach(.unknownChange(id.description)) }
    // Which codes the text covers beyond those of its items stands in the text, so that without items no remit is asked for.
    let keys = change.draft.keys.isEmpty ? nil : change.draft.keys
    switch event {
    case .proposed: return
    case .revised(let draft):
      try judge(draft, replacing: change, by: recorded.actor)
      try mustBe(event, recorded) { (actor, _) throws(Rejection) in
        if actor.id == change.proposedBy { return try change.revise(draft, by: actor) }
        // Somebody else may let it close more items, and nothing besides.
        let joining = draft.closes.filter { !change.draft.closes.contains($0) }.compactMap { record.items[$0] }
        return try change.join(joining, by: actor)
      }
    case .approved(_, let content, let approver, let principal):
      let barred = [change.proposedBy] + change.draft.authors
      try decide(recorded) { (actor, _) throws(Rejection) in
        guard !barred.contains(actor.id) else { throw .ownProposal(id.description, actor.id) }
        try actor.mustApprove(inPlaceOf: principal, over: keys, notOf: barred, to: "approve an SOP change")
      }
      guard change.state == .inReview else {
        throw RuleBreach(.nothingToApprove(id.description, change.stateWord))
      }
      guard case .approved(change.revision, _, _, _) = event, content == change.draft.content,
        approver == recorded.actor
      else { throw .saysOtherwise }
    case .returned:
      try decide(recorded) { (actor, _) throws(Rejection) in
        _ = try actor.possibleRights(over: keys, to: "return an SOP change")
        guard change.isInReview else { throw .nothingToApprove(id.description, change.stateWord) }
      }
    case .withdrawn:
      try mustBe(event, recorded) { (actor, _) throws(Rejection) in try change.withdraw(by: actor) }
    case .closingIntended(let intent):
      let owners = change.draft.closes.compactMap { record.items[$0]?.owner }
      try mustBe(event, recorded) { (actor, _) throws(Rejection) in
        try change.intendClosing(
          by: actor, owners: owners, at: recorded.at, base: intent.base, domain: intent.domain)
      }
    case .closingAbandoned:
      try mustBe(event, recorded) { (actor, _) throws(Rejection) in try change.abandonClosing(by: actor) }
    case .conflicted(let intent, let tip):
      try mustBeByRule(recorded)
      guard change.conflict(intent: intent, tip: tip) == [event] else { throw .saysOtherwise }
    case .committed(let committed): try judge(committed, change, recorded)
    }
  }

  /// - Throws: unless what was decided is this event.
  private func mustBe(
    _ event: ChangeEvent, _ recorded: RecordedEvent,
    _ decision: (Actor, CalendarDate) throws(Rejection) -> [ChangeEvent]
  ) throws(RuleBreach) {
    var decided = [event]
    try decide(recorded) { (actor, today) throws(Rejection) in decided = try decision(actor, today) }
    guard decided == [event] else { throw .saysOtherwise }
  }

  private func judge(
    _ draft: ChangeDraft, replacing change: SOPChange?, by person: PersonID
  ) throws(RuleBreach) {
    var keys: Set<RecurrenceKey> = []
    for id in draft.closes {
      guard let item = record.items[id] else { throw RuleBreach(.unknownItem(id.description)) }
      do throws(Rejection) { try item.mayJoinChange(of: person, replacing: change?.id) } catch {
        throw RuleBreach(error)
      }
      keys.insert(item.key)
    }
    guard Set(draft.keys) == keys else {
      throw RuleBreach("It is said to be about other codes and tags than those of the items that it closes.")
    }
    guard let change else { return }
    let missing = Set(change.draft.authors).subtracting(draft.authors)
    guard missing.isEmpty else {
      throw RuleBreach("\(missing.sorted()[0]) had a hand in the draft before, and is not named any more.")
    }
  }

  /// The outcome is the intent's, and names what was approved.
  private func judge(
    _ committed: ChangeCommitted, _ change: SOPChange, _ recorded: RecordedEvent
  ) throws(RuleBreach) {
    guard case .committing(let intent) = change.state, intent.id == committed.intent else {
      throw RuleBreach(.notApproved(change.id.description, change.stateWord))
    }
    try mustFollow(committed.parent)
    let (draft, sop) = (change.draft, committed.sop)
    guard committed.approvedBy == intent.approvedBy, recorded.actor == intent.closedBy,
      (sop.id, sop.path, sop.version, sop.content) == (draft.sop, draft.path, draft.sopVersion, draft.content)
    else {
      throw RuleBreach("It is not the version that \(change.approvedBy ?? recorded.actor) approved.")
    }
    guard committed.takesEffect >= intent.time else {
      throw RuleBreach("It takes effect before it was committed.")
    }
  }
}

extension SOPChange {
  /// Whether it waits for an approver, or for somebody to close it.
  fileprivate var isInReview: Bool {
    switch state {
    case .inReview, .approved: true
    default: false
    }
  }
}
