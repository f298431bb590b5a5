// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// What was held back, and exceptions that scripts and people tell wrongly.
struct HeldBackPageTests {
  private func server(_ rows: String) async throws -> TestServer {
    let server = try await TestServer()
    let file = "\(server.folder)/held.csv"
    try "id,at,code,amount,requester\n\(rows)".write(toFile: file, atomically: true, encoding: .utf8)
    _ = try server.workspace.importExceptions(
      from: file, map: ExportMap(at: "\(server.folder)/map.yaml"), by: TestServer.caller("ana", server.now))
    return server
  }

  @Test func aRowNamesItsSourceAndFileAndIsCorrectedByHand() async throws {
    let server = try await server("h1,not yet,LATE,7.25,rita\n")
    let (ana, cem) = (try await server.browser(of: "ana"), try await server.browser(of: "cem"))
    let held = try #require(try server.workspace.quarantine(by: TestServer.caller("ana", server.now)).first)
    let file = try #require(held.file).description
    let page = try await ana.get("/quarantine").text
    #expect(page.contains("data-title=\"Source\">tests</td>"))
    #expect(page.contains("SHA-256 \(file)"))
    #expect(page.contains("&quot;not yet&quot;"))
    let address = "/record?file=\(file)&line=2"
    #expect(page.contains(address.replacing("&", with: "&amp;")))
    #expect(try await cem.get("/quarantine").text.contains("/record?file=") == false)
    let script = try JSONValue(parsing: Array(try await ana.json("/quarantine").text.utf8))
    #expect(script.elements.first?["source"] == "tests")
    #expect(script.elements.first?["file"] == .string(file))

    let form = try await ana.get(address).text
    #expect(form.contains("<option value=\"LATE\" selected>"))
    #expect(form.contains("name=\"at\" value=\"not yet\""))
    #expect(form.contains("name=\"amount\" inputmode=\"decimal\" value=\"7.25\""))
    #expect(form.contains("name=\"ref\" value=\"h1\""))
    #expect(form.contains("It is recorded from the source tests, as line 2 of its file."))
    let row = ["file": file, "line": "2", "code": "LATE", "ref": "h1", "amount": "7.25", "currency": "EUR"]
    let refused = try await ana.post("/exceptions", row.merging(["at": "not yet"]) { $1 })
    #expect(refused.status == 422 && refused.text.contains("It is recorded from the source tests"))
    #expect(try await ana.post("/exceptions", row.merging(["at": "2026-05-20"]) { $1 }).location == "/quarantine")
    let after = try await ana.get("/quarantine").text
    #expect(after.contains("h1 is recorded.") && after.contains("Nothing is held back."))
    #expect(try await ana.get("/exceptions?code=LATE").text.contains(">h1</a>"))
    #expect(try await ana.get(address).status == 404)
    #expect(try await ana.get("/record?file=x&line=2").status == 400)
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
  }

  /// Auditors read personal fields nowhere, and a row that is held back has them.
  @Test func anAuditorDoesNotReadTheRow() async throws {
    let server = try await server("h1,not yet,LATE,7.25,rita\n")
    let (ana, cem) = (try await server.browser(of: "ana"), try await server.browser(of: "cem"))
    let held = try #require(try server.workspace.quarantine(by: TestServer.caller("cem", server.now)).first)
    #expect(held.isWithheld && held.row.raw.isEmpty)
    let address = "/record?file=\(try #require(held.file))&line=2"
    #expect(try await ana.get("/quarantine").text.contains("7.25,rita"))
    #expect(try await ana.get(address).text.contains("7.25,rita"))
    let page = try await cem.get("/quarantine").text
    #expect(page.contains("&quot;…&quot; is not a time") && page.contains(">withheld</td>"))
    #expect(!page.contains("rita") && !page.contains("not yet"))
    let script = try await cem.json("/quarantine").text
    #expect(script.contains("\"raw\":\"withheld\"") && !script.contains("rita"))
    let refused = try await cem.get(address)
    #expect(refused.status == 403 && !refused.text.contains("rita"))
    #expect(try await cem.json(address).status == 403)
    let fields = ["file": held.file?.description ?? "", "line": "2", "code": "LATE", "ref": "h1"]
    let sent = try await cem.post("/exceptions", fields)
    #expect(sent.status == 403 && !sent.text.contains("rita"))
  }

  @Test func whatIsNoExceptionIsSetAside() async throws {
    let server = try await server("Total,,,,\nh1,not yet,LATE,7.25,rita\nh2,soon,LATE,1,rita\n")
    let (ana, cem) = (try await server.browser(of: "ana"), try await server.browser(of: "cem"))
    let held = try #require(try server.workspace.quarantine(by: TestServer.caller("ana", server.now)).first)
    let file = try #require(held.file).description
    let row = ["file": file, "lines": "2", "reason": "A line of totals."]
    #expect(try await ana.get("/record?file=\(file)&line=2").text.contains("<h2>Or set it aside</h2>"))
    #expect(!(try await cem.get("/quarantine").text.contains("/quarantine/set-aside")))
    #expect(try await cem.post("/quarantine/set-aside", row).status == 403)
    let unsaid = try await ana.post("/quarantine/set-aside", row.merging(["reason": " "]) { $1 })
    #expect(unsaid.status == 422 && unsaid.text.contains("<h2>Or set it aside</h2>"), "the page of that row")
    #expect(try await ana.post("/quarantine/set-aside", row.merging(["lines": "2 two"]) { $1 }).status == 422)
    #expect(try await ana.post("/quarantine/set-aside", row.merging(["lines": ""]) { $1 }).status == 422)
    #expect(try await ana.post("/quarantine/set-aside", row).location == "/quarantine")
    let page = try await ana.get("/quarantine").text
    #expect(page.contains("1 row set aside: no exceptions.") && page.contains("2 rows of exports could not be read"))
    #expect(try await cem.get("/audit/review").text.contains("1 row: A line of totals."))
    let twice = try await ana.post("/quarantine/set-aside", row)
    #expect(twice.status == 422 && twice.text.contains("There is no such row"))
    #expect(!twice.text.contains("<details open>"), "the form for all rows has nothing of it")
    #expect(page.contains("1 row set aside as no exceptions"))
    let aside = try await cem.get("/quarantine/set-aside").text
    #expect(aside.contains("A line of totals.") && aside.contains("withheld") && !aside.contains("take-back"))
    #expect(try await cem.post("/quarantine/take-back", ["file": file, "lines": "2"]).status == 403)
    #expect(try await ana.post("/quarantine/take-back", ["file": file, "lines": "2"]).location == "/quarantine")
    #expect(try await ana.post("/quarantine/take-back", ["file": file, "lines": "2"]).status == 422)
    #expect(try await ana.post("/quarantine/set-aside", row).location == "/quarantine")

    // All of a source, as the page showed them.
    let seen = try #require(page.firstMatch(of: /name="seen" value="([0-9-]+)"/)).output.1
    let all = ["source": "tests", "seen": String(seen), "reason": "A try."]
    let more = "\(server.folder)/more.csv"
    try "id,at,code,amount,requester\nh3,later,LATE,1,rita\n".write(toFile: more, atomically: true, encoding: .utf8)
    _ = try server.workspace.importExceptions(
      from: more, map: ExportMap(at: "\(server.folder)/map.yaml"), by: TestServer.caller("ana", server.now))
    let moved = try await ana.post("/quarantine/set-aside", all)
    #expect(moved.status == 409 && moved.text.contains("now it is 3 rows") && moved.text.contains("value=\"A try.\""))
    #expect(try await ana.post("/quarantine/set-aside", all.merging(["seen": ""]) { $1 }).location == "/quarantine")
    #expect(try await ana.get("/quarantine").text.contains("Nothing is held back."))
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
  }

  @Test func whatIsReadAgainIsWhatThePageShowed() async throws {
    let server = try await server("h1,not yet,LATE,7.25,rita\nh2,soon,LATE,1,rita\n")
    let ana = try await server.browser(of: "ana")
    func seen(_ page: String) throws -> String {
      String(try #require(page.firstMatch(of: /name="seen" value="([^"]+)"/)).1)
    }
    let before = try seen(try await ana.get("/quarantine").text)
    let row = try #require(try server.workspace.quarantine(by: TestServer.caller("ana", server.now)).first)
    let fields = ["file": row.file?.description ?? "", "line": "2", "code": "LATE", "ref": "h1", "at": "2026-05-20"]
    #expect(try await ana.post("/exceptions", fields).location == "/quarantine")
    // One went and one came: as many as before, and not the same.
    try "id,at,code,amount,requester\nh3,never,LATE,1,rita\n"
      .write(toFile: "\(server.folder)/held.csv", atomically: true, encoding: .utf8)
    _ = try server.workspace.importExceptions(
      from: "\(server.folder)/held.csv", map: ExportMap(at: "\(server.folder)/map.yaml"),
      by: TestServer.caller("ana", server.now))
    let refused = try await ana.post("/quarantine/retry", ["seen": before])
    #expect(refused.status == 409 && refused.text.contains("has changed since you looked: now it is 2 rows."))
    #expect(refused.text.contains("never"))
    #expect(try await ana.post("/quarantine/retry", ["seen": "much"]).status == 422)
    #expect(try await ana.post("/quarantine/retry", ["seen": seen(refused.text)]).location == "/quarantine")
    // Of one source, what is held back of that.
    let one = try await ana.post("/quarantine/retry", ["source": "tests", "seen": seen(refused.text)])
    #expect(one.location == "/quarantine")
    #expect(try await ana.post("/quarantine/retry", ["source": "tests", "seen": before]).status == 409)
  }

  @Test func aLongListIsReadPageByPage() async throws {
    let server = try await server((1...230).map { "h\($0),not yet,LATE,1,rita\n" }.joined())
    let ana = try await server.browser(of: "ana")
    var (address, lines): (String, [String]) = ("/quarantine", [])
    while true {
      let page = try await ana.get(address).text
      #expect(page.contains("230 rows of exports"))
      lines += page.matches(of: /&amp;line=(?<line>[0-9]+)"/).map { String($0.output.line) }
      guard let next = page.firstMatch(of: /href="(?<address>\/quarantine\?after=[0-9]+)" rel="next"/) else { break }
      address = String(next.output.address)
    }
    #expect(lines == (2...231).map(String.init))
    #expect(try await ana.get(address).text.contains("<a href=\"/quarantine\">First</a>"))
    #expect(try await ana.get("/quarantine?after=x").status == 400)
    let script = try JSONValue(parsing: Array(try await ana.json("/quarantine").text.utf8))
    #expect(script.elements.count == 230)
  }

  /// The same file, imported again as another system's.
  @Test func theSourceOfARowIsChosenWhereItsFileCameFromSeveral() async throws {
    let server = try await server("h1,not yet,LATE,7.25,rita\nh2,2026-05-20,LATE,1,rita\n")
    let map = try String(contentsOfFile: "\(server.folder)/map.yaml", encoding: .utf8)
    try map.replacing("source: tests", with: "source: zendesk")
      .write(toFile: "\(server.folder)/zendesk.yaml", atomically: true, encoding: .utf8)
    _ = try server.workspace.importExceptions(
      from: "\(server.folder)/held.csv", map: ExportMap(at: "\(server.folder)/zendesk.yaml"),
      by: TestServer.caller("ana", server.now))
    let ana = try await server.browser(of: "ana")
    let held = try #require(try server.workspace.quarantine(by: TestServer.caller("ana", server.now)).first)
    let file = try #require(held.file).description
    let form = try await ana.get("/record?file=\(file)&line=2").text
    #expect(form.contains("<option value=\"zendesk\" selected>zendesk</option><option value=\"tests\">tests</option>"))
    let row = ["file": file, "line": "2", "code": "LATE", "ref": "h1", "at": "2026-05-20"]
    #expect(try await ana.post("/exceptions", row.merging(["source": "nowhere"]) { $1 }).status == 422)
    let again = try await ana.post("/exceptions", row.merging(["source": "tests", "code": ""]) { $1 })
    #expect(again.status == 422 && again.text.contains("<option value=\"tests\" selected>"))
    let silent = try await ana.post("/exceptions", row)
    #expect(silent.status == 422 && silent.text.contains("came from several sources: zendesk, tests."))
    #expect(try await ana.post("/exceptions", row.merging(["source": "tests"]) { $1 }).location == "/quarantine")
    #expect(try await ana.get("/exception?ref=h1&source=tests").status == 200)
    // Who corrects no row says no source.
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "n", scope: .record, days: 1, at: server.now)
    let script = Browser(port: server.port)
    let body = #"{"code": "LATE", "source": "tests"}"#
    #expect(try await script.script("POST", "/exceptions", token: token, body).status == 422)
  }

  @Test func theZoneIsSaidAndTheFutureIsRefused() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.get("/record").text.contains("In the zone of this workspace, UTC, unless it names another"))
    let refused = try await ana.post("/exceptions", ["code": "LATE", "at": "2027-01-01", "team": "Blue"])
    #expect(refused.status == 422)
    #expect(refused.text.contains("is more than a day in the future"))
    #expect(refused.text.contains("value=\"Blue\""))
  }

  // MARK: Scripts

  @Test func aFieldThatNobodyReadsIsRefused() async throws {
    let server = try await TestServer()
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "n", scope: .record, days: 1, at: server.now)
    let script = Browser(port: server.port)
    let before = try server.workspace.treeState().size
    let refused = try await script.script(
      "POST", "/exceptions", token: token, #"{"code": "LATE", "occured_at": "2026-05-30"}"#)
    #expect(refused.status == 422)
    #expect(refused.text.contains("\\\"occured_at\\\" is not known here. Known: code, root_causes, at, amount"))
    let retry = try await script.script("POST", "/quarantine/retry", token: token, #"{"sources": "tests"}"#)
    #expect(retry.status == 422 && retry.text.contains("Known: source, seen."))
    #expect(try server.workspace.treeState().size == before)
    #expect(try await script.script("POST", "/quarantine/retry", token: token, #"{"source": "tests"}"#).status == 200)
  }

  /// 0.1 + 0.2 is 0.3 where nothing is rounded, and an amendment is nothing new.
  @Test func anAmountIsTheDigitsThatWereSent() async throws {
    let server = try await TestServer()
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "n", scope: .record, days: 1, at: server.now)
    let script = Browser(port: server.port)
    func send(_ amount: String) async throws -> (status: Int, value: JSONValue) {
      let body = #"{"code": "LATE", "ref": "T-1", "at": "2026-05-30", "amount": \#(amount), "currency": "EUR"}"#
      let answer = try await script.script("POST", "/exceptions", token: token, body)
      return (answer.status, try JSONValue(parsing: Array(answer.text.utf8)))
    }
    let first = try await send("12.5")
    #expect(first.status == 200)
    #expect(first.value["new"] == true && first.value["amended"] == false)
    // The same amount, otherwise written.
    #expect(try await send("\"12.50\"").value["amended"] == false)
    let amended = try await send("9007199254740.25")
    #expect(amended.status == 200)
    #expect(amended.value["new"] == false && amended.value["amended"] == true)
    let list = try await script.script("GET", "/exceptions?code=LATE", token: token).text
    #expect(list.contains("900719925474025"))
    #expect(try await send("1e2").status == 422)
  }

  // MARK: The list

  @Test(arguments: [
    ("code", "<NOWHERE>", "&lt;NOWHERE&gt;"), ("root_cause", "nowhere", "nowhere"), ("item", "REM-99", "REM-99"),
    ("item", "x", "x"),
  ])
  func aFilterThatIsRefusedStaysInItsField(name: String, text: String, shown: String) async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let address = "/exceptions?\(name)=\(text.asQuery)"
    let page = try await ana.get(address)
    #expect(page.status == 422)
    #expect(page.text.contains("name=\"\(name)\" value=\"\(shown)\" size=\"12\" aria-invalid=\"true\""))
    #expect(page.text.contains("id=\"wrong\""))
    #expect(page.text.contains("action=\"/exceptions\""))
    #expect(try await ana.json(address).status == 404)
  }
}

extension JSONValue {
  fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
