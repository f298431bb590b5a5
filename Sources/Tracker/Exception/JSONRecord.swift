// SPDX-License-Identifier: Apache-2.0

/// One line of a file in JSON Lines: its bytes as they stand, and where the values of the map's columns are in them.
///
/// It owns its bytes; give the same variable to `JSONLinesReader.next` again and again.
struct JSONRecord {
  fileprivate(set) var line = 0

  /// Why nothing was read of the line; nil for one that was.
  fileprivate(set) var fault: JSONFault?

  /// Whether a line end follows; false only for the last line of a file that ends without one.
  fileprivate(set) var endsWithNewline = false

  /// The line as it stands, followed by what had to be unescaped.
  private var storage: [UInt8] = []
  private var rawCount = 0
  /// Values, by column; within one, as they stand in the line.
  private var values: [JSONScan.Text] = []
  /// By column, where its values begin in `values`; one more for the end.
  private var firsts: [Int] = []
  /// Everything that the line says, as `appendContent` gives it, where it is wanted.
  private var content: [UInt8] = []

  init() {}

  /// Takes over a line of which nothing can be read. `raw` is the line, or its beginning.
  mutating func set(line: Int, raw: UnsafeBufferPointer<UInt8>, endsWithNewline: Bool, fault: JSONFault) {
    begin(line, raw, endsWithNewline, fault)
  }

  /// Takes over a line that was scanned.
  mutating func set(line: Int, raw: UnsafeBufferPointer<UInt8>, endsWithNewline: Bool, _ scan: borrowing JSONScan) {
    begin(line, raw, endsWithNewline, nil)
    storage.append(contentsOf: scan.unescapedBytes)
    firsts.removeAll(keepingCapacity: true)
    for column in scan.occurs.indices {
      firsts.append(values.count)
      for value in scan.found where value.column == column { values.append(value.text) }
    }
    firsts.append(values.count)
    if !scan.leaves.isEmpty { setContent(scan) }
  }

  private mutating func begin(
    _ line: Int, _ raw: UnsafeBufferPointer<UInt8>, _ endsWithNewline: Bool, _ fault: JSONFault?
  ) {
    self.line = line
    self.endsWithNewline = endsWithNewline
    self.fault = fault
    storage.removeAll(keepingCapacity: true)
    storage.append(contentsOf: raw)
    rawCount = raw.last == 0x0D ? raw.count - 1 : raw.count
    values.removeAll(keepingCapacity: true)
    content.removeAll(keepingCapacity: true)
  }

  /// Paths in byte order, so that neither the order of the keys nor white space matters.
  private mutating func setContent(_ scan: borrowing JSONScan) {
    var order = Array(scan.leaves.indices)
    let leaves = scan.leaves
    let paths = scan.paths
    order.sort { left, right in
      let (left, right) = (leaves[left], leaves[right])
      if paths[left.path].elementsEqual(paths[right.path]) {
        return bytes(left.text).lexicographicallyPrecedes(bytes(right.text))
      }
      return paths[left.path].lexicographicallyPrecedes(paths[right.path])
    }
    for index in order {
      content += paths[leaves[index].path]
      content.append(0x1F)
      content += bytes(leaves[index].text)
      content.append(0x1F)
    }
  }

  /// The paths of all values, in byte order, where the content is wanted.
  var paths: [String] {
    let parts = content.split(separator: 0x1F, omittingEmptySubsequences: false)
    return stride(from: 0, to: parts.count - 1, by: 2).map { String(decoding: parts[$0], as: UTF8.self) }
  }

  /// The first value of a column; empty where there is none.
  func first(ofColumn number: Int) -> ArraySlice<UInt8> {
    firsts[number] < firsts[number + 1] ? bytes(values[firsts[number]]) : []
  }

  private func bytes(_ text: JSONScan.Text) -> ArraySlice<UInt8> { storage[Int(text.start)..<Int(text.end)] }
}

extension JSONRecord: ExportRow {
  var raw: ArraySlice<UInt8> { storage[..<rawCount] }

  func checkShape(_ columns: BoundColumns) throws(RowProblem) {
    guard let fault else { return }
    if fault == .cut, !endsWithNewline {
      throw RowProblem(
        field: "(row)", reason: "The file ends in the middle of this row. Export it again, whole.", isCut: true)
    }
    throw RowProblem(field: "(row)", reason: fault.sentence)
  }

  func places(of column: BoundColumn) -> Range<Int> {
    let number = column.indexes[0]
    return firsts[number]..<firsts[number + 1]
  }

  func withField<Result, Failure: Error>(
    _ place: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let text = values[place]
    return try storage.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try body(UnsafeBufferPointer(rebasing: bytes[Int(text.start)..<Int(text.end)]))
    }
  }

  /// Never nil: the line is UTF-8, whatever encoding is asked for.
  func text(_ place: Int, _ encoding: ExportMap.TextEncoding) -> String? {
    withField(place) { String(decoding: $0, as: UTF8.self) }
  }

  func appendContent(to bytes: inout [UInt8], _ columns: BoundColumns) { appendContent(to: &bytes) }

  func appendContent(to bytes: inout [UInt8]) {
    bytes += content
  }
}
