// SPDX-License-Identifier: Apache-2.0

// What people decide on items.
extension ModelState {
  func mustBeLive(_ item: Int) throws(Refused) {
    guard items.indices.contains(item - 1) else { throw Refused("no such item") }
    guard !items[item - 1].isClosed else { throw Refused("closed") }
    if case .inChange(let change) = items[item - 1].state, changes[change - 1].state == .committing {
      throw Refused("closing")
    }
  }

  /// What the interface calls the state.
  func word(_ item: Int) -> String {
    switch items[item - 1].state {
    case .open: "open"
    case .acknowledged: "acknowledged"
    case .rejectionProposed: "proposed"
    case .rejectionApproved: "approved"
    case .closedByChange, .rejected: "closed"
    case .inChange(let change):
      switch changes[change - 1].state {
      case .inReview: "proposed"
      case .approved: "approved"
      case .committing: "closing"
      default: "in a change that does not hold it"
      }
    }
  }

  mutating func acknowledge(_ item: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    try mustBeLive(item)
    guard case .open = items[item - 1].state else { throw Refused("acknowledged already") }
    items[item - 1].state = .acknowledged
  }

  mutating func assign(_ item: Int, to owner: String, by person: String) throws(Refused) {
    try mustBeKnown(person)
    try mustBeKnown(owner)
    try mustBeLive(item)
    guard items[item - 1].owner != owner else { throw Refused("the owner already") }
    items[item - 1].owner = owner
  }

  mutating func comment(_ item: Int, naming requester: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard items.indices.contains(item - 1) else { throw Refused("no such item") }
    commentsNaming.insert(requester)
  }

  mutating func proposeRejection(_ item: Int, _ proposal: ModelRejection) throws(Refused) {
    try mustBeKnown(proposal.by)
    try mustBeLive(item)
    guard proposal.expires > today else { throw Refused("expires too early") }
    if case .inChange = items[item - 1].state { throw Refused("in a change") }
    if let pending = items[item - 1].rejection, pending.by != proposal.by {
      throw Refused("somebody else's is pending")
    }
    items[item - 1].state = .rejectionProposed(proposal)
  }

  mutating func approveRejection(_ item: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard items.indices.contains(item - 1), case .rejectionProposed(let proposal) = items[item - 1].state,
      proposal.by != person, proposal.expires > today
    else { throw Refused("not to be approved by this person") }
    items[item - 1].state = .rejectionApproved(proposal, by: person)
  }

  mutating func returnRejection(_ item: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard items.indices.contains(item - 1), items[item - 1].rejection != nil else { throw Refused("none") }
    items[item - 1].state = .acknowledged
  }

  mutating func withdrawRejection(_ item: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard items.indices.contains(item - 1), let proposal = items[item - 1].rejection,
      [proposal.by, items[item - 1].owner].contains(person)
    else { throw Refused("not theirs to withdraw") }
    items[item - 1].state = .acknowledged
  }

  mutating func closeRejected(_ item: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard items.indices.contains(item - 1) else { throw Refused("no such item") }
    if case .rejected = items[item - 1].state { return openItems() }
    guard case .rejectionApproved(let proposal, let approver) = items[item - 1].state,
      [proposal.by, approver, items[item - 1].owner].contains(person), proposal.expires > today
    else { throw Refused("not theirs to close") }
    items[item - 1].state = .rejected(proposal)
    items[item - 1].effect = now
    items[item - 1].wish = nil
    end(item, at: now, rejected: true)
    openItems()
  }
}

// The clock of an item: around the clock, as the policies of a new workspace are.
extension ModelState {
  private func live(_ item: Int, _ person: String) throws(Refused) -> ModelItem {
    try mustBeKnown(person)
    guard items.indices.contains(item - 1), !items[item - 1].isClosed else { throw Refused("closed") }
    return items[item - 1]
  }

  mutating func extend(_ item: Int, until: Int64, by person: String) throws(Refused) {
    let present = try live(item, person)
    guard until > present.due, until > now, until <= now + 366 * ModelState.day else { throw Refused("no extension") }
    items[item - 1].wish = (until, person)
  }

  mutating func approveExtension(_ item: Int, by person: String) throws(Refused) {
    let present = try live(item, person)
    guard let wish = present.wish, wish.by != person, present.owner != person, wish.until > now else {
      throw Refused("not theirs to grant")
    }
    items[item - 1].goal = wish.until
    items[item - 1].pauses = []
    items[item - 1].wish = nil
  }

  mutating func pause(_ item: Int, until: Int64, by person: String) throws(Refused) {
    let present = try live(item, person)
    guard present.owner == person, now <= present.due, until > now else { throw Refused("no pause") }
    if case .open = present.state { throw Refused("acknowledge it first") }
    if let last = present.pauses.last, now < last.until { throw Refused("paused already") }
    let before = present.pauses.reduce(0) { $0 + $1.until - $1.from }
    guard before + until - now <= 30 * ModelState.day else { throw Refused("too long") }
    items[item - 1].pauses.append((now, until))
  }

  mutating func resume(_ item: Int, by person: String) throws(Refused) {
    let present = try live(item, person)
    guard let last = present.pauses.last, now < last.until else { throw Refused("not paused") }
    items[item - 1].pauses[present.pauses.count - 1].until = now
  }
}
