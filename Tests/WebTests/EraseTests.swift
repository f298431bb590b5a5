// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// Personal data erased in the browser, and gone from everywhere.
struct EraseTests {
  private static let form = ["values": "Rita", "reason": "Request 17."]

  @Test func whatWouldGoIsSeenBeforeItGoes() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    #expect(try await ana.post("/items/REM-1/comment", ["text": "Rita called twice."]).status == 303)
    let before = try server.workspace.treeState().size
    #expect(try await ana.post("/upkeep/erase/look", EraseTests.form).location == "/upkeep/erase")
    let page = try await idle(ana)
    #expect(page.contains("6 records of 6 exceptions"))
    #expect(page.contains("<a href=\"/exception?source=tests&ref=w2\">w2</a>"))
    #expect(page.contains("<a href=\"/items/REM-1\">REM-1</a> (item commented)"))
    #expect(page.contains("Type <code>erase</code> to confirm"))
    #expect(try server.workspace.treeState().size == before)
    // Another administrator sees nothing of it.
    #expect(try await !server.browser(of: "ben").get("/upkeep/erase").text.contains("Rita"))

    // It takes the word, to the letter.
    for word in ["", "Erase", "w2"] {
      let refused = try await ana.post("/upkeep/erase", ["confirm": word, "password": TestServer.password])
      #expect(refused.status == 422 && refused.text.contains("confirm: type &quot;erase&quot;"), "\(word)")
    }
    #expect(try server.workspace.treeState().size == before)
    #expect(
      try await ana.post("/upkeep/erase", ["confirm": "erase", "password": TestServer.password]).location
        == "/upkeep/erase")
    let done = try await idle(ana)
    #expect(done.contains("<strong>Erased</strong>: the personal fields of 6 records, 0 rows held back, 1 text"))
    #expect(!done.contains("Rita"))
    #expect(try files(holding: "rita", in: "\(server.folder)/ws") == [])
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
    #expect(try await ana.get("/items/REM-1").text.contains("(erased)"))
    #expect(
      server.logged.contains {
        $0.contains("POST /upkeep/erase\"") && $0.contains(#""person":"ana""#) && $0.contains(#""status":303"#)
      })
    #expect(!server.logged.contains { $0.contains("Rita") })
    #expect(try await ana.post("/upkeep/erase/forget").status == 303)
    #expect(try await !ana.get("/upkeep/erase").text.contains("Erased"))
  }

  @Test func anExceptionsPageLeadsThereAndItsReferenceConfirms() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let link = "/upkeep/erase?source=tests&exception=w2"
    #expect(try await ana.get("/exception?source=tests&ref=w2").text.contains("href=\"\(link)\""))
    #expect(try await ana.get(link).text.contains("name=\"exception\" value=\"w2\""))
    let form = ["exception": "w2", "source": "tests", "reason": "Request 18."]
    #expect(try await ana.post("/upkeep/erase/look", form).status == 303)
    #expect(try await idle(ana).contains("1 record of 1 exception"))
    #expect(try await ana.post("/upkeep/erase", ["confirm": "erase", "password": TestServer.password]).status == 422)
    #expect(try await ana.post("/upkeep/erase", ["confirm": "w2", "password": TestServer.password]).status == 303)
    #expect(try await idle(ana).contains("the personal fields of 1 record,"))
    #expect(try await ana.get("/exception?source=tests&ref=w2").text.contains("They were erased."))
    // Nothing is offered where nothing is left.
    #expect(try await !ana.get("/exception?source=tests&ref=w2").text.contains("/upkeep/erase"))
  }

  @Test func aPersonsDetailsGoWithTheirAccount() async throws {
    let server = try await TestServer()
    _ = try await server.browserWithPassword(of: "ben")
    let ana = try await server.browserWithPassword(of: "ana")
    let link = "/upkeep/erase?person=ben"
    #expect(try await ana.get("/people/ben").text.contains("href=\"\(link)\""))
    #expect(try await ana.get(link).text.contains("<option selected>ben</option>"))
    #expect(try await ana.post("/upkeep/erase/look", ["person": "ben", "reason": "Request 19."]).status == 303)
    #expect(try await idle(ana).contains("Type <code>ben</code> to confirm"))
    #expect(try await ana.post("/upkeep/erase", ["confirm": "ben", "password": TestServer.password]).status == 303)
    #expect(try await idle(ana).contains("the details of ben"))
    let accounts = try Accounts(of: server.workspace)
    #expect(throws: AccountError.wrongSignIn) {
      try accounts.signIn("ben", with: Credentials(password: TestServer.password), at: server.now)
    }
  }

  @Test func whatTheServerKeepsOfItGoesToo() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let export = "id,at,code,amount,requester\nn1,2026-05-17T10:00:00Z,LATE,1.00,\"RITA\"\n"
    let held = try #require(try await ana.upload("/import", name: "more.csv", Array(export.utf8)).location)
    let other = try #require(
      try await ana.upload("/import", name: "other.csv", Array(export.replacing("RITA", with: "Margarita").utf8))
        .location)
    let caller = TestServer.caller("ana", server.now)
    _ = try server.workspace.keepPack(by: caller) { _, _ in }
    _ = try server.workspace.keepBackup(by: caller) { _ in }
    #expect(try await ana.get("/exception?source=tests&ref=w2").text.contains("rita"))
    #expect(try await ana.post("/upkeep/erase/look", EraseTests.form).status == 303)
    #expect(
      try await idle(ana).contains("<td data-title=\"How many\">1</td><td data-title=\"Where\">they are thrown away"))
    #expect(try await ana.get(held).status == 200)
    #expect(try await ana.post("/upkeep/erase", ["confirm": "erase", "password": TestServer.password]).status == 303)
    #expect(try await idle(ana).contains("1 upload"))
    #expect(try await ana.get(held).status == 404)
    #expect(try await ana.get(other).status == 200, "a longer word is another")
    #expect(try await ana.get("/audit/pack").status == 404)
    #expect(try await ana.get("/upkeep/backup").status == 404)
    #expect(try await !ana.get("/exception?source=tests&ref=w2").text.contains("rita"))
    #expect(try files(holding: "rita", in: "\(server.folder)/ws").allSatisfy { $0.hasPrefix("uploads/") })
  }

  @Test(arguments: [
    (["values": "Nobody Atall", "reason": "Asked."], "Nothing that can be erased holds it", isLater: true),
    (["exception": "nowhere", "reason": "Asked."], "There is no exception nowhere.", false),
    (["values": "Rita", "reason": "Rita asked."], "The reason names what is to be erased", false),
    (["values": "Rita", "reason": " "], "The reason is empty.", false),
    (["values": "R", "reason": "Asked."], "is too short to look for", false),
    (["reason": "Asked."], "Say what to erase", false),
    (["source": "tests", "values": "Rita", "reason": "Asked."], "source: it goes with", false),
    (["person": "zoe", "reason": "Asked."], "is not a person of this workspace", false),
  ])
  func whatCannotBeErasedIsSaidAndNothingTypedIsLost(
    form: [String: String], sentence: String, isLater: Bool
  ) async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let answer = try await ana.post("/upkeep/erase/look", form)
    #expect(answer.status == (isLater ? 303 : 422))
    let page = isLater ? try await idle(ana) : answer.text
    #expect(page.contains(sentence))
    if let values = form["values"] { #expect(page.contains(">\(values)</textarea>")) }
    if let reason = form["reason"] { #expect(page.contains("name=\"reason\" value=\"\(reason)\"")) }
    #expect(try await ana.post("/upkeep/erase", ["confirm": "erase", "password": TestServer.password]).status == 409)
  }

  /// Not even an administrator's token erases.
  @Test func noTokenErases() async throws {
    let server = try await TestServer()
    let ana = try await server.browserWithPassword(of: "ana")
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "t", scope: .write, days: 1, at: server.now)
    for (path, json) in [
      ("/upkeep/erase/look", #"{"values":"Rita","reason":"Asked."}"#), ("/upkeep/erase", #"{"confirm":"erase"}"#),
      ("/upkeep/erase/forget", "{}"),
    ] {
      #expect(try await ana.script("POST", path, token: token, json).status == 403, "\(path)")
    }
    #expect(try await ana.script("GET", "/upkeep/erase", token: token).status == 403)
  }

  @Test func whatWasLookedAtIsForgottenAfterAnHour() async throws {
    let server = try await TestServer()
    let caller = TestServer.caller("ana", server.now)
    let erasures = Erasures("\(server.folder)/ws") { _ in }
    let order = Erasures.Order(
      subject: ErasureSubject(exception: "w2"), reason: "Asked.", at: server.now)
    erasures.look(order, by: caller)
    while erasures.phase(of: caller)?.isBusy == true { try await Task.sleep(for: .milliseconds(5)) }
    erasures.clear(at: Timestamp(seconds: server.now.seconds + 3_600))
    #expect(erasures.phase(of: caller) != nil)
    erasures.clear(at: Timestamp(seconds: server.now.seconds + 3_601))
    #expect(erasures.phase(of: caller) == nil)
  }

  /// A page that was kept of an earlier state is dropped by the next one who asks, whoever that is; also where the command line erased.
  @Test func pagesOfAnEarlierStateAreDropped() async throws {
    let server = try await TestServer()
    let memo = PageMemo()
    func key(_ second: Int64) throws -> PageMemo.Key {
      PageMemo.Key(
        moment: PageMemo.Moment(try server.workspace.recordState(), at: Timestamp(seconds: second)), target: "/",
        person: TestServer.person("ana"), formToken: nil, look: nil, isJSON: false)
    }
    let (before, same) = (try key(1), try key(1))
    memo.keep(.json(Array("Rita".utf8)), as: before)
    #expect(memo.page(same) != nil)
    _ = try server.workspace.erase(
      ErasureSubject(exception: "w2"), reason: "Asked.", by: TestServer.caller("ana", server.now))
    #expect(memo.page(try key(1)) == nil)
    #expect(memo.page(before) == nil)
    memo.keep(.json(Array("Rita".utf8)), as: before)
    memo.forget()
    #expect(memo.page(before) == nil)
  }

  private func files(holding text: String, in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { return false }
      return String(decoding: bytes, as: UTF8.self).lowercased().contains(text)
    }
  }

  /// The page once nothing is being done.
  func idle(_ browser: Browser) async throws -> String {
    for _ in 1...2_000 {
      let page = try await browser.get("/upkeep/erase").text
      if !page.contains("http-equiv=\"refresh\"") { return page }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CancellationError()  // it does not come to an end
  }
}
