// SPDX-License-Identifier: Apache-2.0

/// A version as HTTP names it (RFC 9110, section 8.8.3): `"7"`, strong.
struct ETag {
  let version: Int

  init(_ version: Int) { self.version = version }

  /// Nil for anything but one strong version.
  init?(_ text: String) {
    let inner = text.dropFirst().dropLast()
    guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\""), inner.allSatisfy(\.isNumber),
      let version = Int(inner)
    else { return nil }
    self.version = version
  }

  var text: String { "\"\(version)\"" }
}
