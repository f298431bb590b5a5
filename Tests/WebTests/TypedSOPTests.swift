// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Remediation
import Testing
import Tracker

@testable import Web

/// An SOP written in fields.
@Suite struct TypedSOPTests {
  private func form(_ fields: [String: String]) throws -> FormFields {
    var address = URLComponents()
    address.queryItems = fields.map { URLQueryItem(name: $0.key, value: $0.value) }
    return try FormFields(form: Array((address.percentEncodedQuery ?? "").utf8))
  }

  private func text(_ fields: [String: String]) throws -> String {
    String(decoding: try TypedSOP(form(fields)).bytes(at: fields["path"] ?? ""), as: UTF8.self)
  }

  @Test func fieldsAndTextBecomeOneFile() throws {
    #expect(
      try text(["title": "Late parcels", "codes": "LATE , BENT,", "effective": "2026-06-10", "body": "\n# Late\n"])
        == "---\ntitle: Late parcels\ncodes: [LATE, BENT]\neffective: 2026-06-10\n---\n\n# Late\n")
    // What has no field stays as it stands in the file, and when it takes effect is the tool's to fill in.
    let front = "id: late\naudience: desk  # all\neffective: 2025-01-01\ntitle: Old\n"
    #expect(
      try text(["front": front, "title": "New", "body": "Text\n"])
        == "---\nid: late\naudience: desk  # all\neffective: 2025-01-01\ntitle: New\n---\nText\n")
  }

  @Test func anotherSOPHasAnIdentityOfItsOwn() throws {
    let front = "id: late\nversion: 7\neffective: 2027-01-01\naudience: desk\n"
    let sent = ["front": front, "front_of": "late.md", "path": "late.md", "title": "Late", "body": "Text\n"]
    #expect(try text(sent) == "---\n\(front)title: Late\n---\nText\n")
    #expect(try text(sent.merging(["path": "new.md"]) { $1 }) == "---\naudience: desk\ntitle: Late\n---\nText\n")
  }

  @Test func aWholeFileIsTakenAsOne() throws {
    let file = "---\ntitle: A\n---\nText\n"
    #expect(try text(["text": file, "title": "B"]) == file)
    #expect(try text(["body": file, "title": "B", "codes": "X"]) == file, "pasted into the field of the text")
    let broken = "---\ntitle: [\n---\nText\n"
    #expect(try text(["body": broken, "title": "B"]) == broken, "it is refused by its lines")
  }

  @Test func aTextMayBeginWithARule() throws {
    for body in ["---\nNote: read first\n---\nText\n", "---\n\n---\n", "---\n\nNo end.\n", "---\n"] {
      #expect(try text(["body": body, "title": "B", "codes": "X"]) == "---\ntitle: B\ncodes: [X]\n---\n\(body)")
      let alone = try text(["body": body, "owner": ""])
      #expect(alone == "---\n---\n\(body)")
      guard case .fields(let form) = TypedSOP(file: Array(alone.utf8)) else {
        Issue.record("it can be read")
        continue
      }
      #expect(form.body == body)
      #expect(form.front.isEmpty)
    }
  }

  @Test func whatIsUntouchedStaysAsItIsWritten() throws {
    let front = "title:  ' Late '\nowner: ''\ncodes: ['A, B', C]\nroot_causes: ['D, E']\n"
    let file = "---\n\(front)---\nText\n"
    let form = try #require(SOPForm(file: Array(file.utf8), at: "a.md", covering: nil))
    #expect(String(decoding: try form.file(at: "a.md"), as: UTF8.self) == file)
    var longer = form
    longer.codes += ", LATE"
    longer.rootCauses = "D"
    #expect(
      String(decoding: try longer.file(at: "a.md"), as: UTF8.self)
        == "---\ntitle:  ' Late '\nowner: ''\ncodes: [\"A, B\", C, LATE]\nroot_causes: [D]\n---\nText\n")
  }

  @Test func linesEndAsInTheFileThatTheyBeganFrom() {
    let crlf = LineEnds(of: Array("\u{FEFF}One\r\nTwo\n".utf8))
    #expect(crlf.applied(to: Array("\nA\nB\r\n".utf8)) == Array("\u{FEFF}\r\nA\r\nB\r\n".utf8))
    #expect(crlf.applied(to: Array("\u{FEFF}A".utf8)) == Array("\u{FEFF}A".utf8))
    #expect(LineEnds(of: Array("One\nTwo\r\n".utf8)).applied(to: Array("A\n".utf8)) == Array("A\n".utf8))
  }

  @Test func aDateThatIsNoneIsRefusedByTheNameOfItsField() throws {
    let error = #expect(throws: SOPFormError.self) { try text(["title": "A", "review_by": "soon", "body": "Text\n"]) }
    #expect(error?.sentence.hasPrefix("To be reviewed by: \"soon\" is no date.") == true)
  }

  @Test func aFileThatCannotBeReadIsShownWhole() {
    let file = "---\ntitle: [\n---\nText\n"
    guard case .whole(file) = TypedSOP(file: Array(file.utf8)) else {
      Issue.record("its front matter has to be mended")
      return
    }
  }

  @Test func aChangeIsProposedInFieldsAndItsCodeIsThereAlready() async throws {
    let rows = (1...3).map { "x\($0),2026-05-1\($0)T10:00:00Z,BENT,\($0).50,rita" }
    let server = try await TestServer(rows: rows)
    let ana = try await server.browser(of: "ana")
    let item = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now)).first {
        $0.item.key.value == "BENT"
      }
    ).item.id
    let page = try await ana.get("/items/\(item)/propose").text
    #expect(page.contains("name=\"codes\" value=\"BENT\""))
    var fields = [
      "path": "bent.md", "front": "owner: ana\n", "title": "Bent \"corners\"", "owner": "ana", "codes": "BENT",
      "root_causes": "", "effective": "", "review_by": "2026-13-01", "body": "\n# Bent\n\nDo it.\n",
      "summary": "Pack it",
    ]
    let refused = try await ana.post("/items/\(item)/propose", fields)
    #expect(refused.status == 422)
    #expect(refused.text.contains("To be reviewed by: &quot;2026-13-01&quot; is no date"))
    #expect(refused.text.contains("value=\"Bent &quot;corners&quot;\""))
    fields["review_by"] = "2027-01-01"
    // The whole file can be seen, and edited.
    let whole = try await ana.post("/items/\(item)/propose", fields.merging(["whole": "1"]) { $1 }).text
    #expect(
      FilledForm(whole).fields["text"]
        == "---\r\nowner: ana\r\ntitle: \"Bent \\\"corners\\\"\"\r\ncodes: [BENT]\r\nreview_by: 2027-01-01\r\n---\r\n"
        + "\r\n# Bent\r\n\r\nDo it.\r\n")
    // A draft that the browser kept is older than what the server made of it.
    #expect(whole.contains("bent.md whole\" data-fresh>"))
    #expect(!page.contains("data-fresh"))
    let answer = try await ana.post("/items/\(item)/propose", fields)
    #expect(answer.status == 303, "\(answer.text)")
    let change = try #require(answer.location)
    let proposed = try await ana.get("\(change)/revise").text
    let shown = FilledForm(proposed).fields
    #expect(shown["review_by"] == "2027-01-01")
    #expect(shown["body"] == "\r\n# Bent\r\n\r\nDo it.\r\n")
    // An error in the file shows the file, because it names a line of it.
    let broken = try await ana.post("/items/\(item)/propose", fields.merging(["front": "owner: [\n"]) { $1 })
    #expect(broken.status == 422)
    #expect(FilledForm(broken.text).fields["text"] == "---\r\nowner: [\r\n---\r\n\r\n# Bent\r\n\r\nDo it.\r\n")
  }
}
