// SPDX-License-Identifier: Apache-2.0

/// When an organisation, or a part of it, works: the hours of each weekday, and dates that have hours of their own.
///
/// A plain value. An item freezes the one that it opened under; `json` is its only canonical form.
package struct BusinessCalendar: Equatable, Sendable {
  package let id: String
  package let title: String
  package let zone: Zone

  /// All seven weekdays.
  private let week: [Weekday: WorkingHours]

  /// Dates whose hours are not those of their weekday. A holiday has none.
  package let days: [CalendarDate: WorkingHours]

  /// Every minute counts, so working time is elapsed time.
  package static let always = BusinessCalendar(
    id: "always", title: "Around the clock", zone: .utc, fullWeek: { _ in .wholeDay }, days: [:])

  private init(
    id: String, title: String, zone: Zone, fullWeek: (Weekday) -> WorkingHours, days: [CalendarDate: WorkingHours]
  ) {
    self.id = id
    self.title = title
    self.zone = zone
    self.week = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, fullWeek($0)) })
    self.days = days
  }

  /// Makes a zone out of its name, which takes its time; see `Zone`.
  /// - Parameters:
  ///   - zone: as `Zone` reads it.
  ///   - week: a weekday that is absent is off.
  ///   - days: dates with hours of their own, in any order: a holiday has `WorkingHours.none`, a working Saturday has some.
  package init(
    id: String, title: String, zone name: String, week: [Weekday: WorkingHours],
    days: [(date: CalendarDate, hours: WorkingHours)] = []
  ) throws(SLAFault) {
    guard let zone = Zone(name) else { throw .unknownZone(name) }
    guard week.values.contains(where: { $0 != .none }) else { throw .noWorkingTime(id) }
    var byDate: [CalendarDate: WorkingHours] = [:]
    for day in days {
      guard byDate.updateValue(day.hours, forKey: day.date) == nil else { throw .dateTwice(day.date) }
    }
    self.init(id: id, title: title, zone: zone, fullWeek: { week[$0] ?? .none }, days: byDate)
  }

  package func hours(on weekday: Weekday) -> WorkingHours { week[weekday] ?? .none }

  package func hours(on date: CalendarDate) -> WorkingHours { days[date] ?? hours(on: Weekday(of: date)) }
}
