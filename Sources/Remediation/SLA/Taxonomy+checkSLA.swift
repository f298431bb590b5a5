// SPDX-License-Identifier: Apache-2.0

extension Taxonomy {
  /// Holidays have to be listed for at least so long ahead.
  static let holidaysAhead = Days(30)

  /// What is wrong with the SLAs.
  func checkPolicies() -> [TaxonomyFinding] {
    policies.flatMap { policy in
      var findings: [TaxonomyFinding] = []
      func find(_ weight: TaxonomyFinding.Weight, _ check: String, _ detail: String) {
        findings.append(TaxonomyFinding(weight, check, nil, "The SLA \(policy.id) \(detail)", of: .policies))
      }
      if let id = policy.calendar, !calendars.contains(where: { $0.id == id }) {
        find(.error, "calendar_unknown", "has the calendar \(id), which is not in calendars.yaml.")
      }
      if let person = policy.escalateTo, self.person(person) == nil {
        find(
          .error, "escalation_unknown", "escalates to \(person), who is not in people.yaml. Add them, or name another.")
      }
      let schedules = sampleSchedules(of: policy)
      if let notice = policy.warnBefore, schedules.allSatisfy({ $0.warnAt == nil }) {
        find(
          .warning, "warns_nobody",
          "warns \(notice) before the due time, and takes no longer than that: \(policy.closeWithin). Nobody would be "
            + "warned; write a shorter warn_before.")
      }
      if schedules.allSatisfy({ $0.dueAt < $0.acknowledgeBy }) {
        find(
          .warning, "acknowledged_after_due",
          "has to be acknowledged within \(policy.acknowledgeWithin), but closed within \(policy.closeWithin). Make the "
            + "first the shorter one.")
      }
      return findings
    }
  }

  /// What items would be given that open at noon of each day of a fortnight: durations of different units compare only by a calendar.
  private func sampleSchedules(of policy: SLAPolicy) -> [ItemClock.Schedule] {
    let noon = Timestamp(milliseconds: 12 * 3_600_000)
    let calendar = calendar(of: policy)
    return (0..<14).map { ItemClock.Schedule(policy, calendar, openedAt: noon + Days($0)) }
  }

  /// Calendars whose list of holidays ends soon: after it, holidays would count as working time, and nobody would notice.
  func checkCalendars(_ today: CalendarDate) -> [TaxonomyFinding] {
    calendars.compactMap { calendar in
      guard let last = calendar.days.filter({ $0.value == .none }).keys.max(), last < today + Taxonomy.holidaysAhead
      else { return nil }
      return TaxonomyFinding(
        .warning, "holidays_run_out", nil,
        "The calendar \(calendar.id) lists no holiday after \(last). Add those of the next year: without them, holidays "
          + "count as working days.", of: .calendars)
    }
  }
}
