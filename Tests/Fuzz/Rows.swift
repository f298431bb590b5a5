// SPDX-License-Identifier: Apache-2.0

@testable import Tracker

/// What a reader says of a row, whatever the size of the pieces in which it reads.
private struct ReadRow: Equatable {
  var line: Int
  var raw: [UInt8]
  var fields: [[UInt8]]
  var flags: [Bool]
}

private let limits = CSVLimits(recordBytes: 200, fields: 20)

extension FuzzTarget {
  /// The first byte chooses the delimiter and the size of a piece. Read in pieces of one size or of another, the rows are
  /// the same, and no byte is lost.
  static let csv = FuzzTarget(name: "csv") { bytes in
    guard let choice = bytes.first else { return }
    let delimiter = Array(",;\t|".utf8)[Int(choice) % 4]
    let text = Array(bytes.dropFirst())
    func rows(of path: String, _ chunkSize: Int) throws -> [ReadRow] {
      var tapped: [UInt8] = []
      let reader = try CSVReader(
        path: path, delimiter: delimiter, chunkSize: chunkSize, limits: limits, tap: { tapped += $0 })
      var row = CSVRecord()
      var rows: [ReadRow] = []
      while try reader.next(&row) {
        rows.append(
          ReadRow(
            line: row.line, raw: Array(row.raw), fields: (0..<row.count).map { Array(row.bytes($0)) },
            flags: [row.isTooLong, row.hasNUL, row.endsWithNewline, row.isCutInQuotes]))
      }
      try require(tapped == text, "the tap saw other bytes than the file has")
      return rows
    }
    let small = try withFile(text) { path in
      let small = try rows(of: path, 7 + Int(choice) / 4)
      try require(small == rows(of: path, 4096), "pieces of another size give other rows")
      return small
    }
    try require(zip(small, small.dropFirst()).allSatisfy { $0.line < $1.line }, "lines do not rise")
    if !small.contains(where: { $0.flags[0] }) {
      let kept = small.reduce(0) { $0 + $1.raw.count }
      let ends = text.count { $0 == 10 || $0 == 13 }
      try require(kept + ends + 3 >= text.count, "bytes are in no row")
    }
  }

  /// The last byte chooses the size of a piece.
  static let jsonLines = FuzzTarget(name: "jsonl") { bytes in
    let columns = ["id", "a.b", "a", "list", "list.0", "x.y.z", ""]
    func rows(of path: String, _ chunkSize: Int) throws -> [ReadRow] {
      let reader = try JSONLinesReader(
        path: path, columns: columns, wantsContent: true, chunkSize: chunkSize, limits: limits)
      var row = JSONRecord()
      var rows: [ReadRow] = []
      while try reader.next(&row) {
        var fields: [[UInt8]] = []
        if row.fault == nil {
          fields = columns.indices.map { Array(row.first(ofColumn: $0)) }
          var content: [UInt8] = []
          row.appendContent(to: &content)
          fields.append(content)
          try require(fields.allSatisfy { String(validating: $0, as: UTF8.self) != nil }, "a value is no text")
        }
        rows.append(
          ReadRow(line: row.line, raw: Array(row.raw), fields: fields, flags: [row.fault == nil, row.endsWithNewline]))
      }
      return rows
    }
    let small = try withFile(bytes) { path in
      let small = try rows(of: path, 5 + Int(bytes.last ?? 0) % 64)
      try require(small == rows(of: path, 4096), "pieces of another size give other rows")
      return small
    }
    try require(zip(small, small.dropFirst()).allSatisfy { $0.line < $1.line }, "lines do not rise")
  }
}
