// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct TaxonomyTests {
  private static let taxonomy = Taxonomy(
    codes: [
      TaxonomyEntry(
        id: "RF-07", title: "Duplicate charge", definition: "Charged twice.", severity: .critical, owner: ann.id,
        playbook: playbook, sla: "fast", recurrence: RecurrenceRule(count: 5, window: Days(7)), isLeakage: true,
        replaces: ["RF-01"]),
      TaxonomyEntry(id: "RF-01", title: "Old", retired: date("2026-01-31")),
      TaxonomyEntry(id: "OTHER", title: "Other", isCatchAll: true),
    ],
    rootCauses: [TaxonomyEntry(id: "RC-ADDRESS", title: "Address")],
    people: [.init(id: bob.id, roles: [.auditor, .approver]), .init(id: ann.id, roles: [])],
    policies: [.standard, .backlog])

  @Test func aDocumentIsReadAsItWasWritten() throws {
    let bytes = Self.taxonomy.json.canonicalBytes
    let read = try Taxonomy(json: JSONValue(parsing: bytes))
    #expect(read.json.canonicalBytes == bytes)
    #expect(read.codes.map(\.id) == ["OTHER", "RF-01", "RF-07"])
    for entry in Self.taxonomy.codes { #expect(read.entry(RecurrenceKey(.code, entry.id)) == entry) }
    #expect(read.governsLike(Self.taxonomy))
    #expect(read.people == Self.taxonomy.people.reversed() && read.policies == [.backlog, .standard])
  }

  @Test func theOrderInWhichItIsWrittenDownIsNoChange() {
    var other = Self.taxonomy
    other.codes.reverse()
    other.people.reverse()
    other.policies.reverse()
    #expect(other.json.canonicalBytes == Self.taxonomy.json.canonicalBytes)
    #expect(other.governsLike(Self.taxonomy))
  }

  private static let changes: [(change: @Sendable (inout Taxonomy) -> Void, governsLike: Bool)] = [
    ({ $0.codes.removeLast() }, true), ({ $0.codes[0].owner = bob.id }, true), ({ $0.rootCauses = [] }, true),
    ({ $0.people.removeLast() }, false), ({ $0.people[0].roles.insert(.administrator) }, false),
    ({ $0.policies[0].closeWithin = .days(Days(15)) }, false), ({ $0.policies.removeLast() }, false),
  ]

  @Test(arguments: changes.indices)
  func peopleRolesAndPoliciesGovern(row: Int) {
    var other = Self.taxonomy
    Self.changes[row].change(&other)
    #expect(other.governsLike(Self.taxonomy) == Self.changes[row].governsLike)
    #expect(other.json.canonicalBytes != Self.taxonomy.json.canonicalBytes)
  }

  @Test(
    arguments: [
      (RecurrenceKey(.code, "RF-07"), "5/7d"), (.init(.rootCause, "RC-ADDRESS"), "3/30d"), (.init(.code, "RF-01"), nil),
      (.init(.code, "OTHER"), nil), (.init(.code, "RC-ADDRESS"), nil), (.init(.rootCause, "RF-07"), nil),
      (.init(.code, "rf-07"), nil),
    ] as [(RecurrenceKey, String?)])
  func aKeyThatIsUnknownRetiredOrTheCatchAllOpensNothing(key: RecurrenceKey, rule: String?) {
    #expect(Self.taxonomy.recurrenceRule(for: key)?.description == rule)
  }

  @Test func peopleAreFoundByRole() {
    #expect(Self.taxonomy.people(with: .auditor) == [bob.id])
    #expect(Self.taxonomy.people(with: .approver) == [], "an auditor's other roles do not count")
    #expect(Self.taxonomy.people(with: .administrator) == [])
    #expect(Self.taxonomy.person(ann.id)?.roles == [] && Self.taxonomy.person(eve.id) == nil)
    #expect(Self.taxonomy.policy("backlog") == .backlog && Self.taxonomy.policy("fast") == nil)
  }

  @Test func aDocumentWithAnUnknownWordIsRefused() {
    let text = String(decoding: Self.taxonomy.json.canonicalBytes, as: UTF8.self)
    for (part, other) in [("\"critical\"", "\"fatal\""), ("\"5/7d\"", "\"5/7\""), ("\"2026-01-31\"", "\"2026-02-30\"")]
    {
      #expect(throws: DecodingFailure.self) {
        try Taxonomy(json: JSONValue(parsing: Array(text.replacing(part, with: other).utf8)))
      }
    }
  }

  @Test
  func anUnknownRoleIsRefused() {
    let text = String(decoding: Self.taxonomy.json.canonicalBytes, as: UTF8.self)
    #expect(throws: DecodingFailure.self) {
      try Taxonomy(json: JSONValue(parsing: Array(text.replacing("\"auditor\"", with: "\"inspector\"").utf8)))
    }
  }
}
