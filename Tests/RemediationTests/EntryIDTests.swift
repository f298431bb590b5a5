// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct EntryIDTests {
  @Test(arguments: [
    ("NET-01", "NET-01"), ("net 01", "NET-01"), ("Category 42/Subcategory 223", "CATEGORY-42-SUBCATEGORY-223"),
    ("a - b", "A-B"), ("a--b", "A-B"), ("a_b.c", "A-B-C"), (" x ", "-X-"), ("?", "-"), ("", ""), ("007", "007"),
    ("Stra\u{DF}e", "STRA-E"), ("\u{C4}B", "-B"), ("e\u{301}a", "E-A"), ("\u{E9}a", "-A"), ("日本", "-"),
    ("\u{FF21}", "-"), ("\u{131}i", "-I"), ("a\r\nb\0c", "A-B-C"), ("az{AZ[09:/`@", "AZ-AZ-09-"),
  ])
  func anIDIsTheValueInUpperCaseWithDashes(value: String, id: String) {
    #expect(EntryID.proposed(for: value) == id)
    #expect(EntryID.proposed(forAll: [value]) == [id])
    #expect(EntryID.proposed(for: id) == id)
  }

  @Test(
    arguments: [
      (["a b", "a-b", "A/B"], [], ["A-B", "A-B-2", "A-B-3"]),
      (["Other", "other?"], ["OTHER"], ["OTHER-2", "OTHER-"]),
      (["a", "a 2", "A"], [], ["A", "A-2", "A-3"]),
      (["a", "A", "a 2"], [], ["A", "A-2", "A-2-2"]),
      (["x", "y"], ["X", "X-2", "Z"], ["X-3", "Y"]),
      (["\u{E9}", "\u{E8}"], [], ["-", "--2"]),
      ([], ["A"], []),
    ] as [([String], Set<String>, [String])])
  func idsThatClashGetANumber(values: [String], taken: Set<String>, ids: [String]) {
    #expect(EntryID.proposed(forAll: values, avoiding: taken) == ids)
  }

  @Test func noTwoValuesShareAnID() {
    var seed = Seed("ids")
    for _ in 0..<200 {
      let values = (0..<seed.number(0...40)).map { _ in
        String((0..<seed.number(1...3)).map { _ in seed.pick(Array("aAbB2 -/é")) })
      }
      let taken: Set<String> = ["A", "A-2", "B-"]
      let ids = EntryID.proposed(forAll: values, avoiding: taken)
      #expect(ids.count == values.count, "\(seed)")
      #expect(Set(ids).count == ids.count && taken.isDisjoint(with: ids), "\(seed)")
      #expect(ids.allSatisfy(EntryID.isValid), "\(seed)")
      for (value, id) in zip(values, ids) { #expect(id.hasPrefix(EntryID.proposed(for: value)), "\(seed)") }
    }
  }

  @Test(arguments: ["A", "0", "-", "RF-07", "RC_ADDRESS", "V1.2", String(repeating: "A", count: 200)])
  func upperCaseDigitsDashesDotsAndUnderscoresAreValid(id: String) {
    #expect(EntryID.isValid(id))
  }

  @Test(arguments: [
    "", "a", "RF 07", "RF/07", "\u{C4}", "A\n", "A\0", "=A", "A,B", "\u{FF21}", String(repeating: "A", count: 201),
  ])
  func anythingElseIsNot(id: String) {
    #expect(!EntryID.isValid(id))
  }

  @Test(arguments: ["a", "ann", "Ann.Lee-2_x", "0", "sopwright", String(repeating: "a", count: 64)])
  func aPersonIsAShortID(text: String) {
    #expect(PersonID(text)?.description == text)
  }

  @Test(arguments: [
    "", "-a", ".a", "_a", "a b", "a@b", "a\n", "\u{E4}nn", "a\u{301}", "a/b", "a,b", String(repeating: "a", count: 65),
  ])
  func otherTextsAreNoPerson(text: String) {
    #expect(PersonID(text) == nil)
  }

  @Test(
    arguments: [
      ("process-owner", Role.processOwner), ("Process owner", .processOwner), ("support_lead", .supportLead),
      ("APPROVER", .approver), ("auditor", .auditor), ("Administrator", .administrator), ("admin", nil), ("", nil),
    ] as [(String, Role?)])
  func aRoleIsReadAsPeopleWriteIt(text: String, role: Role?) {
    #expect(Role(written: text) == role)
  }
}
