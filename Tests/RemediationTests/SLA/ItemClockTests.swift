// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

/// The clock of an item, through everything that moves it; and what people of other systems were caught by.
@Suite struct ItemClockTests {
  /// Monday to Friday from 09:00 to 17:00 in Berlin, with lunch from 12:00 to 13:00.
  private static func desk() throws -> BusinessCalendar {
    let hours = try WorkingHours(["09:00-12:00", "13:00-17:00"])
    return try BusinessCalendar(
      id: "desk", title: "Desk", zone: "Europe/Berlin",
      week: Dictionary(uniqueKeysWithValues: Weekday.allCases.prefix(5).map { ($0, hours) }), days: [])
  }

  private static let policy = SLAPolicy(
    id: "desk", title: "Desk", acknowledgeWithin: .working(minutes: 240), closeWithin: .businessDays(5),
    warnBefore: .working(minutes: 480), calendar: "desk", escalateTo: bob.id)

  /// Monday, 2026-11-23, 10:00 in Berlin, unless told.
  private func item(
    at start: String = "2026-11-23T09:00:00Z", _ policy: SLAPolicy = policy
  ) throws -> RemediationItem {
    var event = opened
    event.sla = policy
    event.calendar = digest(0x60)
    event.schedule = ItemClock.Schedule(policy, try Self.desk(), openedAt: time(start))
    return RemediationItem(id: rem, opened: event, at: time(start))
  }

  private func does(
    _ item: inout RemediationItem, at instant: String,
    _ decide: (RemediationItem, Timestamp) throws -> [ItemEvent]
  ) throws {
    let now = time(instant)
    for event in try decide(item, now) { item.apply(event, at: now) }
  }

  @Test func anItemIsDueByItsCalendar() throws {
    let item = try item()
    #expect(item.acknowledgeBy == time("2026-11-23T14:00:00Z"), "four hours of work, lunch not among them: 15:00")
    #expect(item.dueAt == time("2026-11-30T09:00:00Z"), "five business days: the next Monday at the same time")
    #expect(item.clock.warnAt == time("2026-11-27T08:00:00Z"), "eight working hours before, when somebody is there")
    #expect(item.nextMoment == item.acknowledgeBy)
  }

  @Test func itemsOfTheFirstWorkspacesHaveTheirDays() {
    let item = RemediationItem(id: rem, opened: opened, at: opening)
    #expect(item.acknowledgeBy == opening + Days(2) && item.dueAt == opening + Days(14))
    #expect(item.clock.warnAt == Timestamp(milliseconds: opening.milliseconds + 14 * 86_400_000 * 3 / 4))
  }

  @Test func eachMilestoneComesOnceInItsOrder() throws {
    var item = try item()
    #expect(item.milestones(at: time("2026-11-23T14:00:00Z")).isEmpty, "in time to the last moment")
    let after = item.milestones(at: time("2027-01-01T00:00:00Z"))
    #expect(after.map(\.milestone) == [.unacknowledged, .dueSoon, .breached])
    #expect(after.map(\.dueAt) == [item.acknowledgeBy, try #require(item.clock.warnAt), item.dueAt])
    for milestone in after.map(\.milestone) { item.apply(.reached(milestone, escalatedTo: bob.id), at: opening) }
    #expect(item.milestones(at: time("2027-01-01T00:00:00Z")).isEmpty && item.nextMoment == nil)
    var acknowledged = try self.item()
    acknowledged.apply(.acknowledged, at: opening)
    #expect(acknowledged.milestones(at: time("2027-01-01T00:00:00Z")).map(\.milestone) == [.dueSoon, .breached])
  }

  @Test func aPauseMovesTheDueTimeByTheWorkThatItTook() throws {
    let desk = try Self.desk()
    var item = try item()
    #expect(throws: Rejection.acknowledgeFirst(rem)) {
      try item.pause(
        until: time("2026-11-25T09:00:00Z"), reason: erasable("Supplier"), calendar: desk,
        now: time("2026-11-24T09:00:00Z"), by: cat)
    }
    item.apply(.acknowledged, at: time("2026-11-23T10:00:00Z"))
    // From Tuesday 10:00 to Wednesday 10:00: seven hours of work.
    try does(&item, at: "2026-11-24T09:00:00Z") { item, now in
      try item.pause(
        until: time("2026-11-25T09:00:00Z"), reason: erasable("Supplier"), calendar: desk, now: now, by: cat)
    }
    #expect(item.dueAt == time("2026-12-01T09:00:00Z"))
    #expect(item.clock.pause(at: time("2026-11-24T12:00:00Z")) != nil)
    #expect(item.clock.pause(at: time("2026-11-25T09:00:00Z")) == nil, "it ends by its limit, whoever forgets it")
    // Resumed on Tuesday at 15:00: only four hours were taken.
    try does(&item, at: "2026-11-24T14:00:00Z") { item, now in try item.resume(calendar: desk, now: now, by: cat) }
    #expect(item.dueAt == time("2026-11-30T14:00:00Z"))
    #expect(throws: Rejection.notPaused(rem)) {
      try item.resume(calendar: desk, now: time("2026-11-24T15:00:00Z"), by: cat)
    }
  }

  @Test func pausesHaveAnOwnerAReasonAndALimit() throws {
    let desk = try Self.desk()
    var item = try item()
    item.apply(.acknowledged, at: time("2026-11-23T10:00:00Z"))
    let now = time("2026-11-24T09:00:00Z")
    func pause(_ until: String, _ reason: String = "Supplier", by actor: Actor = cat, at instant: Timestamp? = nil)
      -> Rejection?
    {
      do throws(Rejection) {
        _ = try item.pause(
          until: time(until), reason: erasable(reason), calendar: desk, now: instant ?? now, by: actor)
        return nil
      } catch { return error }
    }
    #expect(pause("2026-11-25T09:00:00Z") == nil)
    #expect(pause("2026-11-25T09:00:00Z", by: ann) == .notYoursToPause(rem, cat.id))
    #expect(pause("2026-11-25T09:00:00Z", " ") == .textMissing("reason"))
    #expect(pause("2026-11-24T09:00:00Z") == .pauseNotAhead(rem, now))
    #expect(pause("2026-12-24T09:00:00.001Z") == .pauseTooLong(rem, Days(30)))
    let late = time("2026-12-02T09:00:00Z")
    #expect(pause("2026-12-03T09:00:00Z", at: late) == .alreadyOverdue(rem, dueAt: item.dueAt))
    // All pauses together count.
    try does(&item, at: "2026-11-24T09:00:00Z") { item, now in
      try item.pause(
        until: time("2026-12-20T09:00:00Z"), reason: erasable("Supplier"), calendar: desk, now: now, by: cat)
    }
    #expect(pause("2026-11-30T09:00:00Z") == .alreadyPaused(rem, until: time("2026-12-20T09:00:00Z")))
    #expect(pause("2026-12-25T09:00:00.001Z", at: time("2026-12-21T09:00:00Z")) == .pauseTooLong(rem, Days(30)))
    #expect(pause("2026-12-25T09:00:00Z", at: time("2026-12-21T09:00:00Z")) == nil)
  }

  @Test func thereIsNoBreachInAPause() throws {
    let desk = try Self.desk()
    var item = try item()
    item.apply(.acknowledged, at: time("2026-11-23T10:00:00Z"))
    try does(&item, at: "2026-11-27T16:00:00Z") { item, now in
      try item.pause(
        until: time("2026-12-10T16:00:00Z"), reason: erasable("Law"), calendar: desk, now: now, by: cat)
    }
    #expect(item.milestones(at: time("2026-12-10T16:00:00Z")).map(\.milestone) != [.breached])
    #expect(item.dueAt > time("2026-12-10T16:00:00Z"))
    #expect(!item.isOverdue(at: time("2026-12-10T16:00:00Z")))
  }

  @Test func anExtensionTakesASecondPersonAndKeepsNothingOfWhatItReplaces() throws {
    let desk = try Self.desk()
    var item = try item()
    item.apply(.acknowledged, at: time("2026-11-23T10:00:00Z"))
    func wish(_ until: String, at now: String = "2026-12-01T09:00:00Z") throws -> [ItemEvent] {
      try item.proposeExtension(until: time(until), reason: erasable("Legal review"), now: time(now), by: cat)
    }
    #expect(throws: Rejection.extensionNotLater(rem, dueAt: time("2026-12-01T09:00:00Z"))) {
      _ = try wish("2026-12-01T08:00:00Z")
    }
    #expect(throws: Rejection.extensionTooFar(rem, latest: time("2026-12-01T09:00:00Z") + Days(366))) {
      _ = try wish("2028-01-01T09:00:00Z")
    }
    #expect(throws: Rejection.noExtension(rem)) {
      _ = try item.approveExtension(revision: nil, calendar: desk, now: opening, by: bob)
    }
    // It was breached, and the breach was noticed.
    for milestone in [ItemClock.Milestone.dueSoon, .breached] {
      item.apply(.reached(milestone, escalatedTo: nil), at: time("2026-12-01T09:00:00Z"))
    }
    for event in try wish("2026-12-11T16:00:00Z") { item.apply(event, at: time("2026-12-01T09:00:00Z")) }
    let proposal = try #require(item.clock.extensionProposal)
    #expect(item.dueAt == time("2026-11-30T09:00:00Z"), "a wish moves nothing")
    #expect(throws: Rejection.ownProposal("the extension of \(rem)", cat.id)) {
      let owner = Actor(id: cat.id, roles: [.approver])
      _ = try item.approveExtension(revision: nil, calendar: desk, now: time("2026-12-01T10:00:00Z"), by: owner)
    }
    var others = item
    for event in try item.proposeExtension(
      until: time("2026-12-12T16:00:00Z"), reason: erasable("Ann asks"), now: time("2026-12-01T09:00:00Z"), by: ann)
    { others.apply(event, at: time("2026-12-01T09:00:00Z")) }
    #expect(throws: Rejection.ownProposal("the extension of \(rem)", cat.id), "the owner gains by it") {
      let owner = Actor(id: cat.id, roles: [.approver])
      _ = try others.approveExtension(revision: nil, calendar: desk, now: time("2026-12-01T10:00:00Z"), by: owner)
    }
    #expect(throws: Rejection.revisionMoved(rem.description, asked: 1, present: proposal.revision)) {
      _ = try item.approveExtension(revision: 1, calendar: desk, now: time("2026-12-01T10:00:00Z"), by: bob)
    }
    try does(&item, at: "2026-12-01T10:00:00Z") { item, now in
      try item.approveExtension(revision: proposal.revision, calendar: desk, now: now, by: bob)
    }
    #expect(item.dueAt == time("2026-12-11T16:00:00Z") && !item.isOverdue(at: time("2026-12-02T00:00:00Z")))
    #expect(item.clock.warnAt == time("2026-12-10T15:00:00Z"), "eight working hours before the end of Friday")
    #expect(item.nextMoment == item.clock.warnAt, "what was noticed of the old due time is not of the new one")
    // A pause after the extension moves the granted time; the ones before it are forgotten.
    try does(&item, at: "2026-12-07T08:00:00Z") { item, now in
      try item.pause(
        until: time("2026-12-08T08:00:00Z"), reason: erasable("Law"), calendar: desk, now: now, by: cat)
    }
    #expect(item.dueAt == time("2026-12-15T08:00:00Z"), "a day of work from Friday evening on: when Tuesday begins")
  }

  @Test func anExtensionCanBeReturned() throws {
    var item = try item()
    for event in try item.proposeExtension(
      until: time("2026-12-24T09:00:00Z"), reason: erasable("Later"), now: time("2026-11-24T09:00:00Z"), by: ann)
    { item.apply(event, at: time("2026-11-24T09:00:00Z")) }
    #expect(throws: Rejection.textMissing("note")) { _ = try item.returnExtension(note: erasable(""), by: bob) }
    for event in try item.returnExtension(note: erasable("Say why"), by: bob) { item.apply(event, at: opening) }
    #expect(item.clock.extensionProposal == nil && item.dueAt == time("2026-11-30T09:00:00Z"))
  }

  @Test func aWishEndsWithTheItemAndCanBeTakenBack() throws {
    var item = try item()
    for event in try item.proposeExtension(
      until: time("2026-12-24T09:00:00Z"), reason: erasable("Later"), now: time("2026-11-24T09:00:00Z"), by: ann)
    { item.apply(event, at: time("2026-11-24T09:00:00Z")) }
    #expect(throws: Rejection.notYoursToWithdraw("the wish to extend \(rem)", ann.id)) {
      _ = try item.withdrawExtension(by: eve)
    }
    #expect(throws: Rejection.onlyAnExtension(rem, ann.id)) {
      _ = try item.approveRejection(revision: nil, today: opening.date, by: bob)
    }
    var withdrawn = item
    for event in try item.withdrawExtension(by: ann) { withdrawn.apply(event, at: opening) }
    #expect(withdrawn.clock.extensionProposal == nil)
    item.apply(.closed(ItemState.closing), at: time("2026-11-25T09:00:00Z"))
    #expect(item.clock.extensionProposal == nil)
    #expect(throws: Rejection.alreadyClosed(rem)) { _ = try item.returnExtension(note: erasable("No"), by: bob) }
    #expect(throws: Rejection.alreadyClosed(rem)) { _ = try item.withdrawExtension(by: ann) }
  }

  @Test func whatIsStoredOfAClockIsReadTheSame() throws {
    var item = try item()
    item.apply(.acknowledged, at: time("2026-11-23T10:00:00Z"))
    try does(&item, at: "2026-11-24T09:00:00Z") { item, now in
      try item.pause(
        until: time("2026-11-25T09:00:00Z"), reason: erasable("Supplier"), calendar: try Self.desk(), now: now, by: cat)
    }
    try does(&item, at: "2026-11-24T10:00:00Z") { item, now in
      try item.proposeExtension(until: time("2026-12-24T09:00:00Z"), reason: erasable("More"), now: now, by: ann)
    }
    item.apply(.reached(.dueSoon, escalatedTo: nil), at: opening)
    #expect(try ItemClock(json: JSONValue(parsing: item.clock.json.canonicalBytes)) == item.clock)
  }

  @Test func historicItemsAreDueOneAfterTheOther() {
    let due = [250, 500, 750, 1000].map { share in
      ItemClock.Schedule(.backlog, .always, openedAt: opening, share: share).dueAt
    }
    #expect(
      due
        == [30, 50, 70, 90].map {
          Timestamp(milliseconds: opening.milliseconds + Int64($0 * 86_400_000)).wholeSecond
        })
    #expect(ItemClock.Schedule(.backlog, .always, openedAt: opening, share: 1).dueAt > opening + Days(10))
  }
}
