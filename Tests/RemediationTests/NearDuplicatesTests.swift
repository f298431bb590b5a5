// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct NearDuplicatesTests {
  private func groups(_ values: [(String, Int)]) -> [NearDuplicates.Group] {
    NearDuplicates.groups(among: values.map { NearDuplicates.Value($0.0, $0.1) })
  }

  @Test func oneValueInManySpellingsIsOfferedAsOne() throws {
    let groups = groups([("damaged", 40), ("Damaged?", 6), ("DAMAGED ", 3), ("damgaed", 1), ("lost", 9)])
    let group = try #require(groups.first)
    #expect(groups.count == 1)
    #expect(group.kept.text == "damaged")
    #expect(group.others.map(\.value.text) == ["Damaged?", "DAMAGED ", "damgaed"])
    #expect(group.others.map(\.difference) == [.spelling, .spelling, .typing])
  }

  @Test(arguments: [
    ("damaged", "Dagamed", NearDuplicates.Difference.typing), ("damaged", "damagd", .typing),
    ("damaged", "dammaged", .typing), ("late delivery", "late delivry", .typing), ("Damages", "damaged", .form),
    ("refund", "Refunds", .plural), ("missing box", "missing boxes", .plural),
    ("duplicate entry", "Duplicate entries", .plural),
    ("Café closed", "cafe closed", .spelling), ("wet/rusty", "wet rusty", .spelling), ("dot com", "dotcom", .spelling),
    ("can't find", "cant find", .spelling), ("Terms & fees", "terms and fees", .spelling),
    ("Level 3", "level-3", .spelling),
    ("wrong address", "address, wrong", .wordOrder), ("3 level", "Level 3", .wordOrder), ("Größe", "GRÖSSE", .spelling),
  ])
  func whatOnlyDiffersInWritingIsOffered(kept: String, other: String, difference: NearDuplicates.Difference) {
    let found = groups([(kept, 30), (other, 1)])
    #expect(found.map(\.kept.text) == [kept])
    #expect(found.first?.others.map(\.value.text) == [other])
    #expect(found.first?.others.first?.difference == difference)
  }

  @Test(arguments: [
    ("Category 4", "Category 42"), ("Category 4 2", "Category 42"), ("R01", "R02"), ("R1", "R01"), ("paid", "unpaid"),
    ("active", "inactive"), ("AC01", "AG01"), ("CNOR", "DNOR"), ("Type A", "Type B"), ("Class I", "Class II"),
    ("charge", "change"), ("1.5 kg", "15 kg"), ("2 packs of 3", "3 packs of 2"), ("+5", "-5"), ("5", "-5"),
    ("account to card", "card to account"), ("opt in", "opt out"), ("EUR/USD", "USD/EUR"),
    ("Depot > Shop", "Shop > Depot"), ("C", "C++"), ("C#", "C"), ("5 %", "5 EUR"),
    ("approved", "disapproved"), ("goods", "good"), ("not delivered", "delivered"), ("weight", "height"),
    ("lost", "list"),
    ("locked", "unlocked"), ("moral", "amoral"), ("SL11", "SL12"), ("typical", "atypical"), ("< 5", "> 5"),
  ])
  func differentThingsAreNotOffered(one: String, other: String) {
    #expect(groups([(one, 30), (other, 1)]).isEmpty)
    #expect(groups([(one, 5), (other, 5)]).isEmpty)
  }

  @Test func aWrongLetterCountsOnlyWhereItIsRare() {
    #expect(groups([("shipping", 50), ("shopping", 20)]).isEmpty)
    #expect(groups([("delivery", 50), ("delivary", 1)]).count == 1)
  }

  @Test func spellingsOfAFormGoWithIt() {
    let found = groups([("damages", 45), ("damaged", 42), ("Damaged", 14), ("damages?", 5)])
    #expect(found.map(\.kept.text) == ["damages"])
    #expect(found.first?.others.map(\.difference) == [.form, .form, .spelling])
  }

  @Test func slipsDoNotChain() {
    let found = groups([("boarding", 90), ("boardng", 9), ("bordng", 1)])
    #expect(found.map(\.others.count) == [1])
  }

  @Test func theOrderOfValuesDoesNotMatter() {
    let values = [
      ("damaged", 3), ("damage", 3), ("Damages", 3), ("damaged?", 3), ("lost", 3), ("Lost!", 3), ("dagamed", 1),
    ]
    #expect(groups(values) == groups(values.reversed()))
  }

  @Test func thousandsOfValuesAreComparedInPassableTime() {
    var values = (0..<5000).map { ("Article \($0) in a box of the kind number \($0 % 7)", 3) }
    values += [("article 17 in a bxo of the kind number 3", 1), ("artcile 18 in a box of the kind number 4", 1)]
    let clock = ContinuousClock()
    let started = clock.now
    let found = groups(values)
    #expect(found.flatMap { $0.others.map(\.value.text) } == ["artcile 18 in a box of the kind number 4"])
    #expect(clock.now - started < .seconds(60))
  }

  @Test func whatHasNoLettersIsNoValue() {
    #expect(groups([("??", 4), ("???", 3), ("", 2), ("-", 1)]).isEmpty)
  }
}
