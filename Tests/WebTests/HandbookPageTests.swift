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
    let (path, clone) = (HandbookPageTests.path, "\(server.folder)/clone")
    func push(_ line: String) throws {
      let script = """
        [ -d '\(clone)' ] || git clone -q '\(server.folder)/ws/sop.git' '\(clone)'
        cd '\(clone)' && printf '%s\n' '\(line)' >> handbook/procedure-for-a-new-code.md
        git -c user.name=eve -c user.email=eve@example.org commit -qam 'Past the tool' && git push -q
        """
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-euc", script]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      _ = try server.workspace.catchUp(by: TestServer.caller("ana", server.now))
    }
    try push("One more line.")
    let seen = try await commit(ana)
    try push("And another.")
    let fields = ["action": "ratify", "note": "Right.", "commit": seen]
    let late = try await ana.post(path, fields)
    #expect(late.status == 409)
    #expect(late.text.contains("has changed since you looked at it"))
    let newest = try await commit(ana)
    #expect(newest != seen)
    #expect(try await ana.post(path, fields.merging(["commit": newest]) { $1 }).location == path)
    #expect(try await ana.post(path, ["action": "ratify", "note": "Right."]).status == 400)
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
}
