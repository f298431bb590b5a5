// SPDX-License-Identifier: Apache-2.0

/// The events of a ledger one after the other, each against what the rules allowed where it stands: that an item is closed by the commit of
/// a change that names it or by a signed rejection, that the second person is one, that roles and stand-ins were what they had to be.
///
/// The rules are those of the commands: what an event says is decided again from the state before it. Not asked again is what rests on
/// more than events: the gate of a text, the codes that a text covers beyond those of the items that it closes, and who imported.
package struct RuleReplay: Sendable {
  private(set) var record = ReplayedRecord()
  private(set) var taxonomy: Taxonomy?
  private var taxonomyVersion = 0
  /// The documents of the versions that were ever in force.
  private var everAdopted: [Int: Digest] = [:]
  private var proposedTaxonomy: (document: Digest, by: PersonID)?
  private var zone: Zone?
  private(set) var tip: CommitID?
  /// Of the change whose commit was recorded last: what its items have yet to be closed by.
  var closing: Closing?

  struct Closing {
    let position: Int
    let closed: ItemEvent.ItemClosed
    let by: PersonID
    var items: [ItemID]
  }

  package init() {}

  /// Takes the next event up, whatever the rules say of it.
  /// - Parameter document: reads a taxonomy by its digest; nil where it is missing or damaged, which is a finding elsewhere. Nobody's
  ///   roles are known then, and nothing is asked of them until the next one.
  /// - Returns: what is wrong; empty where the event was allowed.
  package mutating func take(
    _ recorded: RecordedEvent, document: (Digest) throws -> Taxonomy?
  ) rethrows -> [RuleBreach] {
    var breaches: [RuleBreach] = []
    if let closing, !isClosed(by: recorded.event, of: closing) { breaches += finish() }
    var adopted: Taxonomy?
    if case .taxonomy(.adopted(_, let digest, _)) = recorded.event { adopted = try document(digest) }
    do throws(RuleBreach) { try judge(recorded, adopting: adopted) } catch { breaches.append(error) }
    apply(recorded, adopting: adopted)
    return breaches
  }

  /// What is wrong when no event follows.
  package mutating func finish() -> [RuleBreach] {
    defer { closing = nil }
    guard let closing, !closing.items.isEmpty else { return [] }
    let items = closing.items.map(\.description).joined(separator: ", ")
    return [
      RuleBreach(
        "\(closing.closed.change) was committed by event \(closing.position), and \(items) ought to be closed by it and is not."
      )
    ]
  }

  private func isClosed(by event: Event, of closing: Closing) -> Bool {
    if case .item(let id, .closed) = event { closing.items.contains(id) } else { false }
  }

  private func judge(_ recorded: RecordedEvent, adopting adopted: Taxonomy?) throws(RuleBreach) {
    switch recorded.event {
    case .item(let id, let event): try judge(event, of: id, recorded)
    case .change(let id, let event): try judge(event, of: id, recorded)
    case .sop(_, let event): try judge(event, recorded)
    case .taxonomy(let event): try judge(event, adopting: adopted, recorded)
    case .handbook(let event): try judge(event, recorded)
    case .audited:
      try decide(recorded) { (actor, _) throws(Rejection) in try actor.mayReviewRecord() }
    case .workspaceRestored(let restored):
      try decide(recorded) { (actor, _) throws(Rejection) in
        try actor.must(be: .administrator, to: "restore a backup")
      }
      guard restored.size == recorded.position else {
        throw RuleBreach("It restores \(restored.size) events, and stands after \(recorded.position).")
      }
    case .settled(let settled):
      // An import of many batches goes on if whoever began it is no longer known.
      if settled.outcome != .read { try decide(recorded) { (actor, _) throws(Rejection) in try actor.mayWork() } }
    case .workspaceFounded:
      guard recorded.position == 0 else { throw RuleBreach("A workspace is founded once, by its first event.") }
    case .erased:
      try decide(recorded) { (actor, _) throws(Rejection) in
        try actor.must(be: .administrator, to: "erase personal data")
      }
    case .batch(let received):
      guard everAdopted[received.taxonomy] == received.taxonomyDigest else {
        throw RuleBreach("It was read by version \(received.taxonomy) of a taxonomy that nobody had adopted.")
      }
    }
  }

  private func judge(
    _ event: TaxonomyEvent, adopting adopted: Taxonomy?, _ recorded: RecordedEvent
  ) throws(RuleBreach) {
    // The first is the founder's, before anybody has a role.
    guard taxonomyVersion > 0 else { return }
    try decide(recorded) { (actor, _) throws(Rejection) in
      try actor.must(be: .administrator, to: "adopt a taxonomy")
    }
    guard case .adopted(let version, let document, let proposer) = event else { return }
    guard version == taxonomyVersion + 1 else {
      throw RuleBreach("It is version \(version), and version \(taxonomyVersion) was in force.")
    }
    if let proposer {
      guard let proposed = proposedTaxonomy, proposed.by == proposer, proposed.document == document else {
        throw RuleBreach("\(proposer) did not propose this version, or something else was proposed since.")
      }
      guard proposer != recorded.actor else { throw RuleBreach(.secondAdministratorNeeded(proposer)) }
    } else if let adopted, let taxonomy, !adopted.governsLike(taxonomy),
      let other = taxonomy.people(with: .administrator).first(where: { $0 != recorded.actor })
    {
      throw RuleBreach(
        "It changes people, roles or policies, which takes a second administrator, as \(other) was. Nobody proposed it."
      )
    }
  }

  private func judge(_ event: HandbookEvent, _ recorded: RecordedEvent) throws(RuleBreach) {
    switch event {
    case .founded:
      guard tip == nil else { throw RuleBreach("A handbook is founded once.") }
    case .tipAdopted(let from, _):
      try mustBeByRule(recorded)
      try mustFollow(from)
    }
  }

  private func judge(_ event: SOPEvent, _ recorded: RecordedEvent) throws(RuleBreach) {
    switch event {
    case .ratified(let reference, let author, _, let principal):
      try decide(recorded) { (actor, _) throws(Rejection) in
        guard actor.id != author else { throw .ownPush(reference.path, actor.id) }
        try actor.mustApprove(inPlaceOf: principal, over: nil, notOf: author.map { [$0] } ?? [], to: "ratify an SOP")
      }
    case .reviewed, .read: try decide(recorded) { (actor, _) throws(Rejection) in try actor.mayWork() }
    case .reviewDue: try mustBeByRule(recorded)
    }
  }

  private mutating func apply(_ recorded: RecordedEvent, adopting adopted: Taxonomy?) {
    _ = record.apply(recorded)
    switch recorded.event {
    case .workspaceFounded(_, let name): zone = Zone(name)
    case .taxonomy(.proposed(let document)): proposedTaxonomy = (document, recorded.actor)
    case .taxonomy(.adopted(let version, let document, _)):
      everAdopted[version] = document
      (taxonomy, taxonomyVersion, proposedTaxonomy) = (adopted, version, nil)
    case .handbook(.founded(let new, _)), .handbook(.tipAdopted(_, let new)): tip = new
    case .change(let id, .committed(let committed)):
      tip = committed.sop.commit
      closing = Closing(
        position: recorded.position,
        closed: ItemEvent.ItemClosed(change: id, sop: committed.sop, takesEffect: committed.takesEffect),
        by: recorded.actor, items: record.changes[id]?.draft.closes ?? [])
    case .item(let id, .closed): closing?.items.removeAll { $0 == id }
    default: break
    }
  }
}

// What several kinds of events have in common.
extension RuleReplay {
  /// What the person who gave the command was told, on the day of the event.
  ///
  /// The data of time zones change: near midnight the day may have been another by those that held then, so that both are tried.
  func decide(
    _ recorded: RecordedEvent, _ decision: (Actor, CalendarDate) throws(Rejection) -> Void
  ) throws(RuleBreach) {
    guard let taxonomy, let zone else { return }
    let at = recorded.at.milliseconds
    let days = Set([0, -7_200_000, 7_200_000].map { zone.date(of: Timestamp(milliseconds: at + $0)) }).sorted()
    var refusal: Rejection?
    for day in days {
      do throws(Rejection) {
        guard let actor = taxonomy.actor(recorded.actor, on: day) else {
          throw .unknownPerson(recorded.actor.text)
        }
        return try decision(actor, day)
      } catch { refusal = refusal ?? error }
    }
    if let refusal { throw RuleBreach(refusal) }
  }

  func mustBeByRule(_ recorded: RecordedEvent) throws(RuleBreach) {
    guard recorded.actor == .rules else {
      throw RuleBreach("\(recorded.actor) is named for it, and nobody can do that: it follows by rule.")
    }
  }

  /// - Throws: unless the branch was at this commit.
  func mustFollow(_ parent: CommitID?) throws(RuleBreach) {
    guard parent == tip else {
      throw RuleBreach("It follows \(parent?.text ?? "no commit"), and the branch was at \(tip?.text ?? "no commit").")
    }
  }
}

extension Actor {
  /// - Parameter keys: what is decided about; nil where that does not follow from events: every remit is taken for one that covers it.
  func possibleRights(over keys: [RecurrenceKey]?, to action: String) throws(Rejection) -> [ApproversRight] {
    if let keys { return try approversRights(over: keys, to: action) }
    try mayWork()
    guard !approvers.isEmpty else { throw .needsRole(.approver, person: id, action: action) }
    return approvers.map { ApproversRight(inPlaceOf: $0.id == id ? nil : $0.id) }
  }

  /// - Parameters:
  ///   - principal: by whose right it is said to have been approved; nil where it was by their own.
  ///   - keys: see `possibleRights`.
  /// - Throws: unless they have that right, and it comes from nobody who had a hand in what is decided about.
  func mustApprove(
    inPlaceOf principal: PersonID?, over keys: [RecurrenceKey]?, notOf barred: [PersonID], to action: String
  ) throws(Rejection) {
    let rights = try possibleRights(over: keys, to: action)
    guard let right = rights.first(where: { $0.inPlaceOf == principal }) else {
      throw .needsRole(.approver, person: principal ?? id, action: action)
    }
    if let principal = right.inPlaceOf, barred.contains(principal) { throw .inPlaceOfProposer(action, id, principal) }
  }
}
