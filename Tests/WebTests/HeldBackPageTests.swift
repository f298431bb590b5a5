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
    let held = try #require(try server.workspace.quarantine().first)
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
    #expect(retry.status == 422 && retry.text.contains("Known: source."))
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
