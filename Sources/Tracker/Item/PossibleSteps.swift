// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What a person could do next, and why they may not where they may not.
package struct PossibleStep: Sendable {
  package enum Kind: String, Sendable {
    case acknowledge, propose, reject, approve, sendBack, revise, withdraw, close
  }

  package let kind: Kind
  /// The rule's own sentence; nil where the person may.
  package let refusal: String?
}

extension Workspace {
  /// What the state of an item allows to whom asks, the most useful first. An item that is in a change is worked on there.
  func steps(for item: RemediationItem, by actor: Actor, at now: Timestamp) -> [PossibleStep] {
    let note = erasable("note")
    switch item.state {
    case .open, .acknowledged:
      let propose = step(.propose) {
        try actor.mayWork()
        try item.mayJoinChange(of: actor.id, replacing: nil)
      }
      let reject = step(.reject) { try actor.mayWork() }
      return item.state == .open
        ? [step(.acknowledge) { _ = try item.acknowledge(by: actor) }, propose, reject] : [propose, reject]
    case .rejectionProposed:
      return [
        step(.approve) { _ = try item.approveRejection(revision: nil, today: date(now), by: actor) },
        step(.sendBack) { _ = try item.returnRejection(note: note, by: actor) },
        step(.withdraw) { _ = try item.withdrawRejection(by: actor) },
      ]
    case .rejectionApproved:
      return [step(.close) { _ = try item.closeByRejection(today: date(now), by: actor) }]
    case .inChange, .closed: return []
    }
  }

  /// What the state of a change allows to whom asks, the most useful first.
  package func steps(for id: ChangeID, by caller: Caller) throws -> [PossibleStep] {
    try ledger.read { reader in
      let (change, actor) = (try reader.requiredChange(id), try reader.actor(caller))
      let keys = try keysConcerned(by: change, reader)
      let note = erasable("note")
      let sendBack = step(.sendBack) { _ = try change.returnForWork(note: note, concerning: keys, by: actor) }
      let withdraw = step(.withdraw) { _ = try change.withdraw(by: actor) }
      switch change.state {
      case .inReview:
        return [
          step(.approve) { _ = try change.approve(revision: nil, concerning: keys, by: actor) }, sendBack, withdraw,
        ]
      case .approved:
        let owners = try change.draft.closes.map { try reader.requiredItem($0).owner }
        return [
          step(.close) {
            _ = try change.intendClosing(by: actor, owners: owners, at: caller.now, base: nil, domain: settings.domain)
          },
          sendBack, withdraw,
        ]
      case .returned, .conflicted:
        let revise = step(.revise) {
          _ = try change.revise(change.draft, by: actor)
          for item in change.draft.closes {
            try reader.requiredItem(item).mayJoinChange(of: actor.id, replacing: change.id)
          }
        }
        return [revise, withdraw]
      case .committing, .committed, .withdrawn: return []
      }
    }
  }

  private func step(_ kind: PossibleStep.Kind, _ tried: () throws -> Void) -> PossibleStep {
    do {
      try tried()
      return PossibleStep(kind: kind, refusal: nil)
    } catch { return PossibleStep(kind: kind, refusal: sentence(for: error)) }
  }
}
