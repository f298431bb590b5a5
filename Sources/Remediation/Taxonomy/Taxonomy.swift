// SPDX-License-Identifier: Apache-2.0

/// What exceptions are called, who owns each name, who may act, and how long things may take: one version of it, whole.
///
/// It holds no names of people, no addresses and no logins: those are personal data and stand in erasable tables.
package struct Taxonomy: Equatable, Sendable {
  package var codes: [TaxonomyEntry] { didSet { codePlaces = Taxonomy.places(codes) } }
  package var rootCauses: [TaxonomyEntry] { didSet { rootCausePlaces = Taxonomy.places(rootCauses) } }
  package var people: [Person]
  package var policies: [SLAPolicy]
  package var calendars: [BusinessCalendar]
  /// Where each id stands first.
  private var codePlaces: [String: Int]
  private var rootCausePlaces: [String: Int]

  package init(
    codes: [TaxonomyEntry] = [], rootCauses: [TaxonomyEntry] = [], people: [Person] = [], policies: [SLAPolicy] = [],
    calendars: [BusinessCalendar] = []
  ) {
    self.codes = codes
    self.rootCauses = rootCauses
    self.people = people
    self.policies = policies
    self.calendars = calendars
    codePlaces = Taxonomy.places(codes)
    rootCausePlaces = Taxonomy.places(rootCauses)
  }

  private static func places(_ entries: [TaxonomyEntry]) -> [String: Int] {
    Dictionary(entries.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A person and what they may do.
  package struct Person: Equatable, Sendable {
    package var id: PersonID
    package var roles: Set<Role>
    /// What they decide about as an approver.
    package var remit: Remit
    /// In whose place they may act, and when.
    package var standsIn: [StandIn]

    package init(id: PersonID, roles: Set<Role>, remit: Remit = .everything, standsIn: [StandIn] = []) {
      self.id = id
      self.roles = roles
      self.remit = remit
      self.standsIn = standsIn
    }
  }

  package func entries(_ kind: RecurrenceKey.Kind) -> [TaxonomyEntry] {
    switch kind {
    case .code: codes
    case .rootCause: rootCauses
    }
  }

  package func entry(_ key: RecurrenceKey) -> TaxonomyEntry? {
    switch key.kind {
    case .code: codePlaces[key.value].map { codes[$0] }
    case .rootCause: rootCausePlaces[key.value].map { rootCauses[$0] }
    }
  }

  package func person(_ id: PersonID) -> Person? { people.first { $0.id == id } }

  /// A person with what they may do on a day; nil where there is no such person.
  package func actor(_ id: PersonID, on day: CalendarDate) -> Actor? {
    person(id).map { found in
      Actor(
        id: id, roles: found.roles, remit: found.remit,
        inPlaceOf: found.standsIn.filter { $0.holds(on: day) }.compactMap { standIn in
          person(standIn.person).map { Actor.Principal(id: $0.id, roles: $0.roles, remit: $0.remit) }
        })
    }
  }

  /// The codes and tags in force whose playbook an SOP is.
  package func keys(withPlaybook path: SOPPath) -> [RecurrenceKey] {
    RecurrenceKey.Kind.allCases.flatMap { kind in
      entries(kind).filter { $0.retired == nil && $0.playbook == path }.map { RecurrenceKey(kind, $0.id) }
    }
  }

  package func policy(_ id: String) -> SLAPolicy? { policies.first { $0.id == id } }

  /// The calendar of a policy; around the clock where it names none.
  package func calendar(of policy: SLAPolicy) -> BusinessCalendar {
    policy.calendar.flatMap { id in calendars.first { $0.id == id } } ?? .always
  }

  /// Those whose role counts: an auditor has no other.
  package func people(with role: Role) -> [PersonID] {
    people.filter { $0.roles.contains(role) && (role == .auditor || !$0.roles.contains(.auditor)) }.map(\.id)
  }

  /// The rule by which a key opens items; nil where it opens none: it is unknown, retired, or the catch-all.
  package func recurrenceRule(for key: RecurrenceKey) -> RecurrenceRule? {
    guard let entry = entry(key), !entry.isCatchAll, entry.retired == nil else { return nil }
    return entry.recurrence
  }

  /// The keys that took over from a key, themselves or by others in between, the nearest first.
  package func heirs(of key: RecurrenceKey) -> [RecurrenceKey] {
    related(to: key) { id in entries(key.kind).filter { $0.replaces.contains(id) }.map(\.id) }
  }

  /// The keys that a key took over from, themselves or by others in between, the nearest first.
  package func predecessors(of key: RecurrenceKey) -> [RecurrenceKey] {
    related(to: key) { id in entry(RecurrenceKey(key.kind, id))?.replaces ?? [] }
  }

  /// The keys in force that take over from others, each after those that it takes over from.
  package var heirs: [RecurrenceKey] {
    RecurrenceKey.Kind.allCases.flatMap { kind in
      entries(kind).filter { $0.retired == nil && !$0.replaces.isEmpty }.map { RecurrenceKey(kind, $0.id) }
    }
    .map { (key: $0, depth: predecessors(of: $0).count) }.sorted { ($0.depth, $0.key) < ($1.depth, $1.key) }.map(\.key)
  }

  private func related(to key: RecurrenceKey, by step: (String) -> [String]) -> [RecurrenceKey] {
    var found: [String] = []
    var next = step(key.value)
    while !next.isEmpty {
      let new = next.filter { $0 != key.value && !found.contains($0) }
      for id in new where !found.contains(id) { found.append(id) }
      next = new.flatMap(step)
    }
    return found.map { RecurrenceKey(key.kind, $0) }
  }

  /// Whether people, roles, policies and calendars are the same in both: a change to them takes a second person.
  package func governsLike(_ other: Taxonomy) -> Bool {
    people.sorted { $0.id < $1.id } == other.people.sorted { $0.id < $1.id }
      && policies.sorted { $0.id < $1.id } == other.policies.sorted { $0.id < $1.id }
      && calendars.sorted { $0.id < $1.id } == other.calendars.sorted { $0.id < $1.id }
  }
}
