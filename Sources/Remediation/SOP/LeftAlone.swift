// SPDX-License-Identifier: Apache-2.0

/// Something in the handbook's repository that is no SOP and that nobody here touches, though a person may expect it to be one.
package struct LeftAlone: Equatable, Sendable {
  /// The path; bytes that are not UTF-8 are replaced.
  package let path: String
  package let reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
