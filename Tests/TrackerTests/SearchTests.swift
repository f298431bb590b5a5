// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What people type to find an SOP.
@Suite struct SearchTests {
  private let ana = TestWorkspace.caller("ana")

  private func handbook() throws -> TestWorkspace {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    let git = try PersonWithGit("dora", cloning: test)
    try git.push("refunds.md", "# Refunds\n\nPay the customer back within two days.\nAsk für Café receipts.\n")
    try git.push("shipping.md", "# Shipping\n\nThe customer pays the shipment. Re-send what was lost.\n")
    try git.push("old.md", "# Old\n\nSubscription of the customer.\n")
    try git.push("old.md", "# Old\n\nNothing here.\n")
    try git.push("gone.md", "---\nstatus: retired\n---\n# Gone\n\nThe customer is king.\n")
    _ = try test.workspace.catchUp(by: ana)
    return test
  }

  private func paths(_ test: TestWorkspace, _ text: String, all: Bool = false) throws -> [String] {
    try test.workspace.search(text, allVersions: all, limit: 50).map(\.version.reference.path.text)
      .filter { $0 != Starter.procedureForNewCode }
  }

  @Test func wordsPhrasesAndBeginningsAreFound() throws {
    let test = try handbook()
    #expect(try Set(paths(test, "customer")) == ["refunds.md", "shipping.md"])
    #expect(try paths(test, "CUSTOMER back") == ["refunds.md"])
    #expect(try paths(test, "\"customer back\"") == ["refunds.md"])
    #expect(try paths(test, "\"back customer\"").isEmpty)
    #expect(try Set(paths(test, "ship*")).contains("shipping.md"))
    #expect(try paths(test, "cafe") == ["refunds.md"], "accents do not matter")
    #expect(try paths(test, "re-send") == ["shipping.md"])
    #expect(try paths(test, "\"two da\"*") == ["refunds.md"])
    #expect(try paths(test, "subscription").isEmpty)
    #expect(try paths(test, "subscription", all: true) == ["old.md"])
    #expect(try paths(test, "king").isEmpty, "a retired SOP is not in force")
    let hit = try #require(try test.workspace.search("receipts", allVersions: false, limit: 1).first)
    #expect(hit.line == 4 && hit.text == "Ask für Café receipts.")
    #expect(try paths(test, "refunds").first == "refunds.md", "a title counts more")
  }

  @Test func whatComesLaterIsFoundToo() throws {
    let test = try handbook()
    #expect(try paths(test, "zebra").isEmpty)
    try PersonWithGit("dora", cloning: test).push("zoo.md", "A zebra.\n")
    _ = try test.workspace.catchUp(by: ana)
    #expect(try paths(test, "zebra") == ["zoo.md"])
    #expect(try test.findings().isEmpty)
  }

  @Test(arguments: [
    "AND", "OR NOT", "NEAR(a b)", "title:customer", "\"", "\"\"\"", "customer\"", "cust*omer*", "^customer",
    "{title}: a",
    "a + b", "-customer", "(", "customer)", "a:b:c", "'; DROP TABLE sop_text; --", "%", "_", "\\", "*a", "ca\u{0}fe",
    "🙂 a", "NEAR/3", "\"a\" NEAR \"b\"", "rowid:1", "sop_text", "col\u{FEFF}umn", "ＡＢＣ", "é\u{301}",
    "ab\"\u{32F}{e\" \"x)", "a\u{0}\u{301}b*\u{301}", "\"a\"\u{301}b\"",
  ])
  func nothingThatIsTypedIsAnErrorOfSyntax(text: String) throws {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    do { _ = try test.workspace.search(text, allVersions: false, limit: 10) } catch let error as Rejection {
      #expect(error == .nothingToSearch)
    }
  }

  @Test func nothingAndFarTooMuchAreRefused() {
    for text in ["", "  ", "\"\"", "***", String(repeating: "a ", count: 40), String(repeating: "a", count: 2_000)] {
      #expect(throws: Rejection.nothingToSearch) { try SearchQuery(text) }
    }
  }
}
