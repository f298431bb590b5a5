// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// A map proposed out of the columns of an export, by what is in them first and by their names second.
struct MapGuess {
  private let path: String
  private let delimiter: UInt8
  private let header: [String]
  private var columns: [Column]
  private var rows = 0

  /// What was seen of a column in the first rows.
  struct Column {
    let name: String
    var filled = 0
    var values: [String: Int] = [:]
    var format: String?
    var times = 0
    var numbers = 0
  }

  static let sample = 5000
  private static let timeFormats = [
    "iso8601", "d/M/yyyy HH:mm:ss", "d/M/yyyy HH:mm", "M/d/yyyy HH:mm", "d/M/yyyy", "dd/MMM/yy hh:mm a",
    "d.M.yyyy HH:mm",
    "d.M.yyyy",
  ]
  private static let missing: Set<String> = ["", "?", "n/a", "N/A", "null", "NULL", "-"]

  init(_ path: String) throws {
    self.path = path
    var best: (delimiter: UInt8, fields: Int) = (UInt8(ascii: ","), 0)
    for delimiter in ",;\t|".utf8 {
      var row = CSVRecord()
      let reader = try CSVReader(path: path, delimiter: delimiter)
      if try reader.next(&row), row.count > best.fields { best = (delimiter, row.count) }
    }
    delimiter = best.delimiter
    let reader = try CSVReader(path: path, delimiter: delimiter)
    var row = CSVRecord()
    guard try reader.next(&row) else { throw FileProblem(file: path, "The file is empty.") }
    header = (0..<row.count).map { row.string($0) ?? "" }
    columns = header.map { Column(name: $0) }
    while rows < MapGuess.sample, try reader.next(&row) {
      rows += 1
      for index in 0..<min(row.count, columns.count) {
        guard let text = row.string(index)?.trimmed, !MapGuess.missing.contains(text) else { continue }
        columns[index].note(text)
      }
    }
    guard rows > 0 else { throw FileProblem(file: path, "The file has a header and no rows.") }
    try findTimes()
  }

  /// The map's text, and a sentence for each guess.
  /// - Throws: `FileProblem` where no column can be the time or the code.
  func proposal() throws -> (text: String, reasons: [String]) {
    var reasons: [String] = []
    var lines = [
      "# SPDX-License-Identifier: Apache-2.0",
      "# Proposed out of the columns of the export. Correct what is wrong, then import again.",
      "source: \(YAMLText.scalar(source))",
    ]
    let times = columns.filter { $0.format != nil && $0.times * 10 >= rows * 9 }
    guard let occurred = times.min(by: { rank($0, MapGuess.timeNames) < rank($1, MapGuess.timeNames) }) else {
      throw FileProblem(
        file: path, "No column holds a time in nearly every row. Write a map and give it with --map: occurred_at.")
    }
    reasons.append("occurred_at is \"\(occurred.name)\": a time stands in \(occurred.times) of \(rows) rows.")
    let identifier = identity(updated: updateTime)
    if let (column, isUnique) = identifier {
      lines.append("id: \(YAMLText.scalar(column.name))")
      reasons.append(
        "id is \"\(column.name)\": \(isUnique ? "it differs in every row" : "its rows are changes of one case; the last counts")."
      )
      if !isUnique, let updated = updateTime {
        lines.append("rows: last")
        lines.append("updated_at: {column: \(YAMLText.scalar(updated.name)), format: \(quoted(updated.format ?? ""))}")
        reasons.append("updated_at is \"\(updated.name)\": a time that differs among the rows of one id.")
      }
    } else {
      reasons.append(
        "No column is an id, so a row is known by what it says: keep the columns as they are in later exports.")
    }
    lines.append("occurred_at: {column: \(YAMLText.scalar(occurred.name)), format: \(quoted(occurred.format ?? ""))}")
    let candidates = columns.filter {
      $0.isCategory(of: rows) && $0.name != identifier?.column.name && $0.name != occurred.name
    }
    let codes = candidates.filter { MapGuess.rank($0.name, MapGuess.causeNames) == 99 }
    guard
      let code = (codes.isEmpty ? candidates : codes).min(by: {
        rank($0, MapGuess.codeNames) < rank($1, MapGuess.codeNames)
      })
    else {
      throw FileProblem(
        file: path,
        "No column has few enough values that repeat, so none can be the code. Write a map and give it with --map: code."
      )
    }
    lines.append("code: \(YAMLText.scalar(code.name))")
    reasons.append("code is \"\(code.name)\": \(code.values.count) values repeat in it.")
    let causes = candidates.filter { $0.name != code.name && MapGuess.rank($0.name, MapGuess.causeNames) < 99 }
    if let cause = causes.min(by: { rank($0, MapGuess.causeNames) < rank($1, MapGuess.causeNames) }) {
      lines.append("root_cause: \(YAMLText.scalar(cause.name))")
      reasons.append(
        "root_cause is \"\(cause.name)\": its name says so, and \(cause.values.count) values repeat in it.")
    }
    for (field, names) in MapGuess.plainNames {
      if let column = columns.first(where: { names.contains($0.name.lowercased()) && $0.filled > 0 }) {
        lines.append("\(field): \(YAMLText.scalar(column.name))")
      }
    }
    lines.append("missing: [\"?\", \"n/a\", \"N/A\", \"\"]")
    if delimiter != UInt8(ascii: ",") {
      lines.append("delimiter: \(quoted(delimiter == 9 ? "\\t" : String(UnicodeScalar(delimiter))))")
    }
    return (lines.joined(separator: "\n") + "\n", reasons)
  }

  /// The time at which a row was changed last, by its name.
  private var updateTime: Column? {
    columns.first { $0.format != nil && $0.times == rows && MapGuess.rank($0.name, MapGuess.updateNames) < 99 }
  }

  /// A column that differs in every row; or one that by its name is an id, where there is also a time of the last change: then its
  /// rows are changes of one case. Rows of one id without such a time are things of their own.
  private func identity(updated: Column?) -> (column: Column, isUnique: Bool)? {
    if let column = columns.first(where: { $0.filled == rows && $0.values.count == rows && $0.format == nil }) {
      return (column, true)
    }
    guard updated != nil else { return nil }
    let named = columns.first {
      $0.filled == rows && MapGuess.rank($0.name, MapGuess.idNames) < 99 && $0.format == nil
        && $0.values.count * 20 > rows
    }
    return named.map { ($0, false) }
  }

  // MARK: Names that say what a column is, the surest first

  private static let timeNames = ["occurred", "opened", "created", "invoicedate", "date", "time", "reported"]
  private static let idNames = ["number", "id", "incident", "ticket", "key", "invoiceno", "case"]
  private static let updateNames = ["updated", "modified", "changed"]
  private static let codeNames = ["code", "reason", "category", "type", "subcategory", "description", "what"]
  private static let causeNames = ["root_cause", "cause", "why", "close_code", "closed_code", "resolution"]
  private static let plainNames: [(String, Set<String>)] = [
    ("team", ["assignment_group", "team", "group", "department"]),
    ("severity", ["severity", "priority"]),
    ("status", ["incident_state", "state", "status"]),
  ]

  private static func rank(_ name: String, _ names: [String]) -> Int {
    let lower = name.lowercased()
    return names.firstIndex { lower.contains($0) } ?? 99
  }

  private func rank(_ column: Column, _ names: [String]) -> Int {
    // By name, then in the file's order.
    MapGuess.rank(column.name, names) * 1000 + (header.firstIndex(of: column.name) ?? 0)
  }

  private func quoted(_ text: String) -> String { JSONValue.string(text).compactText }

  /// The file's name without its ending, as a source may be named.
  private var source: String {
    let file = path.split(separator: "/").last.map(String.init) ?? "export"
    let stem = file.split(separator: ".").first.map(String.init) ?? "export"
    let name = String(stem.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    return name.first?.isLetter == true ? name : "export-\(name)"
  }

  private mutating func findTimes() throws {
    for index in columns.indices {
      for name in MapGuess.timeFormats {
        let pattern = try TimePattern(name)
        let count = columns[index].values.reduce(0) { sum, value in
          sum + (pattern.parse(Array(value.key.utf8), zone: .utc) == nil ? 0 : value.value)
        }
        if count > columns[index].times {
          columns[index].times = count
          columns[index].format = name
        }
      }
      if columns[index].times * 10 < columns[index].filled * 9 {
        columns[index].format = nil
      }
    }
  }
}

extension MapGuess.Column {
  fileprivate mutating func note(_ text: String) {
    filled += 1
    values[text, default: 0] += 1
    if ExactDecimal(text) != nil { numbers += 1 }
  }

  /// Whether its values repeat as categories do: more than one, each often, not mostly numbers or times.
  fileprivate func isCategory(of rows: Int) -> Bool {
    format == nil && values.count > 1 && values.count * 3 <= filled && filled * 2 >= rows && numbers * 2 < filled
      && !values.keys.contains { $0.utf8.count > 120 } && Set(values.keys.map { $0.lowercased() }) != ["true", "false"]
  }
}
