// SPDX-License-Identifier: Apache-2.0

/// The rows below the header of a CSV file.
struct CSVRows: RowSource {
  let columns: BoundColumns
  let header: [UInt8]?
  private let reader: CSVReader

  /// - Throws: `FileProblem` where the file is empty, has no header that can be read, or lacks a column of the map.
  init(path: String, map: ExportMap, tap: ((UnsafeRawBufferPointer) -> Void)?) throws {
    guard !path.lowercased().hasSuffix(".json") else {
      throw FileProblem(
        file: path,
        "JSON is read as JSON Lines, one object a line, from a file ending in .jsonl. Make it so, as with: "
          + "jq -c '.[]' OLD.json > NEW.jsonl")
    }
    reader = try CSVReader(path: path, delimiter: map.delimiter, tap: tap)
    var header = CSVRecord()
    guard try reader.next(&header) else { throw FileProblem(file: path, "The file is empty. Export it again.") }
    if let problem = CSVRows.problem(ofHeader: header) { throw FileProblem(file: path, line: header.line, problem) }
    columns = try BoundColumns(map: map, header: header, file: path)
    self.header = Array(header.raw)
  }

  /// Why a record can be no header; nil where it can.
  private static func problem(ofHeader header: CSVRecord) -> String? {
    if header.hasNUL {
      return "The header holds a NUL byte. If the file is UTF-16, convert it, as with: "
        + "iconv -f UTF-16 -t UTF-8 < OLD > NEW"
    }
    if header.isCutInQuotes || header.excess == .quotedField {
      return "A quotation mark in the header is not closed. Close it, or export the file again."
    }
    if header.isTooLong {
      return "The header has more than \(CSVLimits().fields) columns, or 16 MiB. Export fewer, or name the delimiter."
    }
    return nil
  }

  var bytesRead: Int64 { reader.bytesRead }
  var fileSize: Int64 { reader.fileSize }

  func next(_ row: inout CSVRecord) throws -> Bool { try reader.next(&row) }

  /// The header was looked at already.
  func checkWhole() {}
}

extension CSVRecord: ExportRow {
  func checkShape(_ columns: BoundColumns) throws(RowProblem) {
    if isCutInQuotes && lastLine > line + 20 {
      throw RowProblem(
        field: "(row)",
        reason: "A quotation mark that opens in this row is not closed before the file ends in line \(lastLine). "
          + "Close it, or export the file again, whole.", isCut: true)
    }
    if isCutInQuotes || !endsWithNewline && count < columns.count {
      throw RowProblem(
        field: "(row)", reason: "The file ends in the middle of this row. Export it again, whole.", isCut: true)
    }
    switch excess {
    case nil: break
    case .fields:
      throw RowProblem(
        field: "(row)",
        reason:
          "The row has more than \(CSVLimits().fields) fields, and the header \(columns.count). Is a line end missing?")
    case .bytes, .quotedField:
      throw RowProblem(field: "(row)", reason: "The row is too long. Is a quotation mark not closed?")
    }
    if let lateQuote {
      throw RowProblem(
        field: "(row)",
        reason:
          "A quotation mark that opens in line \(lateQuote) is closed in a later line, in the middle of a text: one is "
          + "missing, or one within a text is not written twice. Correct it where it comes from, and export it again.")
    }
    if hasNUL { throw RowProblem(field: "(row)", reason: "The row holds a NUL byte. Export it again.") }
    if count > columns.count, (columns.count..<count).contains(where: { !bytes($0).isEmpty }) {
      throw RowProblem(
        field: "(row)",
        reason: "The row has \(count) fields and the header \(columns.count), and what is too much is not empty. Is a "
          + "delimiter not in quotes? Correct the row where it comes from, and export it again.")
    }
    if count < columns.count {
      throw RowProblem(
        field: "(row)",
        reason:
          "The row has \(count) fields and the header \(columns.count). Is a line end not in quotes? Correct the row "
          + "where it comes from, and export it again.")
    }
  }

  func places(of column: BoundColumn) -> [Int] { column.indexes }

  func text(_ place: Int, _ encoding: ExportMap.TextEncoding) -> String? { encoding.text(self, place) }

  /// Fields beyond the header are empty, or the row would not have its shape, and do not count.
  func appendContent(to bytes: inout [UInt8], _ columns: BoundColumns) {
    for index in 0..<columns.count {
      bytes.append(contentsOf: self.bytes(index))
      bytes.append(0x1F)
    }
  }
}
