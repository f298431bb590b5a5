// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tracker

/// Passwords, links and sessions.
struct SignInTests {
  private func signIn(_ browser: Browser, _ name: String, _ password: String) async throws -> Browser.Answer {
    try await browser.post("/sign-in", ["name": name, "password": password])
  }

  @Test func whoKnowsThePasswordIsLetIn() async throws {
    let server = try await TestServer()
    _ = try await server.browserWithPassword(of: "ana")
    let browser = Browser(port: server.port)
    let wrong = try await signIn(browser, "ana", "eleven blue lamp")
    let unknown = try await signIn(browser, "zoe", TestServer.password)
    #expect(wrong.status == 401)
    #expect(unknown.status == 401)
    // Nobody learns which of the two was wrong.
    #expect(unknown.text.contains("The name, the password or the code is wrong."))
    #expect(wrong.text.replacing("value=\"ana\"", with: "") == unknown.text.replacing("value=\"zoe\"", with: ""))
    let right = try await signIn(browser, " ana ", TestServer.password)
    #expect(right.location == "/")
    let cookie = try #require(right.headers["set-cookie"])
    for part in ["__Host-sopwright=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
    #expect(try await browser.get("/").status == 200)
  }

  @Test func tooManyWrongPasswordsMakeEverybodyWait() async throws {
    let server = try await TestServer()
    _ = try await server.browserWithPassword(of: "ana")
    let browser = Browser(port: server.port)
    for _ in 0..<6 { #expect(try await signIn(browser, "ana", "wrong wrong wrong").status == 401) }
    #expect(try await signIn(browser, "ana", TestServer.password).status == 429)
    server.pass(seconds: 3)
    #expect(try await signIn(browser, "ana", TestServer.password).location == "/")
  }

  @Test func aLinkWorksOnce() async throws {
    let server = try await TestServer()
    let caller = TestServer.caller("ana", server.now)
    let first = "/welcome/\(try server.workspace.invite(TestServer.person("ben"), by: caller))"
    let second = "/welcome/\(try server.workspace.invite(TestServer.person("ben"), by: caller))"
    let browser = Browser(port: server.port)
    #expect(try await browser.get(first).status == 404)
    for (password, again) in [
      ("short", "short"), ("long enough it is", "but not the same"), ("benbenbenbenben", "benbenbenbenben"),
    ] {
      #expect(try await browser.post(second, ["password": password, "again": again]).status == 422)
    }
    let fields = ["password": TestServer.password, "again": TestServer.password]
    #expect(try await browser.post(second, fields).location == "/")
    #expect(try await browser.post(second, fields).status == 404)
    let third = "/welcome/\(try server.workspace.invite(TestServer.person("ben"), by: caller))"
    server.pass(seconds: 49 * 3_600)
    #expect(try await browser.get(third).status == 404)
  }

  @Test(arguments: [
    ("elevenlamps", "The password is too short."), ("1q2w3e4r5t6y", "easy to guess"),
    ("sopwright rules", "easy to guess"),
    ("aaaaaaaaaaaaaa", "easy to guess"), (String(repeating: "long ", count: 60), "256"),
  ])
  func aPasswordThatManyHaveIsRefused(password: String, sentence: String) async throws {
    let server = try await TestServer()
    let token = try server.workspace.invite(TestServer.person("ben"), by: TestServer.caller("ana", server.now))
    let answer = try await Browser(port: server.port).post(
      "/welcome/\(token)", ["password": password, "again": password])
    #expect(answer.status == 422)
    #expect(answer.text.contains(sentence))
  }

  @Test func aSessionEnds() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let cookie = try #require(ana.cookie)
    #expect(try await ana.post("/sign-out").location == "/sign-in")
    #expect(try await Browser(port: server.port).get("/", headers: ["Cookie": cookie]).location == "/sign-in")
    let again = try await server.browser(of: "ana")
    server.pass(seconds: 2 * 3_600 + 1)
    #expect(try await again.get("/").location == "/sign-in")
  }

  /// Whoever follows a link gets there, and nowhere else.
  @Test func signingInGoesOnToThePageThatWasAskedFor() async throws {
    let server = try await TestServer()
    _ = try await server.browserWithPassword(of: "ana")
    let stranger = Browser(port: server.port)
    let sent = try #require(try await stranger.get("/items/REM-1?x=1&y=2").location)
    #expect(sent == "/sign-in?to=%2Fitems%2FREM-1%3Fx%3D1%26y%3D2")
    #expect(try await stranger.get(sent).text.contains("name=\"to\" value=\"/items/REM-1?x=1&amp;y=2\""))
    for (target, expected) in [
      ("/items/REM-1?x=1&y=2", "/items/REM-1?x=1&y=2"), ("//evil.example", "/"), ("https://evil.example", "/"),
      ("/\\evil.example", "/"), ("", "/"),
    ] {
      let fields = ["name": "ana", "password": TestServer.password, "code": "", "to": target]
      #expect(try await Browser(port: server.port).post("/sign-in", fields).location == expected, "\(target)")
    }
    let lost = try await stranger.post("/items/REM-1/comment", ["text": "Typed."])
    #expect(lost.status == 401)
    #expect(lost.text.contains("You are not signed in any more."))
  }

  @Test func whoComesInIsLogged() async throws {
    let server = try await TestServer()
    let stranger = Browser(port: server.port)
    _ = try await stranger.get("/sign-in")
    _ = try await signIn(stranger, "ben", "a wrong password")
    _ = try await signIn(stranger, "eleven blue lamps", "which was typed into the wrong field")
    let cem = try await server.browser(of: "cem")
    _ = try await cem.post("/items/REM-1/acknowledge")
    _ = try await cem.post("/sign-out")
    func line(_ route: String, _ person: String, _ status: Int) -> String {
      #"{"at":"\#(server.now)","route":"\#(route)","person":\#(person),"status":\#(status)}"#
    }
    #expect(
      server.logged == [
        line("POST /sign-in", #""ben""#, 401), line("POST /sign-in", "null", 401),
        line("POST /items/:id/acknowledge", #""cem""#, 403), line("POST /sign-out", #""cem""#, 303),
      ])
  }

  /// A session that somebody made their victim use is of no use after signing in.
  @Test func signingInBeginsANewSession() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let before = ana.cookie
    #expect(try await signIn(ana, "ana", TestServer.password).location == "/")
    #expect(ana.cookie != before)
  }

  @Test func whoSetsANewPasswordIsSignedOutElsewhere() async throws {
    let server = try await TestServer()
    let first = try await server.browserWithPassword(of: "ana")
    _ = try await server.browserWithPassword(of: "ana")
    #expect(try await first.get("/").location == "/sign-in")
  }

  @Test func whoIsErasedCanNoLongerSignIn() async throws {
    let server = try await TestServer()
    let ben = try await server.browserWithPassword(of: "ben")
    _ = try await ben.post("/items/REM-1/comment", ["text": "Seen."])
    _ = try server.workspace.erase(
      ErasureSubject(person: TestServer.person("ben")), reason: "Left.", by: TestServer.caller("ana", server.now))
    #expect(try await ben.get("/").location == "/sign-in")
    #expect(try await signIn(Browser(port: server.port), "ben", TestServer.password).status == 401)
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
  }
}
