// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct TaxonomyDifferenceTests {
  private static let before = Taxonomy(
    codes: [
      TaxonomyEntry(id: "RF-07", title: "Duplicate charge", owner: ann.id, playbook: playbook),
      TaxonomyEntry(id: "RF-01", title: "Old", retired: date("2026-01-31")),
    ],
    rootCauses: [TaxonomyEntry(id: "RF-07", title: "Address")],
    people: [.init(id: bob.id, roles: [.auditor, .approver]), .init(id: ann.id, roles: [])],
    policies: [.standard, .backlog])

  private static func difference(_ change: (inout Taxonomy) -> Void) -> TaxonomyDifference {
    var after = before
    change(&after)
    return before.difference(to: after)
  }

  @Test func theOrderIsNoDifference() {
    let difference = Self.difference { after in
      after.codes.reverse()
      after.people.reverse()
      after.policies.reverse()
    }
    #expect(difference.isEmpty && !difference.governs)
  }

  @Test func everyFieldThatChangedIsNamedWithBothValues() {
    let difference = Self.difference { after in
      after.codes[0].title = "Charged twice"
      after.codes[0].severity = .critical
      after.codes[0].owner = bob.id
      after.codes[0].playbook = nil
      after.codes[0].sla = "fast"
      after.codes[0].recurrence = RecurrenceRule(count: 5, window: Days(7))
      after.codes[0].isLeakage = true
      after.codes[0].isCatchAll = true
      after.codes[0].definition = "Twice."
      after.codes[0].replaces = ["RF-01"]
    }
    #expect(difference.changed.allSatisfy { $0.kind == .code && $0.id == "RF-07" })
    let changes = Dictionary(uniqueKeysWithValues: difference.changed.map { ($0.field, [$0.from, $0.to]) })
    #expect(
      changes == [
        "title": ["Duplicate charge", "Charged twice"], "severity": ["major", "critical"], "owner": ["ann", "bob"],
        "playbook": [.text(playbook), nil], "sla": ["standard", "fast"], "recurrence": ["3/30d", "5/7d"],
        "leakage": [false, true], "catch_all": [false, true], "definition": ["", "Twice."],
        "replaces": [.array([]), .array(["RF-01"])],
      ])
    #expect(difference.added.isEmpty && difference.removed.isEmpty && difference.retired.isEmpty && !difference.governs)
  }

  @Test func whatIsRetiredNamesItsHeirsAndIsNoOtherChange() {
    let difference = Self.difference { after in
      after.codes[0].retired = date("2026-06-01")
      after.codes.append(TaxonomyEntry(id: "RF-12", title: "Charged twice", replaces: ["RF-07"]))
      after.codes.append(TaxonomyEntry(id: "RF-11", title: "Later", replaces: ["RF-12"]))
      after.codes[1].retired = date("2026-02-01")
    }
    #expect(
      difference.retired == [
        .init(
          key: RecurrenceKey(.code, "RF-07"), title: "Duplicate charge", on: date("2026-06-01"),
          heirs: [RecurrenceKey(.code, "RF-12"), RecurrenceKey(.code, "RF-11")])
      ])
    #expect(
      difference.changed == [
        .init(kind: .code, id: "RF-01", field: "retired", from: "2026-01-31", to: "2026-02-01")
      ])
    #expect(difference.added.map(\.id) == ["RF-11", "RF-12"])
    #expect(difference.added.map(\.replaces) == [["RF-12"], ["RF-07"]])
    #expect(difference.added.map(\.title) == ["Later", "Charged twice"])
  }

  @Test func whatIsTakenBackIntoUseIsAChange() {
    let difference = Self.difference { $0.codes[1].retired = nil }
    #expect(
      difference.changed == [.init(kind: .code, id: "RF-01", field: "retired", from: "2026-01-31", to: nil)])
    #expect(difference.retired.isEmpty)
  }

  @Test func aCodeAndATagOfOneIdAreApart() {
    let difference = Self.difference { $0.rootCauses = [] }
    #expect(difference.removed.map(\.kind) == [.rootCause] && difference.removed.map(\.id) == ["RF-07"])
    #expect(difference.changed.isEmpty && difference.added.isEmpty)
  }

  @Test func peopleAndPoliciesGovern() {
    let people = Self.difference { after in
      after.people[0].roles.insert(.administrator)
      after.people.removeLast()
      after.people.append(.init(id: eve.id, roles: []))
    }
    #expect(people.governs)
    #expect(people.added.map(\.id) == ["eve"] && people.removed.map(\.id) == ["ann"])
    #expect(
      people.changed == [
        .init(
          kind: .person, id: "bob", field: "roles", from: .array(["approver", "auditor"]),
          to: .array(["administrator", "approver", "auditor"]))
      ])
    let policies = Self.difference { $0.policies[0].closeWithin = .days(Days(15)) }
    #expect(policies.governs)
    #expect(
      policies.changed == [
        .init(kind: .policy, id: "standard", field: "close_within_days", from: 14, to: 15)
      ])
  }

  /// Whatever becomes of a taxonomy: the difference is empty where the documents are equal, and only there.
  @Test func thereIsADifferenceWhereDocumentsDiffer() {
    var seed = Seed("TaxonomyDifferenceTests")
    for _ in 0..<300 {
      var after = Self.before
      for _ in 0..<seed.number(0...3) {
        switch seed.number(0...6) {
        case 0: after.codes[0].title = seed.pick(["Duplicate charge", "Other"])
        case 1: after.codes[0].retired = seed.pick([nil, date("2026-06-01")])
        case 2: if !after.codes.contains(where: { $0.id == "N" }) { after.codes.append(.init(id: "N", title: "N")) }
        case 3: after.rootCauses[0].isLeakage = seed.chance(50)
        case 4: after.people[0].roles = seed.pick([[.auditor, .approver], [.auditor]])
        case 5: after.codes.shuffle(using: &seed)
        default: after.policies[0].title = seed.pick(["Standard", "Fast"])
        }
      }
      let areEqual = after.json.canonicalBytes == Self.before.json.canonicalBytes
      let difference = Self.before.difference(to: after)
      #expect(difference.isEmpty == areEqual, "\(seed)")
      let back = after.difference(to: Self.before)
      #expect(back.isEmpty == areEqual && back.governs == difference.governs, "\(seed)")
      #expect(back.removed == difference.added && back.added == difference.removed, "\(seed)")
    }
  }
}
