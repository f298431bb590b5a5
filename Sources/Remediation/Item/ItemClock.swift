// SPDX-License-Identifier: Apache-2.0

/// What an item knows of its SLA: the policy and the calendar that it opened under, frozen, and what moved its due time since.
///
/// The times are as they were computed when something set them, and the ledger keeps them: they depend on time zone data, which
/// change from year to year.
package struct ItemClock: Equatable, Sendable {
  package let sla: SLAPolicy
  /// Of the calendar's canonical bytes; nil counts around the clock.
  package let calendar: Digest?
  package fileprivate(set) var acknowledgeBy: Timestamp
  /// When the owner is warned; nil where the clock is too short for that.
  package fileprivate(set) var warnAt: Timestamp?
  package fileprivate(set) var dueAt: Timestamp
  /// The opening, or the last extension.
  package fileprivate(set) var start: Timestamp
  /// The due time if nobody had paused it since then.
  package fileprivate(set) var goal: Timestamp
  /// Since the start.
  package fileprivate(set) var pauses: [SLAClock.Pause] = []
  package fileprivate(set) var extensionProposal: ExtensionProposal?
  /// What the ledger has noticed of the present due time.
  package fileprivate(set) var reached: Set<Milestone> = []

  /// Something that time alone brings about; each happens once for a due time.
  package enum Milestone: String, CaseIterable, Sendable {
    case unacknowledged
    case dueSoon = "due_soon"
    case breached
  }

  /// The times that an event sets.
  package struct Schedule: Equatable, Sendable {
    package var acknowledgeBy: Timestamp
    package var warnAt: Timestamp?
    package var dueAt: Timestamp

    package init(acknowledgeBy: Timestamp, warnAt: Timestamp?, dueAt: Timestamp) {
      self.acknowledgeBy = acknowledgeBy
      self.warnAt = warnAt
      self.dueAt = dueAt
    }

    /// Of an item that opens: by its policy and calendar. Where the calendar has not enough working time in twenty years, it is due
    /// after 90 days.
    /// - Parameter share: which part of the time after the acknowledgement it may take, in thousandths: historic items are due one after
    ///   the other.
    package init(_ sla: SLAPolicy, _ calendar: BusinessCalendar, openedAt: Timestamp, share: Int = 1000) {
      func due(_ duration: WorkingDuration) -> Timestamp {
        if case .at(let due) = SLAClock(start: openedAt, duration: duration, calendar: calendar).due { return due }
        return openedAt + Days(90)
      }
      acknowledgeBy = due(sla.acknowledgeWithin)
      let whole = max(due(sla.closeWithin).milliseconds - acknowledgeBy.milliseconds, 0)
      dueAt = Timestamp(milliseconds: acknowledgeBy.milliseconds + whole / 1000 * Int64(share)).wholeSecond
      if share == 1000 { dueAt = due(sla.closeWithin) }
      warnAt = SLAClock(start: openedAt, duration: sla.closeWithin, calendar: calendar, goal: dueAt).warning(sla)
    }
  }

  package init(_ sla: SLAPolicy, calendar: Digest?, openedAt: Timestamp, _ schedule: Schedule) {
    self.sla = sla
    self.calendar = calendar
    acknowledgeBy = schedule.acknowledgeBy
    warnAt = schedule.warnAt
    dueAt = schedule.dueAt
    start = openedAt
    goal = schedule.dueAt
  }

  /// The pause that holds at an instant.
  package func pause(at now: Timestamp) -> SLAClock.Pause? {
    pauses.last.flatMap { pause in pause.from <= now && now < pause.until ?? pause.from ? pause : nil }
  }

  /// The clock as it runs by the calendar that the item froze.
  func running(_ calendar: BusinessCalendar) -> SLAClock {
    SLAClock(start: start, duration: sla.closeWithin, calendar: calendar, goal: goal, pauses: pauses)
  }

  /// Due time and warning of a clock of this item.
  func schedule(of clock: SLAClock) -> Schedule {
    guard case .at(let due) = clock.due else {
      return Schedule(acknowledgeBy: acknowledgeBy, warnAt: warnAt, dueAt: dueAt)
    }
    return Schedule(acknowledgeBy: acknowledgeBy, warnAt: clock.warning(sla), dueAt: due)
  }

  /// When to warn of a due time that counts from an instant on.
  func warning(from start: Timestamp, to goal: Timestamp, _ calendar: BusinessCalendar) -> Timestamp? {
    SLAClock(start: start, duration: sla.closeWithin, calendar: calendar, goal: goal).warning(sla)
  }

  /// Milestones whose time has come and that the ledger has not noticed, in the order of their times.
  package func milestones(at now: Timestamp, isAcknowledged: Bool) -> [(milestone: Milestone, dueAt: Timestamp)] {
    moments(isAcknowledged: isAcknowledged).filter { $0.milestone == .dueSoon ? $0.dueAt <= now : $0.dueAt < now }
  }

  /// The first instant at which there may be a milestone to notice; nil where there is none to come.
  package func nextMoment(isAcknowledged: Bool) -> Timestamp? {
    moments(isAcknowledged: isAcknowledged).first?.dueAt
  }

  private func moments(isAcknowledged: Bool) -> [(milestone: Milestone, dueAt: Timestamp)] {
    var moments: [(milestone: Milestone, dueAt: Timestamp)] = []
    if !isAcknowledged { moments.append((.unacknowledged, acknowledgeBy)) }
    if let warnAt { moments.append((.dueSoon, warnAt)) }
    moments.append((.breached, dueAt))
    return moments.filter { !reached.contains($0.milestone) }.sorted { $0.dueAt < $1.dueAt }
  }
}

/// Somebody's wish that an item may take longer.
package struct ExtensionProposal: Equatable, Sendable {
  package let until: Timestamp
  /// Digest of the reason; the text stands in an erasable row.
  package let reason: Digest
  package let proposedBy: PersonID
  /// The item's version that the proposal made: an approval names it.
  package let revision: Int

  package init(until: Timestamp, reason: Digest, proposedBy: PersonID, revision: Int) {
    self.until = until
    self.reason = reason
    self.proposedBy = proposedBy
    self.revision = revision
  }
}

extension ItemClock {
  /// Applies what happened to the clock; other events pass it by.
  mutating func apply(_ event: ItemEvent, at time: Timestamp) {
    switch event {
    case .extensionProposed(let proposal): extensionProposal = proposal
    case .extensionReturned, .extensionWithdrawn, .closed, .rejected: extensionProposal = nil
    case .extensionApproved(let granted):
      // A granted date is what the approver saw: it counts anew from here, and a pause that holds is over.
      start = time
      goal = granted.until
      dueAt = granted.until
      warnAt = granted.warnAt
      pauses = []
      extensionProposal = nil
      reached.subtract([.dueSoon, .breached])
    case .paused(let pause):
      pauses.append(SLAClock.Pause(from: time, until: pause.until))
      dueAt = pause.dueAt
      warnAt = pause.warnAt
    case .resumed(let resumption):
      guard let last = pauses.popLast() else { return }
      pauses.append(SLAClock.Pause(from: last.from, until: time))
      dueAt = resumption.dueAt
      warnAt = resumption.warnAt
    case .reached(let milestone, _): reached.insert(milestone)
    default: break
    }
  }
}

extension ItemClock {
  package var json: JSONValue {
    .fields([
      "sla": sla.json,
      "calendar": calendar.map(JSONValue.text),
      "acknowledge_by": .int(Int(acknowledgeBy.milliseconds)),
      "warn_at": warnAt.map { .int(Int($0.milliseconds)) },
      "due_at": .int(Int(dueAt.milliseconds)),
      "start": .int(Int(start.milliseconds)),
      "goal": .int(Int(goal.milliseconds)),
      "pauses": .array(
        pauses.map { .array([.int(Int($0.from.milliseconds)), .int(Int(($0.until ?? $0.from).milliseconds))]) }),
      "extension": extensionProposal?.json,
      "reached": .array(reached.map(\.rawValue).sorted().map(JSONValue.string)),
    ])
  }

  /// Reads what `json` wrote.
  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    func instant(_ name: String) throws(DecodingFailure) -> Timestamp {
      Timestamp(milliseconds: Int64(try fields.int(name)))
    }
    self.init(
      try SLAPolicy(json: fields.value("sla")), calendar: try fields.optionalDigest("calendar"),
      openedAt: try instant("start"),
      Schedule(
        acknowledgeBy: try instant("acknowledge_by"),
        warnAt: try fields.optionalInt("warn_at").map { Timestamp(milliseconds: Int64($0)) },
        dueAt: try instant("due_at")))
    goal = try instant("goal")
    pauses = try fields.array("pauses").map { value throws(DecodingFailure) in
      guard case .array(let bounds) = value, bounds.count == 2, case .integer(let from) = bounds[0],
        case .integer(let until) = bounds[1]
      else { throw DecodingFailure(field: "pauses", problem: "is no list of pairs") }
      return SLAClock.Pause(from: Timestamp(milliseconds: from), until: Timestamp(milliseconds: until))
    }
    extensionProposal = try fields.optionalObject("extension").map(ExtensionProposal.init(fields:))
    reached = Set(try fields.choices("reached"))
  }
}

extension SLAClock {
  /// When to warn by a policy.
  fileprivate func warning(_ sla: SLAPolicy) -> Timestamp? {
    sla.warnBefore.map { instant(before: $0) } ?? instant(used: 75)
  }
}
