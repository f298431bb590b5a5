// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

@testable import Web

/// Several people at one SOP, in the browser: items that join a change, others at the same text, branches that somebody takes up.
@Suite struct TogetherTests {
  @Test func anItemJoinsAChangeThatCoversIt() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let keys = try (1...2).map {
      try server.workspace.item(ItemID($0), by: TestServer.caller("ana", server.now)).view.item.key.value
    }
    #expect(keys.contains("LATE"))
    let codes = keys.joined(separator: ", ")
    let change = try server.workspace.proposeChange(
      closing: [ItemID(1)], path: SOPPath("sops/both.md"),
      text: Array("---\ncodes: [\(codes)]\n---\n\nOne way for both.\n".utf8), summary: "Both",
      by: TestServer.caller("ana", server.now))
    try server.workspace.approveChange(change.id, revision: nil, by: TestServer.caller("ben", server.now))
    let page = try await ben.get("/items/REM-2").text
    #expect(page.contains("Let CHG-1 close"))
    #expect(try await ben.post("/changes/CHG-1/join", ["item": "REM-99"]).status == 422)
    #expect(try await ben.post("/changes/CHG-1/join", ["item": "REM-2"]).location == "/changes/CHG-1")
    let joined = try server.workspace.change(change.id, by: TestServer.caller("ana", server.now)).change
    #expect(joined.draft.closes == [ItemID(1), ItemID(2)])
    #expect(joined.state == .inReview, "the approval was for fewer items")
    // Who let it close more has had a hand in it.
    #expect(try await ben.post("/changes/CHG-1/approve").status == 403)
    #expect(!(try await ana.get("/items/REM-2").text.contains("Let CHG-1 close")))
  }

  @Test func whatOthersChangeInTheSameSOPIsSaid() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let path = "handbook/procedure-for-a-new-code.md"
    let text = String(decoding: try server.workspace.text(of: server.workspace.version(path)).bytes, as: UTF8.self)
    for person in ["ana", "ben"] {
      _ = try server.workspace.proposeChange(
        closing: [], path: SOPPath(path), text: Array("\(text)\nSays \(person).\n".utf8), summary: "More",
        by: TestServer.caller(person, server.now))
    }
    #expect(try await ana.get("/changes/CHG-1").text.contains("CHG-2</a> of ben changes the same SOP."))
  }

  @Test func aBranchOfAStrangerIsTakenUp() async throws {
    let server = try await TestServer()
    let (ana, cem) = (try await server.browser(of: "ana"), try await server.browser(of: "cem"))
    try server.push("What a stranger says.", by: "zoe <zoe@example.org>", proposal: "proposals/more")
    let page = try await ana.get("/handbook").text
    #expect(page.contains("Proposed by git, and not taken up") && page.contains("zoe &lt;zoe@example.org&gt;"))
    #expect(!(try await cem.get("/handbook").text.contains("Take it for your own")))
    #expect(try await ana.post("/handbook-proposals/claim", ["branch": "proposals/none"]).status == 422)
    let answer = try await ana.post("/handbook-proposals/claim", ["branch": "proposals/more"])
    #expect(answer.location == "/changes/CHG-1", "\(answer.text)")
    #expect(!(try await ana.get("/handbook").text.contains("Proposed by git")))
    let change = try #require(ChangeID("CHG-1"))
    #expect(
      try server.workspace.change(change, by: TestServer.caller("ana", server.now)).change.proposedBy.text == "ana")
  }
}
