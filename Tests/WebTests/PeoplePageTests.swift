// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

/// People, what they may do, and who stands in for whom, in the browser.
@Suite struct PeoplePageTests {
  @Test func aPersonIsAddedByTwoAdministratorsAndSignsIn() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browserWithPassword(of: "ana"), try await server.browser(of: "ben"))
    _ = try await ana.get("/people")
    #expect(try await ana.post("/people", ["person": "Not An Id", "role": "approver"]).status == 422)
    #expect(try await ana.post("/people", ["person": "dora", "role": "approver"]).location == "/taxonomy")
    #expect(try await ana.post("/people/link", ["person": "dora", "password": TestServer.password]).status == 404)
    #expect(try await ben.post("/taxonomy/adopt").location == "/taxonomy")
    let page = try await ana.post("/people/link", ["person": "dora", "password": TestServer.password]).text
    let link = try #require(page.firstMatch(of: /<pre tabindex="0">(?<path>\/welcome\/[0-9a-f]+)</)?.output.path)
    // With the address that Ana's browser names; nothing that is none, and no `Host`, makes one.
    let whole = ["Origin": "https://sop.example.org:8443", "Host": "evil.example"]
    let second = try await ana.post("/people/link", ["person": "ben", "password": TestServer.password], headers: whole)
      .text
    #expect(second.contains("<pre tabindex=\"0\">https://sop.example.org:8443/welcome/"))
    #expect(!second.contains("Put the address"))
    for origin in ["null", "https://", "javascript://x", "https://a/b", "https://A b"] {
      let page = try await ana.post(
        "/people/link", ["person": "ben", "password": TestServer.password], headers: ["Origin": origin]
      ).text
      #expect(page.contains("<pre tabindex=\"0\">/welcome/"), "\(origin)")
    }
    let dora = Browser(port: server.port)
    let password = ["password": TestServer.password, "again": TestServer.password]
    #expect(try await dora.post(String(link), password).location == "/")
    #expect(try await dora.get("/people").text.contains("dora"))
    // She approves, and adds nobody.
    _ = try await dora.get("/account")
    #expect(try await dora.post("/people", ["person": "eve", "role": "administrator"]).status == 403)
    #expect(try await dora.post("/people/link", ["person": "ana", "password": TestServer.password]).status == 403)
  }

  @Test func rightsAreChangedOnThePageOfAPerson() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let page = try await ana.get("/people/ben").text
    #expect(page.contains("name=\"role_approver\" value=\"on\" checked"))
    #expect(page.contains("name=\"role_auditor\" value=\"on\">"))
    // An auditor with other roles is refused, and what was chosen stays chosen.
    let both = ["rights": "1", "role_auditor": "on", "role_approver": "on", "only": "late"]
    let refused = try await ana.post("/people/ben/rights", both)
    #expect(refused.status == 422)
    #expect(refused.text.contains("would be an auditor, who changes nothing, and approver besides"))
    #expect(refused.text.contains("name=\"role_auditor\" value=\"on\" checked"))
    #expect(refused.text.contains("value=\"late\""))
    #expect(
      try await ana.post("/people/ben/rights", ["rights": "1", "role_approver": "on", "only": "a b!"]).status == 422)
    let approver = ["rights": "1", "role_approver": "on", "role_administrator": "on", "only": "late, RF"]
    #expect(try await ana.post("/people/ben/rights", approver).location == "/taxonomy")
    #expect(try await ben.post("/taxonomy/adopt").location == "/taxonomy")
    let changed = try await ana.get("/people/ben").text
    #expect(changed.contains("value=\"LATE, RF\""))
    #expect(!changed.contains("name=\"role_support_lead\" value=\"on\" checked"))
    #expect(try await ana.get("/people").text.contains("LATE, RF"))
    #expect(try await ana.get("/people/nobody").status == 404)
    // What was looked at has moved on, and a script that misses or misspells something changes nothing.
    #expect(try await ana.post("/people/ben/rights", approver.merging(["taxonomy": "1"]) { $1 }).status == 409)
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "t", scope: .write, days: 1, at: server.now)
    for json in [#"{"role_approver": true}"#, #"{"rights": true, "role_aprover": true}"#] {
      #expect(try await ana.script("POST", "/people/ben/rights", token: token, json).status == 422)
    }
  }

  @Test func somebodyStandsInForSomeDays() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    _ = try await ana.get("/people/ben")
    let days = ["for": "ana", "from": "2026-06-01", "until": "2026-06-30"]
    #expect(try await ana.post("/people/ben/stand-in", days.merging(["until": "soon"]) { $1 }).status == 422)
    #expect(try await ana.post("/people/ben/stand-in", days.merging(["until": "2026-05-01"]) { $1 }).status == 422)
    #expect(try await ana.post("/people/ben/stand-in", days.merging(["for": "nobody"]) { $1 }).status == 422)
    #expect(try await ana.post("/people/ben/stand-in", days).location == "/taxonomy")
    _ = try await ben.post("/taxonomy/adopt")
    let page = try await ben.get("/people/ben").text
    #expect(page.contains("2026-06-30"))
    #expect(try await ben.get("/").text.contains("<h2>In the place of ana</h2>"))
    #expect(!(try await ana.get("/").text.contains("In the place of")))
    #expect(try await ben.json("/people/ben").text.contains("\"stands_in\":[{\"for\":\"ana\""))
    #expect(try await ben.post("/people/ben/stand-in/end", ["for": "ana"]).location == "/taxonomy")
    _ = try await ana.post("/taxonomy/adopt")
    #expect(try await ana.get("/people/ben").text.contains("stands in for nobody"))
  }
}
