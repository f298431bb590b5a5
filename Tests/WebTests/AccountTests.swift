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
    #expect(try await ana.post("/account/authenticator").status == 303)
    let shown = try #require(
      try await ana.get("/account").text.firstMatch(of: /secret=(?<key>[A-Z2-7]{32})&/)?.output.key)
    let key = try #require(AccountTests.bytes(String(shown)))
    func code(_ offset: Int64 = 0) -> String { TOTP.code(key: key, step: server.now.seconds / 30 + offset) }
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
    #expect(try await ana.post("/account/authenticator/remove", ["password": TestServer.password]).status == 303)
    #expect(try await browser.post("/sign-in", fields).location == "/")
  }

  /// Base 32 (RFC 4648), as authenticators read it.
  private static func bytes(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (bytes, held, bits): ([UInt8], Int, Int) = ([], 0, 0)
    for letter in text {
      guard let value = alphabet.firstIndex(of: letter) else { return nil }
      (held, bits) = (held << 5 | value, bits + 5)
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(held >> bits & 0xFF))
      }
    }
    return bytes
  }

  private func token(_ ana: Browser, _ scope: String, days: String = "90") async throws -> String {
    _ = try await ana.get("/account")
    let page = try await ana.post("/account/tokens", ["name": "nightly", "scope": scope, "days": days])
    return String(try #require(page.text.firstMatch(of: /(?<token>sopwright_[0-9a-f]{64})/)?.output.token))
  }

  @Test func aTokenDoesWhatItsScopeAllows() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
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
    let ana = try await server.browser(of: "ana")
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
    let ana = try await server.browser(of: "ana")
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
