// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

@testable import Web

/// What the pages look like in HTML, kept in `Fixtures/Pages`: a change to one is seen in a review, where it was meant and where it was not.
///
/// They are written anew where `SOPWRIGHT_WRITE_GOLDEN=1`; whoever does that looks at the difference.
@Suite struct PageSnapshotTests {
  private static let folder = "\(URL(fileURLWithPath: #filePath).deletingLastPathComponent().path)/Fixtures/Pages"

  /// Somebody and what they look at, under the name of its file.
  private static let pages: [(name: String, person: String, path: String)] = [
    ("my-work-of-the-proposer", "ana", "/"), ("my-work-of-the-approver", "ben", "/"), ("items", "ana", "/items"),
    ("items-none", "ana", "/items?state=closing"), ("item-open", "ana", "/items/REM-4"),
    ("item-in-review", "ben", "/items/REM-3"), ("item-closed", "ana", "/items/REM-1"),
    ("item-rejection-proposed", "ben", "/items/REM-2"), ("propose", "ana", "/items/REM-4/propose"),
    ("propose-new", "ana", "/propose"),
    ("audit-review", "cem", "/audit/review"),
    ("change-in-review", "ben", "/changes/CHG-2"), ("change-in-review-of-ones-own", "ana", "/changes/CHG-2"),
    ("change-committed", "ana", "/changes/CHG-1"), ("handbook", "ana", "/handbook"),
    ("sop", "ana", "/handbook/sops/late.md"), ("search", "ana", "/search?q=carrier"),
    ("exceptions", "ana", "/exceptions"), ("exceptions-of-a-code", "ana", "/exceptions?code=LATE"),
    ("exception", "ana", "/exception?source=tests&ref=w2"),
    ("exception-for-an-auditor", "cem", "/exception?source=tests&ref=w2"),
    ("record", "ana", "/record"), ("import", "ana", "/import"), ("quarantine", "ana", "/quarantine"),
    ("taxonomy", "ana", "/taxonomy"), ("simulate", "ana", "/simulate?rule=2/30d"),
    ("simulate-refused", "ana", "/simulate?rule=often"), ("people", "ana", "/people"), ("person", "ana", "/people/ben"),
    ("person-for-others", "cem", "/people/ben"), ("trace", "ana", "/trace?what=REM-1"), ("audit", "cem", "/audit"),
    ("upkeep", "ana", "/upkeep"),
    ("erase", "ana", "/upkeep/erase?source=tests&exception=w2"), ("erase-looked", "ben", "/upkeep/erase"),
    ("upkeep-for-others", "cem", "/upkeep"),
    ("account", "ana", "/account"), ("nowhere", "ana", "/nowhere"),
  ]

  /// Four items: one closed by an SOP change, one whose rejection is proposed, one in review, one open; and a row that is held back.
  private func prepared() async throws -> TestServer {
    let rows = (1...3).flatMap { day in
      [
        "x\(day),2026-05-1\(day)T10:00:00Z,BENT,\(day).50,rita",
        "y\(day),2026-05-1\(day)T11:00:00Z,TORN,\(day).50,rita",
      ]
    }
    let server = try await TestServer(rows: rows + ["z1,soon,BENT,1.00,rita"])
    let (ana, ben) = (TestServer.caller("ana", server.now), TestServer.caller("ben", server.now))
    func item(_ number: Int) throws -> RemediationItem { try server.workspace.item(ItemID(number), by: ana).view.item }
    func propose(_ number: Int) throws -> SOPChange {
      let key = try item(number).key.value
      let text = "---\ntitle: \(key)\ncodes: [\(key)]\n---\n\n# What to do\n\nCall the **carrier**.\n"
      return try server.workspace.proposeChange(
        closing: [ItemID(number)], path: SOPPath("sops/\(number == 1 ? "late" : "other").md"), text: Array(text.utf8),
        summary: "Call the carrier", by: ana)
    }
    let first = try propose(1)
    try server.workspace.approveChange(first.id, revision: nil, by: ben)
    _ = try server.workspace.closeChange(first.id, by: ana)
    _ = try server.workspace.proposeRejection(
      of: ItemID(2), rationale: "It is rare.", expiresOn: server.now.date + Days(90), tripwire: nil, by: ana)
    _ = try propose(3)
    return server
  }

  @Test func pagesAreAsTheyWere() async throws {
    let server = try await prepared()
    let ben = try await server.browser(of: "ben")
    _ = try await ben.post("/upkeep/erase/look", ["values": "rita", "reason": "Request 17."])
    while try await ben.get("/upkeep/erase").text.contains("http-equiv=\"refresh\"") {
      try await Task.sleep(for: .milliseconds(20))
    }
    var browsers = ["ben": ben]
    var seen: Set<String> = []
    for (name, person, path) in PageSnapshotTests.pages {
      let browser: Browser
      if let known = browsers[person] { browser = known } else { browser = try await server.browser(of: person) }
      browsers[person] = browser
      // What every page is shown in is kept once.
      let html = try await browser.get(path).text
      let page = PageSnapshotTests.stable(seen.isEmpty ? html : try PageSnapshotTests.main(of: html))
      let file = "\(PageSnapshotTests.folder)/\(name).html"
      seen.insert("\(name).html")
      if ProcessInfo.processInfo.environment["SOPWRIGHT_WRITE_GOLDEN"] == "1" {
        try page.write(toFile: file, atomically: true, encoding: .utf8)
      }
      let kept = try? String(contentsOfFile: file, encoding: .utf8)
      let difference = PageSnapshotTests.firstDifference(kept ?? "", page)
      #expect(difference == nil, "\(name): \(difference ?? "")")
    }
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: PageSnapshotTests.folder)) == seen)
  }

  private static func main(of html: String) throws -> String {
    let (start, end) = (try #require(html.firstRange(of: "<main")), try #require(html.firstRange(of: "</main>")))
    return String(html[start.lowerBound..<end.upperBound])
  }

  /// The page without what differs each time: digests, tokens, what is random; a line for each element.
  private static func stable(_ html: String) -> String {
    html.replacing(/[0-9a-f]{7,64}/, with: "…").replacing(/[A-Za-z0-9+\/]{40,}=*/, with: "…")
      .replacing(/[0-9.]+ (k|M|G)?B\b/, with: "… B").replacing(/\d+ loose objects?/, with: "… loose objects")
      .replacing(/data-since="\d+"/, with: "data-since=\"…\"").replacing("><", with: ">\n<")
  }

  private static func firstDifference(_ kept: String, _ page: String) -> String? {
    let (before, after) = (kept.split(separator: "\n"), page.split(separator: "\n"))
    for place in 0..<max(before.count, after.count) {
      let (old, new) = (before.dropFirst(place).first ?? "(nothing)", after.dropFirst(place).first ?? "(nothing)")
      // By bytes: what looks the same may be written otherwise.
      if Array(old.utf8) != Array(new.utf8) { return "line \(place + 1)\n- \(old)\n+ \(new)" }
    }
    return nil
  }
}
