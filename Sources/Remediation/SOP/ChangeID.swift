// SPDX-License-Identifier: Apache-2.0

/// The id of an SOP change, written `CHG-7`. Numbers are given from 1 on, without gaps.
package struct ChangeID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: Int

  package init(_ number: Int) {
    self.number = number
  }

  /// Reads `CHG-7`; case does not matter.
  package init?(_ text: String) {
    guard let number = idNumber(in: text, after: "CHG-") else { return nil }
    self.number = number
  }

  package var description: String { "CHG-\(number)" }

  package static func < (left: ChangeID, right: ChangeID) -> Bool { left.number < right.number }
}
