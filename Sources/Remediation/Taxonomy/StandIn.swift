// SPDX-License-Identifier: Apache-2.0

/// A time during which one person may do what another may: approve what they approve, and close and pause what they own.
package struct StandIn: Equatable, Sendable {
  /// Who is away.
  package let person: PersonID
  /// First and last day, both whole, in the workspace's time zone.
  package let from: CalendarDate
  package let until: CalendarDate

  package init(for person: PersonID, from: CalendarDate, until: CalendarDate) {
    self.person = person
    self.from = from
    self.until = until
  }

  /// `for ana from 2026-07-01 until 2026-07-14`.
  package var words: String { "for \(person) from \(from) until \(until)" }

  package func holds(on day: CalendarDate) -> Bool { from <= day && day <= until }
}

extension StandIn {
  package var json: JSONValue {
    .fields(["for": .text(person), "from": .text(from), "until": .text(until)])
  }

  package init(json: JSONValue) throws(DecodingFailure) {
    let fields = Fields(json)
    self.init(
      for: try fields.person("for"), from: try fields.date("from"), until: try fields.date("until"))
  }
}
