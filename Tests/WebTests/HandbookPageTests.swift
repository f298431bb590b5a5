// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

/// The handbook, the taxonomy and the people in the browser.
struct HandbookPageTests {
  private static let path = "/handbook/handbook/procedure-for-a-new-code.md"

  private func commit(_ browser: Browser) async throws -> String {
    let page = try await browser.get(HandbookPageTests.path).text
    return String(try #require(page.firstMatch(of: /name="commit" value="(?<commit>[0-9a-f]{40})"/)?.output.commit))
  }

  @Test func somebodySaysThatTheyHaveReadAnSOP() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let path = HandbookPageTests.path
    #expect(try await ana.get(path).text.contains("Nobody yet."))
    let commit = try await commit(ana)
    func act(_ action: String, _ fields: [String: String] = [:]) async throws -> Browser.Answer {
      try await ana.post(path, fields.merging(["action": action, "commit": commit]) { $1 })
    }
    #expect(try await act("acknowledge").location == path)
    let page = try await ana.get(path).text
    #expect(page.contains("<p>ana. Not yet: ben.</p>"))
    #expect(!page.contains("I have read it"))
    #expect(try await act("review", ["note": "Still right.", "next": "soon"]).status == 422)
    #expect(try await act("review", ["note": "Still right.", "next": "2026-09-01"]).location == path)
    #expect(try await ana.get(path).text.contains("the next review is due on 2026-09-01"))
    #expect(try await act("burn").status == 400)
    let nowhere = try await ana.post("/handbook/no/such.md", ["action": "acknowledge", "commit": commit])
    #expect(nowhere.status == 404)
  }

  /// What came after the page was loaded is approved by nobody who looked at that page.
  @Test func onlyTheVersionThatWasLookedAtIsApproved() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let path = HandbookPageTests.path
    try server.push("One more line.")
    let seen = try await commit(ana)
    try server.push("And another.")
    let fields = ["action": "ratify", "note": "Right.", "commit": seen]
    let late = try await ana.post(path, fields)
    #expect(late.status == 409)
    #expect(late.text.contains("has changed since you looked at it"))
    let newest = try await commit(ana)
    #expect(newest != seen)
    #expect(try await ana.post(path, fields.merging(["commit": newest]) { $1 }).location == path)
    #expect(try await ana.post(path, ["action": "ratify", "note": "Right."]).status == 400)
  }

  @Test func whatWasPushedIsShownToWhoDecidesOnIt() async throws {
    let server = try await TestServer()
    let ana = TestServer.caller("ana", server.now)
    for (name, role) in [("dora", Role.processOwner), ("eve", .approver)] {
      _ = try server.workspace.addPerson(TestServer.person(name), roles: [role], logins: [], by: ana)
      _ = try server.workspace.adoptTaxonomy(by: TestServer.caller("ben", server.now))
    }
    let ben = try await server.browser(of: "ben")
    let path = HandbookPageTests.path
    #expect(!(try await ben.get(path).text.contains("Nobody has approved this version.")))
    try server.push("One more line.", by: "eve <eve@\(server.workspace.settings.domain)>")

    let page = try await ben.get(path).text
    #expect(page.contains("<strong>Nobody has approved this version.</strong> eve"))
    #expect(page.contains("Approve it, or have the last approved text put back."))
    #expect(page.contains("?difference=0#versions\">What it changed</a>"))
    #expect(page.contains("value=\"ratify\""))
    #expect(!page.contains("Say that it is still right"))
    #expect(try await ben.get("/").text.contains("<a href=\"\(path)\">"))
    #expect(try await ben.json("/").text.contains("\"sops_to_ratify\":[{\"path\":\"handbook/"))
    // Who pushed it, who does not approve, and who audits read the same, and are not asked.
    for name in ["eve", "dora", "cem"] {
      let browser = try await server.browser(of: name)
      let page = try await browser.get(path).text
      #expect(page.contains("An approver who did not write it approves it"), "\(name)")
      #expect(!page.contains("value=\"ratify\""), "\(name)")
      #expect(page.contains("value=\"restore\"") == (name != "cem"), "\(name)")
      #expect(!(try await browser.get("/").text.contains("<a href=\"\(path)\">")), "\(name)")
    }
    // Both codes rest on it: one row of the handbook.
    let rows = try await ben.get("/handbook").text.matches(of: /past the tool by/)
    #expect(rows.count == 1)
    let suspects = try server.workspace.suspects(by: ana)
    #expect(suspects.count > 1)

    let fields = ["action": "ratify", "note": "Right.", "commit": try await commit(ben)]
    #expect(try await ben.post(path, fields).location == path)
    #expect(!(try await ben.get(path).text.contains("Nobody has approved this version.")))
    #expect(!(try await ben.get("/").text.contains("<a href=\"\(path)\">")))
  }

  @Test func aDeletionByGitIsDecidedInTheBrowser() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let path = HandbookPageTests.path
    try server.push(nil)
    #expect(try await ben.get("/").text.contains("<a href=\"\(path)\">"))
    let page = try await ben.get(path)
    #expect(page.status == 200)
    #expect(page.text.contains("deleted this SOP by git"))
    let fields = ["action": "restore", "commit": try await commit(ana)]
    #expect(try await ana.post(path, fields).location == "/changes/CHG-1")
    #expect(try await ben.post("/changes/CHG-1/approve", ["revision": "1"]).status == 303)
    #expect(try await ben.post("/changes/CHG-1/close").status == 303)
    #expect(try await ben.get(path).text.contains("<article class=\"prose\">"))
    #expect(!(try await ben.get(path).text.contains("Nobody has approved this version.")))
  }

  /// What the page's form says was looked at.
  private func seen(_ page: String) throws -> String {
    String(try #require(page.firstMatch(of: /name="seen" value="([^"]+)"/)).1)
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
    let form = try seen(page)
    #expect(try await ana.post("/taxonomy/adopt", ["seen": "x"]).status == 422)
    // Somebody writes on while Ana reads: what she did not see is not adopted, and the page shows it.
    try text.replacing("title: LATE", with: "title: Very late").write(
      toFile: file, atomically: true, encoding: .utf8)
    let refused = try await ana.post("/taxonomy/adopt", ["seen": form])
    #expect(refused.status == 409)
    #expect(refused.text.contains("have changed since you looked at them") && refused.text.contains("Very late"))
    let script = try JSONValue(parsing: Array(try await ana.json("/taxonomy").text.utf8))
    #expect(script["seen"] == .string(try seen(refused.text)))
    #expect(try await ana.post("/taxonomy/adopt", ["seen": seen(refused.text)]).location == "/taxonomy")
    #expect(try await ana.get("/taxonomy").text.contains("is in force."))
    // Another version is in force since: the same files would change something else.
    try text.replacing("title: LATE", with: "title: Late parcels").write(
      toFile: file, atomically: true, encoding: .utf8)
    let late = try await ana.post("/taxonomy/adopt", ["seen": form])
    #expect(late.status == 409 && late.text.contains("The taxonomy has moved on"))
    try "codes: [".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try await ana.get("/taxonomy").text.contains("codes.yaml"))
    #expect(try await ana.post("/taxonomy/adopt").status == 422)
  }
}
