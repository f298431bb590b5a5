// SPDX-License-Identifier: Apache-2.0

/// Rows in aligned columns that fit the terminal: the widest column that may be cut gives way.
struct Table {
  struct Column {
    let title: String
    var isNumber = false
    /// Whether its texts may be cut where the terminal is narrow.
    var isElastic = false
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) {
    self.columns = columns
  }

  mutating func add(_ cells: [String]) {
    rows.append(cells.map(Terminal.safe))
  }

  var text: String {
    var widths = columns.indices.map { index in
      ([columns[index].title] + rows.map { $0[index] }).map(\.count).max() ?? 0
    }
    var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - Terminal.width
    while excess > 0 {
      let elastic = columns.indices.filter { columns[$0].isElastic && widths[$0] > 12 }
      guard let widest = elastic.max(by: { widths[$0] < widths[$1] }) else { break }
      let cut = min(excess, widths[widest] - 12)
      widths[widest] -= cut
      excess -= cut
    }
    let head = line(columns.map(\.title), widths)
    return ([Terminal.styled(head, .dim)] + rows.map { line($0, widths) }).joined(separator: "\n")
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = columns.indices.map { index in
      let cell = cells[index].count > widths[index] ? cells[index].prefix(widths[index] - 1) + "…" : cells[index]
      let space = String(repeating: " ", count: widths[index] - cell.count)
      return columns[index].isNumber ? space + cell : cell + space
    }
    return padded.joined(separator: "  ").trimmedEnd
  }
}

extension String {
  /// Without white space at its end.
  var trimmedEnd: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[...last])
  }
}
