// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// Exceptions through the browser: one by the form, many by an upload, and those that were held back.
struct RecordingTests {
  @Test func oneIsRecordedByTheForm() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.get("/record").text.contains("<option value=\"LATE\">"))
    let fields = ["code": "LATE", "amount": "12.50", "currency": "EUR", "at": "2026-05-30 09:00", "rationale": "Lost"]
    #expect(try await ana.post("/exceptions", fields).location == "/record")
    #expect(try await ana.get("/record").text.contains("EXC-1 is recorded."))
    let list = try await ana.get("/exceptions?code=LATE").text
    #expect(list.contains(">EXC-1</a>"))
    #expect(list.contains("12.50 EUR"))
  }

  @Test(arguments: [
    (["amount": "lots", "currency": "EUR"], "The amount \u{22}lots\u{22} is no number."),
    (["amount": "1"], "belong together"), (["at": "yesterday-ish"], "yesterday-ish"), (["code": ""], "Say which"),
    (["code": "NOWHERE"], "NOWHERE"),
  ])
  func whatMakesNoSenseIsShownAgain(fields: [String: String], sentence: String) async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let answer = try await ana.post(
      "/exceptions", ["code": "LATE", "team": "Blue & Co"].merging(fields) { $1 })
    #expect(answer.status == 422)
    #expect(answer.text.replacing("&quot;", with: "\u{22}").contains(sentence))
    #expect(answer.text.contains("value=\"Blue &amp; Co\""))
  }

  /// A text ends at a NUL where it is read back, and its hash covers all of it.
  @Test func noTextHoldsANUL() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let token = try Accounts(of: server.workspace).makeToken(
      of: TestServer.person("ana"), name: "n", scope: .write, days: 1, at: server.now)
    #expect(try await ana.post("/exceptions", ["code": "LATE", "team": "a\u{0}b"]).status == 400)
    #expect(try await ana.post("/items/REM-1/comment", ["text": "a\u{0}b"]).status == 400)
    let json = #"{"code": "LATE", "team": "a\u0000b"}"#
    #expect(try await Browser(port: server.port).script("POST", "/exceptions", token: token, json).status == 400)
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
  }

  @Test func aGroupGivesEachItsOwnReferenceAndItsOwnRefusal() async throws {
    let server = try await TestServer()
    var report = ExceptionReport()
    (report.code, report.rootCauses, report.occurredAt) = ("LATE", [], "2026-05-30 09:00")
    var numbered = report
    numbered.reference = "EXC-1"
    var wrong = report
    wrong.code = "NOWHERE"
    let results = try server.workspace.record(
      [numbered, wrong, report, numbered], by: TestServer.caller("ana", Timestamp(seconds: 1_780_315_200)))
    let recorded = results.map { try? $0.get() }
    #expect(recorded.map { $0?.reference } == ["EXC-1", nil, "EXC-2", "EXC-1"])
    #expect(recorded.map { $0?.isNew } == [true, nil, true, false])
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
  }

  /// Those that come together are recorded together; each gets its own answer, and what is wrong with one is not the others' fault.
  @Test func manyAtOnceAreEachAnswered() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let answers = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      for number in 0..<60 {
        group.addTask {
          let code = number % 10 == 3 ? "NOWHERE" : "LATE"
          let fields = ["code": code, "ref": "M-\(number % 50)", "team": "T\(number % 50)", "at": "2026-05-30 09:00"]
          return (number, try await (number % 2 == 0 ? ana : ben).post("/exceptions", fields).status)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for (number, status) in answers { #expect(status == (number % 10 == 3 ? 422 : 303), "\(number)") }
    var references: [String] = []
    try server.workspace.forEachException(ExceptionQuery()) { references.append($0.record.reference) }
    #expect(references.filter { $0.hasPrefix("M-") }.count == 45)
    #expect(try server.workspace.verifyRecord().findings.isEmpty)
  }

  @Test func aListIsReadPageByPage() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let rows = (0..<120).map { "p\($0),2026-05-01T00:\(10 + $0 % 50):00Z,LATE,1,rita" }
    let file = "\(server.folder)/more.csv"
    try "id,at,code,amount,requester\n\(rows.joined(separator: "\n"))\n"
      .write(toFile: file, atomically: true, encoding: .utf8)
    _ = try server.workspace.importExceptions(
      from: file, map: ExportMap(at: "\(server.folder)/map.yaml"), by: TestServer.caller("ana", server.now))
    for query in ["", "code=LATE"] {
      var (seen, next): ([String], String?) = ([], "")
      while let after = next {
        let page = try await ana.json("/exceptions?\(query)\(after.isEmpty ? "" : "&after=\(after)")")
        let value = try JSONValue(parsing: Array(page.text.utf8))
        guard case .array(let exceptions)? = value["exceptions"] else { throw DecodingFailure(field: "", problem: "") }
        seen += exceptions.compactMap { if case .string(let reference)? = $0["ref"] { reference } else { nil } }
        next = if case .string(let place)? = value["next"] { place } else { nil }
      }
      #expect(seen.count == (query.isEmpty ? 126 : 123))
      #expect(Set(seen).count == seen.count)
    }
    #expect(try await ana.get("/exceptions?after=x").status == 400)
    #expect(try await ana.get("/exceptions").text.contains(">Older</a>"))
  }

  // MARK: Uploads

  /// Waits until nothing is being done with it.
  private func state(_ browser: Browser, _ address: String) async throws -> (String, JSONValue) {
    while true {
      let value = try JSONValue(parsing: Array(try await browser.json(address).text.utf8))
      guard case .string(let state)? = value["state"] else {
        throw DecodingFailure(field: "state", problem: "is missing")
      }
      if !["looking", "trying", "importing"].contains(state) { return (state, value) }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test func anExportIsTriedAndThenImported() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    _ = try await ana.get("/import")
    let rows = (1...40).map { "u\($0),2026-05-\(10 + $0 % 18) 10:00:00,\($0 % 3 == 0 ? "LATE" : "Lost"),\($0).50" }
    let csv = Array("id,at,code,amount\n\(rows.joined(separator: "\n"))\n".utf8)
    let address = try #require(try await ana.upload("/import", name: "may \"21.csv", csv).location)
    let before = try server.workspace.treeState().size
    #expect(try await state(ana, address).0 == "looked")
    let page = try await ana.get(address).text
    #expect(page.contains("40 exceptions"))
    #expect(page.contains("occurred_at:"))
    #expect(page.contains("What the columns are taken for"))
    // Nobody else gets to it.
    let ben = try await server.browser(of: "ben")
    #expect(try await ben.get(address).status == 404)
    #expect(try await ben.post("\(address)/import").status == 404)

    let map = "source: uploads\nid: id\noccurred_at: at\ncode: code\n"
    _ = try await ana.get(address)
    #expect(try await ana.post("\(address)/try", ["map": map + "team: nowhere\n"]).status == 303)
    #expect(try await state(ana, address).0 == "failed")
    #expect(try await ana.get(address).text.contains("nowhere"))
    #expect(try await ana.post("\(address)/try", ["map": map]).status == 303)
    #expect(try await state(ana, address).0 == "tried")
    #expect(try await ana.get(address).text.contains("Nothing is recorded yet."))
    #expect(try server.workspace.treeState().size == before)

    #expect(try await ana.post("\(address)/import").status == 303)
    let (done, value) = try await state(ana, address)
    #expect(done == "done")
    #expect(value["report"]?["new"] == .integer(13))
    #expect(value["report"]?["quarantined"] == .integer(27))
    #expect(try server.workspace.treeState().size > before)
    // The export is gone; what came of it is not.
    let kept = try FileManager.default.subpathsOfDirectory(atPath: "\(server.folder)/ws/uploads")
    #expect(!kept.contains { $0.hasSuffix(".csv") })
    #expect(try await ana.get(address).text.contains("It is imported: 13 new"))
    #expect(try await ana.get("/quarantine").text.contains("&quot;Lost&quot;"))
    #expect(try await ana.post("/quarantine/retry").location == "/quarantine")
    #expect(try await ana.get("/quarantine").text.contains("27 still cannot."))
    #expect(try await ana.post("\(address)/discard").location == "/import")
    #expect(try await ana.get(address).status == 404)
  }

  @Test func anUploadThatIsNotWholeIsNotKept() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let csv = Array("id,at,code\n1,2026-05-01,LATE\n".utf8)
    #expect(try await ana.upload("/import", name: "a.csv", csv, isWhole: false).status == 400)
    #expect(try await ana.upload("/import", name: "a.csv", csv, formToken: ben.formToken).status == 403)
    #expect(try await ana.upload("/import", name: "", csv).status == 400)
    #expect(try await ana.post("/import", ["file": "a.csv"]).status == 415)
    let kept = (try? FileManager.default.contentsOfDirectory(atPath: "\(server.folder)/ws/uploads")) ?? []
    #expect(kept.isEmpty)
  }

  @Test func anUploadIsThrownAwayAfterAWeek() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    let address = try #require(try await ana.upload("/import", name: "a.csv", Array("id,at\n".utf8)).location)
    #expect(try await state(ana, address).0 == "failed")
    server.pass(seconds: 8 * 86_400)
    server.workspace.removeOldUploads(at: server.now)
    let again = try await server.browser(of: "ana")
    #expect(try await again.get(address).status == 404)
  }

  /// However the bytes are cut into pieces, the same comes out.
  @Test(arguments: [1, 2, 3, 7, 50, 1_000]) func aFormIsReadInPieces(length: Int) throws {
    let content = "a,b\r\n1,\r\n--b\r\n2,--b0undaryx\r\n"
    let form =
      "--b0undary\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b0undary\r\n"
      + "Content-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Type: text/csv\r\n\r\n"
      + "\(content)\r\n--b0undary--\r\nwhat follows"
    var parser = try #require(MultipartParser(contentType: "multipart/form-data; boundary=\"b0undary\""))
    var (fields, bytes): ([String], Data) = ([], Data())
    let all = Array(form.utf8)
    for start in stride(from: 0, to: all.count, by: length) {
      try parser.read(Array(all[start..<min(start + length, all.count)])) { event in
        switch event {
        case .field(let name, let fileName): fields.append("\(name) \(fileName ?? "-")")
        case .bytes(let part): bytes += part
        }
      }
    }
    #expect(fields == ["empty -", "file x"])
    #expect(String(decoding: bytes, as: UTF8.self) == content)
    #expect(parser.isComplete)
  }

  @Test func nobodyKeepsMoreFilesThanTwenty() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    _ = try await ana.get("/import")
    for number in 1...20 {
      let answer = try await ana.upload("/import", name: "\(number).csv", Array("id,at,code\nx,2026-05-01,LATE\n".utf8))
      #expect(answer.status == 303)
    }
    let refused = try await ana.upload("/import", name: "21.csv", Array("id\n".utf8))
    #expect(refused.status == 422)
    #expect(refused.text.contains("Import or throw away some of them first."))
    #expect(server.workspace.uploads(by: TestServer.caller("ana", server.now)).count == 20)
  }
}
