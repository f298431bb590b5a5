// SPDX-License-Identifier: Apache-2.0

internal import Remediation

// `policies.yaml` and `calendars.yaml`. See docs/formats/taxonomy.md.
extension SLAPolicy {
  init(_ value: YAMLValue) throws {
    let fields = try value.mapping([
      "id", "title", "calendar", "acknowledge_within", "close_within", "warn_before", "escalate_to",
    ])
    let id = try fields.required("id").string()
    self.init(
      id: id, title: try fields["title"]?.string() ?? id,
      acknowledgeWithin: try fields.required("acknowledge_within").duration(),
      closeWithin: try fields.required("close_within").duration(),
      warnBefore: try fields["warn_before"]?.duration(), calendar: try fields["calendar"]?.string())
    if let field = fields["escalate_to"] {
      guard let person = PersonID(try field.string()) else { throw field.problem("This is not the id of a person.") }
      escalateTo = person
    }
  }
}

extension BusinessCalendar {
  init(_ value: YAMLValue) throws {
    let fields = try value.mapping(["id", "title", "zone", "hours", "holidays", "days"])
    let id = try fields.required("id").string()
    var week: [Weekday: WorkingHours] = [:]
    let hours = try fields.required("hours").mapping(Weekday.allCases.map(\.rawValue))
    for (name, value) in hours.members {
      if let day = Weekday(rawValue: name) { week[day] = try value.workingHours() }
    }
    var days: [(date: CalendarDate, hours: WorkingHours)] = []
    for holiday in try fields["holidays"]?.list() ?? [] { days.append((try holiday.date(), .none)) }
    for (name, value) in try fields["days"]?.anyMapping().members ?? [] {
      guard let date = CalendarDate(name) else {
        throw value.problem("Write a date such as 2026-12-24 before the hours.")
      }
      days.append((date, try value.workingHours()))
    }
    do {
      try self.init(
        id: id, title: fields["title"]?.string() ?? id, zone: fields.required("zone").string(), week: week, days: days)
    } catch let fault as SLAFault {
      throw value.problem(fault.sentence)
    }
  }
}

extension YAMLValue {
  fileprivate func duration() throws -> WorkingDuration {
    let text = try string()
    do { return try WorkingDuration(text) } catch { throw problem(error.sentence) }
  }

  /// A list of intervals; an empty one is a day off.
  fileprivate func workingHours() throws -> WorkingHours {
    let texts = try list().map { try $0.string() }.filter { !$0.isEmpty }
    do { return try WorkingHours(texts) } catch { throw problem(error.sentence) }
  }

  func date() throws -> CalendarDate {
    guard let date = CalendarDate(try string()) else { throw problem("Write a date such as 2026-12-25.") }
    return date
  }
}
