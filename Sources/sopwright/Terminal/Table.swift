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
      rows.reduce(columns[index].title.width) { max($0, $1[index].width) }
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
      let width = cells[index].width
      let cell = width > widths[index] ? cells[index].prefix(widths[index] - 1) + "…" : cells[index]
      let space = String(repeating: " ", count: widths[index] - min(width, widths[index]))
      return columns[index].isNumber ? space + cell : cell + space
    }
    return padded.joined(separator: "  ").trimmedEnd
  }
}

extension String {
  /// How many places it takes; quick where all of it is ASCII.
  fileprivate var width: Int { utf8.allSatisfy { $0 < 0x80 } ? utf8.count : count }

  /// Without white space at its end.
  var trimmedEnd: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[...last])
  }
}
