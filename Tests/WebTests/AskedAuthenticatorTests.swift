// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// A workspace in which everybody must have an authenticator.
struct AskedAuthenticatorTests {
  private static let settings = "authenticator: required\n"

  @Test func whoHasNoneComesToTheirAccountAlone() async throws {
    let server = try await TestServer(settings: AskedAuthenticatorTests.settings)
    let ana = try await server.browserWithPassword(of: "ana")
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "t", scope: .write, days: 1, at: server.now)
    let before = try server.workspace.treeState().size
    for route in Routes.all where route.access == .signedIn {
      let path = AccessTests.example(route)
      if route.method == .get {
        #expect(try await ana.get(path).location == "/account", "\(path)")
        #expect(try await ana.json(path).status == 403, "\(path)")
        #expect(try await ana.script("GET", path, token: token).status == 403, "\(path)")
      } else {
        #expect(try await ana.post(path, ["text": "No."]).status == 403, "\(path)")
        #expect(try await ana.script("POST", path, token: token, "{}").status == 403, "\(path)")
      }
    }
    #expect(try server.workspace.treeState().size == before)
    let page = try await ana.get("/account").text
    #expect(page.contains("Whoever works here signs in with an authenticator as well: set one up."))
    #expect(page.contains("<strong>Whoever works here must have one.</strong>"))
    #expect(try await ana.post("/sign-out").location == "/sign-in")
  }

  @Test func withOneEverythingIsOpenAndItStays() async throws {
    let server = try await TestServer(settings: AskedAuthenticatorTests.settings)
    let ana = try await server.browserWithPassword(of: "ana")
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "t", scope: .write, days: 1, at: server.now)
    let authenticator = try await Authenticator.setUp(ana, server)
    #expect(try await ana.get("/items").status == 200)
    // A token from before may be anybody's who knows the password.
    #expect(try await ana.script("GET", "/items", token: token).status == 401)
    #expect(try await ana.post("/items/REM-1/comment", ["text": "Seen."]).status == 303)
    server.pass(seconds: 60)
    #expect(!(try await ana.get("/account").text.contains("/account/authenticator/remove")))
    let refused = try await ana.post(
      "/account/authenticator/remove",
      ["password": TestServer.password, "code": authenticator.code(at: server.now)])
    #expect(refused.status == 422 && refused.text.contains("Set up another in its place."))
    #expect(try await ana.get("/items").status == 200)
  }

  /// The key lies where the setting says, and not beside the accounts.
  @Test func theKeyMayLieElsewhere() async throws {
    let server = try await TestServer(settings: "accounts_key: ../elsewhere.key\n")
    let ana = try await server.browserWithPassword(of: "ana")
    _ = try await Authenticator.setUp(ana, server)
    #expect(try String(contentsOfFile: "\(server.folder)/elsewhere.key", encoding: .utf8).count == 65)
    #expect(!FileManager.default.fileExists(atPath: "\(server.folder)/ws/accounts.key"))
    #expect(try await ana.get("/account").text.contains("You sign in with a code"))
  }
}
