// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Approvers with parts, and people who stand in for others, in a real workspace.
@Suite struct RightsTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")
  private let cyd = TestWorkspace.caller("cyd")

  /// Two items, and Cyd, who is there without a role.
  private func test() throws -> (test: TestWorkspace, damaged: ItemID, late: ItemID) {
    let rows = (1...3).flatMap { [Row("d\($0)", day: $0, "RF-Damaged"), Row("l\($0)", day: $0, "BL-Late")] }
    let test = try TestWorkspace(rows)
    try adopted(test) { try $0.addPerson(cyd.person, roles: [], logins: [], by: ana) }
    return (
      test, try #require(try test.item(of: RecurrenceKey(.code, "RF-DAMAGED"))).item.id,
      try #require(try test.item(of: RecurrenceKey(.code, "BL-LATE"))).item.id
    )
  }

  /// What Ana does to people, adopted by Ben.
  private func adopted(_ test: TestWorkspace, _ change: (Workspace) throws -> Adoption) throws {
    #expect(try change(test.workspace) == .waitsForSecondAdministrator)
    _ = try test.workspace.adoptTaxonomy(by: ben)
  }

  private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text) as CalendarDate?) }

  private func toApprove(_ test: TestWorkspace, _ caller: Caller) throws -> [ItemID] {
    var query = ItemQuery()
    query.isToApprove = true
    return try test.workspace.items(query, by: caller).map(\.item.id)
  }

  @Test func anApproverDecidesAboutTheirPartAlone() throws {
    let (test, damaged, late) = try test()
    try adopted(test) {
      try $0.setRights(of: cyd.person, roles: [.approver], remit: Remit(only: ["RF"]), by: ana)
    }
    let (one, other) = (try test.propose(damaged), try test.propose(late))
    #expect(try toApprove(test, cyd) == [damaged])
    #expect(Set(try toApprove(test, ben)) == [damaged, late])
    #expect(try toApprove(test, ana) == [], "Ana proposed both")
    #expect(throws: Rejection.beyondRemit(cyd.person, RecurrenceKey(.code, "BL-LATE"), names: ["RF"])) {
      try test.workspace.approveChange(other.id, revision: nil, by: cyd)
    }
    #expect(throws: Rejection.beyondRemit(cyd.person, RecurrenceKey(.code, "BL-LATE"), names: ["RF"])) {
      try test.workspace.returnChange(other.id, note: "No.", by: cyd)
    }
    let steps = try test.workspace.steps(for: other.id, by: cyd)
    #expect(steps.first { $0.kind == .approve }?.refusal?.contains("decides about RF only") == true)
    #expect(try test.workspace.openChanges(isToApprove: true, by: cyd).map(\.change.id) == [one.id])
    try test.workspace.approveChange(one.id, revision: nil, by: cyd)
    #expect(try test.findings() == [])
  }

  @Test func aChangeToAPlaybookConcernsItsCodesToo() throws {
    let (test, damaged, late) = try test()
    // The SOP for damages becomes the playbook of what comes late as well.
    let path = try test.close(damaged).draft.path
    let codes = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: codes, encoding: .utf8)
    let playbook = try #require(test.workspace.taxonomy(at: nil).taxonomy.codes.first { $0.id == "BL-LATE" }?.playbook)
    try text.replacing("playbook: \(playbook)", with: "playbook: \(path)")
      .write(toFile: codes, atomically: true, encoding: .utf8)
    _ = try test.workspace.adoptTaxonomy(by: ana)
    try adopted(test) {
      try $0.setRights(of: cyd.person, roles: [.approver], remit: Remit(only: ["RF"]), by: ana)
    }
    let change = try test.workspace.proposeChange(
      closing: [], path: path, text: Array("---\ncodes: [RF-DAMAGED]\n---\nAnother way.\n".utf8), summary: "Better",
      by: ana)
    #expect(throws: Rejection.beyondRemit(cyd.person, RecurrenceKey(.code, "BL-LATE"), names: ["RF"])) {
      try test.workspace.approveChange(change.id, revision: nil, by: cyd)
    }
    try test.workspace.approveChange(change.id, revision: nil, by: ben)
    _ = late
  }

  @Test func whoStandsInApprovesAndTheRecordSaysInWhosePlace() throws {
    let (test, damaged, late) = try test()
    let change = try test.propose(damaged)
    #expect(throws: Rejection.needsRole(.approver, person: cyd.person, action: "approve an SOP change")) {
      try test.workspace.approveChange(change.id, revision: nil, by: cyd)
    }
    let (from, until) = (try day("2026-06-01"), try day("2026-06-03"))
    for principal in [ben.person, ana.person] {
      try adopted(test) { try $0.letStandIn(cyd.person, StandIn(for: principal, from: from, until: until), by: ana) }
    }
    let tooLate = TestWorkspace.caller("cyd", after: 3 * 86_400)
    #expect(throws: Rejection.needsRole(.approver, person: cyd.person, action: "approve an SOP change")) {
      try test.workspace.approveChange(change.id, revision: nil, by: tooLate)
    }
    #expect(try toApprove(test, cyd) == [damaged])
    try test.workspace.approveChange(change.id, revision: nil, by: cyd)
    let history = try test.workspace.change(change.id, by: ana).history
    #expect(history.contains { $0.note == "CHG-1 revision 1, by cyd, in place of ben" })
    // Ana owns the item; Cyd closes it in her place.
    _ = try test.workspace.closeChange(change.id, by: cyd)
    #expect(try test.item(of: RecurrenceKey(.code, "RF-DAMAGED"), closed: true) != nil)

    // What Cyd proposes is approved by nobody in Cyd's own place, and by Ben's right only by Ben.
    _ = try test.workspace.proposeRejection(
      of: late, rationale: "It is rare.", expiresOn: day("2026-09-01"), tripwire: nil, by: cyd)
    #expect(throws: Rejection.ownProposal(late.description, cyd.person)) {
      try test.workspace.approve(.rejection(late), revision: nil, by: cyd)
    }
    try test.workspace.approve(.rejection(late), revision: nil, by: ben)
    #expect(try test.findings() == [])
  }

  @Test func nobodyApprovesInThePlaceOfWhoProposed() throws {
    let (test, damaged, _) = try test()
    let change = try test.propose(damaged)
    let standIn = StandIn(for: ana.person, from: try day("2026-06-01"), until: try day("2026-06-30"))
    try adopted(test) { try $0.letStandIn(cyd.person, standIn, by: ana) }
    #expect(throws: Rejection.inPlaceOfProposer("CHG-1", cyd.person, ana.person)) {
      try test.workspace.approveChange(change.id, revision: nil, by: cyd)
    }
    #expect(try toApprove(test, cyd) == [])
    try adopted(test) { try $0.endStandIn(cyd.person, for: ana.person, by: ana) }
    #expect(throws: Rejection.needsRole(.approver, person: cyd.person, action: "approve an SOP change")) {
      try test.workspace.approveChange(change.id, revision: nil, by: cyd)
    }
  }

  @Test func whatCannotBeAdoptedLeavesTheFileAsItWas() throws {
    let (test, _, _) = try test()
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let before = try String(contentsOfFile: file, encoding: .utf8)
    let today = try day("2026-06-01")
    #expect(throws: FileProblem.self) {
      try test.workspace.letStandIn(
        cyd.person, StandIn(for: TestWorkspace.person("nobody"), from: today, until: today), by: ana)
    }
    #expect(throws: Rejection.datesReversed(try day("2026-06-02"), today)) {
      try test.workspace.letStandIn(
        cyd.person, StandIn(for: ana.person, from: try day("2026-06-02"), until: today), by: ana)
    }
    #expect(
      throws: Rejection.auditorHasOtherRoles(ben.person, [.administrator, .approver, .processOwner, .supportLead])
    ) {
      try test.workspace.addPerson(ben.person, roles: [.auditor], logins: [], by: ana)
    }
    #expect(throws: Rejection.unknownPerson("nobody")) {
      try test.workspace.setRights(
        of: TestWorkspace.person("nobody"), roles: [.approver], remit: .everything, by: ana)
    }
    #expect(throws: Rejection.needsRole(.administrator, person: cyd.person, action: "change people")) {
      try test.workspace.setRights(of: cyd.person, roles: [.administrator], remit: .everything, by: cyd)
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
  }

  @Test func whatIsRefusedLeavesTheFileAsItWasToTheByte() throws {
    let (test, _, _) = try test()
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let text = "# Ours.\n" + (try String(contentsOfFile: file, encoding: .utf8))
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
    func mode() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    }
    let today = try day("2026-06-01")
    // This is written, found to be wrong, and taken back.
    #expect(throws: FileProblem.self) {
      try test.workspace.letStandIn(
        cyd.person, StandIn(for: TestWorkspace.person("nobody"), from: today, until: today), by: ana)
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(try mode() == 0o640)
    try adopted(test) { try $0.letStandIn(cyd.person, StandIn(for: ben.person, from: today, until: today), by: ana) }
    #expect(try mode() == 0o640)
  }

  @Test func theSameCommandByAnotherAdoptsItAndUndoingItTakesItBack() throws {
    let (test, _, _) = try test()
    let workspace = test.workspace
    func approver(_ caller: Caller, _ roles: Set<Role>) throws -> Adoption {
      try workspace.changeRights(
        of: cyd.person, adding: roles, removing: Set([.approver]).subtracting(roles), remit: nil, by: caller)
    }
    let version = try workspace.taxonomy(at: nil).version
    #expect(try approver(ana, [.approver]) == .waitsForSecondAdministrator)
    #expect(throws: Rejection.secondAdministratorNeeded(ana.person)) { try approver(ana, [.approver]) }
    // Taken back by whoever proposed it, and by the other.
    for caller in [ana, ben] {
      #expect(try workspace.peopleWaitFor() == ana.person)
      #expect(try workspace.takeBackPeople(by: caller) == .takenBack)
      #expect(try workspace.peopleWaitFor() == nil)
      #expect(throws: Rejection.taxonomyUnchanged(version)) { try workspace.takeBackPeople(by: caller) }
      #expect(throws: Rejection.taxonomyUnchanged(version)) { try approver(caller, []) }
      #expect(try approver(ana, [.approver]) == .waitsForSecondAdministrator)
    }
    // A command that changes nothing confirms nothing and undoes nothing.
    for idle in [cyd.person, ben.person] {
      #expect(throws: Rejection.taxonomyUnchanged(version)) {
        let roles = try workspace.people().first { $0.id == idle }?.roles ?? []
        return try workspace.setRights(of: idle, roles: Set(roles), remit: .everything, by: ben)
      }
      #expect(throws: Rejection.taxonomyUnchanged(version)) {
        try workspace.endStandIn(idle, for: ana.person, by: ben)
      }
    }
    // What waits is confirmed as it is: with more in it, Ana's part would be signed by Ana alone.
    #expect(throws: Rejection.peopleWait(ana.person)) {
      try workspace.addPerson(TestWorkspace.person("dora"), roles: [], logins: [], by: ben)
    }
    #expect(try approver(ben, [.approver]) == .adopted(version: version + 1, opened: []))
    #expect(try test.findings() == [])
  }

  @Test func aWordThatWasTakenBackStandsForNothing() throws {
    let (test, _, _) = try test()
    let workspace = test.workspace
    _ = try workspace.addPerson(cyd.person, roles: [.approver], logins: [], address: "cyd@example.org", by: ana)
    #expect(try workspace.takeBackPeople(by: ana) == .takenBack)
    // Ben alone is the first again.
    #expect(
      try workspace.addPerson(cyd.person, roles: [.approver], logins: [], address: "cyd@example.org", by: ben)
        == .waitsForSecondAdministrator)
  }

  @Test func whatSomebodyWroteIntoTheFileByHandRidesAlongWithNobody() throws {
    let (test, _, _) = try test()
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let edited = text.replacing("roles: []", with: "roles: [approver]")
    #expect(edited != text)
    try edited.write(toFile: file, atomically: true, encoding: .utf8)
    #expect(throws: Rejection.filesNotAdopted) {
      try test.workspace.addPerson(TestWorkspace.person("dora"), roles: [], logins: [], by: ben)
    }
    // The same by a command is what was written: it goes on, as after a crash.
    #expect(
      try test.workspace.addPerson(cyd.person, roles: [.approver], logins: [], by: ben) == .waitsForSecondAdministrator)
  }

  @Test func aPushDoesNotTakeACodeAwayFromWhoDecidesAboutIt() throws {
    let (test, damaged, _) = try test()
    let path = try SOPPath("both.md")
    let both = "---\ncodes: [RF-DAMAGED, BL-LATE]\n---\nOne way for both.\n"
    let first = try test.workspace.proposeChange(
      closing: [], path: path, text: Array(both.utf8), summary: "Both", by: ana)
    try test.workspace.approveChange(first.id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(first.id, by: ana)
    try adopted(test) {
      try $0.setRights(of: cyd.person, roles: [.approver], remit: Remit(only: ["RF"]), by: ana)
    }
    try PersonWithGit("eve", cloning: test).push("both.md", "---\ncodes: [RF-DAMAGED]\n---\nLess.\n")
    let second = try test.workspace.proposeChange(
      closing: [damaged], path: path, text: Array("---\ncodes: [RF-DAMAGED]\n---\nAnother way.\n".utf8), summary: "One",
      by: ana)
    #expect(throws: Rejection.beyondRemit(cyd.person, RecurrenceKey(.code, "BL-LATE"), names: ["RF"])) {
      try test.workspace.approveChange(second.id, revision: nil, by: cyd)
    }
  }

  @Test func whatOthersWriteInTheFilesIsNotAdoptedByTheWay() throws {
    let (test, _, _) = try test()
    let codes = "\(test.folder)/ws/taxonomy/codes.yaml"
    let text = try String(contentsOfFile: codes, encoding: .utf8)
    try text.replacing("title: BL-Late", with: "title: Late parcels").write(
      toFile: codes, atomically: true, encoding: .utf8)
    #expect(throws: Rejection.filesNotAdopted) {
      try test.workspace.addPerson(TestWorkspace.person("dora"), roles: [], logins: [], by: ana)
    }
  }

  @Test func aSecondTimeToStandInStandsBesideTheFirst() throws {
    let (test, _, _) = try test()
    func standIns() throws -> [String] {
      try test.workspace.people().first { $0.id == cyd.person }?.standsIn.map(\.words) ?? []
    }
    func stand(_ from: String, _ until: String) throws {
      let standIn = StandIn(for: ben.person, from: try day(from), until: try day(until))
      try adopted(test) { try $0.letStandIn(cyd.person, standIn, by: ana) }
    }
    try stand("2026-06-01", "2026-06-14")
    try stand("2026-08-01", "2026-08-10")
    #expect(try standIns().count == 2)
    try stand("2026-06-10", "2026-06-20")
    #expect(
      try standIns() == ["for ben from 2026-08-01 until 2026-08-10", "for ben from 2026-06-10 until 2026-06-20"])
    try adopted(test) { try $0.endStandIn(cyd.person, for: ben.person, from: day("2026-08-01"), by: ana) }
    #expect(try standIns() == ["for ben from 2026-06-10 until 2026-06-20"])
  }

  @Test func whatAnSOPSaysItCoversIsDecidedByThoseWhoDecideAboutThat() throws {
    let (test, damaged, _) = try test()
    // No code has this SOP as its playbook; it says that it covers both.
    let both = "---\ncodes: [RF-DAMAGED, BL-LATE]\n---\nOne way for both.\n"
    let first = try test.workspace.proposeChange(
      closing: [], path: SOPPath("both.md"), text: Array(both.utf8), summary: "Both", by: ana)
    try adopted(test) {
      try $0.setRights(of: cyd.person, roles: [.approver], remit: Remit(only: ["RF"]), by: ana)
    }
    let beyond = Rejection.beyondRemit(cyd.person, RecurrenceKey(.code, "BL-LATE"), names: ["RF"])
    #expect(throws: beyond) { try test.workspace.approveChange(first.id, revision: nil, by: cyd) }
    try test.workspace.approveChange(first.id, revision: nil, by: ben)
    _ = try test.workspace.closeChange(first.id, by: ana)
    // Neither is a change that takes the other code away.
    let less = "---\ncodes: [RF-DAMAGED]\n---\nAnother way.\n"
    let second = try test.workspace.proposeChange(
      closing: [damaged], path: SOPPath("both.md"), text: Array(less.utf8), summary: "One", by: ana)
    #expect(throws: beyond) { try test.workspace.approveChange(second.id, revision: nil, by: cyd) }
  }

  @Test func theLastAdministratorStays() throws {
    let (test, _, _) = try test()
    try adopted(test) {
      try $0.changeRights(of: ben.person, adding: [], removing: [.administrator], remit: nil, by: ana)
    }
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let before = try String(contentsOfFile: file, encoding: .utf8)
    let error = #expect(throws: FileProblem.self) {
      try test.workspace.changeRights(of: ana.person, adding: [], removing: [.administrator], remit: nil, by: ana)
    }
    #expect(error?.sentence.hasPrefix("taxonomy/people.yaml: Nobody is an administrator") == true)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
  }

  @Test(arguments: [
    ("only: []", "names nothing"), ("only: [rf 1]", "no code, tag or area"),
    ("stands_in: [{for: ben, from: 2026-06-02, until: 2026-06-01}]", "ends before"),
    ("stands_in: [{for: ben, from: 2026-06-02}]", "until"), ("stands_in: ben", "list"),
    ("stands_in: [{for: ben, from: soon, until: 2026-06-01}]", "Write a date"),
  ])
  func aFileThatSaysItWrongIsRefusedByItsLine(line: String, problem: String) throws {
    let (test, _, _) = try test()
    let file = "\(test.folder)/ws/taxonomy/people.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let place = try #require(lines.firstIndex { $0.contains("id: cyd") })
    let wrong = lines[...place] + ["    \(line)"] + lines[(place + 1)...]
    try wrong.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let error = #expect(throws: FileProblem.self) { try test.workspace.adoptTaxonomy(by: ana) }
    #expect(error?.sentence.hasPrefix("taxonomy/people.yaml:") == true)
    #expect(error?.problem.contains(problem) == true, "\(error?.sentence ?? "")")
  }
}
