// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

/// The command line against what is no Sopwright, or stands before one.
struct OddServerTests {
  private static let done = OddServer.Answer.status(200, #"{"see":"/items/REM-1","done":"Done."}"#)
  private static let item = OddServer.Answer.status(200, #"{"id":"REM-1","state":"open","history":[]}"#)
  private static let underWay = OddServer.Answer.status(409, #"{"detail":"x","type":"urn:sopwright:under-way"}"#)

  @Test(arguments: [
    (200, "{}"), (200, "null"), (200, "42"), (200, "<html>Welcome</html>"), (302, ""), (204, ""), (404, "<html>"),
  ])
  func whatDoesNotAnswerAsSopwrightDoesIsNoYes(status: Int, body: String) async throws {
    let server = try OddServer([.status(status, body)])
    for command in [
      ["acknowledge", "REM-1"], ["propose", "REM-1", "--reject", "--rationale", "x", "--expires", "2027-01-01"],
      ["approve", "CHG-1"], ["record", "--code", "A"], ["items"], ["verify"], ["trace", "REM-1"],
      ["sop", "show", "a.md"], ["audit"],
    ] {
      let result = try await server.run(command)
      #expect(result.status == 1 && result.output.isEmpty, "\(command) \(result)")
      #expect(result.errors.contains("but not as Sopwright does"), "\(command) \(result)")
    }
  }

  @Test(arguments: [OddServer.Answer.status(504, "<html>Gateway Time-out</html>"), .status(502, ""), .cutOff, underWay])
  func anAnswerThatIsLostIsAskedForAgainUnderItsKey(loss: OddServer.Answer) async throws {
    let server = try OddServer([loss, loss, OddServerTests.done, OddServerTests.item])
    let result = try await server.run("comment", "REM-1", "--text", "a")
    #expect(result.output == "Noted on REM-1.\n", "\(result)")
    #expect(server.requests.map(\.method) == ["POST", "POST", "POST", "GET"])
    #expect(Set(server.requests.prefix(3).map(\.key)).count == 1)
    #expect(server.requests[0].key != nil)
    #expect(server.requests[0].body == #"{"text":"a"}"#)
  }

  @Test func whatIsNeverAnsweredMayHaveBeenDone() async throws {
    let server = try OddServer([.status(504, "")])
    let written = try await server.run("comment", "REM-1", "--text", "a")
    #expect(written.status == 1)
    #expect(written.errors.contains("gave no answer: what stands before it says"))
    #expect(written.errors.contains("Whether it was done is not known"))
    #expect(try await !server.run("items").errors.contains("Whether it was done is not known"))
  }

  @Test func aPageThatLeadsToItselfIsNotReadForEver() async throws {
    let server = try OddServer([.status(200, #"{"exceptions":[],"next":"1-1","total":null}"#)])
    #expect(try await server.run("exceptions").errors.contains("the same page again and again"))
  }
}
