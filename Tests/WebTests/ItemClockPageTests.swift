// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

@testable import Web

/// More time for an item, and pauses, in the browser.
@Suite struct ItemClockPageTests {
  private func due(_ server: TestServer) throws -> Timestamp {
    try server.workspace.item(ItemID(1), by: TestServer.caller("ana", server.now)).view.item.dueAt
  }

  @Test func moreTimeIsAskedForAndGrantedBySomebodyElse() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let before = try due(server)
    #expect(try await ana.get("/items/REM-1").text.contains("<summary>Ask for more time</summary>"))
    let refused = try await ana.post(
      "/items/REM-1/extend", ["step": "extend", "until": "soon", "reason": "The \"carrier\" is slow."])
    #expect(refused.status == 422)
    #expect(refused.text.contains("<details open>"))
    #expect(refused.text.contains("value=\"The &quot;carrier&quot; is slow.\""))
    let until = ["step": "extend", "until": "2026-09-30T12:30", "reason": "The carrier is slow."]
    #expect(try await ana.post("/items/REM-1/extend", until).status == 303)
    #expect(try due(server) == before)

    // Who asked does not grant it, and is not offered to.
    let own = try await ana.get("/items/REM-1").text
    #expect(own.contains("ana asks for time until") && own.contains("The carrier is slow."))
    #expect(!own.contains("Grant it") && own.contains("Withdraw the wish"))
    #expect(try await ana.post("/items/REM-1/extension/approve").status == 403)
    let theirs = try await ben.get("/items/REM-1").text
    #expect(theirs.contains("Grant it") && !theirs.contains("Withdraw the wish"))
    #expect(try await ben.post("/items/REM-1/extension/approve", ["revision": "2.0"]).status == 422)
    let revision = try #require(theirs.firstMatch(of: /name="revision" value="(?<revision>\d+)"/)).output.revision
    #expect(
      try await ben.post("/items/REM-1/extension/approve", ["revision": String(revision)]).location == "/items/REM-1")
    #expect(try due(server).description == "2026-09-30T12:30:00Z")

    // Another wish is sent back, and one is withdrawn.
    for (path, browser) in [("return", ben), ("withdraw", ana)] {
      let more = until.merging(["until": "2026-11-30T12:30"]) { $1 }
      #expect(try await ana.post("/items/REM-1/extend", more).status == 303)
      #expect(try await browser.post("/items/REM-1/extension/\(path)", ["note": "It is enough."]).status == 303)
      #expect(!(try await ana.get("/items/REM-1").text.contains("asks for time")))
    }
    #expect(try due(server).description == "2026-09-30T12:30:00Z")
  }

  @Test func theOwnerStopsTheClockAndLetsItGoOn() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let before = try due(server)
    #expect(!(try await ana.get("/items/REM-1").text.contains("Stop the clock")), "nobody has acknowledged it")
    _ = try await ana.post("/items/REM-1/acknowledge")
    #expect(try await ana.get("/items/REM-1").text.contains("<summary>Stop the clock for a while</summary>"))
    #expect(!(try await ben.get("/items/REM-1").text.contains("Stop the clock")))
    let until = ["step": "pause", "until": "2026-06-06T12:00", "reason": "The supplier has to move first."]
    #expect(try await ben.post("/items/REM-1/pause", until).status == 403)
    #expect(try await ana.post("/items/REM-1/pause", until).status == 303)
    #expect(try due(server) == before + Days(5))
    server.pass(seconds: 86_400)
    let later = try await server.browser(of: "ana")
    #expect(try await later.get("/items/REM-1").text.contains("Let the clock go on"))
    #expect(try await later.post("/items/REM-1/resume").status == 303)
    #expect(try due(server) == before + Days(1))
  }
}
