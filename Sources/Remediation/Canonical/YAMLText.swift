// SPDX-License-Identifier: Apache-2.0

/// Values as they stand in YAML that the tool writes.
package enum YAMLText {
  /// Plain where that is safe, in double quotes otherwise.
  package static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      && text.first.map { $0.isLetter || "/".contains($0) } == true && text.last?.isWhitespace == false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
      && !text.contains(where: { "\"'[]{},&*!|>%@`?".contains($0) })
      && !["true", "false", "yes", "no", "null", "on", "off", "y", "n"].contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  /// In double quotes, as JSON has it; escaped are also the characters that YAML 1.1 cannot hold (5.1, c-printable) or takes for line
  /// breaks, and the byte order mark.
  package static func quoted(_ text: String) -> String {
    var quoted = ""
    for scalar in JSONValue.string(text).compactText.unicodeScalars {
      switch scalar.value {
      case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted
  }

  package static func list(_ values: [String]) -> String { "[\(values.map(scalar).joined(separator: ", "))]" }
}
