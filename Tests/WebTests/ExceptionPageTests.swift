// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

/// One exception with what was ever reported of it.
struct ExceptionPageTests {
  @Test func whatChangedBetweenReportsIsMarked() async throws {
    let server = try await TestServer()
    let ana = TestServer.caller("ana", server.now)
    server.pass(seconds: 3_600)
    let later = "\(server.folder)/later.csv"
    try "id,at,code,amount,requester\nw2,2026-05-12T10:00:00Z,LATE,7.25,rita\n"
      .write(toFile: later, atomically: true, encoding: .utf8)
    _ = try server.workspace.importExceptions(
      from: later, map: ExportMap(at: "\(server.folder)/map.yaml"), by: TestServer.caller("ana", server.now))
    let browser = try await server.browser(of: "ana")
    let page = try await browser.get("/exception?ref=w2").text
    #expect(page.contains("2 times"))
    #expect(page.contains("<mark>7.25 EUR</mark>"))
    #expect(page.contains(">2.50 EUR</td>"))
    #expect(!page.contains("<mark>LATE</mark>"))
    #expect(page.contains("<dd>rita</dd>"))
    #expect(try await browser.json("/exception?source=tests&ref=w2").text.matches(of: /"received_at"/).count == 2)

    // Auditors see that there are personal fields, and not what they say; erased ones nobody sees.
    let cem = try await server.browser(of: "cem")
    let audited = try await cem.get("/exception?ref=w2").text
    #expect(audited.contains("They are for those who work with it."))
    #expect(!audited.contains("rita"))
    _ = try server.workspace.erase(ErasureSubject(exception: "w2"), reason: "Asked for.", by: ana)
    #expect(try await browser.get("/exception?ref=w2").text.contains("They were erased."))
  }

  @Test func whatIsNotThereIsSaid() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.get("/exception?ref=nowhere").status == 404)
    #expect(try await ana.get("/exception?ref=w2&source=elsewhere").status == 404)
    #expect(try await ana.get("/exception").status == 400)
    #expect(try await ana.get("/exceptions").text.contains("href=\"/exception?source=tests&amp;ref=w2\""))
  }
}
