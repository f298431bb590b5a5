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

  /// The text with another line for a top-level key, at its place; at the beginning where it has none.
  static func replacing(_ key: String, in text: String, with line: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.contains(where: { $0.hasPrefix("\(key):") }) {
      replace(key, in: &lines, with: [line])
    } else {
      lines.insert(line, at: 0)
    }
    return lines.joined(separator: "\n")
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
