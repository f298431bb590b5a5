// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

/// What somebody sees who writes an SOP, or says whether it may count.
struct ReviewPageTests {
  private static let text = """
    ---
    title: Late parcels
    owner: zoe
    codes: [LATE, LATTE]
    root_causes: [no<b>tag]
    ---

    # Late parcels

    Call **the carrier** as [the list](../lists/carriers.md#brown) or [the law](HTTPS://example.org/law) says.

    <script>alert(1)</script>

    """

  private static let warnings = [
    "no exception code &quot;LATTE&quot;", "&quot;no&lt;b&gt;tag&quot;", "The owner &quot;zoe&quot;",
  ]

  @Test func aProposalIsShownAsItWillReadWithTheNamesThatNobodyKnows() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let item = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
        .first { $0.item.key.value == "LATE" }?.item.id)
    let fields = ["path": "parcels/late.md", "text": ReviewPageTests.text, "summary": "Call"]

    // Before it is sent, without JavaScript: nothing is recorded, and everything stays.
    let before = try server.workspace.treeState().size
    let looked = try await ana.post("/items/\(item)/propose", fields.merging(["look": "1"]) { $1 })
    #expect(looked.status == 200)
    #expect(looked.text.contains("Call <strong>the carrier</strong>"))
    #expect(looked.text.contains("Call **the carrier** as"))
    #expect(try server.workspace.treeState().size == before)
    // And with it.
    let preview = try await ana.post("/preview", fields)
    guard case .string(let html)? = try JSONValue(parsing: Array(preview.text.utf8))["html"] else {
      throw DecodingFailure(field: "html", problem: "is missing")
    }

    let change = try #require(try await ana.post("/items/\(item)/propose", fields).location)
    let review = try await ben.get(change).text
    for page in [looked.text, html, review] {
      #expect(page.contains("class=\"message warning\""))
      for warning in ReviewPageTests.warnings { #expect(page.contains(warning), "\(warning)") }
      #expect(!page.contains("code &quot;LATE&quot;"))
      #expect(!page.contains("<script>alert"))
      #expect(page.contains("href=\"/handbook/parcels/../lists/carriers.md#brown\""))
      #expect(page.contains("href=\"HTTPS://example.org/law\""))
    }
    #expect(review.contains("How it will read"))
    #expect(review.contains("Call <strong>the carrier</strong>"))
  }

  @Test func namesThatAreKnownAreNoWarning() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let text = "---\ntitle: Late\nowner: ben\ncodes: [LATE]\n---\n\nCall.\n"
    #expect(!(try await ana.post("/preview", ["text": text]).text.contains("message warning")))
    #expect(try await ana.post("/preview", ["text": "---\ncodes: [\n---\n\nCall.\n"]).status == 200)
  }
}
