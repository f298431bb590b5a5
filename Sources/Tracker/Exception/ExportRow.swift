// SPDX-License-Identifier: Apache-2.0

/// One row of an export, whatever its format: what `RowReader` asks of it.
protocol ExportRow {
  associatedtype Places: Sequence<Int>

  /// An empty row, to be filled by its source again and again.
  init()

  /// The physical line on which the row starts; the first line of a file is 1.
  var line: Int { get }

  /// The row as it stands in the file, without its line end; of a row that is too long, the beginning.
  var raw: ArraySlice<UInt8> { get }

  /// - Throws: `RowProblem` where the row cannot be one of the file. Nothing else may be asked of such a row but `line` and `raw`.
  func checkShape(_ columns: BoundColumns) throws(RowProblem)

  /// Where the values of a column stand in this row, the first one first.
  func places(of column: BoundColumn) -> Places

  /// Calls `body` with the bytes of a value. The pointer is valid within `body` only.
  func withField<Result, Failure: Error>(
    _ place: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result

  /// A value's text; nil where its bytes mean nothing in the encoding.
  func text(_ place: Int, _ encoding: ExportMap.TextEncoding) -> String?

  /// Appends everything that the row says, also what the map does not read: what identifies a row without id.
  func appendContent(to bytes: inout [UInt8], _ columns: BoundColumns)
}

/// The rows of one file, one after the other, in memory that does not grow with the file.
protocol RowSource {
  associatedtype Row: ExportRow

  /// Opens the file. `tap` sees every byte of it once and in order, which is complete when `next` has returned false.
  /// - Throws: `FileProblem` where the file cannot be read as the map says.
  init(path: String, map: ExportMap, tap: ((UnsafeRawBufferPointer) -> Void)?) throws

  /// The header as it stands in the file; nil where the format has none.
  var header: [UInt8]? { get }

  /// The columns that the map reads.
  var columns: BoundColumns { get }

  var bytesRead: Int64 { get }
  var fileSize: Int64 { get }

  /// Fills `row` with the next row. False where there is none left.
  func next(_ row: inout Row) throws -> Bool

  /// Judges the file as a whole, when `next` has returned false.
  /// - Throws: `FileProblem` where the map cannot be meant for it.
  func checkWhole() throws
}

/// What a file is, by the ending of its name.
enum ExportFormat {
  case csv
  /// One JSON object a line.
  case jsonLines

  init(of path: String) {
    let name = path.lowercased()
    self = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") ? .jsonLines : .csv
  }
}
