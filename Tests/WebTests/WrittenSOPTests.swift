// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing
import Tracker

@testable import Web

/// Writing an SOP in the browser: what the page shows, and what becomes of it when it is sent as it stands.
@Suite struct WrittenSOPTests {
  private struct Scene {
    let server: TestServer
    let ana: Browser
    let ben: Browser
    /// Of the code LATE.
    let item: ItemID

    init() async throws {
      server = try await TestServer()
      (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
      let items = try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now))
      item = try #require(items.first { $0.item.key.value == "LATE" }).item.id
    }

    /// Ana proposes a text, and the change is committed.
    func commit(_ text: String, at path: String) throws {
      let (ana, ben) = (TestServer.caller("ana", server.now), TestServer.caller("ben", server.now))
      let change = try server.workspace.proposeChange(
        closing: [], path: SOPPath(path), text: Array(text.utf8), summary: "First", by: ana)
      try server.workspace.approveChange(change.id, revision: nil, by: ben)
      _ = try server.workspace.closeChange(change.id, by: ben)
    }

    func draft(_ id: String) throws -> (change: SOPChange, text: String) {
      let change = try server.workspace.change(
        #require(ChangeID(id)), by: TestServer.caller("ana", server.now)
      ).change
      return (change, String(decoding: try server.workspace.proposedText(of: change), as: UTF8.self))
    }
  }

  private let late = "---\nid: late\ntitle: Late\ncodes: [LATE]\n---\n\nCall the carrier.\n"

  @Test func anSOPMayBeNamedByItsID() async throws {
    let scene = try await Scene()
    try scene.commit(late, at: "parcels/late.md")
    let form = FilledForm(try await scene.ana.get("/items/\(scene.item)/propose?sop=late").text)
    #expect(form.fields["path"] == "parcels/late.md")
    let fields = form.typing(["path": "late", "body": "Call Brown's.\n", "summary": "Say whom"])
    let sent = try await scene.ana.post("/items/\(scene.item)/propose", fields)
    #expect(sent.location == "/changes/CHG-2", "\(sent.text)")
    // It is the same SOP, so it keeps its identity.
    let (change, text) = try scene.draft("CHG-2")
    #expect(change.draft.path.text == "parcels/late.md")
    #expect(text.contains("id: late\n"))
    #expect(text.contains("version: 2\n"))
    // A revision is of the change's SOP, whatever the form says.
    let revision = FilledForm(try await scene.ana.get("/changes/CHG-2/revise").text)
    let revised = revision.typing(["path": "elsewhere.md", "body": "Call Brown's at once.\n"])
    #expect(try await scene.ana.post("/changes/CHG-2/revise", revised).status == 303)
    #expect(try scene.draft("CHG-2").text.contains("id: late\n"))
    let look = try await scene.ana.post("/preview", fields.merging(["path": "late"]) { $1 })
    #expect(look.status == 200)
  }

  @Test func anEmptiedDayIsToday() async throws {
    let scene = try await Scene()
    let page = try await scene.ana.get("/items/\(scene.item)/propose").text
    let fields = FilledForm(page).typing([
      "path": "late.md", "title": "Late", "effective": "2026-06-20", "body": "Call.\n", "summary": "Call",
    ])
    #expect(try await scene.ana.post("/items/\(scene.item)/propose", fields).location == "/changes/CHG-1")
    #expect(try scene.draft("CHG-1").change.draft.effective.description == "2026-06-20")
    let form = FilledForm(try await scene.ana.get("/changes/CHG-1/revise").text)
    #expect(form.fields["effective"] == "2026-06-20")
    #expect(try await scene.ana.post("/changes/CHG-1/revise", form.typing(["body": "Call them.\n"])).status == 303)
    #expect(try scene.draft("CHG-1").change.draft.effective.description == "2026-06-20", "it stays as it is shown")
    #expect(try await scene.ana.post("/changes/CHG-1/revise", form.typing(["effective": ""])).status == 303)
    let (change, text) = try scene.draft("CHG-1")
    #expect(change.draft.effective.description == "2026-06-01")
    #expect(text.contains("effective: 2026-06-01\n"))
    // A day that is today's, or has passed, is not shown; its line stays where it is.
    let again = FilledForm(try await scene.ana.get("/changes/CHG-1/revise").text)
    #expect(again.fields["effective"] == "")
    #expect(try await scene.ana.post("/changes/CHG-1/revise", again.typing(["body": "Call us.\n"])).status == 303)
    #expect(try scene.draft("CHG-1").text == text.replacing("Call.", with: "Call us."))
  }

  @Test func linesAndMarkStayAsTheFileHasThem() async throws {
    let scene = try await Scene()
    let file =
      "\u{FEFF}---\r\ntitle: Late # parcels\r\ncodes: [LATE]\r\nversion: 1\r\neffective: 2026-06-01\r\n---\r\n\r\nCall.\r\nWait.\r\n"
    try scene.commit(file, at: "late.md")
    let form = FilledForm(try await scene.ana.get("/items/\(scene.item)/propose?sop=late.md").text)
    let fields = form.typing(["body": "\r\nCall at once.\r\nWait.\r\n", "summary": "At once"])
    let sent = try await scene.ana.post("/items/\(scene.item)/propose", fields)
    #expect(sent.location == "/changes/CHG-2", "\(sent.text)")
    let changed = file.replacing("Call.", with: "Call at once.").replacing("version: 1", with: "version: 2")
    #expect(try scene.draft("CHG-2").text == changed)
    // And where the whole file is edited.
    let page = try await scene.ana.get("/changes/CHG-2/revise").text
    let whole = FilledForm(
      try await scene.ana.post("/changes/CHG-2/revise", FilledForm(page).typing(["whole": "1"])).text)
    let text = try #require(whole.fields["text"]).replacing("Wait.", with: "Wait there.")
    #expect(try await scene.ana.post("/changes/CHG-2/revise", whole.typing(["text": text])).status == 303)
    #expect(try scene.draft("CHG-2").text == changed.replacing("Wait.", with: "Wait there."))
  }

  @Test func whoeverLooksFirstLosesNothingThatTheyTyped() async throws {
    let scene = try await Scene()
    let page = try await scene.ana.get("/items/\(scene.item)/propose").text
    #expect(page.contains("name=\"look\" value=\"1\" formnovalidate"))
    #expect(page.contains("name=\"whole\" value=\"1\" formnovalidate"))
    let typed = FilledForm(page).typing([
      "path": "late.md", "title": "Late & lost", "review_by": "soon", "body": "\r\nCall.\r\n",
    ])
    for button in ["look", "whole"] {
      let answer = try await scene.ana.post("/items/\(scene.item)/propose", typed.merging([button: "1"]) { $1 })
      #expect(answer.status == 422)
      #expect(answer.text.contains("To be reviewed by: &quot;soon&quot; is no date"))
      #expect(FilledForm(answer.text).fields == typed)
    }
    let broken = typed.merging(["front": "owner: [\n", "review_by": "", "look": "1"]) { $1 }
    let answer = try await scene.ana.post("/items/\(scene.item)/propose", broken)
    #expect(answer.status == 422)
    #expect(FilledForm(answer.text).fields["text"] == "---\r\nowner: [\r\n---\r\n\r\nCall.\r\n")
  }
}
