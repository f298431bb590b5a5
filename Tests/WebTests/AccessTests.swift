// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// Who gets where: every route for everybody, as a table.
struct AccessTests {
  /// For whom a route is.
  enum Audience {
    case anyone, signedIn
    /// Whoever works: all but auditors.
    case workers
    case approvers, administrators
    /// Auditors and administrators.
    case auditing
    /// Whoever brought it about, which none of those who visit here did.
    case itsAuthor
    /// They, and administrators.
    case itsAuthorOrAdministrators
  }

  enum Visitor: String, CaseIterable, CustomTestStringConvertible {
    case auditor, processOwner, supportLead, approver, administrator
    /// A process owner's tokens.
    case readToken, recordToken, writeToken

    var role: Role {
      switch self {
      case .auditor: .auditor
      case .supportLead: .supportLead
      case .approver: .approver
      case .administrator: .administrator
      case .processOwner, .readToken, .recordToken, .writeToken: .processOwner
      }
    }

    var scope: TokenScope? {
      switch self {
      case .readToken: .read
      case .recordToken: .record
      case .writeToken: .write
      default: nil
      }
    }

    var testDescription: String { rawValue }
  }

  /// Audience, what a token has to be for, and whether it is done in a browser alone.
  private static let table: [String: (Audience, TokenScope, isForBrowsers: Bool)] = [
    "GET /assets/:name": (.anyone, .read, false), "GET /health": (.anyone, .read, false),
    "GET /metrics": (.signedIn, .read, false), "GET /live": (.signedIn, .read, false),
    "GET /sign-in": (.anyone, .read, false), "POST /sign-in": (.anyone, .write, false),
    "GET /welcome/:token": (.anyone, .read, false), "POST /welcome/:token": (.anyone, .write, false),
    "POST /sign-out": (.signedIn, .write, true), "GET /account": (.signedIn, .read, true),
    "POST /account/password": (.signedIn, .write, true), "POST /account/authenticator": (.signedIn, .write, true),
    "POST /account/authenticator/confirm": (.signedIn, .write, true),
    "POST /account/authenticator/remove": (.signedIn, .write, true),
    "POST /account/sessions/end": (.signedIn, .write, true), "POST /account/look": (.signedIn, .write, true),
    "POST /account/tokens": (.signedIn, .write, true), "POST /account/tokens/revoke": (.signedIn, .write, false),
    "GET /": (.signedIn, .read, false), "GET /items": (.signedIn, .read, false),
    "GET /items/:id": (.signedIn, .read, false), "GET /items/:id/propose": (.signedIn, .read, false),
    "POST /items/:id/acknowledge": (.workers, .write, false), "POST /items/:id/comment": (.workers, .write, false),
    "POST /items/:id/assign": (.workers, .write, false), "POST /items/:id/propose": (.workers, .write, false),
    "POST /items/:id/reject": (.workers, .write, false), "POST /items/:id/approve": (.approvers, .write, false),
    "POST /items/:id/return": (.approvers, .write, false), "POST /items/:id/withdraw": (.itsAuthor, .write, false),
    "POST /items/:id/extend": (.workers, .write, false), "GET /propose": (.signedIn, .read, false),
    "POST /items/:id/extension/approve": (.approvers, .write, false),
    "POST /items/:id/extension/return": (.approvers, .write, false),
    "POST /items/:id/extension/withdraw": (.workers, .write, false),
    "POST /items/:id/pause": (.itsAuthor, .write, false), "POST /items/:id/resume": (.workers, .write, false),
    "POST /items/:id/close": (.workers, .write, false), "GET /items/:id/receipt": (.signedIn, .read, false),
    "GET /changes/:id": (.signedIn, .read, false), "POST /changes/:id/approve": (.approvers, .write, false),
    "POST /changes/:id/return": (.approvers, .write, false), "POST /propose": (.workers, .write, false),
    "GET /changes/:id/revise": (.signedIn, .read, false), "POST /changes/:id/revise": (.itsAuthor, .write, false),
    "POST /changes/:id/withdraw": (.itsAuthorOrAdministrators, .write, false),
    "POST /changes/:id/join": (.workers, .write, false), "POST /handbook-proposals/claim": (.workers, .write, false),
    "POST /changes/:id/close": (.workers, .write, false), "GET /changes/:id/receipt": (.signedIn, .read, false),
    "POST /preview": (.signedIn, .read, false), "GET /handbook": (.signedIn, .read, false),
    "GET /handbook/**": (.signedIn, .read, false), "POST /handbook/**": (.workers, .write, false),
    "GET /search": (.signedIn, .read, false), "GET /exception": (.signedIn, .read, false),
    "GET /exceptions": (.signedIn, .read, false), "POST /exceptions": (.workers, .record, false),
    "GET /import": (.signedIn, .read, false), "POST /import": (.workers, .record, false),
    "GET /import/:id": (.signedIn, .read, false), "GET /record": (.signedIn, .read, false),
    // What somebody uploaded is there for them alone.
    "POST /import/:id/look": (.signedIn, .record, false), "POST /import/:id/try": (.signedIn, .record, false),
    "POST /import/:id/import": (.signedIn, .record, false), "POST /import/:id/discard": (.signedIn, .record, false),
    "GET /quarantine": (.signedIn, .read, false), "POST /quarantine/retry": (.workers, .record, false),
    "POST /quarantine/set-aside": (.workers, .write, false), "GET /quarantine/set-aside": (.signedIn, .read, false),
    "POST /quarantine/take-back": (.workers, .write, false),
    "GET /trace": (.signedIn, .read, false), "GET /trace.csv": (.signedIn, .read, false),
    "GET /taxonomy": (.signedIn, .read, false), "GET /simulate": (.signedIn, .read, false),
    "GET /people": (.signedIn, .read, false), "POST /people/take-back": (.administrators, .write, false),
    "GET /people/:id": (.signedIn, .read, false), "POST /people/:id/rights": (.administrators, .write, false),
    "POST /people/:id/stand-in": (.administrators, .write, false), "POST /people": (.administrators, .write, false),
    "POST /people/:id/stand-in/end": (.administrators, .write, false), "GET /audit": (.signedIn, .read, false),
    "POST /people/link": (.administrators, .write, true), "GET /audit/ledger": (.signedIn, .read, false),
    "POST /audit/verify": (.signedIn, .read, false), "POST /audit/checkpoint": (.signedIn, .read, false),
    "GET /upkeep": (.administrators, .read, false), "POST /upkeep/maintain": (.administrators, .write, false),
    "GET /upkeep/backup": (.administrators, .read, true), "POST /upkeep/backup": (.administrators, .write, true),
    "POST /upkeep/backup/discard": (.administrators, .write, true), "GET /audit/pack": (.auditing, .read, false),
    "GET /upkeep/erase": (.administrators, .read, true), "POST /upkeep/erase/look": (.administrators, .write, true),
    "POST /upkeep/erase": (.administrators, .write, true), "POST /audit/pack": (.auditing, .read, false),
    "POST /upkeep/erase/forget": (.administrators, .write, true),
    "POST /taxonomy/adopt": (.administrators, .write, false), "GET /audit/review": (.signedIn, .read, false),
    "POST /audit/review": (.auditing, .write, false),
  ]

  private static func name(_ route: Route) -> String { "\(route.method.rawValue) \(route.path)" }

  @Test func theTableHasEveryRoute() {
    #expect(Set(AccessTests.table.keys) == Set(Routes.all.map(AccessTests.name)))
    #expect(Routes.all.count == AccessTests.table.count)
    for route in Routes.all {
      let audience = AccessTests.table[AccessTests.name(route)]?.0
      #expect((route.access == .anyone) == (audience == .anyone), "\(AccessTests.name(route))")
    }
  }

  /// The route's path with something in place of its parts: what Ana has brought about, and waits for somebody.
  static func example(_ route: Route) -> String {
    let isDecision = ["approve", "return", "withdraw", "close"].contains { route.path.hasSuffix($0) }
    let isPerson = route.path.hasPrefix("/people/")
    let id = isPerson ? "ben" : route.path.hasPrefix("/changes") ? "CHG-1" : isDecision ? "REM-2" : "REM-1"
    if route.path == "/live" { return "/live?since=0" }
    if route.path == "/exception" { return "/exception?ref=w1" }
    return route.path.replacing(":id", with: id).replacing(":name", with: "sopwright.css")
      .replacing(":token", with: "0123").replacing("**", with: "handbook/procedure-for-a-new-code.md")
  }

  private static let fields = [
    "text": "---\ntitle: Late\ncodes: [LATE]\n---\n\nDo it.\n", "person": "ben", "rationale": "No.",
    "expires": "2026-09-01", "note": "No.", "path": "late.md", "summary": "No.", "revision": "1",
    "action": "acknowledge", "role": "approver", "code": "LATE",
    "until": "2026-09-01 10:00", "reason": "No.", "item": "REM-2",
  ]

  /// What only its author may do comes first, for what others may do would leave nothing of it; what ends the session comes last.
  private static var inOrder: [Route] {
    func rank(_ route: Route) -> Int {
      if route.path == "/sign-out" { return 2 }
      if route.path.hasSuffix("revise") { return -1 }
      return route.path.hasSuffix("withdraw") ? 0 : 1
    }
    return (-1...2).flatMap { place in Routes.all.filter { rank($0) == place } }
  }

  /// A workspace in which Ana has proposed a change for one item, and to reject the other; and somebody of each role.
  static func prepared() async throws -> TestServer {
    let rows = (1...3).map { "x\($0),2026-05-1\($0)T10:00:00Z,BENT,\($0).50,rita" }
    let server = try await TestServer(rows: rows)
    let ana = TestServer.caller("ana", server.now)
    for visitor in Visitor.allCases where visitor.scope == nil {
      _ = try server.workspace.addPerson(
        TestServer.person(visitor.rawValue.lowercased()), roles: [visitor.role], logins: [], by: ana)
      _ = try server.workspace.adoptTaxonomy(by: TestServer.caller("ben", server.now))
    }
    let browser = try await server.browser(of: "ana")
    let change = ["path": "late.md", "text": fields["text"] ?? "", "summary": "Do it"]
    #expect(try await browser.post("/items/REM-3/propose", change).status == 303)
    #expect(try await browser.post("/items/REM-2/reject", fields).status == 303)
    return server
  }

  @Test func strangersSeeNothingAndDoNothing() async throws {
    let server = try await AccessTests.prepared()
    let before = try server.workspace.treeState().size
    for route in Routes.all where route.access != .anyone {
      let (path, stranger) = (AccessTests.example(route), Browser(port: server.port))
      if route.method == .get {
        #expect(try await stranger.get(path).location?.hasPrefix("/sign-in") == true, "\(path)")
        #expect(try await stranger.json(path).status == 401, "\(path)")
      } else {
        #expect(try await stranger.post(path, AccessTests.fields).status == 401, "\(path)")
      }
    }
    #expect(try server.workspace.treeState().size == before)
  }

  @Test(arguments: Visitor.allCases)
  func everybodyGetsWhatTheTableSays(visitor: Visitor) async throws {
    let server = try await AccessTests.prepared()
    let name = visitor.scope == nil ? visitor.rawValue.lowercased() : "processowner"
    let browser = try await server.browser(of: name)
    let token = try visitor.scope.map { scope in
      try Accounts(of: server.workspace).makeToken(
        of: TestServer.person(name), name: "t", scope: scope, days: 1, at: server.now)
    }
    for route in AccessTests.inOrder {
      let entry = try #require(AccessTests.table[AccessTests.name(route)])
      let before = try server.workspace.treeState().size
      let procedure = try server.workspace.version("handbook/procedure-for-a-new-code.md")
      let answer = try await AccessTests.send(route, browser, token, commit: procedure.reference.commit.text)
      let isAllowed = AccessTests.isAllowed(visitor, entry)
      // What is allowed may still fail for what was sent; but never for who sent it.
      #expect(answer.status < 500, "\(AccessTests.name(route)): \(answer.text)")
      #expect((answer.status != 403) == isAllowed, "\(AccessTests.name(route)): \(answer.status)")
      if !isAllowed || visitor.role == .auditor {
        #expect(try server.workspace.treeState().size == before, "\(AccessTests.name(route))")
      }
    }
  }

  private static func isAllowed(
    _ visitor: Visitor, _ entry: (audience: Audience, scope: TokenScope, isForBrowsers: Bool)
  ) -> Bool {
    if let scope = visitor.scope, scope < entry.scope || entry.isForBrowsers { return false }
    switch entry.audience {
    case .anyone, .signedIn: return true
    case .workers: return visitor.role != .auditor
    case .approvers: return visitor.role == .approver
    case .administrators: return visitor.role == .administrator
    case .auditing: return visitor.role == .auditor || visitor.role == .administrator
    case .itsAuthor: return false
    case .itsAuthorOrAdministrators: return visitor.role == .administrator
    }
  }

  private static func send(
    _ route: Route, _ browser: Browser, _ token: String?, commit: String
  ) async throws -> Browser.Answer {
    let (path, fields) = (example(route), fields.merging(["commit": commit]) { $1 })
    if let token {
      let json = fields.filter { route.fields.contains($0.key) }.reduce(JSONValue.fields([:])) {
        $0.with($1.key, .string($1.value))
      }.compactText
      return try await browser.script(route.method.rawValue, path, token: token, route.method == .post ? json : nil)
    }
    if route.method == .get { return try await browser.get(path) }
    if route.path == "/import" { return try await browser.upload(path, name: "a.csv", Array("id\n1\n".utf8)) }
    return try await browser.post(path, fields)
  }

  @Test func anAuditorIsNotOfferedWhatTheyMayNotDo() async throws {
    let server = try await TestServer()
    let page = try await server.browser(of: "cem").get("/items/REM-1").text
    #expect(!page.contains("<h2>Say something</h2>"))
    #expect(!page.contains("<button class=\"main\""))
    #expect(!page.contains("/propose"))
  }

  /// On no page stands a form that its route would refuse to an auditor.
  @Test func anAuditorSeesNoFormThatTheyMayNotSend() async throws {
    let server = try await AccessTests.prepared()
    let cem = try await server.browser(of: "cem")
    let theirs = ["/sign-out", "/audit/", "/account/"]
    for route in Routes.all where route.method == .get && route.access == .signedIn {
      let path = AccessTests.example(route)
      let answer = try await cem.get(path)
      guard answer.headers["content-type"]?.hasPrefix("text/html") == true else { continue }
      for form in answer.text.matches(of: /method="post" action="(?<action>[^"]*)"/) {
        #expect(theirs.contains { form.output.action.hasPrefix($0) }, "\(path): \(form.output.action)")
      }
    }
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

  /// A page that was kept is never sent to somebody else, nor after something has happened.
  @Test func aKeptPageIsOnesOwnAndUpToDate() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let first = try await ana.get("/items/REM-1").text
    #expect(try await ana.get("/items/REM-1").text == first)
    let other = try await ben.get("/items/REM-1").text
    #expect(!other.contains(try #require(ana.formToken)))
    #expect(try await ana.json("/items/REM-1").headers["etag"] == "\"1\"")
    // By the command line, of which the server hears nothing.
    try server.workspace.comment(on: #require(ItemID("REM-1")), "Seen.", by: TestServer.caller("ben", server.now))
    #expect(try await ana.get("/items/REM-1").text.contains("Seen."))
    #expect(try await ana.json("/items/REM-1").headers["etag"] == "\"2\"")
    // So is what time has brought about.
    #expect(!(try await ana.get("/items").text.contains("overdue</span>")))
    server.pass(seconds: 30 * 86_400)
    let later = try await server.browser(of: "ana")
    #expect(try await later.get("/items").text.contains("overdue</span>"))
  }
}
