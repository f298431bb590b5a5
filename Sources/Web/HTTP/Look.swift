// SPDX-License-Identifier: Apache-2.0

/// Whether pages are light or dark for somebody who does not want them as their system has them. Their browser remembers it.
enum Look: String, CaseIterable, Sendable {
  case light, dark

  static let cookie = "__Host-sopwright-look"
}
