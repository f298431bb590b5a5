// SPDX-License-Identifier: Apache-2.0

/// What changes from one version of the taxonomy to another. Compares documents, so the order in which entries, people and policies
/// were written down is no difference, and a member that is added to the document later is compared as well.
package struct TaxonomyDifference: Equatable, Sendable {
  /// What a taxonomy has lists of.
  package enum Kind: String, CaseIterable, Sendable {
    case code
    case rootCause = "root_cause"
    case person
    case policy
    case calendar
  }

  /// Something that is in one of the two only.
  package struct Entry: Equatable, Sendable {
    package let kind: Kind
    package let id: String
    /// Nil for people.
    package let title: String?
    /// Ids that it takes over from.
    package let replaces: [String]
  }

  /// A code or a tag that is retired in the second and was not in the first.
  package struct Retired: Equatable, Sendable {
    package let key: RecurrenceKey
    package let title: String
    package let on: CalendarDate
    /// What takes over from it, the nearest first; empty where nothing does.
    package let heirs: [RecurrenceKey]
  }

  /// A field that differs, by its name in the document; nil where it is absent.
  package struct Change: Equatable, Sendable {
    package let kind: Kind
    package let id: String
    package let field: String
    package let from: JSONValue?
    package let to: JSONValue?
  }

  package let added: [Entry]
  package let removed: [Entry]
  package let retired: [Retired]
  package let changed: [Change]
  /// Whether people, roles or policies change, which takes a second administrator where there is one.
  package let governs: Bool

  package var isEmpty: Bool { added.isEmpty && removed.isEmpty && retired.isEmpty && changed.isEmpty }
}

extension Taxonomy {
  /// What is different in a later version.
  package func difference(to other: Taxonomy) -> TaxonomyDifference {
    var added: [TaxonomyDifference.Entry] = []
    var removed: [TaxonomyDifference.Entry] = []
    var retired: [TaxonomyDifference.Retired] = []
    var changed: [TaxonomyDifference.Change] = []
    for kind in TaxonomyDifference.Kind.allCases {
      let before = members(kind)
      let after = other.members(kind)
      for (id, member) in after.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        guard let old = before[id] else {
          added.append(TaxonomyDifference.Entry(kind, id, member))
          continue
        }
        let now = other.newlyRetired(kind, id, since: self)
        if let now { retired.append(now) }
        changed += TaxonomyDifference.Change.all(kind, id, from: old, to: member).filter {
          now == nil || $0.field != "retired"
        }
      }
      removed += before.keys.filter { after[$0] == nil }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .compactMap { id in before[id].map { TaxonomyDifference.Entry(kind, id, $0) } }
    }
    return TaxonomyDifference(
      added: added, removed: removed, retired: retired, changed: changed, governs: !governsLike(other))
  }

  /// Everything of a kind as it stands in the document, by id.
  private func members(_ kind: TaxonomyDifference.Kind) -> [String: JSONValue] {
    let list: [(String, JSONValue)] =
      switch kind {
      case .code: codes.map { ($0.id, $0.json) }
      case .rootCause: rootCauses.map { ($0.id, $0.json) }
      case .person: people.map { ($0.id.text, $0.json) }
      case .policy: policies.map { ($0.id, $0.json) }
      case .calendar: calendars.map { ($0.id, $0.json) }
      }
    return Dictionary(list) { first, _ in first }
  }

  private func newlyRetired(
    _ kind: TaxonomyDifference.Kind, _ id: String, since earlier: Taxonomy
  ) -> TaxonomyDifference.Retired? {
    guard let kind = RecurrenceKey.Kind(rawValue: kind.rawValue) else { return nil }
    let key = RecurrenceKey(kind, id)
    guard let entry = entry(key), let date = entry.retired, earlier.entry(key)?.retired == nil else { return nil }
    return TaxonomyDifference.Retired(key: key, title: entry.title, on: date, heirs: heirs(of: key))
  }
}

extension TaxonomyDifference.Entry {
  fileprivate init(_ kind: TaxonomyDifference.Kind, _ id: String, _ member: JSONValue) {
    self.kind = kind
    self.id = id
    if case .string(let title)? = member["title"] { self.title = title } else { title = nil }
    guard case .array(let values)? = member["replaces"] else {
      replaces = []
      return
    }
    replaces = values.compactMap { if case .string(let id) = $0 { id } else { nil } }
  }
}

extension TaxonomyDifference.Change {
  /// The members that differ, in the order of the document.
  fileprivate static func all(
    _ kind: TaxonomyDifference.Kind, _ id: String, from old: JSONValue, to new: JSONValue
  ) -> [TaxonomyDifference.Change] {
    var names: [String] = []
    for case .object(let members) in [new, old] {
      names += members.map(\.name).filter { !names.contains($0) }
    }
    return names.filter { old[$0] != new[$0] }.map { name in
      TaxonomyDifference.Change(kind: kind, id: id, field: name, from: old[name], to: new[name])
    }
  }
}
