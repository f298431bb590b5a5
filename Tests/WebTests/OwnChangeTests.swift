// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// Whoever proposes a text replaces nothing that they have not seen: no change of their own that is under way, and no SOP.
@Suite struct OwnChangeTests {
  private static let path = "handbook/procedure-for-a-new-code.md"
  private static let address = "/propose?sop=\(path)"

  private struct Scene {
    let server: TestServer
    let ana: Browser
    let ben: Browser

    init() async throws {
      server = try await TestServer()
      (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    }

    /// The form of a page as it stands, with a line more.
    func form(_ address: String, adding line: String) async throws -> [String: String] {
      let form = FilledForm(try await ana.get(address).text)
      return form.typing(["body": "\(form.fields["body"] ?? "")\n\(line)\n", "summary": line])
    }

    func change(_ id: String) throws -> (change: SOPChange, text: String) {
      let caller = TestServer.caller("ana", server.now)
      let change = try server.workspace.change(#require(ChangeID(id)), by: caller).change
      return (change, String(decoding: try server.workspace.proposedText(of: change), as: UTF8.self))
    }

    var size: Int { get throws { try server.workspace.treeState().size } }
  }

  @Test func aPageSaysWhichOpenChangeItReplacesAndTheNoticeWhatBecameOfIt() async throws {
    let scene = try await Scene()
    let first = try await scene.form(OwnChangeTests.address, adding: "Call the shop.")
    #expect(first["seen"] == "none" && first["text_of"] == OwnChangeTests.path)
    #expect(try await scene.ana.post("/propose", first).location == "/changes/CHG-1")
    #expect(try await scene.ana.get("/changes/CHG-1").text.contains("CHG-1 waits for a second person."))
    #expect(try await scene.ben.post("/changes/CHG-1/approve", ["revision": "1"]).status == 303)

    let page = try await scene.ana.get(OwnChangeTests.address).text
    #expect(page.contains("You have <a href=\"/changes/CHG-1\">CHG-1</a> open for this SOP: revision 1, "))
    #expect(page.contains(" by ben. What you send here replaces it, and its approval is void."))
    #expect(page.contains("<a href=\"/changes/CHG-1/revise\">Revise CHG-1</a> to go on from its text."))
    let second = try await scene.form(OwnChangeTests.address, adding: "Weigh the parcel.")
    #expect(try await scene.ana.post("/propose", second).location == "/changes/CHG-1")
    #expect(
      try await scene.ana.get("/changes/CHG-1").text.contains("CHG-1 is revised (revision 2); its approval is void."))
    let (change, text) = try scene.change("CHG-1")
    #expect(change.state == .inReview && text.contains("Weigh the parcel.") && !text.contains("Call the shop."))
    let third = try await scene.form("/changes/CHG-1/revise", adding: "At once.")
    #expect(try await scene.ana.post("/changes/CHG-1/revise", third).status == 303)
    #expect(
      try await scene.ana.get("/changes/CHG-1").text
        .contains("CHG-1 is revised (revision 3); it waits for a second person."))
    // It is hers alone: what Ben proposes is a change of its own.
    #expect(try await !scene.ben.get(OwnChangeTests.address).text.contains("open for this SOP"))
  }

  /// Two tabs, or an approval between the page and the button.
  @Test func whatThePageDidNotShowIsNotReplaced() async throws {
    let scene = try await Scene()
    let (first, second) = (
      try await scene.form(OwnChangeTests.address, adding: "Call the shop."),
      try await scene.form(OwnChangeTests.address, adding: "Weigh the parcel.")
    )
    #expect(try await scene.ana.post("/propose", first).location == "/changes/CHG-1")
    #expect(try await scene.ben.post("/changes/CHG-1/approve", ["revision": "1"]).status == 303)
    let before = try scene.size
    let refused = try await scene.ana.post("/propose", second)
    #expect(refused.status == 409)
    #expect(refused.text.contains("This would replace CHG-1, your open change of the same SOP, which ben has approved"))
    #expect(refused.text.contains("Weigh the parcel.") && refused.text.contains("Revise CHG-1</a>"))
    #expect(try scene.size == before)
    #expect(try scene.change("CHG-1").change.state == .approved(by: TestServer.person("ben")))
    // Now she has seen it.
    let again = FilledForm(refused.text)
    #expect(again.fields["seen"] == "CHG-1@2")
    #expect(try await scene.ana.post("/propose", again.typing([:])).location == "/changes/CHG-1")
    #expect(try scene.change("CHG-1").text.contains("Weigh the parcel."))
  }

  @Test func aRevisionDoesNotVoidAnApprovalThatItsPageDidNotShow() async throws {
    let scene = try await Scene()
    let first = try await scene.form(OwnChangeTests.address, adding: "Call the shop.")
    #expect(try await scene.ana.post("/propose", first).location == "/changes/CHG-1")
    let revision = try await scene.form("/changes/CHG-1/revise", adding: "Weigh the parcel.")
    #expect(try await scene.ben.post("/changes/CHG-1/approve", ["revision": "1"]).status == 303)
    let refused = try await scene.ana.post("/changes/CHG-1/revise", revision)
    #expect(refused.status == 409 && refused.text.contains("Weigh the parcel."))
    let again = FilledForm(refused.text).typing([:])
    #expect(try await scene.ana.post("/changes/CHG-1/revise", again).status == 303)
    #expect(try await scene.ana.get("/changes/CHG-1").text.contains("(revision 2); its approval is void."))
  }

  @Test func theSameGoesForTheChangeOfAnItem() async throws {
    let scene = try await Scene()
    let (item, sop) = ("/items/REM-1/propose", OwnChangeTests.path)
    let first = try await scene.form("\(item)?sop=\(sop)", adding: "Call the shop.")
    let second = try await scene.form("\(item)?sop=\(sop)", adding: "Weigh the parcel.")
    #expect(try await scene.ana.post(item, first).location == "/changes/CHG-1")
    #expect(try await scene.ana.get("\(item)?sop=\(sop)").text.contains("open for this SOP: revision 1"))
    #expect(try await scene.ana.get(item).text.contains("CHG-1</a> open for REM-1, a change of"))
    #expect(try await scene.ana.get("/items/REM-2/propose?sop=\(sop)").text.contains("CHG-1</a> open for REM-1, a"))
    #expect(try await scene.ana.post(item, second).status == 409)
    // What closes nothing is another change.
    let other = try await scene.form(OwnChangeTests.address, adding: "Weigh the parcel.")
    #expect(other["seen"] == "none")
    #expect(try await scene.ana.post("/propose", other).location == "/changes/CHG-2")
  }

  /// As the command line does: proposing again is the next revision, unless the script says what it has seen.
  @Test func aScriptReplacesWhateverThereIsUnlessItSaysWhatItSaw() async throws {
    let scene = try await Scene()
    let token = try Accounts(of: scene.server.workspace).makeToken(
      of: TestServer.person("ana"), name: "t", scope: .write, days: 1, at: scene.server.now)
    func send(_ members: String) async throws -> Browser.Answer {
      let text = #""path":"late.md","summary":"Late","text":"---\ntitle: Late\n---\n\nCall.\n""#
      return try await scene.ana.script("POST", "/propose", token: token, "{\(text)\(members)}")
    }
    #expect(try await send("").text.contains(#""done":"CHG-1 waits for a second person.""#))
    #expect(try await send("").text.contains(#""done":"CHG-1 is revised (revision 2); it waits"#))
    #expect(try await send(#","seen":"none""#).status == 409)
    #expect(try await send(#","seen":"CHG-1@1""#).status == 409)
    #expect(try await send(#","seen":"CHG-1""#).status == 422)
    #expect(try await send(#","seen":"CHG-1@2""#).text.contains("revision 3"))
    #expect(
      try await scene.ana.script("GET", "/changes/CHG-1/revise", token: token, headers: ["Accept": "application/json"])
        .text.contains(#""seen":"CHG-1@3""#))
  }

  @Test(arguments: ["/propose", "/items/REM-1/propose"])
  func anSOPIsNotReplacedByATextThatWasNotMadeFromIt(address: String) async throws {
    let scene = try await Scene()
    let form = FilledForm(try await scene.ana.get(address).text)
    #expect(form.fields["text_of"] == "none")
    let typed = ["path": OwnChangeTests.path, "title": "My own", "body": "All of it is new.\n", "summary": "New"]
    for wish in [[:], ["whole": "1"]] {
      // Also where the whole file is edited.
      let fields =
        wish.isEmpty
        ? form.typing(typed)
        : FilledForm(try await scene.ana.post(address, form.typing(typed).merging(wish) { $1 }).text)
          .typing(["summary": "New"])
      let before = try scene.size
      let refused = try await scene.ana.post(address, fields)
      #expect(refused.status == 422)
      #expect(refused.text.contains("is an SOP already, and this text was not made from what it says"))
      #expect(refused.text.contains("All of it is new."))
      let link = "\(address)?sop=\(OwnChangeTests.path.asQuery)"
      #expect(refused.text.contains("<a href=\"\(link)\">Propose a change of"))
      #expect(try scene.size == before)
      #expect(FilledForm(try await scene.ana.get(link).text).fields["text_of"] == OwnChangeTests.path)
    }
    // Under another path it is new.
    #expect(
      try await scene.ana.post("/propose", form.typing(typed.merging(["path": "own.md"]) { $1 })).location
        == "/changes/CHG-1")
  }

  /// One that began with the text of one SOP, and is sent for another.
  @Test func theTextOfOneSOPDoesNotReplaceAnother() async throws {
    let scene = try await Scene()
    let (ana, ben) = (TestServer.caller("ana", scene.server.now), TestServer.caller("ben", scene.server.now))
    let change = try scene.server.workspace.proposeChange(
      closing: [], path: SOPPath("late.md"), text: Array("---\ntitle: Late\n---\n\nCall.\n".utf8), summary: "Late",
      by: ana)
    try scene.server.workspace.approveChange(change.id, revision: nil, by: ben)
    _ = try scene.server.workspace.closeChange(change.id, by: ben)
    let form = try await scene.form(OwnChangeTests.address, adding: "More.")
    #expect(try await scene.ana.post("/propose", form.merging(["path": "late.md"]) { $1 }).status == 422)
  }
}
