// SPDX-License-Identifier: Apache-2.0

/// Why an item opened, as it was known when it opened. Frozen: later arrivals and amendments do not change it.
package struct OpenedBecause: Equatable, Sendable {
  package var rule: RecurrenceRule
  /// Exceptions of the key within the rule's window from `first` on, when the item opened.
  package var count: Int
  /// The first and the last of those.
  package var first: Timestamp
  package var last: Timestamp
  /// What the key's own earlier rate would have let expect in one window, in thousandths of an exception; nil where the
  /// history before `first` is shorter than three windows.
  package var expectedThousandths: Int?

  package init(rule: RecurrenceRule, count: Int, first: Timestamp, last: Timestamp, expectedThousandths: Int?) {
    self.rule = rule
    self.count = count
    self.first = first
    self.last = last
    self.expectedThousandths = expectedThousandths
  }

  /// The rate of a baseline times one window: `events` in `baseline` milliseconds. Nil where the baseline is shorter than
  /// three windows, which is too little to call a rate.
  package static func expectedThousandths(events: Int, in baseline: Int64, rule: RecurrenceRule) -> Int? {
    guard baseline >= 3 * rule.window.milliseconds else { return nil }
    return Int((Double(events) * 1000 * Double(rule.window.milliseconds) / Double(baseline)).rounded())
  }
}
