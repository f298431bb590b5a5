// SPDX-License-Identifier: Apache-2.0

/// Values as they stand in YAML that the tool writes.
package enum YAMLText {
  /// Plain where that is safe, in double quotes otherwise. JSON strings are YAML strings.
  package static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      && text.first.map { $0.isLetter || "/".contains($0) } == true && text.last?.isWhitespace == false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
      && !text.contains(where: { "\"'[]{},&*!|>%@`".contains($0) })
      && !["true", "false", "yes", "no", "null", "on", "off", "y", "n"].contains(text.lowercased())
    return isPlain ? text : JSONValue.string(text).compactText
  }

  package static func list(_ values: [String]) -> String { "[\(values.map(scalar).joined(separator: ", "))]" }
}
