// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What is erased of people who work here: their details, their account, their line in people.yaml.
@Suite struct PersonErasureTests {
  private let ana = TestWorkspace.caller("ana", after: 60)

  @Test func theDetailsOfAPersonGoFromTablesAndFile() throws {
    let test = try TestWorkspace.withAName()
    let folder = "\(test.folder)/ws"
    _ = try test.workspace.addPerson(
      TestWorkspace.ben, roles: [], logins: ["bquixote"], address: "ben@quixote.example", by: ana)
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id
    try test.workspace.comment(on: item, "Hello.", by: TestWorkspace.caller("ben", login: "bquixote", after: 61))
    let done = try test.erase(ErasureSubject(person: TestWorkspace.ben))
    #expect(done.event?.person == TestWorkspace.ben)
    for text in ["bquixote", "ben@quixote"] { #expect(try files(holding: text, in: folder) == [], "\(text)") }
    #expect(try test.findings().isEmpty)
    #expect(try test.workspace.item(item, by: ana).history.contains { $0.note.contains("Hello.") })
  }

  /// Who answers a request by a name has to learn that somebody here bears it.
  @Test func aPersonOfTheWorkspaceWhoHoldsAValueIsNamed() throws {
    let test = try TestWorkspace.withAName()
    _ = try test.workspace.addPerson(
      TestWorkspace.ben, roles: [], logins: [], address: "ben@quixote.example", by: ana)
    func places(_ rest: [Erasure.Rest]) -> [String] {
      rest.map(\.place).filter { $0.contains("when ben is named as the person") }
    }
    do {
      try test.erase(ErasureSubject(values: ["ben@quixote.example"]))
      Issue.record("Nothing but the details holds it.")
    } catch ErasureError.nothingFound(let rest) { #expect(places(rest).count == 1) }
    let both = try test.erase(ErasureSubject(values: [TestWorkspace.name, "ben@quixote.example"]))
    #expect(both.event?.records == 3 && places(both.rest).count == 1)
    let done = try test.erase(ErasureSubject(person: TestWorkspace.ben, values: ["ben@quixote.example"]))
    #expect(done.rest.isEmpty)
  }

  /// Only the account is left of somebody whose details nobody ever wrote down, or took away by hand.
  @Test func whoHasAnAccountAloneCanBeErased() throws {
    let test = try TestWorkspace.withAName()
    let accounts = try Accounts(of: test.workspace)
    let subject = ErasureSubject(person: TestWorkspace.ben)
    #expect(throws: ErasureError.nothingFound([])) { try test.erase(subject) }
    _ = try accounts.link(for: TestWorkspace.ben, at: ana.now)
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let before = try String(contentsOfFile: file, encoding: .utf8)
    // What is refused touches nothing.
    #expect(throws: ErasureError.valueTooShort("x")) {
      try test.erase(ErasureSubject(person: TestWorkspace.ben, values: ["x"]))
    }
    let look = try test.workspace.lookAtErasure(of: subject, reason: "Asked.", by: ana)
    #expect(look.hasAccount && !look.hasDetails && look.isRecorded)
    #expect(try test.erase(subject).event?.person == TestWorkspace.ben)
    #expect(try !test.workspace.hasAccount(TestWorkspace.ben))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
    #expect(try test.findings().isEmpty)
    #expect(throws: ErasureError.nothingFound([])) { try test.erase(subject) }
  }

  /// Details that were written into the file and never adopted are details, too.
  @Test func whatStandsInPeopleFileAloneGoesAndIsRecorded() throws {
    let test = try TestWorkspace.withAName()
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacing("  - id: ben\n", with: "  - id: ben\n    name: Ben Quixote\n")
      .write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try test.erase(ErasureSubject(person: TestWorkspace.ben)).event?.person == TestWorkspace.ben)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
  }
}
