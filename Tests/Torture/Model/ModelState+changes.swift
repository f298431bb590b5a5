// SPDX-License-Identifier: Apache-2.0

struct ModelChange: Sendable {
  enum State: Sendable { case inReview, approved, committing, committed, conflicted, returned, withdrawn }

  var path: String
  var closes: [Int]
  /// As it will be committed.
  var text: ModelText
  /// The file that it was made from.
  var base: ModelText?
  let by: String
  var authors: Set<String> = []
  var state = State.inReview
  var approver: String?
  var attempts = 0
  var intendedAt: Int64 = 0
  var branch: (name: String, serial: Int)?

  var isOver: Bool { state == .committed || state == .withdrawn }
}

/// A text on its way to become a change.
struct ModelDraft {
  var text: ModelText
  var path: String
  var closing: [Int]
  /// Where it is known: the file that it was made from, if there was one.
  var base: ModelText??
  var branch: (name: String, serial: Int)?
  var author: String?
}

// SOP changes, from the proposal to the commit. docs/formats/closing.md.
extension ModelState {
  @discardableResult
  mutating func propose(_ draft: ModelDraft, by person: String, revising known: Int? = nil) throws(Refused) -> Int {
    try mustBeKnown(person)
    try adoptPushes()
    let closing = draft.closing.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
    let known =
      known
      ?? changes.lastIndex { change in
        !change.isOver && change.by == person && change.path == draft.path
          && (change.closes.isEmpty ? closing.isEmpty : !Set(change.closes).isDisjoint(with: closing))
      }.map { $0 + 1 }
    for item in closing { try mayJoin(item, known) }
    // Version and day follow those of the file that the text was made from.
    let before = draft.base ?? handbook.file(at: draft.path)
    var text = draft.text
    text.version = (before.map { $0.version ?? 0 } ?? 0) + 1
    // The day of the draft before, where it has passed meanwhile, is nothing that somebody asks for.
    let isOfDraft = known.map { text.effective == changes[$0 - 1].text.effective } ?? false
    let hasPassed = text.effective.map { $0 < today } ?? true
    if text.effective == nil || text.effective == before?.effective || isOfDraft && hasPassed { text.effective = today }
    try mustPass(text, at: draft.path, closing)
    if let known {
      guard !changes[known - 1].isOver, changes[known - 1].state != .committing else { throw Refused("too late") }
      for item in changes[known - 1].closes where !closing.contains(item) { release(item, from: known) }
      changes[known - 1].path = draft.path
      changes[known - 1].closes = closing
      changes[known - 1].text = text
      changes[known - 1].base = before
      changes[known - 1].state = .inReview
    } else {
      changes.append(
        ModelChange(path: draft.path, closes: closing, text: text, base: before, by: person))
    }
    let number = known ?? changes.count
    if let author = draft.author, author != changes[number - 1].by { changes[number - 1].authors.insert(author) }
    changes[number - 1].branch = draft.branch ?? changes[number - 1].branch
    for item in closing { items[item - 1].state = .inChange(number) }
    return number
  }

  /// The same text closes one more.
  mutating func join(_ number: Int, closing item: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    var change = try change(number)
    guard !change.isOver, change.state != .committing else { throw Refused("too late") }
    if change.closes.contains(item) { return }
    // All that it closes: what was let go when it was returned may be somebody else's by now, or closed.
    for item in change.closes + [item] { try mayJoin(item, number) }
    guard covers(change.text, items[item - 1].key) else { throw Refused("not covered") }
    change.closes.append(item)
    change.state = .inReview
    if person != change.by { change.authors.insert(person) }
    changes[number - 1] = change
    for item in change.closes { items[item - 1].state = .inChange(number) }
  }

  private func mayJoin(_ item: Int, _ change: Int?) throws(Refused) {
    try mustBeLive(item)
    if case .inChange(let other) = items[item - 1].state, other != change { throw Refused("in another change") }
    if items[item - 1].rejection != nil { throw Refused("a rejection is pending") }
  }

  private func covers(_ text: ModelText, _ key: Key) -> Bool {
    ([key] + taxonomy.heirs(of: key)).contains { text.covers($0) }
  }

  private func mustPass(_ text: ModelText, at path: String, _ closing: [Int]) throws(Refused) {
    for item in closing where !covers(text, items[item - 1].key) { throw Refused("not covered") }
    if let before = handbook.file(at: path), before.body == text.body {
      let saysOtherwise = before.codes != text.codes || before.tags != text.tags
      let isApproved = handbook.versions[path]?.last?.isApproved ?? true
      if isApproved || !saysOtherwise { throw Refused("nothing changed") }
    }
    if let effective = text.effective, effective > today + 30 { throw Refused("too far ahead") }
  }

  private mutating func release(_ item: Int, from change: Int) {
    if case .inChange(change) = items[item - 1].state { items[item - 1].state = .acknowledged }
  }

  private func change(_ number: Int) throws(Refused) -> ModelChange {
    guard changes.indices.contains(number - 1) else { throw Refused("no such change") }
    return changes[number - 1]
  }

  mutating func approve(_ number: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    let change = try change(number)
    guard change.state == .inReview, person != change.by, !change.authors.contains(person) else {
      throw Refused("not to be approved by this person")
    }
    changes[number - 1].state = .approved
    changes[number - 1].approver = person
  }

  mutating func sendBack(_ number: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard [.inReview, .approved].contains(try change(number).state) else { throw Refused("not in review") }
    letGo(number, .returned)
  }

  mutating func withdraw(_ number: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    let change = try change(number)
    guard !change.isOver, change.state != .committing else { throw Refused("too late") }
    letGo(number, .withdrawn)
  }

  private mutating func letGo(_ number: Int, _ state: ModelChange.State) {
    changes[number - 1].state = state
    for item in changes[number - 1].closes { release(item, from: number) }
  }

  mutating func close(_ number: Int, by person: String) throws(Refused) {
    for other in committing where other != number {
      _ = attempt { (state) throws(Refused) in try state.finish(other) }
    }
    let refusal = attempt { (state) throws(Refused) in try state.intend(number, by: person) }
    if let refusal { throw Refused(refusal, keepsWhatWasDone: true) }
    guard try change(number).state == .committing else { return }
    let unfinished = attempt { (state) throws(Refused) in try state.finish(number) }
    if let unfinished { throw Refused(unfinished, keepsWhatWasDone: true) }
  }

  private mutating func intend(_ number: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    var change = try change(number)
    if change.state == .committed || change.state == .committing { return }
    try adoptPushes()
    if handbook.file(at: change.path) == change.base { try mustPass(change.text, at: change.path, change.closes) }
    guard change.state == .approved, let approver = change.approver else { throw Refused("not approved") }
    guard [change.by, approver].contains(person) || change.closes.contains(where: { items[$0 - 1].owner == person })
    else { throw Refused("not theirs to close") }
    change.state = .committing
    change.attempts += 1
    change.intendedAt = now / 1_000 * 1_000
    changes[number - 1] = change
  }

  private func position(of number: Int) -> Int? {
    handbook.commits.firstIndex { $0.intent.map { $0 == (number, changes[number - 1].attempts) } ?? false }
  }

  /// Goes on with what was intended, wherever it stands.
  mutating func finish(_ number: Int) throws(Refused) {
    let change = changes[number - 1]
    if position(of: number) == nil {
      guard handbook.file(at: change.path) == change.base else {
        letGo(number, .conflicted)
        try adoptPushes()
        throw Refused("conflicted", keepsWhatWasDone: true)
      }
      if block == .branch { throw Refused("not finished", keepsWhatWasDone: true) }
      handbook.commits.append(
        ModelCommit(
          path: change.path, text: change.text, author: change.by, time: change.intendedAt,
          intent: (number, change.attempts)))
    }
    if block == .ledgerRef { throw Refused("not finished", keepsWhatWasDone: true) }
    handbook.adopt(upTo: (position(of: number) ?? 0) + 1)
    changes[number - 1].state = .committed
    let effect = ModelHandbook.effect(change.text, change.intendedAt)
    for item in change.closes {
      items[item - 1].state = .closedByChange(number)
      items[item - 1].effect = effect
      items[item - 1].wish = nil
      end(item, at: effect, rejected: false)
    }
    try adoptPushes()
    openItems()
  }

  mutating func abandon(_ number: Int, by person: String) throws(Refused) {
    try mustBeKnown(person)
    guard try change(number).state == .committing, position(of: number) == nil else { throw Refused("too late") }
    changes[number - 1].state = .approved
  }
}
