// SPDX-License-Identifier: Apache-2.0

extension BusinessCalendar {
  /// What an event freezes. All seven weekdays are in it, and the dates with hours of their own are sorted, so that calendars
  /// that are equal have the same bytes.
  package var json: JSONValue {
    .fields([
      "id": .string(id),
      "title": .string(title),
      "zone": .text(zone),
      "week": .object(
        Weekday.allCases.map { JSONValue.Member(name: $0.rawValue, value: BusinessCalendar.json(hours(on: $0))) }),
      "days": .array(
        days.sorted { $0.key < $1.key }.map { date, hours in
          .fields(["date": .text(date), "hours": BusinessCalendar.json(hours)])
        }),
    ])
  }

  /// Reads what `json` wrote.
  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    let named = try fields.object("week")
    var week: [Weekday: WorkingHours] = [:]
    for weekday in Weekday.allCases { week[weekday] = try BusinessCalendar.hours(weekday.rawValue, of: named) }
    let days = try fields.array("days").map { value throws(DecodingFailure) in
      let day = Fields(value)
      return (date: try day.date("date"), hours: try BusinessCalendar.hours("hours", of: day))
    }
    let (id, title, zone) = try (fields.string("id"), fields.string("title"), fields.string("zone"))
    do {
      try self.init(id: id, title: title, zone: zone, week: week, days: days)
    } catch {
      throw DecodingFailure(field: "calendar", problem: "says what no calendar can: \(error.sentence)")
    }
  }

  private static func json(_ hours: WorkingHours) -> JSONValue { .array(hours.texts.map(JSONValue.string)) }

  private static func hours(_ name: String, of fields: Fields) throws(DecodingFailure) -> WorkingHours {
    let texts = try fields.strings(name)
    do {
      return try WorkingHours(texts)
    } catch {
      throw DecodingFailure(field: name, problem: "is not a list of working hours: \(error.sentence)")
    }
  }
}
