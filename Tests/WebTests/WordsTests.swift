// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

/// What pages say to people who have a browser and no terminal.
struct WordsTests {
  /// An auditor's tool on an auditor's own machine is the one exception.
  private static func commands(_ page: String) -> [String] {
    page.replacing("sopwright verify --pack DIR", with: "").matches(of: /\bsopwright [a-z]+/).map { String($0.output) }
  }

  @Test func noPageAsksForACommand() async throws {
    let server = try await TestServer()
    let ana = TestServer.caller("ana", server.now)
    _ = try server.workspace.addPerson(TestServer.person("dora"), roles: [.processOwner], logins: [], by: ana)
    _ = try server.workspace.adoptTaxonomy(by: TestServer.caller("ben", server.now))
    let (browser, dora) = (try await server.browser(of: "ana"), try await server.browser(of: "dora"))
    let proposal = ["rationale": "Seldom.", "expires": "2026-09-01"]
    #expect(try await browser.post("/items/REM-1/reject", proposal).status == 303)
    let pages = [
      "/", "/items?state=closed", "/items?page=9", "/items/REM-1", "/items/REM-2", "/items/REM-99", "/changes/CHG-99",
      "/handbook", "/handbook/no/such.md", "/taxonomy", "/people", "/audit", "/audit/ledger", "/exceptions", "/record",
      "/import", "/quarantine", "/trace?what=item:REM-99", "/items?owner=zoe", "/items/REM-1/receipt", "/account",
      "/sign-in", "/welcome/0123", "/exception?ref=none", "/search?q=none",
    ]
    for path in pages {
      for visitor in [browser, dora] {
        let text = try await visitor.get(path).text
        #expect(WordsTests.commands(text) == [], "\(path)")
      }
    }
    for (path, fields) in [
      ("/items/REM-2/assign", ["person": "zoe"]), ("/items/REM-1/close", [:]), ("/items/REM-1/approve", [:]),
      ("/people", ["person": "eve", "role": "approver"]), ("/people/link", ["person": "zoe"]),
      ("/taxonomy/adopt", [:]), ("/exceptions", ["code": "NOWHERE"]), ("/items/REM-2/withdraw", [:]),
    ] {
      let answer = try await dora.post(path, fields)
      #expect((400..<500).contains(answer.status), "\(path)")
      #expect(WordsTests.commands(answer.text) == [], "\(path)")
    }
  }

  /// What the sentences say in the browser goes on with the command at a terminal.
  @Test func atATerminalTheSentenceGoesOnWithTheCommand() {
    let error = Rejection.unknownPerson("zoe")
    #expect(sentence(for: error) == "\"zoe\" is not a person of this workspace. An administrator adds people.")
    #expect(sentenceWithCommand(for: error).hasSuffix("An administrator adds people: sopwright people add zoe"))
    #expect(sentenceWithCommand(for: Rejection.nothingToSearch) == sentence(for: Rejection.nothingToSearch))
  }

  @Test func aPagePastTheEndSaysSo() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let page = try await ana.get("/items?state=open&page=7").text
    #expect(page.contains("past the end of the list. <a href=\"/items?state=open\">"))
    #expect(!page.contains("No item fits"))
    #expect(try await ana.get("/items?state=closed").text.contains("No item fits"))
  }

  /// A name that is written over its own text stands there once.
  @Test func noPageSaysItsTitleTwice() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let item = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
        .first { $0.item.key.value == "LATE" }?.item.id)
    let page = try await ana.get("/items/\(item)").text
    #expect(page.contains("<span class=\"key\">LATE</span></h1>"))
    #expect(page.contains("<strong>LATE</strong> happened"))
    // What only differs in case and signs says it again, too: its title is <b>Wrong</b>.
    #expect(try await ana.get("/items/REM-1").text.contains("<span class=\"key\">-B-WRONG-B-</span></h1>"))
    let ben = try await server.browser(of: "ben")
    let text = "---\ntitle: 'Parcels & \"late\"'\ncodes: [LATE]\n---\n\n# Parcels & \"late\"\n\nCall.\n"
    _ = try await ana.post("/items/\(item)/propose", ["path": "parcels/late.md", "text": text, "summary": "Call"])
    #expect(try await ben.post("/changes/CHG-1/approve", ["revision": "1"]).status == 303)
    #expect(try await ben.post("/changes/CHG-1/close").status == 303)
    let sop = try await ana.get("/handbook/parcels/late.md").text
    #expect(sop.matches(of: /<h1/).count == 1)
    #expect(sop.contains(/<p data-line="\d+">Call.<\/p>/))
  }
}
