// SPDX-License-Identifier: Apache-2.0

@testable import Remediation

/// The states of an SOP change, each by the events that lead there. Ann proposes, Bob approves.
enum ChangeState: CaseIterable {
  case inReview, approved, committing, committed, conflicted, returned, withdrawn

  var given: [ChangeEvent] {
    switch self {
    case .inReview: []
    case .approved: [.approved(revision: 1, content: draft.content, by: bob.id)]
    case .committing: Self.approved.given + [.closingIntended(intent)]
    case .committed: Self.committing.given + [.committed(RemediationTests.committed)]
    case .conflicted: Self.committing.given + [.conflicted(intent: "CHG-7.1", tip: commit(0xC9))]
    case .returned: [.returned(note: digest(0x40))]
    case .withdrawn: [.withdrawn]
    }
  }

  var change: SOPChange {
    var change = SOPChange(id: chg, draft: draft, proposedBy: ann.id, at: opening)
    for event in given { change.apply(event) }
    return change
  }
}

/// What people can do to a change, and what comes of an intent.
enum ChangeCommand: CaseIterable {
  case revise, approve, returnForWork, withdraw, intendClosing, commit, conflict, abandonClosing

  static let revised: ChangeDraft = {
    var revised = draft
    revised.content = digest(0x55)
    return revised
  }()

  var usualActor: Actor {
    switch self {
    case .approve, .returnForWork: bob
    default: ann
    }
  }

  /// Whether a person gives it; what comes of an intent is found out by whoever finishes it.
  var isGivenByPeople: Bool { self != .commit && self != .conflict }

  func run(on change: SOPChange, by actor: Actor) -> Outcome<ChangeEvent> {
    Outcome { () throws(Rejection) in
      switch self {
      case .revise: try change.revise(Self.revised, by: actor)
      case .approve: try change.approve(revision: nil, concerning: [], by: actor)
      case .returnForWork: try change.returnForWork(note: erasable("Who is to call?"), concerning: [], by: actor)
      case .withdraw: try change.withdraw(by: actor)
      case .intendClosing:
        try change.intendClosing(
          by: actor, owners: [cat.id], at: Timestamp(milliseconds: opening.milliseconds + 999),
          base: RemediationTests.commit(0xC3), domain: "example.org")
      case .commit: try change.commit(committed)
      case .conflict: change.conflict(intent: "CHG-7.1", tip: RemediationTests.commit(0xC9))
      case .abandonClosing: try change.abandonClosing(by: actor)
      }
    }
  }
}
