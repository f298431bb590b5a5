// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

/// The handbook, the taxonomy and the people in the browser.
struct HandbookPageTests {
  private static let path = "/handbook/handbook/procedure-for-a-new-code.md"

  @Test func somebodySaysThatTheyHaveReadAnSOP() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let path = HandbookPageTests.path
    #expect(try await ana.get(path).text.contains("Nobody yet."))
    #expect(try await ana.post(path, ["action": "acknowledge"]).location == path)
    let page = try await ana.get(path).text
    #expect(page.contains("<p>ana. Not yet: ben.</p>"))
    #expect(!page.contains("I have read it"))
    #expect(try await ana.post(path, ["action": "review", "note": "Still right.", "next": "soon"]).status == 422)
    #expect(
      try await ana.post(path, ["action": "review", "note": "Still right.", "next": "2026-09-01"]).location == path)
    #expect(try await ana.get(path).text.contains("the next review is due on 2026-09-01"))
    #expect(try await ana.post(path, ["action": "burn"]).status == 400)
    #expect(try await ana.post("/handbook/no/such.md", ["action": "acknowledge"]).status == 404)
  }

  @Test func theTaxonomyIsAdoptedByAnAdministrator() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(!(try await ana.get("/taxonomy").text.contains("Changed in the files")))
    let file = "\(server.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacing("title: LATE", with: "title: Late parcels").write(
      toFile: file, atomically: true, encoding: .utf8)
    let page = try await ana.get("/taxonomy").text
    #expect(page.contains("Changed in the files"))
    #expect(page.contains("Late parcels"))
    #expect(try await ana.post("/taxonomy/adopt").location == "/taxonomy")
    #expect(try await ana.get("/taxonomy").text.contains("is in force."))
    try "codes: [".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try await ana.get("/taxonomy").text.contains("codes.yaml"))
    #expect(try await ana.post("/taxonomy/adopt").status == 422)
  }

  @Test func aPersonIsAddedByTwoAdministratorsAndSignsIn() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    _ = try await ana.get("/people")
    #expect(try await ana.post("/people", ["person": "Not An Id", "role": "approver"]).status == 422)
    #expect(try await ana.post("/people", ["person": "dora", "role": "approver"]).location == "/taxonomy")
    #expect(try await ana.post("/people/link", ["person": "dora"]).status == 404)
    #expect(try await ben.post("/taxonomy/adopt").location == "/taxonomy")
    let page = try await ana.post("/people/link", ["person": "dora"]).text
    let link = try #require(page.firstMatch(of: /<pre tabindex="0">(?<path>\/welcome\/[0-9a-f]+)</)?.output.path)
    let dora = Browser(port: server.port)
    let password = ["password": TestServer.password, "again": TestServer.password]
    #expect(try await dora.post(String(link), password).location == "/")
    #expect(try await dora.get("/people").text.contains("dora"))
    // She approves, and adds nobody.
    _ = try await dora.get("/account")
    #expect(try await dora.post("/people", ["person": "eve", "role": "administrator"]).status == 403)
    #expect(try await dora.post("/people/link", ["person": "ana"]).status == 403)
  }
}
