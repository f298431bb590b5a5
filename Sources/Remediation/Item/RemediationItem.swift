// SPDX-License-Identifier: Apache-2.0

/// One recurring problem, with an owner and a clock. It ends in exactly two ways: a new version of an SOP is committed, or a
/// rejection is signed by a second person.
package struct RemediationItem: Equatable, Sendable {
  package let id: ItemID
  /// How many events it has: the version that a command expects.
  package var version: Int
  package let key: RecurrenceKey
  package var owner: PersonID
  package let severity: Severity
  package let openedAt: Timestamp
  package var clock: ItemClock
  /// Whether it opened out of history: its last window had ended longer ago than the window is long.
  package let isHistoric: Bool
  package let cause: Cause
  package let because: OpenedBecause
  /// The closed item that this one continues.
  package let follows: ItemID?
  /// The SOP version that did not hold.
  package let failed: SOPReference?
  package var state: State

  /// Why an item opens.
  package enum Cause: String, Sendable, CaseIterable {
    case recurrence
    case regression
    case ineffective
    case rejectionExpired = "rejection_expired"
    case tripwire
  }

  package enum State: Equatable, Sendable {
    case open
    case acknowledged
    /// An SOP change that names this item is under way.
    case inChange(ChangeID, ChangeStage)
    case rejectionProposed(RejectionProposal)
    case rejectionApproved(RejectionProposal, by: PersonID)
    case closed(Closing)
  }

  /// Where the change of an item stands, as far as the item is concerned.
  package enum ChangeStage: String, Sendable {
    case proposed, approved, closing
  }

  package enum Closing: Equatable, Sendable {
    case sopChanged(SOPChanged)
    case rejected(SignedRejection)

    /// From when on exceptions of the key no longer belong to the item.
    package var takesEffect: Timestamp {
      switch self {
      case .sopChanged(let closing): closing.takesEffect
      case .rejected(let rejection): rejection.signedAt
      }
    }

    package var closedAt: Timestamp {
      switch self {
      case .sopChanged(let closing): closing.closedAt
      case .rejected(let rejection): rejection.signedAt
      }
    }
  }

  package struct SOPChanged: Equatable, Sendable {
    package let change: ChangeID
    package let sop: SOPReference
    package let closedAt: Timestamp
    package let takesEffect: Timestamp

    package init(change: ChangeID, sop: SOPReference, closedAt: Timestamp, takesEffect: Timestamp) {
      self.change = change
      self.sop = sop
      self.closedAt = closedAt
      self.takesEffect = takesEffect
    }
  }

  package init(
    id: ItemID, version: Int, key: RecurrenceKey, owner: PersonID, severity: Severity, openedAt: Timestamp,
    clock: ItemClock, isHistoric: Bool, cause: Cause, because: OpenedBecause,
    follows: ItemID?, failed: SOPReference?, state: State
  ) {
    self.id = id
    self.version = version
    self.key = key
    self.owner = owner
    self.severity = severity
    self.openedAt = openedAt
    self.clock = clock
    self.isHistoric = isHistoric
    self.cause = cause
    self.because = because
    self.follows = follows
    self.failed = failed
    self.state = state
  }

  package var acknowledgeBy: Timestamp { clock.acknowledgeBy }

  package var dueAt: Timestamp { clock.dueAt }

  /// The word that the interface uses for the state.
  package var stateWord: String {
    switch state {
    case .open: "open"
    case .acknowledged: "acknowledged"
    case .inChange(_, let stage): stage.rawValue
    case .rejectionProposed: "proposed"
    case .rejectionApproved: "approved"
    case .closed: "closed"
    }
  }

  package var isClosed: Bool {
    if case .closed = state { true } else { false }
  }

  /// The change under way, or the one that closed the item.
  package var change: ChangeID? {
    switch state {
    case .inChange(let change, _): change
    case .closed(.sopChanged(let closing)): closing.change
    default: nil
    }
  }

  /// Whether its owner has been warned, or should have been, and it is not overdue yet.
  package func isDueSoon(at now: Timestamp) -> Bool {
    !isClosed && !isOverdue(at: now) && clock.warnAt.map { $0 <= now } ?? false
  }

  package func isOverdue(at now: Timestamp) -> Bool { !isClosed && now > dueAt }
}
