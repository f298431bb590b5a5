// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// One's own account: password, authenticator, sessions, tokens.
struct AccountTests {
  @Test func aPasswordIsChangedByWhoKnowsIt() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let elsewhere = Browser(port: server.port)
    let old = ["name": "ana", "password": TestServer.password]
    #expect(try await elsewhere.post("/sign-in", old).status == 303)
    _ = try await ana.get("/account")
    let new = "seven green doors"
    let fields = ["old": "not the right one", "password": new, "again": new]
    #expect(try await ana.post("/account/password", fields).status == 422)
    #expect(
      try await ana.post("/account/password", fields.merging(["old": TestServer.password]) { $1 }).location
        == "/account")
    #expect(try await elsewhere.get("/").location == "/sign-in")
    #expect(try await ana.get("/").status == 200)
    #expect(try await elsewhere.post("/sign-in", old).status == 401)
    #expect(try await elsewhere.post("/sign-in", ["name": "ana", "password": new]).status == 303)
  }

  @Test func aCodeIsAskedForOnceItWasConfirmed() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    _ = try await ana.get("/account")
    #expect(try await ana.post("/account/authenticator", ["password": "something else"]).status == 422)
    let password = ["password": TestServer.password]
    #expect(try await ana.post("/account/authenticator", password).status == 303)
    let authenticator = try Authenticator(try await ana.get("/account").text)
    func code(_ offset: Int64 = 0) -> String { authenticator.code(at: server.now, later: offset) }
    #expect(try await ana.post("/account/authenticator/confirm", ["code": "000000"]).status == 422)
    #expect(try await ana.post("/account/authenticator/confirm", ["code": code()]).status == 303)

    let browser = Browser(port: server.port)
    let fields = ["name": "ana", "password": TestServer.password]
    #expect(try await browser.post("/sign-in", fields).status == 401)
    // The code that confirmed it does not count again.
    #expect(try await browser.post("/sign-in", fields.merging(["code": code()]) { $1 }).status == 401)
    #expect(try await browser.post("/sign-in", fields.merging(["code": code(5)]) { $1 }).status == 401)
    server.pass(seconds: 60)
    #expect(try await browser.post("/sign-in", fields.merging(["code": code()]) { $1 }).location == "/")
    #expect(try await browser.post("/sign-in", fields.merging(["code": code()]) { $1 }).status == 401)
    server.pass(seconds: 60)
    _ = try await ana.get("/account")
    #expect(try await ana.post("/account/authenticator/remove", ["password": "something else"]).status == 422)
    let refused = try await ana.post("/account/authenticator/remove", password)
    #expect(refused.status == 422 && refused.text.contains("The password or the code does not fit."))
    #expect(
      try await ana.post("/account/authenticator/remove", password.merging(["code": code()]) { $1 }).status == 303)
    #expect(try await browser.post("/sign-in", fields).location == "/")
  }

  /// Until a code of the new one is given, the old one counts; then it alone does.
  @Test func anAuthenticatorTakesThePlaceOfAnother() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let password = ["password": TestServer.password]
    let old = try await Authenticator.setUp(ana, server)
    #expect(try await ana.post("/account/authenticator", password).status == 422)
    #expect(
      try await ana.post("/account/authenticator", password.merging(["code": old.code(at: server.now)]) { $1 }).status
        == 422, "the code that confirmed it does not count again")
    server.pass(seconds: 60)
    #expect(
      try await ana.post("/account/authenticator", password.merging(["code": old.code(at: server.now)]) { $1 }).status
        == 303)
    let new = try Authenticator(try await ana.get("/account").text)
    server.pass(seconds: 60)
    func signIn(_ authenticator: Authenticator) async throws -> Int {
      let fields = ["name": "ana", "password": TestServer.password, "code": authenticator.code(at: server.now)]
      return try await Browser(port: server.port).post("/sign-in", fields).status
    }
    #expect(try await signIn(new) == 401)
    #expect(try await signIn(old) == 303)
    #expect(try await ana.post("/account/authenticator/confirm", ["code": new.code(at: server.now)]).status == 303)
    server.pass(seconds: 60)
    #expect(try await signIn(old) == 401)
    #expect(try await signIn(new) == 303)
  }

  /// A key that was shown counts in that session alone, and for ten minutes.
  @Test func aKeyThatWasShownIsForWhoeverAskedForIt() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let elsewhere = try await server.browser(of: "ana")
    let password = ["password": TestServer.password]
    #expect(try await ana.post("/account/authenticator", password).status == 303)
    let authenticator = try Authenticator(try await ana.get("/account").text)
    let code = ["code": authenticator.code(at: server.now)]
    #expect(!(try await elsewhere.get("/account").text.contains("secret=")))
    let refused = try await elsewhere.post("/account/authenticator/confirm", code)
    #expect(refused.status == 422 && refused.text.contains("There is no key to confirm."))
    server.pass(seconds: 600)
    #expect(!(try await ana.get("/account").text.contains("secret=")))
    let late = ["code": authenticator.code(at: server.now)]
    #expect(try await ana.post("/account/authenticator/confirm", late).status == 422)
    // Whoever is signed in by the password alone is not, once a code is asked for.
    _ = try await Authenticator.setUp(ana, server)
    #expect(try await ana.get("/items").status == 200)
    #expect(try await elsewhere.get("/items").location?.hasPrefix("/sign-in") == true)
  }

  /// The same code again is no guess, so nobody is made to wait for it; another one is.
  @Test func aCodeSentAgainLocksNobodyOut() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let authenticator = try await Authenticator.setUp(ana, server)
    let fields = ["name": "ana", "password": TestServer.password]
    let used = fields.merging(["code": authenticator.code(at: server.now)]) { $1 }
    for _ in 1...7 { #expect(try await Browser(port: server.port).post("/sign-in", used).status == 401) }
    server.pass(seconds: 30)
    let next = fields.merging(["code": authenticator.code(at: server.now)]) { $1 }
    #expect(try await Browser(port: server.port).post("/sign-in", next).status == 303)
  }

  @Test func withoutItsKeyFileTheAccountStillOpensAndTheLogSaysWhatIsWrong() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let password = ["password": TestServer.password]
    #expect(try await ana.post("/account/authenticator", password).status == 303)
    let key = "\(server.folder)/ws/accounts.key"
    unlink(key)
    #expect(try await ana.get("/account").status == 200)
    // Nothing else is sealed, so another can be made.
    _ = try await Authenticator.setUp(ana, server)
    unlink(key)
    #expect(try await ana.get("/account").status == 200)
    server.pass(seconds: 60)
    let refused = try await Browser(port: server.port).post(
      "/sign-in", ["name": "ana", "password": TestServer.password, "code": "123456"])
    #expect(refused.status == 500 && refused.text.contains("Tell an administrator."))
    #expect(!refused.text.contains("accounts.key"))
    #expect(server.logged.contains { $0.contains("\"problem\"") && $0.contains("accounts.key is gone") })
  }

  @Test func aTokenIsMadeByWhoKnowsThePassword() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let form = ["name": "nightly", "scope": "read", "days": "7"]
    for password in [nil, "", "something else"] {
      let refused = try await ana.post(
        "/account/tokens", form.merging(password.map { ["password": $0] } ?? [:]) { $1 })
      #expect(refused.status == 422 && refused.text.contains("That is not your password."))
      // What was typed stays, but not the password.
      #expect(refused.text.contains("value=\"nightly\"") && !refused.text.contains("something else"))
    }
    #expect(try await ana.get("/account").text.contains("Your tokens") == false)
    let authenticator = try await Authenticator.setUp(ana, server)
    let known = form.merging(["password": TestServer.password]) { $1 }
    #expect(try await ana.post("/account/tokens", known).text.contains("The password or the code does not fit."))
    server.pass(seconds: 60)
    let made = try await ana.post(
      "/account/tokens", known.merging(["code": authenticator.code(at: server.now)]) { $1 })
    #expect(made.text.contains("sopwright_"))
  }

  private func token(_ ana: Browser, _ scope: String, days: String = "90") async throws -> String {
    _ = try await ana.get("/account")
    let page = try await ana.post(
      "/account/tokens", ["name": "nightly", "scope": scope, "days": days, "password": TestServer.password])
    return String(try #require(page.text.firstMatch(of: /(?<token>sopwright_[0-9a-f]{64})/)?.output.token))
  }

  @Test func aTokenDoesWhatItsScopeAllows() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let script = Browser(port: server.port)
    let (reader, recorder, writer) = (
      try await token(ana, "read"), try await token(ana, "record"), try await token(ana, "write")
    )
    let late = #"{"code": "LATE", "ref": "T-1", "at": "2026-05-30 09:00"}"#
    let comment = #"{"text": "From a script."}"#
    for (token, recording, commenting) in [(reader, 403, 403), (recorder, 200, 403), (writer, 200, 200)] {
      #expect(try await script.script("GET", "/items", token: token).status == 200)
      #expect(try await script.script("POST", "/exceptions", token: token, late).status == recording)
      #expect(try await script.script("POST", "/items/REM-1/comment", token: token, comment).status == commenting)
      // Nobody changes how they sign in by a token.
      #expect(try await script.script("POST", "/account/sessions/end", token: token, "{}").status == 403)
    }
    #expect(
      try await script.script("GET", "/items", token: "sopwright_\(String(repeating: "0", count: 64))").status == 401)
    #expect(!(try await ana.get("/account").text.contains("never")))
    server.pass(seconds: 91 * 86_400)
    #expect(try await script.script("GET", "/items", token: writer).status == 401)
  }

  @Test func aRevokedTokenNoLongerCounts() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let text = try await token(ana, "read")
    let page = try await ana.get("/account").text
    #expect(!page.contains(text))
    let id = try #require(page.firstMatch(of: /name="id" value="(?<id>\d+)"/)?.output.id)
    let ben = try await server.browser(of: "ben")
    _ = try await ben.post("/account/tokens/revoke", ["id": String(id)])
    let script = Browser(port: server.port)
    #expect(try await script.script("GET", "/items", token: text).status == 200)
    #expect(try await ana.post("/account/tokens/revoke", ["id": String(id)]).status == 303)
    #expect(try await script.script("GET", "/items", token: text).status == 401)
  }

  @Test func aScriptChangesOnlyWhatItHasSeen() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let token = try await token(ana, "write")
    let script = Browser(port: server.port)
    let tag = try #require(try await script.script("GET", "/items/REM-1", token: token).headers["etag"])
    let comment = #"{"text": "Seen."}"#
    func send(_ tag: String) async throws -> Browser.Answer {
      try await script.script("POST", "/items/REM-1/comment", token: token, comment, headers: ["If-Match": tag])
    }
    #expect(try await send(tag).status == 200)
    let late = try await send(tag)
    #expect(late.status == 409)
    #expect(late.text.contains("has changed since you looked"))
    #expect(try await send("REM-1").status == 400)
  }

  @Test func pagesLookAsSomebodyChose() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let session = try #require(ana.cookie)
    #expect(!(try await ana.get("/items").text.contains("data-look")))
    let chosen = try await ana.post("/account/look", ["look": "dark"])
    let cookie = try #require(chosen.headers["set-cookie"])
    #expect(cookie.hasPrefix("__Host-sopwright-look=dark; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"))
    func page(_ look: String) async throws -> String {
      try await Browser(port: server.port).get(
        "/items", headers: ["Cookie": "__Host-sopwright-look=\(look); \(session)"]
      ).text
    }
    #expect(try await page("dark").contains("<html lang=\"en\" data-look=\"dark\">"))
    #expect(try await page("light").contains("data-look=\"light\""))
    #expect(!(try await page("\"><script>").contains("data-look")))
  }
}
