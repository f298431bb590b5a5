// SPDX-License-Identifier: Apache-2.0

/// What a rule would have opened for one key, out of the instants of its exceptions, which come one by one, in order.
///
/// An item opens when the rule comes to hold; whatever comes later joins it. With `closingAfter`, each item is closed that long after
/// it opened, by a change that takes effect at once and does not help: from that instant on, which no longer belongs to the item, the
/// rule is watched afresh, as after a real closing. Memory: the last N instants, and the openings.
package struct OpeningSimulation: Sendable {
  /// An item that would have opened.
  package struct Opening: Equatable, Sendable {
    /// The window's first instant: from here on exceptions belong to the item.
    package let first: Timestamp
    /// When the rule came to hold.
    package let heldAt: Timestamp
    /// The first instant that no longer belongs to it; nil where nothing closes it.
    package let closed: Timestamp?
    /// Instants that were seen before `first`.
    package let earlier: Int
  }

  package let rule: RecurrenceRule
  package let closingAfter: Days?
  package private(set) var openings: [Opening] = []
  private var watch: WindowWatch
  private var seen = 0

  package init(_ rule: RecurrenceRule, closingAfter: Days?) {
    self.rule = rule
    self.closingAfter = closingAfter
    watch = WindowWatch(rule)
  }

  /// Whether nothing that comes can open another item.
  package var isFinished: Bool { closingAfter == nil && !openings.isEmpty }

  /// Takes in the next instant, not before the last one.
  package mutating func see(_ time: Timestamp) {
    seen += 1
    if let last = openings.last {
      guard let closed = last.closed, time >= closed else { return }
    }
    guard let first = watch.see(time.milliseconds) else { return }
    openings.append(
      Opening(
        first: Timestamp(milliseconds: first), heldAt: time, closed: closingAfter.map { time + $0 },
        earlier: seen - rule.count))
    watch = WindowWatch(rule)
  }
}
