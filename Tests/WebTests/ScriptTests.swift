// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// What scripts are promised beside what people see: keys that do a thing once, and figures for those who watch the server.
struct ScriptTests {
  private func token(_ server: TestServer, of name: String = "ana") throws -> String {
    try Accounts(of: server.workspace).makeToken(
      of: TestServer.person(name), name: "t", scope: .write, days: 9, at: server.now)
  }

  /// `curl` says that it takes anything, and its user reads no HTML.
  @Test func aTokenThatDoesNotCountIsAProblemForScripts() async throws {
    let server = try await TestServer()
    for (method, path) in [("GET", "/items"), ("POST", "/items/REM-1/comment"), ("GET", "/nowhere")] {
      for accept in ["*/*", "application/json", "text/plain"] {
        let answer = try await Browser(port: server.port).script(
          method, path, token: "sopwright_0", method == "GET" ? nil : "{}", headers: ["Accept": accept])
        #expect(answer.status == 401, "\(path)")
        #expect(answer.headers["content-type"] == "application/problem+json", "\(path), \(accept)")
        #expect(answer.text.contains("\"detail\":\"This token does not count"))
      }
    }
    let page = try await Browser(port: server.port).script(
      "GET", "/items", token: "sopwright_0", headers: ["Accept": "text/html"])
    #expect(page.status == 401)
    #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
  }

  @Test func whatIsSentAgainUnderItsKeyIsDoneOnce() async throws {
    let server = try await TestServer()
    let (browser, token) = (Browser(port: server.port), try token(server))
    let key = ["Idempotency-Key": "7b0c-1"]
    let body = #"{"code": "LATE", "at": "2026-05-30 09:00"}"#
    let first = try await browser.script("POST", "/exceptions", token: token, body, headers: key)
    #expect(first.status == 200)
    #expect(first.text.contains("EXC-1"))
    // The same, its members in another order.
    let same = #"{"at": "2026-05-30 09:00", "code": "LATE"}"#
    let again = try await browser.script("POST", "/exceptions", token: token, same, headers: key)
    #expect(again.text == first.text)
    let comment = #"{"text": "Once."}"#
    for _ in 1...3 {
      let answer = try await browser.script(
        "POST", "/items/REM-1/comment", token: token, comment, headers: ["Idempotency-Key": "c"])
      #expect(answer.status == 200)
    }
    let list = try await browser.script("GET", "/exceptions?code=LATE", token: token).text
    #expect(list.matches(of: /"ref":"EXC-/).count == 1)
    let item = try await browser.script("GET", "/items/REM-1", token: token).text
    #expect(item.matches(of: /"note":"Once\."/).count == 1)
  }

  /// What would be recorded in its place is not what was sent.
  @Test func whatIsSentOtherwiseThanItSaysIsRefused() async throws {
    let server = try await TestServer()
    let (browser, token) = (Browser(port: server.port), try token(server))
    func send(_ body: String, as type: String) async throws -> Browser.Answer {
      try await browser.script("POST", "/exceptions", token: token, body, headers: ["Content-Type": type])
    }
    let form = "application/x-www-form-urlencoded"
    for escape in ["%FF", "%C3", "%C3x", "%ED%A0%80", "%C0%AF", "%", "%zz"] {
      let answer = try await send("code=LATE&at=2026-05-30&team=a\(escape)b", as: form)
      #expect(answer.status == 400 && answer.text.contains("not in UTF-8"), "\(escape): \(answer.text)")
    }
    for type in [
      "application/jsonx", "application/json-patch+json", "application/x-www-form-urlencodedx", "text/plain",
    ] {
      #expect(try await send(#"{"code": "LATE"}"#, as: type).status == 415, "\(type)")
    }
    let empty = try await send(#"{"code": "LATE", "at": "2026-05-30", "ref": ""}"#, as: "application/json")
    #expect(empty.status == 422 && empty.text.contains("\\\"ref\\\" is empty"), "\(empty.text)")
    let list = try await browser.script("GET", "/exceptions?code=LATE", token: token).text
    #expect(list.matches(of: /"ref":"EXC-/).isEmpty)
    #expect(try await send("code=LATE&at=2026-05-30&team=Z%C3%BCrich+100%25&ref=z", as: form).status == 200)
    let none = #"{"code": "LATE", "at": "2026-05-30", "ref": null}"#
    #expect(try await send(none, as: "Application/JSON; charset=utf-8").status == 200)
    let both = try await browser.script("GET", "/exceptions?code=LATE", token: token).text
    #expect(both.contains("Z\u{FC}rich 100%") && both.contains(#""ref":"EXC-"#), "\(both)")
  }

  @Test func aKeyIsOnesOwnAndForOneRequest() async throws {
    let server = try await TestServer()
    let (browser, ana, ben) = (Browser(port: server.port), try token(server), try token(server, of: "ben"))
    let key = ["Idempotency-Key": "k"]
    func comment(_ token: String, _ text: String) async throws -> Browser.Answer {
      try await browser.script("POST", "/items/REM-1/comment", token: token, "{\"text\": \"\(text)\"}", headers: key)
    }
    #expect(try await comment(ana, "One").status == 200)
    let other = try await comment(ana, "Two")
    #expect(other.status == 422)
    #expect(other.text.contains("Each request takes a key of its own."))
    #expect(try await comment(ben, "Three").status == 200)
    #expect(
      try await browser.script(
        "POST", "/items/REM-1/comment", token: ana, "{\"text\": \"x\"}", headers: ["Idempotency-Key": "a b"]
      ).status == 400)
  }

  /// Among what people send are passwords, of which nothing is to be kept.
  @Test func aSessionHasNoKeys() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let headers = ["Idempotency-Key": "k", "Accept": "application/json"]
    for _ in 1...2 {
      #expect(try await ana.post("/items/REM-1/comment", ["text": "Twice."], headers: headers).status == 200)
    }
    let page = try await ana.json("/items/REM-1").text
    #expect(page.matches(of: /"note":"Twice\."/).count == 2)
  }

  @Test func whatWasRefusedMayBeSentAgain() async throws {
    let server = try await TestServer()
    let (browser, token) = (Browser(port: server.port), try token(server))
    let key = ["Idempotency-Key": "r"]
    let wrong = try await browser.script("POST", "/exceptions", token: token, #"{"code": "NOWHERE"}"#, headers: key)
    #expect(wrong.status == 422)
    let right = try await browser.script("POST", "/exceptions", token: token, #"{"code": "LATE"}"#, headers: key)
    #expect(right.status == 200, "\(right.text)")
  }

  /// The server ended between what it did and what it said: nobody knows, and nothing is done twice.
  @Test func whatNobodyKnowsIsNotDoneAgain() async throws {
    let server = try await TestServer()
    let (browser, token) = (Browser(port: server.port), try token(server))
    let body = #"{"text": "Once."}"#
    let fingerprint = MerkleTree.sha256(Array("/items/REM-1/comment\n{\"text\":\"Once.\"}".utf8))
    let accounts = try Accounts(of: server.workspace)
    #expect(
      try accounts.begin(request: "k", of: TestServer.person("ana"), fingerprint: fingerprint, at: server.now) == nil)
    func send() async throws -> Browser.Answer {
      try await browser.script(
        "POST", "/items/REM-1/comment", token: token, body, headers: ["Idempotency-Key": "k"])
    }
    let answer = try await send()
    #expect(answer.status == 409)
    #expect(answer.text.contains("Look whether it was done"))
    // After a day nobody remembers the key.
    server.pass(seconds: 86_401)
    try accounts.removeOldRequests(at: server.now)
    #expect(try await send().status == 200)
  }

  @Test func figuresSayWhatTheServerDoes() async throws {
    let server = try await TestServer()
    let (browser, token) = (Browser(port: server.port), try token(server))
    for _ in 1...3 { _ = try await browser.script("GET", "/items/REM-1", token: token) }
    _ = try await browser.script("GET", "/items/REM-99", token: token)
    let answer = try await browser.script("GET", "/metrics", token: token)
    #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
    let lines = answer.text.split(separator: "\n")
    #expect(lines.contains(#"sopwright_http_requests_total{method="GET",route="/items/:id",status="200"} 3"#))
    #expect(lines.contains(#"sopwright_http_requests_total{method="GET",route="/items/:id",status="404"} 1"#))
    #expect(lines.contains("sopwright_exceptions 6"))
    #expect(lines.contains("sopwright_items_open 2"))
    #expect(lines.contains("sopwright_ledger_events \(try server.workspace.treeState().size)"))
    #expect(lines.contains(#"sopwright_http_request_seconds_bucket{le="+Inf"} 4"#))
    #expect(lines.contains("sopwright_http_request_seconds_count 4"))
    // Every line is a comment, or a name with a number.
    for line in lines where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /[a-z_]+(\{[^}]*\})? [0-9.e-]+/) != nil, "\(line)")
    }
  }

  @Test func aPageThatIsOpenHearsWhatWasRecorded() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let page = try await ana.get("/items/REM-1").text
    let since = try #require(page.firstMatch(of: /data-subject="REM-1" data-since="(?<size>\d+)"/)?.output.size)
    async let news = ana.get("/live?since=\(since)")
    try await Task.sleep(for: .milliseconds(1_500))
    try server.workspace.comment(on: #require(ItemID("REM-1")), "Seen.", by: TestServer.caller("ben", server.now))
    let answer = try await news
    #expect(answer.headers["content-type"] == "text/event-stream")
    #expect(answer.text.hasPrefix("retry: 3000\n\n"))
    #expect(
      answer.text.hasSuffix("event: record\ndata: {\"size\":\((Int(since) ?? 0) + 1),\"subjects\":[\"REM-1\"]}\n\n"))
    #expect(try await ana.get("/live?since=x").status == 400)
  }

  @Test func whoListensOnTooManyPagesIsHeardOnTheNewest() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let since = try server.workspace.treeState().size
    @Sendable func listen(_ cookie: String?) async throws -> String {
      try await Browser(port: server.port, cookie: cookie).get("/live?since=\(since)").text
    }
    let theirs = Task { try await listen(ben.cookie) }
    let oldest = Task { try await listen(ana.cookie) }
    try await Task.sleep(for: .seconds(1))
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 1...LiveStreams.most { group.addTask { try await listen(ana.cookie) } }
      #expect(try await oldest.value == "retry: 3000\n\nretry: 600000\n\n")
      try server.workspace.comment(on: #require(ItemID("REM-1")), "Seen.", by: TestServer.caller("ben", server.now))
      for try await news in group { #expect(news.contains("event: record")) }
    }
    #expect(try await theirs.value.contains("event: record"))
    // Nobody is remembered who listens no more.
    #expect(try await listen(ana.cookie).contains("event: record"))
  }
}
