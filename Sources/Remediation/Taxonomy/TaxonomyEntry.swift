// SPDX-License-Identifier: Apache-2.0

/// An exception code or a root-cause tag: both have the same form.
package struct TaxonomyEntry: Equatable, Sendable {
  package var id: String
  package var title: String
  package var definition: String
  package var severity: Severity
  package var owner: PersonID?
  /// The SOP that says how to handle it.
  package var playbook: SOPPath?
  /// The id of an SLA policy.
  package var sla: String
  package var recurrence: RecurrenceRule
  /// Whether its amounts are money lost.
  package var isLeakage: Bool
  /// Where what fits nowhere goes. It opens nothing.
  package var isCatchAll: Bool
  package var retired: CalendarDate?
  /// Ids that this one takes over from.
  package var replaces: [String]

  package init(
    id: String, title: String, definition: String = "", severity: Severity = .major, owner: PersonID? = nil,
    playbook: SOPPath? = nil, sla: String = SLAPolicy.standard.id,
    recurrence: RecurrenceRule = RecurrenceRule(count: 3, window: Days(30)), isLeakage: Bool = false,
    isCatchAll: Bool = false, retired: CalendarDate? = nil, replaces: [String] = []
  ) {
    self.id = id
    self.title = title
    self.definition = definition
    self.severity = severity
    self.owner = owner
    self.playbook = playbook
    self.sla = sla
    self.recurrence = recurrence
    self.isLeakage = isLeakage
    self.isCatchAll = isCatchAll
    self.retired = retired
    self.replaces = replaces
  }
}

/// How bad one occurrence is.
package enum Severity: String, CaseIterable, Sendable {
  case critical
  case major
  case minor
}
