// SPDX-License-Identifier: Apache-2.0

/// The id of a remediation item, written `REM-12`. Numbers are given from 1 on, without gaps.
package struct ItemID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: Int

  package init(_ number: Int) {
    self.number = number
  }

  /// Reads `REM-12`; case does not matter.
  package init?(_ text: String) {
    guard let number = idNumber(in: text, after: "REM-") else { return nil }
    self.number = number
  }

  package var description: String { "REM-\(number)" }

  package static func < (left: ItemID, right: ItemID) -> Bool { left.number < right.number }
}

/// The number of an id such as `REM-12`; nil unless the text is the prefix and a number without sign or leading zero.
func idNumber(in text: String, after prefix: String) -> Int? {
  guard text.uppercased().hasPrefix(prefix) else { return nil }
  let digits = text.dropFirst(prefix.count)
  guard let number = Int(digits), number > 0, String(number) == digits else { return nil }
  return number
}
