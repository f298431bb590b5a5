// SPDX-License-Identifier: Apache-2.0

import Handbook
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Events that no command leads to, appended under a right chain of hashes by somebody who can write the database.
@Suite struct RuleAuditTests {
  /// REM-1 is closed by CHG-1, which ana proposed and ben approved and closed; REM-2 is open.
  private struct Bench {
    let test: TestWorkspace
    let closed: ItemID
    let open: ItemID

    init() throws {
      test = try TestWorkspace.withOneClosed()
      (closed, open) = (ItemID(1), ItemID(2))
    }

    var tip: CommitID { get throws { try #require(try test.workspace.handbook.tip()) } }

    func item(_ id: ItemID) throws -> RemediationItem { try test.workspace.ledger.read { try $0.requiredItem(id) } }

    func change(_ number: Int) throws -> SOPChange {
      try test.workspace.ledger.read { try $0.requiredChange(ChangeID(number)) }
    }

    var outcome: ChangeCommitted {
      get throws {
        guard case .committed(let committed) = try change(1).state else { throw CancellationError() }
        return committed
      }
    }

    /// - Returns: the position of the event.
    @discardableResult
    func append(_ event: Event, by person: String) throws -> Int {
      let actor = person == "sopwright" ? PersonID.rules : TestWorkspace.person(person)
      let caller = TestWorkspace.caller("ben", after: 60)
      return try test.workspace.ledger.write(by: caller.authorship, at: caller.now) {
        try $0.append(event, actor: actor).position
      }
    }

    func proposeRejection() throws -> RejectionProposal {
      try test.workspace.proposeRejection(
        of: open, rationale: "It is cheap.", expiresOn: #require(CalendarDate("2026-12-01")), tripwire: nil,
        by: TestWorkspace.caller("ana"))
      return try #require(try item(open).rejectionProposal)
    }

    func intent(of change: SOPChange, by person: String) throws -> ClosingIntent {
      ClosingIntent(
        id: "\(change.id).1", revision: change.revision, approvedBy: TestWorkspace.ben,
        closedBy: TestWorkspace.person(person), time: TestWorkspace.caller("ben", after: 60).now, base: try tip,
        domain: test.workspace.settings.domain)
    }

    func outcome(of change: SOPChange) throws -> ChangeCommitted {
      let draft = change.draft
      return ChangeCommitted(
        intent: "\(change.id).1", approvedBy: TestWorkspace.ben,
        sop: SOPReference(
          id: draft.sop, path: draft.path, version: draft.sopVersion, commit: try tip, content: draft.content),
        tree: try outcome.tree, blob: try outcome.blob, parent: try tip,
        takesEffect: TestWorkspace.caller("ben", after: 60).now)
    }
  }

  private typealias Forgery = @Sendable (Bench) throws -> Int

  /// Each appends what it forges, and returns the position of the event that is to be found.
  private static let forgeries: [(name: String, says: String, forge: Forgery)] = [
    (
      "closed by a change that closes another item", "REM-2 is closed by CHG-1",
      {
        let outcome = try $0.outcome
        return try $0.append(
          .item($0.open, .closed(.init(change: ChangeID(1), sop: outcome.sop, takesEffect: outcome.takesEffect))),
          by: "ben")
      }
    ),
    (
      "rejected though nobody proposed it", "REM-2",
      { try $0.append(.item($0.open, .rejected(revision: 2)), by: "ana") }
    ),
    (
      "rejection approved by who proposed it", "ana",
      {
        let proposal = try $0.proposeRejection()
        return try $0.append(
          .item($0.open, .rejectionApproved(revision: proposal.revision, by: TestWorkspace.ana)), by: "ana")
      }
    ),
    (
      "rejection approved by a stranger", "\"mallory\" is not a person",
      {
        let (proposal, mallory) = (try $0.proposeRejection(), TestWorkspace.person("mallory"))
        return try $0.append(
          .item($0.open, .rejectionApproved(revision: proposal.revision, by: mallory)), by: "mallory")
      }
    ),
    (
      "another revision approved", "",
      {
        let proposal = try $0.proposeRejection()
        return try $0.append(
          .item($0.open, .rejectionApproved(revision: proposal.revision - 1, by: TestWorkspace.ben)), by: "ben")
      }
    ),
    (
      "something happened to a closed item", "closed",
      { try $0.append(.item($0.closed, .assigned(to: TestWorkspace.ana)), by: "ana") }
    ),
    (
      "assigned to a stranger", "\"nobody\" is not a person",
      { try $0.append(.item($0.open, .assigned(to: TestWorkspace.person("nobody"))), by: "ana") }
    ),
    (
      "a milestone that had not come", "",
      { try $0.append(.item($0.open, .reached(.breached, escalatedTo: nil)), by: "sopwright") }
    ),
    (
      "opened by a person", "follows by rule",
      { bench in
        let events = try bench.test.workspace.ledger.read { try $0.history(of: bench.open.description) }
        guard case .item(_, let opened)? = events.first?.event else { throw CancellationError() }
        return try bench.append(.item(ItemID(3), opened), by: "ana")
      }
    ),
    (
      "change approved by who proposed it", "ana",
      {
        let change = try $0.test.propose($0.open)
        return try $0.append(
          .change(change.id, .approved(revision: 1, content: change.draft.content, by: TestWorkspace.ana)), by: "ana")
      }
    ),
    (
      "another text approved", "",
      {
        let change = try $0.test.propose($0.open)
        let other = try $0.change(1).draft.content
        return try $0.append(
          .change(change.id, .approved(revision: 1, content: other, by: TestWorkspace.ben)), by: "ben")
      }
    ),
    (
      "closing begun without an approval", "approved",
      {
        let change = try $0.test.propose($0.open)
        return try $0.append(.change(change.id, .closingIntended($0.intent(of: change, by: "ana"))), by: "ana")
      }
    ),
    (
      "committed without an intent", "approved",
      {
        let change = try $0.test.propose($0.open)
        return try $0.append(.change(change.id, .committed($0.outcome(of: change))), by: "ana")
      }
    ),
    (
      "committed, and its item left open", "REM-2 ought to be closed",
      {
        let change = try $0.test.propose($0.open)
        try $0.test.workspace.approveChange(change.id, revision: nil, by: TestWorkspace.caller("ben"))
        try $0.append(.change(change.id, .closingIntended($0.intent(of: change, by: "ben"))), by: "ben")
        return try $0.append(.change(change.id, .committed($0.outcome(of: change))), by: "ben")
      }
    ),
    (
      "a change withdrawn by somebody else", "",
      {
        let change = try $0.test.propose($0.open)
        return try $0.append(.change(change.id, .withdrawn), by: "mallory")
      }
    ),
    (
      "a taxonomy adopted by a stranger", "\"mallory\" is not a person",
      { bench in
        let inForce = try bench.test.workspace.ledger.read { try $0.requiredTaxonomy() }
        return try bench.append(
          .taxonomy(.adopted(version: inForce.version + 1, document: inForce.digest, proposedBy: nil)), by: "mallory")
      }
    ),
    (
      "a taxonomy that nobody proposed", "did not propose",
      { bench in
        let inForce = try bench.test.workspace.ledger.read { try $0.requiredTaxonomy() }
        return try bench.append(
          .taxonomy(
            .adopted(version: inForce.version + 1, document: inForce.digest, proposedBy: TestWorkspace.ben)),
          by: "ana")
      }
    ),
    (
      "a push taken up from where the branch was not", "the branch was at",
      { try $0.append(.handbook(.tipAdopted(from: $0.outcome.parent, to: $0.tip)), by: "sopwright") }
    ),
  ]

  /// What rests on more than events: exceptions and versions that there have to be.
  @Test func whatNothingStandsBehindIsFoundByAll() throws {
    let bench = try Bench()
    let events = try bench.test.workspace.ledger.read { try $0.history(of: bench.open.description) }
    guard case .item(_, .opened(var opened))? = events.first?.event else { throw CancellationError() }
    opened.key = RecurrenceKey(.code, "OTHER")
    opened.because.count = 500
    try bench.append(.item(ItemID(3), .opened(opened)), by: "sopwright")
    let sop = try bench.outcome.sop
    let nowhere = SOPReference(
      id: sop.id, path: sop.path, version: sop.version,
      commit: try #require(CommitID(String(repeating: "0", count: 40))), content: sop.content)
    let read = try bench.append(.sop(sop.path, .read(nowhere)), by: "ben")
    let expected = ["opening REM-3", "sop_unknown event \(read)"]
    func mentions(_ findings: [Finding]) {
      let found = Set(findings.map { "\($0.check) \($0.subject)" })
      #expect(found.isSuperset(of: expected), "\(found)")
    }
    mentions(try bench.test.findings())
    let pack = try bench.test.pack()
    mentions(try verifyPack(pack).findings)
    guard SecondVerifier.isThere else { return }
    mentions(try SecondVerifier.verify([pack]).flatMap(\.findings))
  }

  @Test(arguments: forgeries.map(\.name)) func whatNoCommandLeadsToIsFound(name: String) throws {
    let forgery = try #require(RuleAuditTests.forgeries.first { $0.name == name })
    let bench = try Bench()
    #expect(try bench.test.findings().isEmpty)
    let position = try forgery.forge(bench)
    let findings = try bench.test.workspace.verifyRecord().findings.filter { $0.check == "rule" }
    #expect(
      findings.contains { $0.subject == "event \(position)" && $0.detail.contains(forgery.says) }, "\(findings)")
  }
}
