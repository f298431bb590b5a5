// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

/// The whole loop over HTTP, as people walk it without JavaScript.
struct LoopTests {
  private static let sop = """
    ---
    title: Late parcels
    codes: [LATE]
    ---

    # Late parcels

    Call the carrier on the first day.

    """

  @Test func anItemIsClosedByTwoPeople() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let item = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
        .first { $0.item.key.value == "LATE" }?.item.id)

    let page = try await ana.get("/items/\(item)")
    #expect(page.status == 200)
    #expect(page.text.contains("happened 3 times within 30 days"))
    #expect(try await ana.post("/items/\(item)/acknowledge").location == "/items/\(item)")
    #expect(try await ana.get("/items/\(item)").text.contains("\(item) is acknowledged."))

    let proposed = try await ana.post(
      "/items/\(item)/propose", ["path": "parcels/late.md", "text": LoopTests.sop, "summary": "Call the carrier"])
    let change = try #require(proposed.location)
    #expect(change == "/changes/CHG-1")

    // Nobody approves what they wrote, and the page does not offer it.
    #expect(!(try await ana.get(change).text.contains("Approve revision")))
    let own = try await ana.post("\(change)/approve", ["revision": "1"])
    #expect(own.status == 403)
    #expect(own.text.contains("A second person has to."))

    #expect(try await ben.get(change).text.contains("Approve revision 1"))
    #expect(try await ben.post("\(change)/approve", ["revision": "1"]).status == 303)
    #expect(try await ben.post("\(change)/close").location == change)
    #expect(try await ben.get(change).text.contains("Committed as"))
    #expect(try await ana.get("/items/\(item)").text.contains("Closed by"))

    let sop = try await ana.get("/handbook/parcels/late.md")
    #expect(sop.text.contains("Call the carrier on the first day."))
    #expect(sop.text.contains("<a href=\"/items/\(item)\">\(item)</a>"))
    #expect(try await ana.get("/search?q=carrier").text.contains("Late parcels"))
    let trace = try await ana.get("/trace?what=code:LATE")
    #expect(trace.text.contains(">\(item)</a>"))
    #expect(trace.text.contains(">CHG-1</a>"))

    let found = try server.workspace.verifyRecord()
    #expect(found.findings.isEmpty)
    // Both sides signed in as themselves, so nothing is only asserted.
    #expect(!found.notices.contains { $0.check == "same_login" })
    #expect(try server.workspace.verifyHandbook().isEmpty)
  }

  /// What was expected is no whole number, which the ledger never has; scripts get it all the same.
  @Test func anItemWithAHistorySaysWhatWasExpected() async throws {
    let rows =
      (1...9).map { "s\($0),2025-0\($0)-03T10:00:00Z,SLOW,1.00,rita" }
      + (1...4).map { "t\($0),2026-05-0\($0)T10:00:00Z,SLOW,1.00,rita" }
    let server = try await TestServer(rows: rows)
    let ana = try await server.browser(of: "ana")
    let all = try await ana.json("/items").text
    let expected = try #require(all.firstMatch(of: /"expected":(?<number>\d+\.\d+)/)?.output.number)
    #expect((Double(expected) ?? 0) > 0)
    let id = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
        .first { $0.item.key.value == "SLOW" }?.item.id)
    #expect(try await ana.json("/items/\(id)").text.contains("\"expected\":\(expected)"))
    #expect(try await ana.get("/items/\(id)").text.contains("were expected"))
  }

  @Test func anItemIsRejectedByTwoPeople() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let proposal = ["rationale": "Fewer than two a month.", "expires": "2026-09-01", "tripwire": "5/7d"]
    #expect(try await ana.post("/items/REM-1/reject", proposal).status == 303)
    let page = try await ben.get("/items/REM-1").text
    #expect(page.contains("Fewer than two a month."))
    let revision = try #require(page.firstMatch(of: /name="revision" value="(?<number>\d+)"/)?.output.number)
    let approved = try await ben.post("/items/REM-1/approve", ["revision": String(revision)])
    #expect(approved.status == 303, "\(approved.text)")
    #expect(try await ben.post("/items/REM-1/close").status == 303)
    #expect(try await ana.get("/items/REM-1").text.contains("Rejected until 2026-09-01"))
  }

  @Test func whatIsRefusedIsShownAgainAsItWasTyped() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let fields = ["path": "parcels/late.md", "text": "No front matter.\n<script>", "summary": "A & B"]
    let answer = try await ana.post("/items/REM-1/propose", fields)
    #expect(answer.status == 422)
    #expect(answer.text.contains("role=\"alert\""))
    #expect(answer.text.contains("No front matter.\n&lt;script&gt;</textarea>"))
    #expect(answer.text.contains("value=\"A &amp; B\""))
    let rejection = try await ana.post("/items/REM-1/reject", ["rationale": "Seldom.", "expires": "2020-01-01"])
    #expect(rejection.status == 422)
    #expect(rejection.text.contains("<h1>REM-1"))
    #expect(rejection.text.contains("Seldom.</textarea>"))
  }

  /// To the byte, as far as HTML can hold it, and the sentence says what is wrong where.
  @Test func hiddenCharactersComeBackAsTheyWereTyped() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let text = "\n\n---\ntitle: a\n---\nzero\u{200B}width, \u{202E}turned\u{202C}, \u{7}bell, \u{FEFF}, \u{85}\n"
    func refused(_ text: String, _ summary: String = " ") async throws -> Browser.Answer {
      try await ana.post("/items/REM-1/propose", ["path": "a.md", "text": text, "summary": summary])
    }
    let answer = try await refused(text)
    #expect(answer.status == 422)
    // A browser drops the first line feed of a textarea.
    #expect(answer.text.contains("required>\n\(text)</textarea>"))
    for (character, name) in [("\u{7}", "U+0007 BEL"), ("\u{1B}", "U+001B ESC"), ("\u{2028}", "U+2028 LINE SEPARATOR")]
    {
      let text = "---\ntitle: Late\ncodes: [LA\(character)TE]\n---\n\nCall.\n"
      let answer = try await refused(text, "Call\(character) them")
      #expect(answer.status == 422)
      #expect(answer.text.contains("line 3 of the file"), "\(name)")
      #expect(answer.text.contains(name), "\(name)")
      #expect(answer.text.contains("required>\n\(text)</textarea>"), "\(name)")
      #expect(answer.text.contains("value=\"Call\(character) them\""), "\(name)")
    }
    let escaped = try await refused("---\ntitle: Late\nid: \"a\\tb\"\n---\n\nCall.\n", "Call").text
    #expect(escaped.contains("line 3 of the file: id: it holds the control character U+0009 TAB"))
    // A NUL stands in no page; the rest of the text does.
    let nul = try await refused("one\ntwo\u{0}three\n")
    #expect(nul.status == 400)
    #expect(nul.text.contains("&quot;text&quot; holds the character U+0000 (NUL) in line 2"))
    #expect(nul.text.contains("readonly>\none\ntwo\u{FFFD}three\n</textarea>"))
    let comment = try await ana.post("/items/REM-1/reject", ["rationale": "a\u{202E}b", "expires": "2020-01-01"])
    #expect(comment.text.contains("a\u{202E}b</textarea>"))
  }

  @Test func scriptsReadTheSameAsTheCommandLine() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let caller = TestServer.caller("ana", server.now)
    let items = try await ana.json("/items")
    #expect(items.headers["content-type"] == "application/json")
    let expected = JSONValue.array(try server.workspace.items(ItemQuery(), by: caller).map(\.json))
    #expect(items.text == String(decoding: expected.compactBytes, as: UTF8.self))
    let missing = try await ana.json("/items/REM-99")
    #expect(missing.status == 404)
    #expect(missing.headers["content-type"] == "application/problem+json")
    #expect(missing.text.contains("\"detail\":\"There is no item REM-99."))
  }

  @Test func aTextIsShownAsItWillLookAndNothingInItRuns() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let text = "---\ntitle: A\n---\n\n# Head\n\n<script>alert(1)</script> [x](javascript:alert(1))\n"
    let answer = try await ana.post("/preview", ["text": text])
    let value = try JSONValue(parsing: Array(answer.text.utf8))
    guard case .string(let html)? = value["html"] else { throw DecodingFailure(field: "html", problem: "is missing") }
    #expect(html.contains("Head</h1>"))
    #expect(!html.contains("<script"))
    #expect(!html.contains("href=\"javascript"))
    #expect(!html.contains("title: A"))
  }

  @Test func aLongListOfItemsHasPages() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let rows = (0..<60).flatMap { code in (1...3).map { "m\(code)-\($0),2026-05-0\($0)T00:00:00Z,CODE-\(code),1,rita" }
    }
    let file = "\(server.folder)/more.csv"
    try "id,at,code,amount,requester\n\(rows.joined(separator: "\n"))\n"
      .write(toFile: file, atomically: true, encoding: .utf8)
    let codes = "\(server.folder)/ws/taxonomy/codes.yaml"
    let entries = (0..<60).map {
      "  - id: CODE-\($0)\n    title: Code \($0)\n    definition: Number \($0).\n    owner: ana\n"
        + "    playbook: handbook/procedure-for-a-new-code.md\n"
    }.joined()
    try (String(contentsOfFile: codes, encoding: .utf8) + entries).write(
      toFile: codes, atomically: true, encoding: .utf8)
    _ = try server.workspace.adoptTaxonomy(by: TestServer.caller("ana", server.now))
    _ = try server.workspace.importExceptions(
      from: file, map: ExportMap(at: "\(server.folder)/map.yaml"), by: TestServer.caller("ana", server.now))
    func items(_ address: String) async throws -> [String] {
      try await ana.get(address).text.matches(of: /href="\/items\/(?<id>REM-\d+)"/).map { String($0.output.id) }
    }
    let (first, second) = (try await items("/items"), try await items("/items?page=2"))
    #expect(first.count == 50)
    #expect(second.count == 12)
    #expect(Set(first + second).count == 62)
    #expect(try await items("/items?page=3").isEmpty)
    #expect(try await ana.get("/items?state=open").text.contains("/items?state=open&amp;page=2"))
  }

  @Test func markupOfOthersIsText() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.post("/items/REM-1/comment", ["text": "<img src=x onerror=alert(1)>\u{202E}"]).status == 303)
    for path in ["/items", "/items/REM-1", "/exceptions", "/trace?what=%3Cscript%3E", "/search?q=%22%3E%3Cscript%3E"] {
      let text = try await ana.get(path).text
      for markup in ["<b>", "<img", "<script>", "\u{202E}"] { #expect(!text.contains(markup), "\(path): \(markup)") }
    }
  }
}
