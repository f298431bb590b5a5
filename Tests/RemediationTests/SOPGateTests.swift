// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct SOPGateTests {
  private let today = date("2026-11-21")

  private func version(
    _ body: String = "Call the customer.", id: String? = nil, codes: [String] = [], tags: [String] = [],
    effective: String? = nil
  ) -> SOPGate.Version {
    SOPGate.Version(
      frontMatter: SOPFrontMatter(id: id, effective: effective.map(date), codes: codes, rootCauses: tags),
      body: Array(body.utf8))
  }

  private func refusal(
    of draft: SOPGate.Version, against base: SOPGate.Version? = nil, keys: [RecurrenceKey] = [],
    taxonomy: Taxonomy = Taxonomy()
  ) -> Rejection? {
    do throws(Rejection) {
      try SOPGate.check(draft, at: playbook, against: base, keys: keys, taxonomy: taxonomy, today: today)
      return nil
    } catch { return error }
  }

  @Test func aTextThatCoversEveryKeyAndSaysSomethingNewPasses() {
    let draft = version(
      "Call, then write.", id: "dup", codes: ["RF-01", "RF-07"], tags: ["RC-ADDRESS"], effective: "2026-12-01")
    #expect(refusal(of: draft, keys: [duplicateCharge, wrongAddress]) == nil)
    #expect(refusal(of: draft, against: version(id: "dup"), keys: [duplicateCharge, wrongAddress]) == nil)
    #expect(refusal(of: version()) == nil)
  }

  @Test(
    arguments: [
      ([], [], duplicateCharge), (["RF-08"], [], duplicateCharge), (["rf-07"], [], duplicateCharge),
      (["RF-0"], [], duplicateCharge), (["RF-07 "], [], duplicateCharge), ([], ["RF-07"], duplicateCharge),
      (["RC-ADDRESS"], [], wrongAddress), (["RF-07"], [], wrongAddress),
    ] as [([String], [String], RecurrenceKey)])
  func aKeyThatTheFrontMatterDoesNotNameIsRefused(codes: [String], tags: [String], missing: RecurrenceKey) {
    #expect(
      refusal(of: version(codes: codes, tags: tags), keys: [missing]) == .notCovered(missing, playbook))
  }

  @Test func eachKeyOfEachItemIsAskedFor() {
    let keys = [duplicateCharge, wrongAddress, RecurrenceKey(.code, "RF-09")]
    #expect(refusal(of: version(codes: ["RF-07", "RF-09"]), keys: keys) == .notCovered(wrongAddress, playbook))
    #expect(
      refusal(of: version(codes: ["RF-07"], tags: ["RC-ADDRESS"]), keys: keys) == .notCovered(keys[2], playbook))
  }

  @Test(arguments: [
    "Call the customer.", "Call  the\ncustomer.\n", "  Call\tthe\r\ncustomer.", "Callthecustomer.",
    "\u{B}Call the\u{C} customer.",
  ])
  func aBodyThatDiffersByWhiteSpaceOnlyIsRefused(body: String) {
    let base = version("Call the customer.")
    #expect(
      refusal(of: version(body, codes: ["RF-07"], effective: "2026-12-01"), against: base) == .bodyUnchanged(playbook))
    #expect(refusal(of: version(body)) == nil)
  }

  @Test(arguments: ["Call the customer", "Call the customer!", "call the customer.", "Call the Customer."])
  func aBodyThatDiffersByACharacterPasses(body: String) {
    #expect(refusal(of: version(body), against: version("Call the customer.")) == nil)
  }

  @Test(
    arguments: ["\u{A0}", "\u{2003}", "\u{3000}", "\u{2028}", "\u{85}"])
  func whiteSpaceBeyondASCIIIsNoDifferenceAndNoBody(space: String) {
    #expect(
      refusal(of: version("Call the" + space + "customer."), against: version("Call the customer."))
        == .bodyUnchanged(playbook))
    #expect(refusal(of: version(space)) == .bodyEmpty(playbook))
  }

  @Test(arguments: ["", " ", "\n\n", "\t\r\n \u{B}\u{C}"])
  func anEmptyBodyIsRefused(body: String) {
    #expect(refusal(of: version(body)) == .bodyEmpty(playbook))
    #expect(refusal(of: version(body), against: version()) == .bodyEmpty(playbook))
  }

  /// id of the version in force, id of the draft, id that a draft is told to keep
  @Test(
    arguments: [
      ("dup", "dup", nil), ("dup", "other", "other"), ("dup", nil, "refunds/duplicate-charge.md"), (nil, nil, nil),
      (nil, "dup", nil), ("dup", "DUP", "DUP"),
    ] as [(String?, String?, String?)])
  func anSOPKeepsItsID(before: String?, after: String?, refused: String?) {
    let found = refusal(of: version("New text.", id: after), against: version(id: before))
    #expect(found == refused.map { .identityChanged(playbook, from: "dup", to: $0) })
  }

  @Test(arguments: [
    ("2020-01-01", true), ("2026-11-21", true), ("2026-12-21", true), ("2026-12-22", false), ("9999-12-31", false),
  ])
  func aVersionTakesEffectWithinThirtyDays(effective: String, may: Bool) {
    let expected: Rejection? = may ? nil : .effectiveTooFar(date(effective), latest: date("2026-12-21"))
    #expect(refusal(of: version(effective: effective)) == expected)
  }

  @Test func bodiesAreComparedByBytes() {
    #expect(refusal(of: version("e\u{301}"), against: version("\u{E9}")) == nil)
  }
}
