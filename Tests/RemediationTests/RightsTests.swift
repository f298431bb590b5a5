// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

/// Who decides about which codes, and in whose place.
struct RightsTests {
  private static let rf07 = RecurrenceKey(.code, "RF-07")
  private static let bl01 = RecurrenceKey(.code, "BL-01")

  @Test(arguments: [
    (["RF"], "RF-07", true), (["RF"], "RF", true), (["RF"], "RF.1", true), (["RF"], "RF_1", true),
    (["RF"], "RFX-1", false),
    (["RF-07"], "RF-07", true), (["RF-07"], "RF-071", false), (["RF-07"], "RF-07-A", true), (["RF-07"], "RF", false),
    (["BL", "RF"], "RF-07", true), ([], "RF-07", true),
  ])
  func aRemitIsIdsAndAreas(names: [String], id: String, isCovered: Bool) {
    #expect(Remit(only: names).covers(RecurrenceKey(.code, id)) == isCovered)
    #expect(Remit(only: names).covers(RecurrenceKey(.rootCause, id)) == isCovered)
  }

  @Test func whatConcernsSeveralPartsIsForWhoDecidesAboutAll() {
    let refunds = Remit(only: ["RF"])
    #expect(refunds.covers([RightsTests.rf07]))
    #expect(!refunds.covers([RightsTests.rf07, RightsTests.bl01]))
    #expect(!refunds.covers([]))
    #expect(Remit.everything.covers([]))
  }

  private func rights(
    _ actor: Actor, _ keys: [RecurrenceKey], notOf barred: [PersonID] = []
  ) throws(Rejection) -> PersonID? {
    let rights = try actor.approversRights(over: keys, to: "approve")
    return try actor.right(among: rights, notOf: barred, subject: "CHG-1").inPlaceOf
  }

  @Test func anApproverIsHeldToTheirRemit() throws {
    let limited = Actor(id: bob.id, roles: [.approver], remit: Remit(only: ["RF"]))
    #expect(try rights(limited, [RightsTests.rf07]) == nil)
    #expect(throws: Rejection.beyondRemit(bob.id, RightsTests.bl01, names: ["RF"])) {
      try rights(limited, [RightsTests.rf07, RightsTests.bl01])
    }
    #expect(throws: Rejection.beyondRemit(bob.id, nil, names: ["RF"])) { try rights(limited, []) }
  }

  @Test func whoStandsInHasTheRightsOfTheOtherAndNoMore() throws {
    let away = Actor.Principal(id: bob.id, roles: [.approver, .administrator], remit: Remit(only: ["RF"]))
    let standIn = Actor(id: cat.id, roles: [], inPlaceOf: [away])
    #expect(try rights(standIn, [RightsTests.rf07]) == bob.id)
    #expect(throws: Rejection.beyondRemit(cat.id, RightsTests.bl01, names: ["RF"])) {
      try rights(standIn, [RightsTests.bl01])
    }
    #expect(throws: Rejection.needsRole(.administrator, person: cat.id, action: "adopt")) {
      try standIn.must(be: .administrator, to: "adopt")
    }
    #expect(standIn.acts(as: bob.id) && standIn.acts(as: cat.id) && !standIn.acts(as: eve.id))
  }

  @Test func nobodyApprovesInThePlaceOfTheProposer() throws {
    let away = Actor.Principal(id: bob.id, roles: [.approver])
    let standIn = Actor(id: cat.id, roles: [], inPlaceOf: [away])
    #expect(throws: Rejection.inPlaceOfProposer("CHG-1", cat.id, bob.id)) {
      try rights(standIn, [RightsTests.rf07], notOf: [bob.id])
    }
    #expect(throws: Rejection.ownProposal("CHG-1", cat.id)) {
      try rights(standIn, [RightsTests.rf07], notOf: [cat.id])
    }
    // With a right of their own they are a second person, whoever proposed.
    let approver = Actor(id: cat.id, roles: [.approver], inPlaceOf: [away])
    #expect(try rights(approver, [RightsTests.rf07], notOf: [bob.id]) == nil)
    // Of two who are away, the one who had no hand in it.
    let two = Actor(id: cat.id, roles: [], inPlaceOf: [away, Actor.Principal(id: eve.id, roles: [.approver])])
    #expect(try rights(two, [RightsTests.rf07], notOf: [bob.id]) == eve.id)
  }

  @Test func twoRightsThatCoverItTogetherAreNone() throws {
    let away = Actor.Principal(id: eve.id, roles: [.approver], remit: Remit(only: ["BL"]))
    let both = Actor(id: bob.id, roles: [.approver], remit: Remit(only: ["RF"]), inPlaceOf: [away])
    #expect(try rights(both, [RightsTests.rf07]) == nil)
    #expect(try rights(both, [RightsTests.bl01]) == eve.id)
    #expect(throws: Rejection.dividedRemit(bob.id, [RightsTests.rf07, RightsTests.bl01])) {
      try rights(both, [RightsTests.rf07, RightsTests.bl01])
    }
  }

  @Test func anAuditorDecidesNothingInAnyPlace() {
    let away = Actor.Principal(id: bob.id, roles: [.approver])
    let standIn = Actor(id: cat.id, roles: [.auditor], inPlaceOf: [away])
    #expect(throws: Rejection.auditorChangesNothing(cat.id)) { try rights(standIn, [RightsTests.rf07]) }
    #expect(standIn.approvers.isEmpty)
    let forAuditor = Actor(
      id: cat.id, roles: [], inPlaceOf: [Actor.Principal(id: bob.id, roles: [.approver, .auditor])])
    #expect(throws: Rejection.needsRole(.approver, person: cat.id, action: "approve")) {
      try rights(forAuditor, [RightsTests.rf07])
    }
  }

  @Test func aStandInHoldsFromTheFirstDayToTheLast() throws {
    let standIn = StandIn(for: bob.id, from: date("2026-07-01"), until: date("2026-07-14"))
    let taxonomy = Taxonomy(people: [
      Taxonomy.Person(id: bob.id, roles: [.approver], remit: Remit(only: ["RF"])),
      Taxonomy.Person(id: cat.id, roles: [], standsIn: [standIn]),
    ])
    for (text, holds) in [
      ("2026-06-30", false), ("2026-07-01", true), ("2026-07-14", true), ("2026-07-15", false),
    ] {
      let actor = try #require(taxonomy.actor(cat.id, on: date(text)))
      #expect(actor.inPlaceOf.map(\.id) == (holds ? [bob.id] : []), "\(text)")
    }
    #expect(taxonomy.actor(cat.id, on: date("2026-07-02"))?.inPlaceOf.first?.remit == Remit(only: ["RF"]))
    #expect(taxonomy.actor(eve.id, on: date("2026-07-02")) == nil)
    // And it comes back from the document as it went in.
    #expect(try Taxonomy(json: taxonomy.json) == taxonomy)
  }

  @Test func theOwnersWorkIsDoneInTheirPlace() throws {
    let item = ItemState.rejectionApproved.item
    let standIn = Actor(id: eve.id, roles: [], inPlaceOf: [Actor.Principal(id: item.owner, roles: [])])
    let stranger = Actor(id: eve.id, roles: [])
    #expect(throws: Rejection.self) { try item.closeByRejection(today: today, by: stranger) }
    #expect(try item.closeByRejection(today: today, by: standIn) == [.rejected(revision: 3)])
  }

  private func findings(_ people: [Taxonomy.Person]) -> [String] {
    Taxonomy(
      codes: [TaxonomyEntry(id: "RF-07", title: "Duplicate"), TaxonomyEntry(id: "BL-01", title: "Late")], people: people
    )
    .check(handbook: [], usage: [:], today: today).map(\.check)
    .filter { check in
      !["too_few_codes", "owner_missing", "playbook_missing", "sla_unknown"].contains(check)
    }
  }

  @Test func theCheckFindsRightsThatLeadNowhere() {
    let admin = Taxonomy.Person(id: root.id, roles: [.administrator])
    let refunds = Taxonomy.Person(id: bob.id, roles: [.approver], remit: Remit(only: ["RF"]))
    #expect(findings([admin]) == [])
    #expect(findings([]) == ["administrator_missing"])
    #expect(
      findings([Taxonomy.Person(id: root.id, roles: [.administrator, .auditor])])
        == ["administrator_missing", "auditor_has_other_roles"])
    #expect(findings([admin, refunds]) == ["nobody_approves", "nobody_approves_the_rest"])
    let late = Taxonomy.Person(id: ann.id, roles: [.approver], remit: Remit(only: ["BL-01"]))
    #expect(findings([admin, refunds, late]) == ["nobody_approves_the_rest"])
    let all = Taxonomy.Person(id: ann.id, roles: [.approver])
    #expect(findings([admin, refunds, all]) == [])
    let wrong = Taxonomy.Person(id: cat.id, roles: [], remit: Remit(only: ["XX"]))
    #expect(findings([admin, wrong]) == ["remit_without_role", "remit_unknown"])
    for (principal, check) in [(cat.id, "stands_in_for_self"), (eve.id, "stands_in_unknown")] {
      let standIn = StandIn(for: principal, from: today, until: today)
      #expect(findings([admin, Taxonomy.Person(id: cat.id, roles: [], standsIn: [standIn])]) == [check])
    }
  }
}
