// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Remediation
internal import Yams

/// A map's text with the values of its code and tag columns filled in.
enum MapText {
  /// Leaves a column alone whose values are given. Every other line stays as it is; of the columns, comments stay at the keys at which
  /// they stood. Lines end as the text's first does.
  static func filled(
    _ text: String, map: ExportMap, codes: [(value: String, id: String, count: Int)],
    rootCauses: [(value: String, id: String, count: Int)]
  ) -> String {
    var lines = lines(of: text)
    let end = lineEnd(of: lines)
    if lines.last == "" { lines.removeLast() } else if let last = lines.popLast() { lines.append(last + end) }
    func fill(_ key: String, _ column: ExportMap.KeyColumn, _ values: [(value: String, id: String, count: Int)]) {
      let place = place(of: key, in: lines) ?? lines.count..<lines.count
      lines.replaceSubrange(place, with: block(key, column, values, replacing: lines[place]).map { $0 + end })
    }
    if map.code.values.isEmpty { fill("code", map.code, codes) }
    if let column = map.rootCause, column.values.isEmpty { fill("root_cause", column, rootCauses) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func block(
    _ name: String, _ column: ExportMap.KeyColumn, _ values: [(value: String, id: String, count: Int)],
    replacing before: ArraySlice<String>
  ) -> [String] {
    var keys = [(key: "columns", value: " \(YAMLText.list(column.columns))")]
    if column.join != "/" { keys.append(("join", " \(YAMLText.quoted(column.join))")) }
    if let split = column.split { keys.append(("split", " \(YAMLText.quoted(split))")) }
    if !values.isEmpty { keys.append(("values", "")) }
    keys.append(("otherwise", " \(YAMLText.scalar(column.otherwise ?? EntryID.other))"))
    let comments = MapComments(before, written: Set(keys.map(\.key)))
    var lines = ["\(name):\(comments.beside(name))"]
    for (key, value) in keys {
      lines += comments.above(key).map { "  \($0)" }
      lines.append("  \(key):\(value)\(comments.beside(key))")
      if key == "values" { lines += values.map { "    \(YAMLText.quoted($0.value)): \(YAMLText.scalar($0.id))" } }
    }
    return lines + comments.last.map { "  \($0)" }
  }

  /// The text with another value, one word, for a top-level key whose value is one; at the beginning where it has none. Every other line
  /// stays as it is, comments too.
  static func replacing(_ key: String, in text: String, with value: String) -> String {
    var lines = lines(of: text)
    let lineEnd = lineEnd(of: lines)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else {
      return (["\(key): \(value)\(lineEnd)"] + lines).joined(separator: "\n")
    }
    let comment = comment(in: lines[start]).map { " \($0)" } ?? ""
    let own = lines[start].hasSuffix("\r") ? "\r" : ""
    // A value may stand on lines of its own below the key.
    var end = start + 1
    while end < lines.count, isBelow(lines[end]) || isNote(lines[end]) { end += 1 }
    let notes = lines[start + 1..<end].filter(isNote)
    lines.replaceSubrange(start..<end, with: ["\(key): \(value)\(comment)\(own)"] + notes)
    return lines.joined(separator: "\n")
  }

  // MARK: Lines

  /// Without the line feeds, and without a byte order mark; a carriage return before a line feed stays at the end of its line.
  private static func lines(of text: String) -> [String] {
    text.unicodeScalars.drop { $0 == "\u{FEFF}" }.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0)
    }
  }

  private static func lineEnd(of lines: [String]) -> String {
    lines.count > 1 && lines[0].unicodeScalars.last == "\r" ? "\r" : ""
  }

  private static func isBelow(_ line: String) -> Bool { line.hasPrefix(" ") || line.hasPrefix("\t") }

  /// An empty line or a comment.
  fileprivate static func isNote(_ line: String) -> Bool {
    let text = line.trimmed
    return text.isEmpty || text.hasPrefix("#")
  }

  /// The lines of a top-level key and its value. Empty lines and comments between it and the next key are none of them.
  private static func place(of key: String, in lines: [String]) -> Range<Int>? {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return nil }
    var end = start + 1
    // A list may stand as far left as its key.
    while end < lines.count,
      isBelow(lines[end]) || isNote(lines[end]) || ["}", "]", "-"].contains(where: lines[end].hasPrefix)
    { end += 1 }
    while end > start + 1, isNote(lines[end - 1]), !isBelow(lines[end - 1]) { end -= 1 }
    return start..<end
  }

  /// What stands behind a `#` that begins a comment, with it and without the end of the line; nil where there is none.
  fileprivate static func comment(in line: String) -> String? {
    var quote: Character?
    var previous: Character = " "
    for place in line.indices {
      let character = line[place]
      defer { previous = character }
      if let open = quote {
        if character == open, open == "'" || previous != "\\" { quote = nil }
      } else if character == "#", previous.isWhitespace {
        return String(line[place...]).trimmed
      } else if character == "\"" || character == "'", " [{,:".contains(previous) {
        quote = character
      }
    }
    return nil
  }
}

/// The comments in what a map says of a column, by the key at which they stand.
private struct MapComments {
  private var aboveKeys: [String: [String]] = [:]
  private var besideKeys: [String: String] = [:]
  /// Below the last key.
  private(set) var last: [String] = []

  /// - Parameters:
  ///   - lines: of the column's own key, and of its value.
  ///   - written: the keys below it that are written. What stands at others stays at `columns`, which always is.
  init(_ lines: ArraySlice<String>, written: Set<String>) {
    var key = ""
    for line in lines {
      let comment = MapText.comment(in: line)
      if MapText.isNote(line) {
        if let comment { last.append(comment) }
        continue
      }
      if let next = MapComments.key(of: line), key.isEmpty || written.contains(next) || next == "column" {
        key = next == "column" ? "columns" : next
      } else if MapComments.key(of: line) != nil {
        key = "columns"
      }
      if !last.isEmpty { aboveKeys[key, default: []] += last }
      last = []
      guard let comment else { continue }
      // A line has room for one.
      if besideKeys[key] == nil {
        besideKeys[key] = comment
      } else {
        aboveKeys[written.contains(key) ? key : "columns", default: []].append(comment)
      }
    }
  }

  func above(_ key: String) -> [String] { aboveKeys[key] ?? [] }

  func beside(_ key: String) -> String { besideKeys[key].map { " \($0)" } ?? "" }

  private static func key(of line: String) -> String? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = String(line[..<colon]).trimmed
    return !name.isEmpty && name.allSatisfy { $0.isLetter || $0 == "_" } ? name : nil
  }
}
