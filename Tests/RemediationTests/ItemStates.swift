// SPDX-License-Identifier: Apache-2.0

@testable import Remediation

/// The states of an item, each by the events that lead there. Cat owns the item, Ann proposes, Bob approves.
enum ItemState: CaseIterable {
  case open, acknowledged, changeProposed, changeApproved, changeClosing, rejectionProposed, rejectionApproved
  case closedByChange, closedByRejection

  static let proposal = RejectionProposal(
    rationale: digest(0x30), expiresOn: date("2027-05-31"), tripwire: nil, proposedBy: ann.id, revision: 3)

  static let closing = ItemEvent.ItemClosed(change: chg, sop: reference, takesEffect: opening + Days(2))

  /// What happened, from the opening on: to the item, or to the change that names it.
  var given: [Happening] {
    switch self {
    case .open: []
    case .acknowledged: [.item(.acknowledged)]
    case .changeProposed: [.item(.acknowledged), .change(.proposed(draft))]
    case .changeApproved:
      Self.changeProposed.given + [.change(.approved(revision: 1, content: draft.content, by: bob.id))]
    case .changeClosing: Self.changeApproved.given + [.change(.closingIntended(intent))]
    case .rejectionProposed: [.item(.acknowledged), .item(.rejectionProposed(Self.proposal))]
    case .rejectionApproved: Self.rejectionProposed.given + [.item(.rejectionApproved(revision: 3, by: bob.id))]
    case .closedByChange: Self.changeClosing.given + [.change(.committed(committed)), .item(.closed(Self.closing))]
    case .closedByRejection: Self.rejectionApproved.given + [.item(.rejected(revision: 3))]
    }
  }

  var item: RemediationItem {
    var item = RemediationItem(id: rem, opened: opened, at: opening)
    for happening in given { item.apply(happening, at: opening + Days(1)) }
    return item
  }
}

/// Something that happened to an item, or to a change that names it.
enum Happening: Equatable, Sendable {
  case item(ItemEvent)
  case change(ChangeEvent)
}

extension RemediationItem {
  mutating func apply(_ happening: Happening, at time: Timestamp) {
    switch happening {
    case .item(let event): apply(event, at: time)
    case .change(let event): apply(event, of: chg)
    }
  }
}

/// What people can do to an item.
enum ItemCommand: CaseIterable {
  case acknowledge, assign, comment, proposeRejection, approveRejection, returnRejection, withdrawRejection
  case closeByRejection

  /// Ann does what members do, Bob what approvers do.
  var usualActor: Actor {
    switch self {
    case .approveRejection, .returnRejection: bob
    default: ann
    }
  }

  func run(on item: RemediationItem, by actor: Actor) -> Outcome<ItemEvent> {
    Outcome { () throws(Rejection) in
      switch self {
      case .acknowledge: try item.acknowledge(by: actor)
      case .assign: try item.assign(to: eve.id, by: actor)
      case .comment: try item.comment(erasable("We saw this in May."), by: actor)
      case .proposeRejection:
        try item.proposeRejection(
          rationale: erasable("Once a year, at no cost."), expiresOn: date("2027-11-21"), tripwire: nil,
          today: opening.date, by: actor)
      case .approveRejection: try item.approveRejection(revision: nil, today: today, by: actor)
      case .returnRejection: try item.returnRejection(note: erasable("Say what it costs."), by: actor)
      case .withdrawRejection: try item.withdrawRejection(by: actor)
      case .closeByRejection: try item.closeByRejection(today: today, by: actor)
      }
    }
  }
}
