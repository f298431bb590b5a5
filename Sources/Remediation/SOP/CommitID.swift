// SPDX-License-Identifier: Apache-2.0

/// The full id of a git commit, 40 lower-case hexadecimal digits. Abbreviations are resolved before one is made.
package struct CommitID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// Nil unless the text is 40 hexadecimal digits in lower case.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    guard text.utf8.count == 40, [UInt8](lowerCaseHex: text) != nil else { return nil }
    self.text = text
  }

  /// The 20 bytes.
  package var bytes: [UInt8] { [UInt8](lowerCaseHex: text) ?? [] }

  package init?(bytes: [UInt8]) {
    self.init(bytes.lowerCaseHex)
  }

  package var description: String { text }

  /// As people write it: the first ten digits.
  package var abbreviated: String { String(text.prefix(10)) }
}
