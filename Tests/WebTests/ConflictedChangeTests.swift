// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

@testable import Web

/// A change whose SOP somebody else changed before it was committed, in the browser.
@Suite struct ConflictedChangeTests {
  private let path = "handbook/procedure-for-a-new-code.md"

  /// Ana's change adds a line in the place that `change` makes, Ben has approved it, and Eve has pushed a line at the end.
  private func conflicted(_ change: (String) -> String) async throws -> (TestServer, ana: Browser, ben: Browser) {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let before = String(decoding: try server.workspace.text(of: server.workspace.version(path)).bytes, as: UTF8.self)
    let ids = (ana: TestServer.caller("ana", server.now), ben: TestServer.caller("ben", server.now))
    let proposed = try server.workspace.proposeChange(
      closing: [], path: SOPPath(path), text: Array(change(before).utf8), summary: "Say more", by: ids.ana)
    try server.workspace.approveChange(proposed.id, revision: nil, by: ids.ben)
    try server.push("What Eve says.", by: "eve <eve@example.org>")
    #expect(try await ben.post("/changes/CHG-1/close").status == 409)
    return (server, ana, ben)
  }

  @Test func whatIsInOtherLinesIsJoined() async throws {
    let (server, ana, ben) = try await conflicted {
      $0.replacing("\n## ", with: "\nWhat Ana says.\n\n## ", maxReplacements: 1)
    }
    #expect(try await ana.get("/").text.contains("Join the two texts of CHG-1"))
    #expect(!(try await ben.get("/").text.contains("Join the two texts")))
    #expect(try await ana.get("/changes/CHG-1").text.contains("Join the two</a>"))
    #expect(!(try await ben.get("/changes/CHG-1").text.contains("Join the two</a>")))
    let page = try await ana.get("/changes/CHG-1/revise").text
    #expect(page.contains("What Ana says."))
    #expect(page.contains("What Eve says."))
    #expect(!page.contains("Both changed the same lines"))
    #expect(page.contains("is joined in the text below"))
    // A text of which nobody says what it was joined with may undo what Eve says.
    let joined = try revisable(server)
    let blind = try await ana.post("/changes/CHG-1/revise", ["text": joined.text, "summary": "Say more"])
    #expect(blind.status == 422)
    #expect(blind.text.contains("Load the page of its revision again"))
    #expect(
      try await ana.post("/changes/CHG-1/revise", FilledForm(page).fields).location == "/changes/CHG-1")
    let (second, cem) = (TestServer.caller("ben", server.now), TestServer.caller("ana", server.now))
    let id = try #require(ChangeID("CHG-1"))
    try server.workspace.approveChange(id, revision: 2, by: second)
    _ = try server.workspace.closeChange(id, by: cem)
    let now = String(decoding: try server.workspace.text(of: server.workspace.version(path)).bytes, as: UTF8.self)
    #expect(now.contains("What Ana says.") && now.contains("What Eve says."))
  }

  @Test func whatIsInTheSameLinesIsDecidedByThem() async throws {
    let (server, ana, _) = try await conflicted { $0 + "What Ana says.\n" }
    let page = try await ana.get("/changes/CHG-1/revise").text
    #expect(page.contains("Both changed the same lines"))
    let (joined, base) = try revisable(server)
    #expect(joined.contains("<<<<<<< CHG-1"))
    let refused = try await ana.post("/changes/CHG-1/revise", ["text": joined, "base": base, "summary": "Say more"])
    #expect(refused.status == 422)
    let line = joined.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
      $0.hasPrefix("<<<<<<< CHG-1")
    }
    #expect(refused.text.contains("Line \(try #require(line) + 1) begins what two people wrote for the same place."))
    let decided = joined.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("<<<<<<<") && !$0.hasPrefix("=======") && !$0.hasPrefix(">>>>>>>")
    }.joined(separator: "\n")
    let sent = try await ana.post(
      "/changes/CHG-1/revise", ["text": decided, "base": base, "summary": "Say more"])
    #expect(sent.status == 303)
  }

  /// What Eve pushes while Ana looks at the two texts is a conflict of its own.
  @Test func whatOthersCommitWhileTheTwoAreJoinedIsNotUndone() async throws {
    let (server, ana, ben) = try await conflicted {
      $0.replacing("\n## ", with: "\nWhat Ana says.\n\n## ", maxReplacements: 1)
    }
    let page = try await ana.get("/changes/CHG-1/revise").text
    try server.push("What Eve says later.", by: "eve <eve@example.org>")
    #expect(try await ana.post("/changes/CHG-1/revise", FilledForm(page).fields).status == 303)
    #expect(try await ben.post("/changes/CHG-1/approve", ["revision": "2"]).status == 303)
    let closed = try await ben.post("/changes/CHG-1/close")
    #expect(closed.status == 409)
    #expect(closed.text.contains("Whoever proposed it withdraws it, or joins the two."))
    let now = String(decoding: try server.workspace.text(of: server.workspace.version(path)).bytes, as: UTF8.self)
    #expect(now.contains("What Eve says later."))
  }

  @Test func whatCannotBeReadIsSaidAndReplaced() async throws {
    let (server, ana, _) = try await conflicted {
      $0.replacing("\n## ", with: "\nWhat Ana says.\n\n## ", maxReplacements: 1)
    }
    try server.push(editing: "sed -i 's/^title: .*/title: [/' \(path)")
    let page = try await ana.get("/changes/CHG-1/revise").text
    #expect(page.contains("What stands in the handbook now cannot be joined: Cannot read the SOP: line "))
    #expect(page.contains("What Ana says."))
    #expect(!page.contains("What Eve says."))
    #expect(try await ana.post("/changes/CHG-1/revise", FilledForm(page).fields).status == 303)
  }

  private func revisable(_ server: TestServer) throws -> (text: String, base: String) {
    let change = try server.workspace.change(
      #require(ChangeID("CHG-1")), by: TestServer.caller("ana", server.now)
    ).change
    let text = try server.workspace.revisableText(of: change)
    return (String(decoding: text.bytes, as: UTF8.self), try #require(text.base).text)
  }
}
