// SPDX-License-Identifier: Apache-2.0

import Ledger
import Remediation
import Testing

@testable import Tracker

/// The weekly review of the record, in a real workspace.
struct AuditReviewTests {
  private let ana = TestWorkspace.caller("ana")
  private let week: Int64 = 7 * 86_400

  private func workspace() throws -> (test: TestWorkspace, item: ItemID) {
    let test = try TestWorkspace((1...3).map { Row("d\($0)", day: $0, "Damaged") })
    return (test, try #require(try test.item(of: RecurrenceKey(.code, "DAMAGED"))).item.id)
  }

  @Test func itBeginsWhereTheOneBeforeEndedAndBindsTheTree() throws {
    let (test, item) = try workspace()
    let workspace = test.workspace
    let first = try workspace.auditReview(by: ana)
    #expect(first.from == 0)
    #expect(first.reviews.isEmpty)
    #expect(first.kinds.reduce(0) { $0 + $1.count } == first.size)
    // What comes while somebody looks is not in the review.
    try workspace.comment(on: item, "Later", by: ana)
    let review = try workspace.recordAuditReview(upTo: first.size, result: .inOrder, note: " \n", by: ana)
    #expect(review == AuditReviewed(from: 0, to: first.size, root: first.root, result: .inOrder, note: nil))
    let second = try workspace.auditReview(by: ana)
    #expect(second.from == first.size)
    #expect(second.kinds.map(\.kind) == ["audit_reviewed", "item_commented"])
    try workspace.recordAuditReview(upTo: second.size, result: .objections, note: "Who is eve?", by: ana)
    let reviews = try workspace.auditReview(by: ana).reviews
    #expect(reviews.map(\.note) == ["Who is eve?", ""])
    #expect(reviews.map(\.review.from) == [first.size, 0])
    #expect(try test.findings().isEmpty)
  }

  @Test func whatNobodyCanHaveLookedAtIsRefused() throws {
    let (test, _) = try workspace()
    let size = try test.workspace.auditReview(by: ana).size
    func record(_ size: Int, _ result: AuditReviewed.Result = .inOrder, _ note: String = "") throws {
      try test.workspace.recordAuditReview(upTo: size, result: result, note: note, by: ana)
    }
    #expect(throws: Rejection.notRecordedYet(size + 1, present: size)) { try record(size + 1) }
    for size in [0, -1, Int.min] { #expect(throws: Rejection.reviewedAlready(0)) { try record(size) } }
    #expect(throws: Rejection.textMissing("note")) { try record(size, .objections, "\u{3000}") }
    try record(size)
    #expect(throws: Rejection.reviewedAlready(size)) { try record(size) }
    try record(size + 1)
  }

  @Test func onlyAuditorsAndAdministratorsRecordIt() throws {
    let root = MerkleTree.emptyRoot
    for role in Role.allCases {
      let actor = Actor(id: TestWorkspace.ana, roles: [role])
      let isAllowed = [.auditor, .administrator].contains(role)
      let review = try? AuditReviewed(after: nil, upTo: 3, root: root, result: .inOrder, note: nil, by: actor)
      #expect((review != nil) == isAllowed)
    }
  }

  @Test func itIsDueAWeekLaterWhereSomethingCameSince() throws {
    let (test, item) = try workspace()
    let workspace = test.workspace
    func state(_ seconds: Int64) throws -> AuditReviewState {
      try workspace.auditReview(by: TestWorkspace.caller("ana", after: seconds))
    }
    #expect(try !state(week - 1).isDue)
    #expect(try state(week).isDue)
    try workspace.recordAuditReview(
      upTo: state(week).size, result: .inOrder, note: "", by: TestWorkspace.caller("ana", after: week))
    // A review of nothing but a review is due to nobody.
    #expect(try !state(3 * week).isDue)
    try workspace.comment(on: item, "Later", by: TestWorkspace.caller("ana", after: week + 1))
    #expect(try !state(2 * week - 1).isDue)
    #expect(try state(2 * week).isDue)
    #expect(try state(2 * week).dueAt == TestWorkspace.caller("ana", after: 2 * week).now)
  }

  @Test func exceptionsToTheRulesAreListedOneByOne() throws {
    let (test, item) = try workspace()
    let ben = TestWorkspace.caller("ben")
    let expiry = try #require(CalendarDate("2026-12-01"))
    try test.workspace.proposeRejection(
      of: item, rationale: "Rare", expiresOn: expiry, tripwire: nil, by: ana)
    try test.workspace.approveRejection(of: item, revision: nil, by: ben)
    let decisions = try test.workspace.auditReview(by: ana).decisions
    #expect(decisions.first?.event.event.kind == "rejection_approved")
    #expect(decisions.first?.event.actor == ben.person)
    #expect(decisions.first?.note.contains("by ben") == true)
  }

  @Test func aReviewOfAnotherTreeIsFoundByBothVerifiers() throws {
    let (test, _) = try workspace()
    let workspace = test.workspace
    let size = try workspace.auditReview(by: ana).size
    let forged = AuditReviewed(from: 0, to: size, root: MerkleTree.emptyRoot, result: .inOrder, note: nil)
    _ = try workspace.ledger.write(by: ana.authorship, at: ana.now) { try $0.append(.audited(forged)) }
    #expect(try test.findings().map(\.check) == ["audit_review"])
    let pack = "\(test.folder)/pack"
    _ = try workspace.publishCheckpoint(by: ana)
    _ = try workspace.export(to: pack)
    #expect(try verifyPack(pack).findings.map(\.check) == ["audit_review"])
    guard SecondVerifier.isThere else { return }
    #expect(try SecondVerifier.verify([pack])[0].findings.map(\.check) == ["audit_review"])
  }

  @Test func aPackHasTheReviewsAndTheirNotes() throws {
    let (test, _) = try workspace()
    try test.workspace.recordAuditReview(
      upTo: test.workspace.auditReview(by: ana).size, result: .objections, note: "Look again", by: ana)
    let pack = "\(test.folder)/pack"
    _ = try test.workspace.publishCheckpoint(by: ana)
    _ = try test.workspace.export(to: pack)
    #expect(try verifyPack(pack).findings.isEmpty)
    guard SecondVerifier.isThere else { return }
    #expect(try SecondVerifier.verify([pack])[0].isGood)
  }
}
