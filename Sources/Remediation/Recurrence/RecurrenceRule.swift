// SPDX-License-Identifier: Apache-2.0

/// `N/Wd`: N exceptions of one key, the last at most W days of 24 hours after the first, both ends included.
package struct RecurrenceRule: Hashable, Sendable, CustomStringConvertible {
  package let count: Int
  package let window: Days

  /// - Precondition: `count` from 1 to 10,000 and a window from 1 to 3,660 days.
  package init(count: Int, window: Days) {
    precondition((1...10_000).contains(count) && (1...3660).contains(window.count))
    self.count = count
    self.window = window
  }

  /// Reads `3/30d`.
  package init(_ text: String) throws(Rejection) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    func isNumber(_ text: Substring) -> Bool { text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard parts.count == 2, parts[1].hasSuffix("d"), isNumber(parts[0]), isNumber(parts[1].dropLast()),
      let count = Int(parts[0]), let days = Int(parts[1].dropLast()),
      (1...10_000).contains(count), (1...3660).contains(days)
    else { throw .recurrenceRule(text) }
    self.init(count: count, window: Days(days))
  }

  package var description: String { "\(count)/\(window.count)d" }

  /// The earliest window among sorted instants that satisfies this rule, by the index of its first instant.
  /// The instant at which the rule came to hold is `count - 1` places further.
  package func earliestWindow(in sorted: some RandomAccessCollection<Timestamp>) -> Int? {
    var watch = WindowWatch(self)
    for (offset, instant) in sorted.enumerated() where watch.see(instant.milliseconds) != nil {
      return offset - count + 1
    }
    return nil
  }
}
