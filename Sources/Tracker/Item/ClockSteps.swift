// SPDX-License-Identifier: Apache-2.0

internal import Ledger
package import Remediation

/// What a person could do to the clock of an item.
package enum ClockStep: Sendable {
  case extend, grant, sendBack, withdraw, pause, resume
}

/// The clock of an open item as a page shows it.
package struct ClockView: Sendable {
  /// The wish for more time that waits, and why; the reason is nil where it was erased.
  package let wish: (proposal: ExtensionProposal, reason: String?)?
  /// What the caller may do.
  package let steps: Set<ClockStep>
}

extension Workspace {
  /// Nil for a closed item, whose clock stands still for ever.
  func clock(
    of item: RemediationItem, by actor: Actor, at now: Timestamp, _ reader: LedgerReader
  ) throws -> ClockView? {
    guard !item.isClosed else { return nil }
    let calendar = try reader.calendar(item.clock.calendar)
    // Whether, not when and why: those are asked for afterwards.
    let (reason, later) = (erasable("reason"), Timestamp(seconds: now.seconds + 60))
    let tried: [(step: ClockStep, events: () throws -> [ItemEvent])] = [
      (
        .extend,
        {
          try item.proposeExtension(
            until: Timestamp(seconds: max(item.dueAt, now).seconds + 60), reason: reason, now: now, by: actor)
        }
      ),
      (.grant, { try item.approveExtension(revision: nil, calendar: calendar, now: now, by: actor) }),
      (.sendBack, { try item.returnExtension(note: reason, by: actor) }),
      (.withdraw, { try item.withdrawExtension(by: actor) }),
      (.pause, { try item.pause(until: later, reason: reason, calendar: calendar, now: now, by: actor) }),
      (.resume, { try item.resume(calendar: calendar, now: now, by: actor) }),
    ]
    let wish = item.clock.extensionProposal
    return ClockView(
      wish: try wish.map { ($0, try reader.text($0.reason)) },
      steps: Set(tried.filter { (try? $0.events()) != nil }.map(\.step)))
  }
}
