// SPDX-License-Identifier: Apache-2.0

/// Looks for the earliest window that satisfies a rule among instants that come one by one, in order. Keeps the last N of them
/// only. The one definition of a window for everything that reads instants out of the record: segments and simulations.
package struct WindowWatch: Sendable {
  package let rule: RecurrenceRule
  private var recent: [Int64] = []  // the last N instants, as a ring
  private var seen = 0

  package init(_ rule: RecurrenceRule) {
    self.rule = rule
  }

  /// Takes in the next instant, in milliseconds since 1970, not before the last one.
  /// - Returns: the window's first instant, where the rule holds with this one: the instant at which it came to hold.
  package mutating func see(_ time: Int64) -> Int64? {
    if recent.count < rule.count { recent.append(time) } else { recent[seen % rule.count] = time }
    seen += 1
    guard seen >= rule.count else { return nil }
    let first = recent[seen % rule.count]
    return time - first <= rule.window.milliseconds ? first : nil
  }
}
