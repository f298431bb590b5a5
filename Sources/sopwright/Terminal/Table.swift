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
  private(set) var rows: TableRows

  init(_ columns: [Column]) {
    self.columns = columns
    rows = TableRows(columns: columns.count)
  }

  mutating func add(_ cells: [String]) {
    for cell in cells { rows.add(cell) }
  }

  mutating func add(_ more: TableRows) { rows.add(more) }

  var text: String { String(decoding: utf8, as: UTF8.self) }

  /// Without a line feed at the end.
  var utf8: [UInt8] {
    let widths = fittingWidths
    var head = TableRows(columns: columns.count)
    for column in columns { head.add(column.title) }
    var bytes: [UInt8] = []
    append(head, to: &bytes, widths)
    bytes = Array(Terminal.styled(String(decoding: bytes, as: UTF8.self), .dim).utf8)
    bytes.reserveCapacity(rows.count * (widths.reduce(0, +) + 2 * columns.count) + bytes.count)
    append(rows, to: &bytes, widths)
    return bytes
  }

  private var fittingWidths: [Int] {
    var widths = zip(columns, rows.widths).map { max($0.title.width, $1) }
    var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - Terminal.width
    while excess > 0 {
      let elastic = columns.indices.filter { columns[$0].isElastic && widths[$0] > 12 }
      guard let widest = elastic.max(by: { widths[$0] < widths[$1] }) else { break }
      let cut = min(excess, widths[widest] - 12)
      widths[widest] -= cut
      excess -= cut
    }
    return widths
  }

  /// Each row a line; a line feed before each but the first of all.
  private func append(_ rows: TableRows, to bytes: inout [UInt8], _ widths: [Int]) {
    rows.forEachRow { cells in
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
      let start = bytes.count
      for (index, cell) in cells.enumerated() {
        if index > 0 { bytes.append(contentsOf: [0x20, 0x20]) }
        let space = repeatElement(UInt8(ascii: " "), count: widths[index] - min(cell.width, widths[index]))
        if columns[index].isNumber { bytes.append(contentsOf: space) }
        if cell.width > widths[index] {
          let text = String(decoding: cell.text, as: UTF8.self)
          bytes.append(contentsOf: (text.prefix(widths[index] - 1) + "…").utf8)
        } else {
          bytes.append(contentsOf: cell.text)
        }
        if !columns[index].isNumber { bytes.append(contentsOf: space) }
      }
      bytes.trimEnd(backTo: start)
    }
  }
}

/// Cells of a table, row after row, in one piece of memory. Made on any thread, and joined to others.
struct TableRows: Sendable {
  /// The widest cell of each column.
  private(set) var widths: [Int]
  private var bytes: [UInt8] = []
  private var cells: [(end: Int, width: Int)] = []

  init(columns: Int) { widths = Array(repeating: 0, count: columns) }

  var count: Int { cells.count / widths.count }
  var isEmpty: Bool { cells.isEmpty }

  /// Adds the next cell of the last row, or the first of a new one; what a terminal would obey is taken out of it.
  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add($0) }
  }

  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    add { $0.append(contentsOf: text) }
  }

  /// The same, of what `write` appends.
  mutating func add(_ write: (inout [UInt8]) -> Void) {
    let start = bytes.count
    write(&bytes)
    var width = bytes.count - start
    if !bytes[start...].allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      let safe = Terminal.safe(String(decoding: bytes[start...], as: UTF8.self))
      bytes.replaceSubrange(start..., with: safe.utf8)
      width = safe.width
    }
    let column = cells.count % widths.count
    widths[column] = max(widths[column], width)
    cells.append((bytes.count, width))
  }

  mutating func add(_ more: TableRows) {
    let start = bytes.count
    bytes += more.bytes
    cells += more.cells.map { (start + $0.end, $0.width) }
    for column in widths.indices { widths[column] = max(widths[column], more.widths[column]) }
  }

  func forEachRow(_ body: ([(text: ArraySlice<UInt8>, width: Int)]) -> Void) {
    var start = 0
    var row: [(text: ArraySlice<UInt8>, width: Int)] = []
    for cell in cells {
      row.append((bytes[start..<cell.end], cell.width))
      start = cell.end
      guard row.count == widths.count else { continue }
      body(row)
      row.removeAll(keepingCapacity: true)
    }
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

extension [UInt8] {
  /// Takes white space off the end of a text that begins at `start`.
  fileprivate mutating func trimEnd(backTo start: Int) {
    while count > start, last == UInt8(ascii: " ") { removeLast() }
    // There is white space outside ASCII, too.
    guard count > start, let last, last >= 0x80 else { return }
    replaceSubrange(start..., with: String(decoding: self[start...], as: UTF8.self).trimmedEnd.utf8)
  }
}
