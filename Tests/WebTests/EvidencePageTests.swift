// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Ledger
import Remediation
import Testing
import Tracker

@testable import Web

/// What pages say of many exceptions at once: their number and money, the newest beside the text that answers them, and a trace to take
/// along.
struct EvidencePageTests {
  @Test func aListSaysHowManyThereAreAndWhatTheyComeTo() async throws {
    let server = try await TestServer()
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.get("/exceptions").text.contains("<strong>6 exceptions, 24.00 EUR</strong>."))
    #expect(try await ana.get("/exceptions?code=LATE").text.contains("<strong>3 exceptions, 13.50 EUR</strong>."))
    #expect(try await ana.get("/exceptions?item=REM-1").text.contains("<strong>3 exceptions, "))
    #expect(try await ana.get("/exceptions?root_cause=OTHER").text.contains("<strong>0 exceptions</strong>."))
    let script = try JSONValue(parsing: Array(try await ana.json("/exceptions?code=LATE").text.utf8))
    #expect(script["total"]?["count"] == .integer(3) && script["total"]?["more"] == false)
    #expect(script["total"]?["money"]?.compactText == #"[{"minor_units":1350,"currency":"EUR"}]"#)
  }

  /// An amended one counts once, as it is now; an exception without an amount counts without money.
  @Test func whatIsAmendedIsAddedUpOnce() async throws {
    let server = try await TestServer()
    let (ana, caller) = (try await server.browser(of: "ana"), TestServer.caller("ana", server.now))
    func record(_ amount: String?) throws {
      var report = ExceptionReport()
      (report.code, report.reference, report.occurredAt) = ("LATE", "X-1", "2026-05-20")
      (report.amount, report.currency) = (amount, amount == nil ? nil : "USD")
      _ = try server.workspace.record(report, by: caller)
    }
    try record(nil)
    #expect(try await ana.get("/exceptions?code=LATE").text.contains("<strong>4 exceptions, 13.50 EUR</strong>."))
    try record("2.00")
    try record("3.00")
    #expect(
      try await ana.get("/exceptions?code=LATE").text.contains("<strong>4 exceptions, 13.50 EUR, 3.00 USD</strong>."))
    #expect(
      try await ana.get("/exceptions").text.contains("<strong>7 exceptions, 24.00 EUR, 3.00 USD</strong>."))
  }

  @Test func aTraceIsTakenAlongAsATable() async throws {
    let server = try await TestServer(rows: ["=1+1,2026-05-20T10:00:00Z,LATE,-7.50,rita"])
    let ana = try await server.browser(of: "ana")
    #expect(try await ana.get("/trace?what=code:LATE").text.contains("href=\"/trace.csv?what=code%3ALATE\" download"))
    let answer = try await ana.get("/trace.csv?what=code:LATE")
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == "text/csv; charset=utf-8")
    #expect(answer.headers["content-disposition"] == "attachment; filename=\"trace-code-LATE.csv\"")
    let lines = answer.text.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
    #expect(
      lines.first
        == "source,ref,occurred_at,code,root_causes,team,severity,status,amount,currency,items,changes,sop_path,sop_version,sop_commit"
    )
    #expect(lines.count == 5)
    let item = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now)).first {
        $0.item.key.value == "LATE"
      }
    ).item.id
    #expect(lines[1] == "tests,w2,2026-05-12T10:00:00Z,LATE,,,,,250,EUR,\(item),,,,")
    // No formula for whoever opens it; an amount stays a number.
    #expect(lines[4] == "tests,\"'=1+1\",2026-05-20T10:00:00Z,LATE,,,,,-750,EUR,\(item),,,,")
    let one = try await ana.get("/trace.csv?what=ref:w2").text
    #expect(one.contains("w2,") && !one.contains("w4,"))
    #expect(try await ana.get("/trace.csv").status == 400)
    #expect(try await ana.get("/trace.csv?what=nothing").status == 404)
    let change = ["path": "late.md", "text": "---\ntitle: Late\ncodes: [LATE]\n---\n\nDo it.\n", "summary": "Do it"]
    #expect(try await ana.post("/items/\(item)/propose", change).location == "/changes/CHG-1")
    #expect(try await ana.get("/trace.csv?what=change:CHG-1").text.contains(",\(item),CHG-1,,,"))
  }

  /// A table may be of all exceptions: it has a thread of its own, and a person a share of that.
  @Test func tablesOfTracesWaitForEachOtherAndNobodyElseDoes() async throws {
    let server = try await TestServer()
    let (ana, ben) = (try await server.browser(of: "ana"), try await server.browser(of: "ben"))
    let (address, gate) = ("/trace.csv?what=code:LATE", DispatchSemaphore(value: 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Two large ones are asked for by Ana.
      for _ in 1...TraceFile.mostEach {
        group.addTask { try await server.traces.work(for: TestServer.person("ana")) { _ in gate.wait() } }
      }
      while server.traces.waiting < TraceFile.mostEach { try await Task.sleep(for: .milliseconds(5)) }
      let refused = try await ana.get(address)
      #expect(refused.status == 429 && refused.text.contains("You have asked for 2 tables of traces already"))
      // Ben's waits for hers, and pages for none of them.
      group.addTask {
        let status = try await ben.get(address).status
        #expect(status == 200)
      }
      while server.traces.waiting < TraceFile.mostEach + 1 { try await Task.sleep(for: .milliseconds(5)) }
      for _ in 1...8 { #expect(try await ana.get("/items").status == 200) }
      for number in (TraceFile.mostEach + 1)..<TraceFile.most {
        group.addTask { try await server.traces.work(for: TestServer.person("p\(number)")) { _ in gate.wait() } }
      }
      while server.traces.waiting < TraceFile.most { try await Task.sleep(for: .milliseconds(5)) }
      let cem = try await server.browser(of: "cem").json(address)
      #expect(cem.status == 503 && cem.text.contains("8 tables of traces are asked for at this moment."))
      for _ in 1..<TraceFile.most { gate.signal() }
      try await group.waitForAll()
    }
    #expect(try await ana.get(address).status == 200)
  }

  @Test func theNewestExceptionsStandBesideTheText() async throws {
    let rows = (1...12).map { "x\($0),2026-04-\(9 + $0)T10:00:00Z,BENT,\($0).25,rita" }
    let server = try await TestServer(rows: rows)
    let ana = try await server.browser(of: "ana")
    let item = try #require(
      try server.workspace.items(ItemQuery(), by: TestServer.caller("ana", server.now)).first {
        $0.item.key.value == "BENT"
      }
    ).item.id
    let page = try await ana.get("/items/\(item)/propose").text
    let start = try #require(page.firstRange(of: "<section class=\"at-hand\"")).lowerBound
    let list = page[start...].prefix(upTo: try #require(page[start...].firstRange(of: "</section>")).lowerBound)
    #expect(list.matches(of: /<li>/).count == 10)
    #expect(list.contains(">x12</a>") && list.contains(", 12.25 EUR") && !list.contains(">x2</a>"))
    #expect(list.contains("href=\"/exceptions?item=\(item)\" target=\"_blank\">All of \(item)</a>"))
    // Also on the page of the next revision, and where what was typed is shown again.
    let change = ["path": "bent.md", "text": "---\ntitle: B\ncodes: [BENT]\n---\n\nDo it.\n", "summary": "Do it"]
    #expect(try await ana.post("/items/\(item)/propose", ["path": "bent.md"]).text.contains(">x12</a>"))
    #expect(try await ana.post("/items/\(item)/propose", change).location == "/changes/CHG-1")
    #expect(try await ana.get("/changes/CHG-1/revise").text.contains(">x12</a>"))
  }
}
