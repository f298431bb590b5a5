// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Remediation
internal import Yams

/// A map's text with the values of its code and tag columns filled in.
enum MapText {
  /// Leaves a column alone whose values are given. Everything else of the map is written anew, key by key.
  static func filled(
    _ text: String, map: ExportMap, codes: [(value: String, id: String, count: Int)],
    rootCauses: [(value: String, id: String, count: Int)]
  ) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    if map.code.values.isEmpty { replace("code", in: &lines, with: block("code", map.code, codes)) }
    if let column = map.rootCause, column.values.isEmpty {
      replace("root_cause", in: &lines, with: block("root_cause", column, rootCauses))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func block(
    _ name: String, _ column: ExportMap.KeyColumn, _ values: [(value: String, id: String, count: Int)]
  ) -> [String] {
    var lines = ["\(name):", "  columns: \(YAMLText.list(column.columns))"]
    if column.join != "/" { lines.append("  join: \(quoted(column.join))") }
    if let split = column.split { lines.append("  split: \(quoted(split))") }
    if !values.isEmpty {
      lines.append("  values:")
      lines += values.map { "    \(quoted($0.value)): \(YAMLText.scalar($0.id))" }
    }
    lines.append("  otherwise: \(YAMLText.scalar(column.otherwise ?? EntryID.other))")
    return lines
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

  /// The text with another value, one word, for a top-level key whose value is one; at the beginning where it has none. Every other line
  /// stays as it is, comments too.
  static func replacing(_ key: String, in text: String, with value: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else {
      return (["\(key): \(value)"] + lines).joined(separator: "\n")
    }
    let comment = lines[start].firstRange(of: " #").map { lines[start][$0.lowerBound...] } ?? ""
    // A value may stand on lines of its own below the key.
    var end = start + 1
    while end < lines.count, isBelow(lines[end]) || isNote(lines[end]) { end += 1 }
    let notes = lines[start + 1..<end].filter(isNote)
    lines.replaceSubrange(start..<end, with: ["\(key): \(value)\(comment)"] + notes)
    return lines.joined(separator: "\n")
  }

  private static func isBelow(_ line: String) -> Bool { line.hasPrefix(" ") || line.hasPrefix("\t") }

  /// An empty line or a comment.
  private static func isNote(_ line: String) -> Bool {
    let text = line.trimmed
    return text.isEmpty || text.hasPrefix("#")
  }

  /// Replaces a top-level key and what is indented below it.
  private static func replace(_ key: String, in lines: inout [String], with block: [String]) {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else {
      lines += block
      return
    }
    var end = start + 1
    while end < lines.count,
      lines[end].hasPrefix(" ") || lines[end].isEmpty || lines[end].hasPrefix("#")
        || lines[end].hasPrefix("}") || lines[end].hasPrefix("]")
    { end += 1 }
    lines.replaceSubrange(start..<end, with: block)
  }
}
