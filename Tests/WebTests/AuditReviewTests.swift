// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

/// The weekly review of the record, in the browser and by a command on a server.
struct AuditReviewTests {
  @Test func anAuditorLooksThroughTheRecordAndSaysWhatTheyFound() async throws {
    let server = try await TestServer()
    var cem = try await server.browser(of: "cem")
    #expect(try await !cem.get("/").text.contains("The weekly review of the record has been due since"))
    server.pass(seconds: 8 * 86_400)
    cem = try await server.browser(of: "cem")
    #expect(try await cem.get("/").text.contains("The weekly review of the record has been due since"))
    #expect(try await cem.get("/audit").text.contains("href=\"/audit/review\""))
    let page = try await cem.get("/audit/review").text
    let size = try server.workspace.treeState().size
    #expect(
      page.contains("Nobody has reviewed the record yet. It has \(size) events; the first review has been due"))
    #expect(page.contains("<a href=\"/audit/ledger?kind=item_opened&amp;from=0\">item opened</a>"))
    #expect(page.contains("taxonomy adopted"))

    // Objections need words; what was chosen stays.
    let refused = try await cem.post("/audit/review", ["size": "\(size)", "result": "objections", "note": " "])
    #expect(refused.status == 422)
    #expect(refused.text.contains("value=\"objections\" checked"))
    let done = try await cem.post(
      "/audit/review", ["size": "\(size)", "result": "objections", "note": "Who adopted <b>that</b>?"])
    #expect(done.location == "/audit/review")
    let after = try await cem.get("/audit/review").text
    #expect(after.contains("cem reviewed the record last"))
    #expect(after.contains("Who adopted &lt;b&gt;that&lt;/b&gt;?"))
    #expect(try await !cem.get("/").text.contains("The weekly review of the record has been due since"))
  }

  @Test func whatCameWhileSomebodyLookedIsNotInTheirReview() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let size = try server.workspace.treeState().size
    try server.workspace.comment(
      on: try #require(ItemID("REM-1")), "Later", by: TestServer.caller("ana", server.now))
    #expect(try await cem.post("/audit/review", ["size": "\(size)", "result": "in_order", "note": ""]).status == 303)
    let json = try JSONValue(parsing: Array(try await cem.json("/audit/review").text.utf8))
    #expect(json["from"] == .int(size))
    #expect(try await cem.post("/audit/review", ["size": "\(size)", "result": "in_order", "note": ""]).status == 422)
    for size in ["", "x", "-1", "0", "99999999999999999999", "9999"] {
      #expect(try await cem.post("/audit/review", ["size": size, "result": "in_order", "note": ""]).status == 422)
    }
    #expect(try await cem.post("/audit/review", ["size": "\(size + 1)", "result": "fine", "note": ""]).status == 422)
  }

  @Test func theLedgerIsReadByKind() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let page = try await cem.get("/audit/ledger?kind=item_opened&from=0").text
    #expect(page.components(separatedBy: "item opened").count == 4)
    #expect(!page.contains("rel=\"next\""))
    let json = try JSONValue(parsing: Array(try await cem.json("/audit/ledger?kind=item_opened").text.utf8))
    guard case .array(let events)? = json["events"] else { throw Missing() }
    #expect(events.map { $0["kind"] } == ["item_opened", "item_opened"])
    #expect(json["next"] == .null)
    #expect(try await cem.get("/audit/ledger?kind=%22%3E&from=1").text.contains("&quot;&gt;"))
    #expect(try await cem.get("/audit/ledger?kind=item_opened&from=x").status == 400)
  }

  private struct Missing: Error {}
}
