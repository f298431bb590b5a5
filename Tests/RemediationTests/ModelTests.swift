// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

/// Random commands over one item and one change: whatever people try, and in whatever order.
@Suite struct ModelTests {
  private static let runs = 400
  private static let steps = 80

  /// What two persons did on the way to a closing, read from the record alone.
  private struct Signatures {
    var proposer: PersonID?
    var approver: PersonID?
    var content: Digest?
    var approvedContent: Digest?
    /// Whether the item is in the change's hands; else in a rejection's, or nobody's. What then happens to the change is not its concern.
    var isInChange = false

    mutating func see(_ recorded: RecordedEvent) {
      switch recorded.event {
      case .change(_, .proposed(let draft)), .change(_, .revised(let draft)):
        (proposer, content) = (recorded.actor, draft.content)
        (approver, approvedContent) = (nil, nil)
        isInChange = true
      case .change(_, .approved(_, let digest, let person, _)):
        #expect(person == recorded.actor)
        (approver, approvedContent) = (person, digest)
      case .item(_, .rejectionProposed(let proposal)):
        #expect(proposal.proposedBy == recorded.actor)
        (proposer, approver) = (recorded.actor, nil)
        (content, approvedContent) = (proposal.rationale, nil)
        isInChange = false
      case .item(_, .rejectionApproved(_, let person, _)):
        #expect(person == recorded.actor)
        (approver, approvedContent) = (person, content)
      case .change(_, .returned), .change(_, .withdrawn), .change(_, .conflicted):
        if isInChange { (approver, approvedContent, isInChange) = (nil, nil, false) }
      case .item(_, .rejectionReturned), .item(_, .rejectionWithdrawn): (approver, approvedContent) = (nil, nil)
      default: break
      }
    }
  }

  @Test func nothingIsClosedWithoutTwoPersonsAndAClosedItemNeverChanges() throws {
    var seed = Seed("model")
    var closings: [String: Int] = [:]
    for run in 0..<Self.runs {
      var model = Model()
      var signatures = Signatures()
      var seen = 0
      var closed: RemediationItem?
      for step in 0..<Self.steps {
        model.step(&seed)
        for recorded in model.record[seen...] { signatures.see(recorded) }
        seen = model.record.count
        let place: Comment = "\(seed), run \(run), step \(step)"
        if var before = closed {
          before.version = model.item.version
          #expect(model.item == before, place)
        } else if case .closed(let closing) = model.item.state {
          closed = model.item
          let approver = try #require(signatures.approver, place)
          #expect(approver != signatures.proposer, place)
          #expect(Model.actors.contains { $0.id == approver && $0.roles.contains(.approver) }, place)
          #expect(approver != auditor.id, place)
          #expect(signatures.approvedContent == signatures.content, place)
          check(closing, model, signatures, place)
          closings[name(closing), default: 0] += 1
        }
      }
    }
    // Both ends are reached, so that the above says something.
    #expect(closings["changed", default: 0] >= 3 && closings["rejected", default: 0] >= 3, "\(seed) \(closings)")
  }

  private func name(_ closing: RemediationItem.Closing) -> String {
    switch closing {
    case .sopChanged: "changed"
    case .rejected: "rejected"
    }
  }

  private func check(
    _ closing: RemediationItem.Closing, _ model: Model, _ signatures: Signatures, _ place: Comment
  ) {
    switch closing {
    case .sopChanged(let changed):
      #expect(changed.change == chg && changed.sop.content == signatures.approvedContent, place)
      #expect(model.change?.approvedBy == signatures.approver && model.change?.isOver == true, place)
    case .rejected(let rejection):
      #expect(rejection.approvedBy == signatures.approver, place)
      #expect(rejection.proposal.proposedBy == signatures.proposer, place)
    }
  }

  @Test func theDueTimeMovesOnlyByAGrantOfAnotherPersonOrAPauseOfTheOwner() throws {
    var seed = Seed("clock")
    var moves: [String: Int] = [:]
    for run in 0..<Self.runs {
      var model = Model()
      for step in 0..<Self.steps {
        let before = model.item
        let seen = model.record.count
        model.step(&seed)
        guard model.item.dueAt != before.dueAt else { continue }
        let place: Comment = "\(seed), run \(run), step \(step)"
        #expect(!before.isClosed, place)
        let recorded = try #require(model.record[seen...].first, place)
        guard case .item(_, let event) = recorded.event else {
          Issue.record(place)
          continue
        }
        moves[event.kind, default: 0] += 1
        switch event {
        case .extensionApproved(let granted):
          let proposal = try #require(before.clock.extensionProposal, place)
          #expect(granted.until == proposal.until && model.item.dueAt == proposal.until, place)
          #expect(recorded.actor != proposal.proposedBy && recorded.actor != before.owner, place)
          #expect(Model.actors.contains { $0.id == recorded.actor && $0.roles.contains(.approver) }, place)
        case .paused:
          #expect(recorded.actor == before.owner && model.item.dueAt > before.dueAt, place)
          let paused = model.item.clock.pauses.reduce(0) { sum, pause in
            sum + (pause.until ?? pause.from).milliseconds - pause.from.milliseconds
          }
          #expect(paused <= RemediationItem.longestPause.milliseconds, place)
        case .resumed: #expect(model.item.dueAt < before.dueAt, place)
        default: Issue.record("\(event.kind) moved the due time. \(place)")
        }
      }
    }
    #expect(moves.count == 3 && moves.values.allSatisfy { $0 >= 3 }, "\(seed) \(moves)")
  }

  @Test func replayingTheEventsGivesTheLiveState() throws {
    var seed = Seed("replay")
    for run in 0..<40 {
      var model = Model()
      for _ in 0..<Self.steps { model.step(&seed) }
      var replay = Replay()
      for (position, recorded) in model.record.enumerated() {
        #expect(recorded.position == position)
        replay.apply(try RecordedEvent(canonicalBytes: recorded.canonicalBytes))
      }
      #expect(replay.item == model.item && replay.change == model.change, "\(seed), run \(run)")
      #expect(model.item.version == model.record.count { $0.event.subject == "REM-12" }, "\(seed), run \(run)")
      #expect(
        model.change?.version ?? 0 == model.record.count { $0.event.subject == "CHG-7" }, "\(seed), run \(run)")
    }
  }

  @Test func anAuditorLeavesNoTrace() {
    var seed = Seed("auditor")
    for _ in 0..<100 {
      var model = Model()
      for _ in 0..<Self.steps { model.step(&seed) }
      // What is found out of an intent (an outcome, a conflict) is recorded by whoever comes by.
      let left = model.record.filter { recorded in
        switch recorded.event {
        case .change(_, .committed), .change(_, .conflicted), .item(_, .closed): false
        default: recorded.actor == auditor.id
        }
      }
      #expect(left.isEmpty, "\(seed)")
    }
  }
}
