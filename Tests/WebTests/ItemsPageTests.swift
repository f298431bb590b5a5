// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Web

/// The list of items in the browser.
@Suite struct ItemsPageTests {
  @Test func itemsAreSortedByLinksAndShowTheirLastWeeks() async throws {
    let rows = (1...4).map { "x\($0),2026-05-1\($0)T10:00:00Z,BENT,\($0).50,rita" }
    let server = try await TestServer(rows: rows)
    let ana = try await server.browser(of: "ana")
    let page = try await ana.get("/items").text
    #expect(page.contains("<title>4 exceptions in 12 weeks, 4 of them in the last four</title>"))
    #expect(page.contains("<a href=\"/items\" aria-current=\"true\">due</a>"))
    #expect(page.contains("<a href=\"/items?sort=exceptions\">exceptions</a>"))
    let sorted = try await ana.get("/items?state=open&sort=exceptions").text
    #expect(sorted.contains("<a href=\"/items?state=open&amp;sort=exceptions\" aria-current=\"true\">exceptions</a>"))
    #expect(sorted.contains("<a href=\"/items?state=open&amp;sort=key\">code or tag</a>"))
    #expect(try await ana.get("/items?sort=color").status == 400)
  }
}
