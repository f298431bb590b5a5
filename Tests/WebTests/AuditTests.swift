// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

/// What an auditor does in the browser.
struct AuditTests {
  @Test func anAuditorVerifiesAndSeesWhatDoesNotAddUp() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    #expect(try await cem.get("/audit").text.contains("Nobody has verified the record here yet."))
    #expect(try await cem.post("/audit/verify").location == "/audit")
    let page = try await idle(cem)
    #expect(
      page.contains("Everything adds up.</strong> \(Words.grouped(try server.workspace.treeState().size)) events"))
    #expect(page.contains("asked for by cem"))
    #expect(try await cem.json("/audit").text.contains(#""ok":true"#))

    // Somebody puts another key in place of the workspace's.
    let key = try SigningKey.make(at: "\(server.folder)/other.key", name: "sopwright/other", kind: .note)
    try "\(key.verifier)\n".write(toFile: "\(server.folder)/ws/keys/checkpoint.vkey", atomically: true, encoding: .utf8)
    #expect(try await cem.post("/audit/verify").status == 303)
    let later = try await idle(cem)
    #expect(later.contains("not add up."))
    #expect(later.contains("<code>checkpoint_key</code>"))
  }

  @Test func anAuditorTakesAPackThatProvesItself() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    #expect(try await cem.get("/audit/pack").status == 404)
    #expect(try await cem.post("/audit/checkpoint").status == 303)
    #expect(try await cem.get("/audit").text.contains("Make a pack"))
    #expect(try await cem.post("/audit/pack").status == 303)
    #expect(try await idle(cem).contains("Download the pack of"))
    let answer = try await cem.get("/audit/pack")
    #expect(answer.headers["content-type"] == "application/x-tar")
    #expect(answer.headers["content-disposition"]?.hasPrefix("attachment; filename=\"sopwright-pack-") == true)

    let tar = "\(server.folder)/pack.tar"
    try answer.data.write(to: URL(fileURLWithPath: tar))
    let unpack = Process()
    unpack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpack.arguments = ["tar", "-xf", tar, "-C", server.folder]
    try unpack.run()
    unpack.waitUntilExit()
    #expect(unpack.terminationStatus == 0)
    let scratch = "\(server.folder)/scratch"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    let found = try PackAudit(of: "\(server.folder)/sopwright-pack", in: scratch).run()
    #expect(found.findings.isEmpty)
    #expect(found.treeSize == (try server.workspace.treeState().size))

    // It is gone after a day.
    server.pass(seconds: 86_401)
    let later = try await server.browser(of: "cem")
    #expect(try await later.get("/audit/pack").status == 404)
  }

  @Test func aPackGoesWhenDataAreErased() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    #expect(try await cem.post("/audit/pack").status == 303)
    #expect(try await idle(cem).contains("Download the pack of"))
    #expect(try await cem.get("/audit/pack").status == 200)
    _ = try server.workspace.erase(
      ErasureSubject(exception: "w2"), reason: "Asked for.", by: TestServer.caller("ana", server.now))
    #expect(try await cem.get("/audit/pack").status == 404)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/ws/audits") == ["copies.lock"])
  }

  @Test func aPackIsForAuditorsAndAdministrators() async throws {
    let server = try await TestServer()
    let (ana, ben) = (TestServer.caller("ana", server.now), TestServer.caller("ben", server.now))
    _ = try server.workspace.addPerson(TestServer.person("dan"), roles: [.approver], logins: [], by: ana)
    _ = try server.workspace.adoptTaxonomy(by: ben)
    let dan = try await server.browser(of: "dan")
    #expect(!(try await dan.get("/audit").text.contains("Make a pack")))
    #expect(try await dan.post("/audit/pack").status == 403)
    #expect(try await dan.get("/audit/pack").status == 403)
  }

  @Test func aReceiptProvesAnOutcome() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let refused = try await ana.get("/items/REM-1/receipt")
    #expect(refused.status == 404)
    #expect(refused.text.contains("REM-1 has no outcome yet"))
    #expect(try await ana.post("/items/REM-1/reject", ["rationale": "Rare.", "expires": "2026-09-01"]).status == 303)
    let proposal = try await ben.get("/items/REM-1").text
    let revision = try #require(proposal.firstMatch(of: /name="revision" value="(?<number>\d+)"/)?.output.number)
    #expect(try await ben.post("/items/REM-1/approve", ["revision": String(revision)]).status == 303)
    #expect(try await ben.post("/items/REM-1/close").status == 303)
    #expect(try await ben.get("/items/REM-1").text.contains("href=\"/items/REM-1/receipt\""))

    let receipt = try await ben.get("/items/REM-1/receipt")
    #expect(receipt.headers["content-disposition"] == "attachment; filename=\"REM-1.proof\"")
    let file = "\(server.folder)/REM-1.proof"
    try receipt.text.write(toFile: file, atomically: true, encoding: .utf8)
    let checked = try CheckedReceipt(
      at: file, key: "\(server.folder)/ws/keys/checkpoint.vkey", cosigners: [], leaf: nil)
    #expect(checked.event.event.subject == "REM-1")
    #expect(checked.event.event.kind == "item_rejected")
  }

  @Test func theLedgerIsReadPageByPage() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let size = try server.workspace.treeState().size
    let page = try await cem.get("/audit/ledger")
    #expect(page.text.contains("<td class=\"number\" data-title=\"Position\">\(size - 1)</td>"))
    let first = try await cem.json("/audit/ledger?before=1").text
    #expect(first.contains(#""kind":"workspace_founded""#))
    #expect(first.hasSuffix(#""next":null}"#))
    #expect(try await cem.get("/audit/ledger?before=x").status == 400)
  }

  /// The page once nothing is being done.
  private func idle(_ browser: Browser) async throws -> String {
    for _ in 1...2_000 {
      let page = try await browser.get("/audit").text
      if !page.contains("http-equiv=\"refresh\"") { return page }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CancellationError()  // it does not come to an end
  }
}
