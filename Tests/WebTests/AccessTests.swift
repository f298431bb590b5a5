// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// Who gets where: every route, for strangers, auditors and members.
struct AccessTests {
  /// The route's path with something in place of its parts.
  private static func example(_ route: Route) -> String {
    let id = route.path.hasPrefix("/changes") ? "CHG-1" : "REM-1"
    return route.path.replacing(":id", with: id).replacing(":name", with: "sopwright.css")
      .replacing(":token", with: "0123").replacing("**", with: "handbook/procedure-for-a-new-code.md")
  }

  @Test func strangersSeeNothingAndDoNothing() async throws {
    let server = try await TestServer()
    let before = try server.workspace.treeState().size
    for route in Routes.all where route.access == .signedIn {
      let (path, stranger) = (AccessTests.example(route), Browser(port: server.port))
      if route.method == .get {
        #expect(try await stranger.get(path).location == "/sign-in", "\(path)")
        #expect(try await stranger.json(path).status == 401, "\(path)")
      } else {
        #expect(try await stranger.post(path).status == 401, "\(path)")
      }
    }
    #expect(try server.workspace.treeState().size == before)
  }

  @Test func auditorsSeeAllAndChangeNothing() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let ana = try await server.browser(of: "ana")
    let text = "---\ntitle: Late\ncodes: [LATE]\n---\n\nDo it.\n"
    let late = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
        .first { $0.item.key.value == "LATE" }?.item.id)
    #expect(
      try await ana.post("/items/\(late)/propose", ["path": "late.md", "text": text, "summary": "Do it"]).status == 303)
    let before = try server.workspace.treeState().size
    let fields = [
      "text": text, "person": "ben", "rationale": "No.", "expires": "2026-09-01", "note": "No.", "path": "late.md",
      "summary": "No.", "revision": "1", "action": "acknowledge", "commit": String(repeating: "0", count: 40),
      "role": "approver", "code": "LATE",
    ]
    // One's own account is everybody's.
    for route in Routes.all
    where route.access == .signedIn && route.path != "/sign-out" && !route.path.hasPrefix("/account") {
      let path = AccessTests.example(route)
      if route.method == .get {
        // Another's upload is not there for anybody else.
        let expected = route.path == "/import/:id" ? 404 : 200
        #expect(try await cem.get(path).status == expected, "\(path)")
        #expect([expected, 406].contains(try await cem.json(path).status), "\(path)")
      } else {
        let answer = try await cem.post(path, fields)
        // What only shows something is open to them.
        let expected = route.scope == .read ? 200..<300 : 400..<500
        #expect(expected.contains(answer.status), "\(path): \(answer.status)")
      }
    }
    #expect(try server.workspace.treeState().size == before)
    #expect(try await cem.get("/items/\(late)").text.contains("<h2>Say something</h2>") == false)
  }

  @Test func aFormOfAnotherSiteOrSessionIsNotTaken() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let path = "/items/REM-1/acknowledge"
    #expect(try await ana.post(path, headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
    #expect(try await ana.post(path, ["form_token": ben.formToken ?? ""]).status == 403)
    #expect(try await ana.post(path, ["form_token": ""]).status == 403)
    #expect(try await ana.post(path, headers: ["Content-Type": "text/plain"]).status == 415)
    #expect(try await ana.post(path, headers: ["Sec-Fetch-Site": "same-origin"]).status == 303)
  }

  @Test func everyAnswerSaysWhatABrowserMayDoWithIt() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    for path in ["/", "/nowhere", "/items/REM-99", "/assets/sopwright.css", "/sign-in"] {
      let headers = try await ana.get(path).headers
      #expect(headers["content-security-policy"]?.contains("default-src 'none'") == true, "\(path)")
      #expect(headers["content-security-policy"]?.contains("unsafe") == false, "\(path)")
      #expect(headers["x-content-type-options"] == "nosniff", "\(path)")
      if !path.hasPrefix("/assets") { #expect(headers["cache-control"] == "no-store", "\(path)") }
    }
  }
}
