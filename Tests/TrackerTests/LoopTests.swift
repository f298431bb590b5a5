// SPDX-License-Identifier: Apache-2.0

import Foundation
import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// One real record through all layers, and the loop around it.
@Suite struct LoopTests {
  private let damaged = RecurrenceKey(.code, "DAMAGED")
  private let late = RecurrenceKey(.rootCause, "LATE")

  private func rows() -> [Row] {
    (1...4).map { Row("d\($0)", day: $0 * 3, "Damaged", tags: ["late"], amount: "10.50", requester: "Eve") }
      + [Row("o1", day: 1, "Lost"), Row("o2", day: 100, "Lost")]
  }

  @Test func whatRecursOpensOneItemPerKeyWithOwnerDueTimeAndReason() throws {
    let test = try TestWorkspace(rows())
    let items = try test.workspace.items(ItemQuery(), by: TestWorkspace.caller("ana"))
    #expect(Set(items.map(\.item.key)) == [damaged, late])
    let view = try #require(try test.item(of: damaged))
    #expect(view.item.owner == TestWorkspace.ana)
    #expect(view.item.isHistoric)
    #expect(items.last?.item.dueAt == view.item.openedAt + Days(90), "historic items are due one after the other")
    #expect(items.map(\.item.dueAt) == items.map(\.item.dueAt).sorted())
    #expect(view.item.because.rule.description == "3/30d")
    #expect(view.item.because.count == 4)
    #expect(view.occurrences == 4)
    #expect(view.money.map(\.amount) == [4200])
    #expect(try test.members(of: view.item.id) == ["d1", "d2", "d3", "d4"])
    #expect(try test.findings().isEmpty)
  }

  @Test func closingCommitsTheApprovedBytesAndClosesEveryItemOfTheChange() throws {
    let test = try TestWorkspace(rows())
    let code = try #require(try test.item(of: damaged)).item.id
    let tag = try #require(try test.item(of: late)).item.id
    let text = "---\ncodes: [DAMAGED]\nroot_causes: [LATE]\n---\nPack it well.\n"
    let ana = TestWorkspace.caller("ana")
    let change = try test.workspace.proposeChange(
      closing: [code, tag], path: SOPPath("packing.md"), text: Array(text.utf8), summary: "Pack it well", by: ana)
    try test.workspace.approveChange(change.id, revision: 1, by: TestWorkspace.caller("ben"))
    let closed = try test.workspace.closeChange(change.id, by: TestWorkspace.caller("ben"))
    guard case .committed(let outcome) = closed.state else {
      Issue.record("the change is \(closed.stateWord)")
      return
    }
    let document = try #require(try test.workspace.handbook.document(at: SOPPath("packing.md"), in: outcome.sop.commit))
    #expect(
      String(decoding: document.bytes, as: UTF8.self)
        == "---\ncodes: [DAMAGED]\nroot_causes: [LATE]\nversion: 1\neffective: 2026-06-01\n---\nPack it well.\n")
    for id in [code, tag] {
      let item = try test.workspace.item(id, by: ana).view.item
      guard case .closed(.sopChanged(let closing)) = item.state else {
        Issue.record("\(id) is \(item.stateWord)")
        continue
      }
      #expect(closing.sop == outcome.sop)
    }
    #expect(try test.findings().isEmpty)
  }

  @Test func aRecurrenceAfterTheVersionTookEffectIsARegressionAndOneBeforeIsNone() throws {
    let test = try TestWorkspace(rows())
    let first = try #require(try test.item(of: damaged)).item.id
    let change = try test.close(first)
    // 2026-06-01 is day 152: what occurred before belongs to the closed item, however late it arrives.
    try test.importRows((1...3).map { Row("before\($0)", day: 100 + $0, "Damaged") }, after: 60)
    #expect(try test.item(of: damaged) == nil)
    #expect(try test.members(of: first).count == 7)
    try test.importRows((1...3).map { Row("after\($0)", day: 160 + $0, "Damaged") }, after: 20 * 86_400)
    let second = try #require(try test.item(of: damaged))
    #expect(second.item.cause == .regression)
    #expect(second.item.follows == first)
    guard case .committed(let outcome) = change.state else { return }
    #expect(second.item.failed == outcome.sop)
    #expect(try test.members(of: second.item.id) == ["after1", "after2", "after3"])
    #expect(try test.findings().isEmpty)
  }

  @Test func aRejectionHoldsUntilItsTripwireOrItsExpiry() throws {
    let test = try TestWorkspace(rows())
    let id = try #require(try test.item(of: damaged)).item.id
    try test.reject(id, until: "2026-08-01", tripwire: "5/30d")
    try test.importRows((1...4).map { Row("r\($0)", day: 160 + $0, "Damaged") }, after: 20 * 86_400)
    #expect(try test.item(of: damaged) == nil)
    try test.importRows([Row("r5", day: 166, "Damaged")], after: 20 * 86_400 + 60)
    let back = try #require(try test.item(of: damaged))
    #expect(back.item.cause == .tripwire)
    #expect(back.item.follows == id)
    #expect(back.occurrences == 5)
    #expect(try test.findings().isEmpty)
  }

  @Test func anExpiredRejectionComesBackOnceByCatchUp() throws {
    let test = try TestWorkspace(rows())
    let id = try #require(try test.item(of: damaged)).item.id
    try test.reject(id, until: "2026-06-10")
    let onTheLastDay = TestWorkspace.caller("ana", after: 9 * 86_400)
    #expect(try test.workspace.catchUp(by: onTheLastDay)?.opened == [])
    let later = TestWorkspace.caller("ana", after: 40 * 86_400)
    #expect(try test.workspace.catchUp(by: later)?.opened.count == 1)
    #expect(try test.workspace.catchUp(by: later)?.opened == [])
    let back = try #require(try test.item(of: damaged))
    #expect(back.item.cause == .rejectionExpired)
    #expect(back.item.follows == id)
    let opening = try test.workspace.ledger.read { try $0.history(of: back.item.id.description).first }
    #expect(opening?.dueAt?.description == "2026-06-11T00:00:00Z")
    #expect(try test.findings().isEmpty)
  }

  @Test func traceFindsTheSameChainFromEveryStart() throws {
    let test = try TestWorkspace(rows())
    let id = try #require(try test.item(of: damaged)).item.id
    let change = try test.close(id)
    guard case .committed(let outcome) = change.state else { return }
    let starts = [
      "code:DAMAGED", "DAMAGED", "item:\(id)", "\(id)", "change:\(change.id)", "commit:\(outcome.sop.commit)",
      "sop:sops/damaged.md", "ref:d1",
    ]
    for start in starts {
      let trace = try test.workspace.trace(start, listingAll: false, by: TestWorkspace.caller("ana"))
      #expect(trace.items.contains { $0.item.id == id }, "\(start)")
      #expect(trace.changes.contains { $0.id == change.id }, "\(start)")
      #expect(trace.exceptions.references.contains("d1"), "\(start)")
    }
    let code = try test.workspace.trace("code:DAMAGED", listingAll: false, by: TestWorkspace.caller("ana"))
    #expect(code.byVersion.reduce(0) { $0 + $1.count } == 4)
  }
}
