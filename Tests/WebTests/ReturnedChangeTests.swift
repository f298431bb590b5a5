// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing
import Tracker

/// What becomes of an SOP change that an approver sent back.
struct ReturnedChangeTests {
  private static let text =
    "---\ntitle: Late parcels\ncodes: [LATE]\n---\n\n# Late parcels\n\nCall the carrier.\u{202E}\n"

  private static func lateItem(_ server: TestServer) throws -> ItemID {
    try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
        .first { $0.item.key.value == "LATE" }?.item.id)
  }

  private struct Scene {
    let server: TestServer
    let ana: Browser
    let ben: Browser
    let item: ItemID
  }

  /// Ana has proposed CHG-1, and Ben has sent it back.
  private static func returned() async throws -> Scene {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let item = try lateItem(server)
    let fields = ["path": "parcels/late.md", "text": text, "summary": "Call <the> carrier"]
    #expect(try await ana.post("/items/\(item)/propose", fields).location == "/changes/CHG-1")
    #expect(try await ben.post("/changes/CHG-1/return", ["note": "Say which carrier."]).status == 303)
    return Scene(server: server, ana: ana, ben: ben, item: item)
  }

  @Test func itsAuthorFindsItAndRevisesIt() async throws {
    let scene = try await ReturnedChangeTests.returned()
    let (server, ana, ben, item) = (scene.server, scene.ana, scene.ben, scene.item)
    let link = "<a href=\"/changes/CHG-1/revise\">Revise CHG-1</a>"
    for path in ["/", "/items/\(item)"] {
      let page = try await ana.get(path).text
      #expect(page.contains(link), "\(path)")
      #expect(page.contains("ben sent it back: Say which carrier."), "\(path)")
    }
    #expect(try await ana.json("/").text.contains("\"note\":\"Say which carrier.\""))
    #expect(try await ana.get("/changes/CHG-1").text.contains("href=\"/changes/CHG-1/revise\">Revise it</a>"))
    // Nobody else is offered it.
    #expect(!(try await ben.get("/").text.contains("/changes/CHG-1/revise")))
    let others = try await ben.get("/items/\(item)").text
    #expect(others.contains("waits for ana, who may revise it: ben sent it back: Say which carrier."))
    #expect(!others.contains("/changes/CHG-1/revise"))
    #expect(try await ben.post("/changes/CHG-1/revise", ["text": "x", "summary": "y"]).status == 403)

    // The text that went back, to the byte, and its summary.
    let page = try await ana.get("/changes/CHG-1/revise").text
    let id = try #require(ChangeID("CHG-1"))
    let change = try server.workspace.change(id, by: TestServer.caller("ana", server.now)).change
    let proposed = String(decoding: try server.workspace.proposedText(of: change), as: UTF8.self)
    let body = String(decoding: try ParsedSOP(bytes: Array(proposed.utf8)).body, as: UTF8.self)
    #expect(page.contains("class=\"code\" required>\n\(body)</textarea>"))
    #expect(page.contains("value=\"Call &lt;the&gt; carrier\""))

    server.pass(seconds: 86_400)
    let ana2 = try await server.browser(of: "ana")
    let better = proposed.replacing("Call the carrier.", with: "Call Brown's.")
    let sent = try await ana2.post("/changes/CHG-1/revise", ["text": better, "summary": "Call Brown's"])
    #expect(sent.location == "/changes/CHG-1", "\(sent.text)")
    let revised = try server.workspace.change(change.id, by: TestServer.caller("ana", server.now)).change
    #expect(revised.stateWord == "in_review")
    #expect(revised.revision == 2)
    #expect(revised.draft.closes == [item])
    // The day that was filled in before has passed.
    #expect(revised.draft.effective.description == "2026-06-02")
    #expect(try await server.browser(of: "ben").get("/").text.contains(">CHG-1</a>"))
    #expect(!(try await ana2.get("/").text.contains("Sent back to you")))
  }

  @Test func itsAuthorWithdrawsIt() async throws {
    let scene = try await ReturnedChangeTests.returned()
    let (ana, item) = (scene.ana, scene.item)
    #expect(try await ana.get("/changes/CHG-1").text.contains("action=\"/changes/CHG-1/withdraw\""))
    #expect(try await ana.get("/items/\(item)").text.contains("action=\"/changes/CHG-1/withdraw\""))
    #expect(try await ana.post("/changes/CHG-1/withdraw").location == "/changes/CHG-1")
    #expect(!(try await ana.get("/").text.contains("Revise CHG-1")))
    #expect(!(try await ana.get("/items/\(item)").text.contains("Revise CHG-1")))
    let late = try await ana.post("/changes/CHG-1/revise", ["text": ReturnedChangeTests.text, "summary": "Again"])
    #expect(late.status == 422)
    #expect(late.text.contains("was withdrawn"))
  }

  @Test func whatIsRefusedStaysAsItWasTyped() async throws {
    let scene = try await ReturnedChangeTests.returned()
    let refused = try await scene.ana.post("/changes/CHG-1/revise", ["text": "No front matter", "summary": "A & B"])
    #expect(refused.status == 422)
    #expect(refused.text.contains("No front matter</textarea>"))
    #expect(refused.text.contains("value=\"A &amp; B\""))
    #expect(refused.text.contains("ben sent it back"))
  }

  /// Another change took the item over: the page says so instead of offering what would be refused.
  @Test func itIsNotOfferedWhileItsItemIsInAnother() async throws {
    let scene = try await ReturnedChangeTests.returned()
    let (ana, ben, item) = (scene.ana, scene.ben, scene.item)
    let fields = ["path": "parcels/other.md", "text": ReturnedChangeTests.text, "summary": "Mine"]
    #expect(try await ben.post("/items/\(item)/propose", fields).location == "/changes/CHG-2")
    #expect(!(try await ana.get("/items/\(item)").text.contains("/changes/CHG-1/revise")))
    let page = try await ana.get("/changes/CHG-1").text
    #expect(!page.contains("/changes/CHG-1/revise"))
    #expect(page.contains("is being changed by CHG-2"))
    #expect(page.contains("action=\"/changes/CHG-1/withdraw\""))
  }
}
