// SPDX-License-Identifier: Apache-2.0

extension Taxonomy {
  /// Rights that lead nowhere, and decisions that nobody could take.
  func checkPeople() -> [TaxonomyFinding] {
    let keys = RecurrenceKey.Kind.allCases.flatMap { kind in entries(kind).map { RecurrenceKey(kind, $0.id) } }
    let ids = Set(people.map(\.id))
    return checkAdministrators() + people.flatMap { check($0, keys: keys, people: ids) } + checkRemits()
  }

  private func checkAdministrators() -> [TaxonomyFinding] {
    people(with: .administrator).isEmpty
      ? [
        TaxonomyFinding(
          .error, "administrator_missing", nil,
          "Nobody is an administrator, so nobody could change anything here again. Give somebody the role.", of: .people
        )
      ] : []
  }

  private func check(_ person: Person, keys: [RecurrenceKey], people: Set<PersonID>) -> [TaxonomyFinding] {
    var findings: [TaxonomyFinding] = []
    func found(_ weight: TaxonomyFinding.Weight, _ check: String, _ detail: String) {
      findings.append(TaxonomyFinding(weight, check, nil, "\(person.id) \(detail)", of: .people))
    }
    if person.roles.contains(.auditor), person.roles.count > 1 {
      found(
        .warning, "auditor_has_other_roles",
        "is an auditor, who changes nothing, so the other roles do nothing. Take the one or the others away.")
    }
    if !person.remit.isEverything, !person.roles.contains(.approver) {
      found(.warning, "remit_without_role", "has only:, which limits approvers, and is none.")
    }
    for name in person.remit.names where !keys.contains(where: Remit(only: [name]).covers) {
      found(.warning, "remit_unknown", "decides about \(name), which is no code, no tag and no area here.")
    }
    for standIn in person.standsIn {
      if standIn.person == person.id {
        found(.error, "stands_in_for_self", "stands in for themselves. Name somebody else.")
      } else if !people.contains(standIn.person) {
        found(
          .error, "stands_in_unknown", "stands in for \(standIn.person), who is not in people.yaml. Name somebody else."
        )
      }
    }
    return findings
  }

  /// Codes and tags about which no approver decides, where approvers have parts.
  private func checkRemits() -> [TaxonomyFinding] {
    let approvers = Set(people(with: .approver))
    let remits = people.filter { approvers.contains($0.id) }.map(\.remit)
    guard !remits.isEmpty, !remits.contains(where: \.isEverything) else { return [] }
    let keys = RecurrenceKey.Kind.allCases.flatMap { kind in
      entries(kind).filter { $0.retired == nil }.map { RecurrenceKey(kind, $0.id) }
    }
    let open = keys.filter { key in !remits.contains { $0.covers(key) } }.map(\.value)
    let everything = TaxonomyFinding(
      .warning, "nobody_approves_the_rest", nil,
      "No approver decides about everything, so nobody can approve an SOP change that concerns no code, or codes of several parts. "
        + "Leave only: away for one of them.", of: .people)
    return open.isEmpty
      ? [everything]
      : [
        TaxonomyFinding(
          .warning, "nobody_approves", nil,
          "No approver decides about \(open.prefix(8).joined(separator: ", "))\(open.count > 8 ? ", …" : ""). Add them to "
            + "only: of an approver.", of: .people), everything,
      ]
  }
}
