// SPDX-License-Identifier: Apache-2.0

/// How long an item may take, by which calendar, and who hears of it when it takes longer.
package struct SLAPolicy: Equatable, Sendable {
  package var id: String
  package var title: String
  package var acknowledgeWithin: WorkingDuration
  package var closeWithin: WorkingDuration
  /// How long before the due time its owner is warned; nil warns when three quarters of the time are used.
  package var warnBefore: WorkingDuration?
  /// The id of a calendar; nil counts around the clock.
  package var calendar: String?
  /// Who is told besides the owner.
  package var escalateTo: PersonID?

  package init(
    id: String, title: String, acknowledgeWithin: WorkingDuration, closeWithin: WorkingDuration,
    warnBefore: WorkingDuration? = nil, calendar: String? = nil, escalateTo: PersonID? = nil
  ) {
    self.id = id
    self.title = title
    self.acknowledgeWithin = acknowledgeWithin
    self.closeWithin = closeWithin
    self.warnBefore = warnBefore
    self.calendar = calendar
    self.escalateTo = escalateTo
  }

  /// What applies where a taxonomy names no other.
  package static let standard = SLAPolicy(
    id: "standard", title: "Standard", acknowledgeWithin: .days(Days(2)), closeWithin: .days(Days(14)))

  /// For items that opened out of history: nobody can be two weeks late for last year.
  package static let backlog = SLAPolicy(
    id: "backlog", title: "Backlog", acknowledgeWithin: .days(Days(10)), closeWithin: .days(Days(90)))
}

extension SLAPolicy {
  /// A duration in days of 24 hours is a number under `…_days`; any other is a text.
  package var json: JSONValue {
    func days(_ duration: WorkingDuration) -> JSONValue? {
      if case .days(let days) = duration { .int(days.count) } else { nil }
    }
    func text(_ duration: WorkingDuration) -> JSONValue? {
      if case .days = duration { nil } else { .text(duration) }
    }
    return .fields([
      "id": .string(id),
      "title": .string(title),
      "acknowledge_within_days": days(acknowledgeWithin),
      "acknowledge_within": text(acknowledgeWithin),
      "close_within_days": days(closeWithin),
      "close_within": text(closeWithin),
      "warn_before": warnBefore.map(JSONValue.text),
      "calendar": calendar.map(JSONValue.string),
      "escalate_to": escalateTo.map(JSONValue.text),
    ])
  }

  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    self.init(
      id: try fields.string("id"), title: try fields.string("title"),
      acknowledgeWithin: try fields.duration("acknowledge_within"), closeWithin: try fields.duration("close_within"),
      warnBefore: try fields.optionalString("warn_before").map(Fields.duration),
      calendar: try fields.optionalString("calendar"), escalateTo: try fields.optionalPerson("escalate_to"))
  }
}

extension Fields {
  fileprivate func duration(_ name: String) throws(DecodingFailure) -> WorkingDuration {
    if let days = try optionalInt("\(name)_days") { return .days(Days(days)) }
    return try Fields.duration(string(name))
  }

  fileprivate static func duration(_ text: String) throws(DecodingFailure) -> WorkingDuration {
    do { return try WorkingDuration(text) } catch {
      throw DecodingFailure(field: "sla", problem: "has a duration that is none: \(text)")
    }
  }
}
