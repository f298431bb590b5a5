// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// What time alone brings about: once each, with when it was due and when it was noticed.
@Suite struct TimeTests {
  private let ana = TestWorkspace.caller("ana")
  private let ben = TestWorkspace.caller("ben")

  private func caller(_ name: String = "ana", day: Int) -> Caller {
    TestWorkspace.caller(name, after: Int64(day) * 86_400)
  }

  /// A live item: its exceptions are of the days before the callers' clock, 2026-06-01.
  private func workspace() throws -> (TestWorkspace, ItemID) {
    let test = try TestWorkspace((149...151).map { Row("d\($0)", day: $0, "Damaged") })
    return (test, try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id)
  }

  private func milestones(_ test: TestWorkspace, _ id: ItemID) throws -> [String] {
    let (_, history) = try test.workspace.item(id, by: ana)
    return history.map(\.kind).filter { ["item_unacknowledged", "item_due_soon", "item_breached"].contains($0) }
  }

  private func recorded(_ test: TestWorkspace, _ kind: String) throws -> [RecordedEvent] {
    try test.workspace.ledger.read { try $0.auditChain().events.filter { $0.event.kind == kind } }
  }

  @Test func eachIsNoticedOnceAndKnowsWhenItWasDue() throws {
    let (test, id) = try workspace()
    let item = try test.workspace.item(id, by: ana).view.item
    #expect(try test.workspace.catchUp(by: caller(day: 1))?.noticed == 0)
    #expect(try test.workspace.catchUp(by: caller(day: 3))?.noticed == 1)
    #expect(try test.workspace.catchUp(by: caller(day: 3))?.noticed == 0)
    #expect(try milestones(test, id) == ["item_unacknowledged"])
    #expect(try recorded(test, "item_unacknowledged").map(\.dueAt) == [item.acknowledgeBy])
    #expect(try test.workspace.catchUp(by: caller(day: 11))?.noticed == 1)
    #expect(try test.workspace.catchUp(by: caller(day: 15))?.noticed == 1)
    #expect(try test.workspace.catchUp(by: caller(day: 400))?.noticed == 0)
    #expect(try milestones(test, id) == ["item_unacknowledged", "item_due_soon", "item_breached"])
    let breach = try #require(try recorded(test, "item_breached").first)
    #expect(breach.dueAt == item.dueAt && breach.at == caller(day: 15).now && breach.actor == .rules)
    #expect(try test.findings().isEmpty)
  }

  @Test func afterAMonthWithoutAProcessAllOfItIsThereInOrder() throws {
    let (test, id) = try workspace()
    try test.workspace.acknowledge(id, by: ana)
    #expect(try test.workspace.catchUp(by: caller(day: 45))?.noticed == 2)
    #expect(try milestones(test, id) == ["item_due_soon", "item_breached"])
    // The clock jumped: it goes back, and nothing happens twice.
    #expect(try test.workspace.catchUp(by: caller(day: 2))?.noticed == 0)
    #expect(try test.workspace.catchUp(by: caller(day: 46))?.noticed == 0)
    #expect(try test.findings().isEmpty)
  }

  @Test func twoProcessesAtOnceNoticeItOnce() async throws {
    let (test, id) = try workspace()
    let folder = "\(test.folder)/ws"
    let caller = caller(day: 45)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let workspace = try Workspace.open(folder)
          while try workspace.catchUp(by: caller) == nil {}
        }
      }
      try await group.waitForAll()
    }
    #expect(try milestones(test, id).count == 3)
    #expect(try test.findings().isEmpty)
  }

  @Test func aClosedItemIsLeftInPeace() throws {
    let (test, id) = try workspace()
    try test.close(id)
    #expect(try test.workspace.catchUp(by: caller(day: 400))?.noticed == 0)
  }

  @Test func anExtensionIsGrantedByASecondPersonAndAPauseMovesTheDueTime() throws {
    let (test, id) = try workspace()
    let workspace = test.workspace
    try workspace.acknowledge(id, by: ana)
    let due = try workspace.item(id, by: ana).view.item.dueAt
    try workspace.extend(id, until: due + Days(7), reason: "Legal has to look at it", by: ana)
    #expect(try workspace.item(id, by: ana).view.json["extension"] != .null)
    #expect(throws: Rejection.self) { try workspace.approveExtension(of: id, revision: nil, by: ana) }
    var toApprove = ItemQuery()
    toApprove.isToApprove = true
    #expect(try workspace.items(toApprove, by: ben).map(\.item.id) == [id])
    #expect(try workspace.items(toApprove, by: ana).isEmpty)
    try workspace.approveExtension(of: id, revision: nil, by: ben)
    #expect(try workspace.item(id, by: ana).view.item.dueAt == due + Days(7))
    try workspace.pause(id, until: ana.now + Days(4), reason: "The supplier", by: ana)
    #expect(try workspace.item(id, by: ana).view.item.dueAt == due + Days(11))
    #expect(try workspace.item(id, by: ana).view.urgency == "paused until 2026-06-05")
    try workspace.resume(id, by: caller(day: 1))
    #expect(try workspace.item(id, by: ana).view.item.dueAt == due + Days(8))
    #expect(try workspace.catchUp(by: caller(day: 20))?.noticed == 1)
    #expect(try milestones(test, id) == ["item_due_soon"])
    let (_, history) = try workspace.item(id, by: ana)
    #expect(history.contains { $0.kind == "item_paused" && $0.note.hasSuffix("The supplier") })
    #expect(try test.findings().isEmpty)
  }

  @Test func calendarAndPolicyAreFrozenInTheItem() throws {
    let test = try TestWorkspace([Row("d0", day: 1, "Damaged")])
    let folder = "\(test.folder)/ws/taxonomy"
    func write(_ name: String, _ text: String) throws {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    try write(
      "policies.yaml",
      """
      sla:
        - {id: standard, calendar: berlin, acknowledge_within: 4h, close_within: 10bd, warn_before: 8h, escalate_to: ben}
        - {id: backlog, acknowledge_within: 10d, close_within: 90d}
      """)
    #expect(try test.workspace.checkTaxonomy(at: ana.now).map(\.finding.check).contains("calendar_unknown"))
    let hours = ["mon", "tue", "wed", "thu", "fri"].map { "      \($0): [09:00-12:00, 13:00-17:00]\n" }.joined()
    try write(
      "calendars.yaml",
      "calendars:\n  - id: berlin\n    zone: Europe/Berlin\n    hours:\n\(hours)    holidays: [2026-06-04]\n")
    #expect(try test.workspace.adoptTaxonomy(by: ana) == .waitsForSecondAdministrator)
    _ = try test.workspace.adoptTaxonomy(by: ben)
    try test.importRows((149...151).map { Row("d\($0)", day: $0, "Damaged") })
    let item = try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item
    // Monday, 14:00 in Berlin; the holiday is a Thursday.
    #expect(item.acknowledgeBy == Timestamp(seconds: 1_780_315_200 + 86_400 - 4 * 3600))
    #expect(item.dueAt == Timestamp(seconds: 1_780_315_200 + 15 * 86_400))
    try write(
      "calendars.yaml", "calendars:\n  - id: berlin\n    zone: Europe/Berlin\n    hours: {mon: [10:00-11:00]}\n")
    _ = try test.workspace.adoptTaxonomy(by: ana)
    _ = try test.workspace.adoptTaxonomy(by: ben)
    try test.workspace.acknowledge(item.id, by: ana)
    try test.workspace.pause(item.id, until: ana.now + Days(1), reason: "The supplier", by: ana)
    #expect(
      try test.workspace.item(item.id, by: ana).view.item.dueAt == Timestamp(seconds: 1_780_315_200 + 16 * 86_400),
      "by the calendar that it opened under")
    _ = try test.workspace.catchUp(by: caller(day: 60))
    #expect(
      try recorded(test, "item_breached").map(\.event) == [.item(item.id, .reached(.breached, escalatedTo: ben.person))]
    )
    #expect(try test.findings().isEmpty)
  }

  @Test func aReasonOrACalendarThatIsGoneIsFound() throws {
    let (test, id) = try workspace()
    try test.workspace.acknowledge(id, by: ana)
    try test.workspace.extend(id, until: ana.now + Days(60), reason: "Legal", by: ana)
    try test.workspace.pause(id, until: ana.now + Days(1), reason: "The supplier", by: ana)
    for reason in ["Legal", "The supplier"] {
      try shell(
        "/usr/bin/sqlite3", ["\(test.folder)/ws/sopwright.sqlite", "DELETE FROM texts WHERE text = '\(reason)'"])
      let findings = try Workspace.open("\(test.folder)/ws").verifyRecord().findings
      #expect(findings.contains { $0.check == "text_missing" }, "\(reason)")
    }
  }

  @Test func aReviewThatCameDueIsNoticedOnce() throws {
    let test = try TestWorkspace([])
    let git = try PersonWithGit("ana", cloning: test)
    try git.push("a.md", "---\nreview_by: 2026-06-10\n---\n# A\n")
    try git.push("b.md", "# B\n")
    _ = try test.workspace.catchUp(by: ana)
    _ = try test.workspace.ratify("a.md", note: "Fine", by: ben)
    #expect(try test.workspace.catchUp(by: caller(day: 8))?.noticed == 0)
    #expect(try test.workspace.catchUp(by: caller(day: 20))?.noticed == 1)
    #expect(try test.workspace.catchUp(by: caller(day: 21))?.noticed == 0)
    let due = try #require(try recorded(test, "sop_review_due").first)
    #expect(due.dueAt == Timestamp(seconds: 1_781_049_600) && due.at == caller(day: 20).now)
    _ = try test.workspace.review(
      "a.md", note: "Right as it is", next: CalendarDate("2026-07-01"), by: caller("ben", day: 21))
    #expect(try test.workspace.catchUp(by: caller(day: 45))?.noticed == 1)
    #expect(try test.findings().isEmpty)
  }

  @Test func historyIsDueOneAfterTheOtherTheMostFrequentFirst() throws {
    let test = try TestWorkspace(
      (1...3).map { Row("a\($0)", day: $0, "Few") } + (1...9).map { Row("b\($0)", day: $0, "Many") }
        + (1...5).map { Row("c\($0)", day: $0, "Some") })
    let items = try test.workspace.items(ItemQuery(), by: ana)
    #expect(items.map(\.item.isHistoric) == [true, true, true])
    #expect(items.map(\.item.key.value) == ["MANY", "SOME", "FEW"])
    #expect(
      items.map { $0.item.dueAt.milliseconds - ana.now.milliseconds }
        == [36.64, 63.28, 90].map { Int64(($0 * 86_400).rounded(.down)) * 1000 })
  }
}
