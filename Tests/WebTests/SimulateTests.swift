// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import HTTPTypes
import Remediation
import Testing
import Tracker

@testable import Web

/// What a rule would have opened, in the browser.
struct SimulateTests {
  @Test func aPageSaysWhatARuleWouldHaveOpenedBesideWhatIsOpen() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let before = try server.workspace.treeState().size
    let page = try await cem.get("/simulate?rule=2/30d").text
    #expect(page.contains("2/30d would have opened 2 items</strong> out of 6 exceptions"))
    #expect(page.contains("2 items would have opened; 2 are open now"))
    #expect(page.contains("<td data-title=\"Month\">2026-05</td>"))
    #expect(page.contains(">REM-1</a>"))
    let none = try await cem.get("/simulate?rule=4/30d").text
    #expect(none.contains("4/30d would have opened 0 items</strong>"))
    #expect(none.contains("0 items would have opened; 2 are open now"))
    #expect(try await cem.get("/simulate?code=LATE").text.contains("1 item would have opened; 1 is open now"))
    #expect(try await cem.get("/simulate?until=2020-01-01").text.contains("No exceptions occurred in this period"))
    #expect(try server.workspace.treeState().size == before)
  }

  @Test func aScriptGetsWhatTheCommandPrints() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    var query = SimulationQuery()
    query.rule = try RecurrenceRule("2/30d")
    query.closingAfter = Days(1)
    query.since = try server.workspace.time("2026-05-12")
    let expected = try server.workspace.simulate(query).json.compactText
    let text = try await cem.json("/simulate?rule=2/30d&closing_after=1d&since=2026-05-12").text
    #expect(text == expected)
    #expect(text.contains(#""closing_after":"1d""#))
  }

  @Test(arguments: [
    ("rule=often", "rule: \"often\" is no recurrence rule."), ("rule=0/30d", "rule: "),
    ("since=soon", "since: \"soon\" is not a time."), ("until=2026-13-01", "until: "),
    ("since=2026-05-02&until=2026-05-01", "until: "), ("closing_after=2w", "closing_after: "),
    ("code=NOWHERE", "code: "), ("root_cause=nowhere", "root_cause: "),
  ])
  func whatIsNonsenseIsRefusedByItsName(query: String, sentence: String) async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let answer = try await cem.get("/simulate?\(query)")
    let field = try #require(sentence.split(separator: ":").first)
    #expect(answer.status == 422)
    #expect(answer.text.contains("aria-describedby=\"") && answer.text.contains("id=\"\(field)-wrong\""))
    let problem = try await cem.json("/simulate?\(query)")
    #expect(problem.status == 422)
    #expect(problem.text.replacing("\\\"", with: "\"").contains("\"detail\":\"\(sentence)"))
  }

  @Test func whatWasTypedStandsThereAgain() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let page = try await cem.get("/simulate?rule=often&since=2026-05-01").text
    #expect(page.contains("name=\"rule\" value=\"often\""))
    #expect(page.contains("name=\"since\" value=\"2026-05-01\""))
  }

  /// Others go on reading while many ask; who asks for too many is told so, and nobody waits for ever.
  @Test func manyWhoAskWaitForEachOtherAndNobodyElseDoes() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...(3 * Simulations.mostWaiting) {
        group.addTask { try await cem.get("/simulate?rule=\(number + 1)/30d").status }
      }
      #expect(try await cem.get("/items").status == 200)
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(Set(statuses).isSubset(of: [200, 429]))
    #expect(statuses.count { $0 == 200 } >= Simulations.mostEach)
    #expect(try await cem.get("/simulate").status == 200)
  }

  /// One person takes a share of the places and not all of them; whoever comes when all are taken is told so.
  @Test func whoeverComesWhenTooManyWaitIsToldToComeAgain() async throws {
    let server = try await TestServer()
    let simulations = try Simulations("\(server.folder)/ws")
    let (request, gate) = (SimulationRequest { _ in nil }, DispatchSemaphore(value: 0))
    func refusal(of person: String) async throws -> Problem {
      try await #require(throws: Problem.self) {
        try await simulations.answer(request, for: TestServer.person(person)) { _, _ in }
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      let people = Simulations.mostWaiting / Simulations.mostEach
      for person in (1...people).map({ "p\($0)" }) {
        for _ in 1...Simulations.mostEach {
          group.addTask {
            try await simulations.answer(request, for: TestServer.person(person)) { _, _ in gate.wait() }
          }
        }
        // Those are the first sixteen, in whatever order they come.
        let taken = Simulations.mostEach * (Int(person.dropFirst()) ?? 0)
        while simulations.waiting < taken { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await refusal(of: person).status == .tooManyRequests)
      }
      let refusal = try await refusal(of: "cem")
      #expect(refusal.status == .serviceUnavailable && refusal.sentence.contains("16 simulations are asked for"))
      for _ in 1...Simulations.mostWaiting { gate.signal() }
      try await group.waitForAll()
    }
    #expect(simulations.waiting == 0)
    for person in ["cem", "p1"] {
      try await simulations.answer(request, for: TestServer.person(person)) { simulation, _ in
        #expect(simulation.exceptions == 6)
      }
    }
  }

  @Test func whatIsKeptOfARuleGoesWithTheState() async throws {
    let server = try await TestServer()
    let cem = try await server.browser(of: "cem")
    #expect(try await cem.get("/simulate?rule=4/30d").text.contains("would have opened 0 items"))
    let ana = try await server.browser(of: "ana")
    #expect(
      try await ana.post("/exceptions", ["code": "LATE", "ref": "n1", "at": "2026-05-17T10:00:00Z"]).status == 303)
    #expect(try await cem.get("/simulate?rule=4/30d").text.contains("would have opened 1 item<"))
  }
}
