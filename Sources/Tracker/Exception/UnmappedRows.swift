// SPDX-License-Identifier: Apache-2.0

/// The rows of an export for which there is no map yet: their columns by number, one row after the other, in memory that does not grow
/// with the file.
struct UnmappedRows {
  private enum Source {
    case csv(CSVReader)
    case jsonLines(JSONLinesReader)
  }

  /// The columns of a JSON file that has more are not told apart beyond these; no export has as many.
  static let mostPaths = 4000

  private let source: Source
  // Beside the source, so that their memory is used again for each row.
  private var csvRow = CSVRecord()
  private var jsonRow = JSONRecord()

  /// - Parameter paths: of a JSON file, the columns; see `paths(of:)`.
  /// - Throws: `CSVError` where the file cannot be read.
  init(_ path: String, delimiter: UInt8, paths: [String]) throws {
    switch ExportFormat(of: path) {
    case .csv: source = .csv(try CSVReader(path: path, delimiter: delimiter))
    case .jsonLines:
      source = .jsonLines(try JSONLinesReader(path: path, columns: paths, wantsContent: false))
    }
  }

  /// The names of the columns of a CSV file, its first row; nil for one that means nothing in the encoding. Nil where there is no row.
  mutating func header(_ encoding: ExportMap.TextEncoding) throws -> [String?]? {
    guard case .csv(let reader) = source, try reader.next(&csvRow) else { return nil }
    return (0..<csvRow.count).map { encoding.text(csvRow, $0) }
  }

  /// Every path at which a JSON file has a value, in byte order. The elements of an array are one column, where the array is.
  static func paths(of path: String) throws -> [String] {
    let reader = try JSONLinesReader(path: path, columns: [], wantsContent: true)
    var record = JSONRecord()
    var paths = JSONPaths()
    while try reader.next(&record) { paths.add(record) }
    return paths.all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Goes to the next row. False where there is none left.
  mutating func next() throws -> Bool {
    switch source {
    case .csv(let reader): try reader.next(&csvRow)
    case .jsonLines(let reader): try reader.next(&jsonRow)
    }
  }

  /// Whether anything can be asked of the row but its bytes.
  func isWhole(columns: Int) -> Bool {
    switch source {
    case .csv: !csvRow.isTooLong && !csvRow.hasNUL && !csvRow.isCutInQuotes && csvRow.count >= columns
    case .jsonLines: jsonRow.fault == nil
    }
  }

  var raw: ArraySlice<UInt8> {
    switch source {
    case .csv: csvRow.raw
    case .jsonLines: jsonRow.raw
    }
  }

  /// The value of a column, of an array the first one; nil where it means nothing in the encoding.
  func text(_ column: Int, _ encoding: ExportMap.TextEncoding) -> String? {
    switch source {
    case .csv: encoding.text(csvRow, column)
    case .jsonLines: String(decoding: jsonRow.first(ofColumn: column), as: UTF8.self)
    }
  }

  func bytes(_ column: Int) -> ArraySlice<UInt8> {
    switch source {
    case .csv: csvRow.bytes(column)
    case .jsonLines: jsonRow.first(ofColumn: column)
    }
  }
}

/// The paths at which lines of JSON have a value.
struct JSONPaths {
  /// The elements of an array are one, where the array is.
  private(set) var all: Set<String> = []
  private var seen: Set<String> = []

  mutating func add(_ record: JSONRecord) {
    for path in record.paths where seen.count < 10 * UnmappedRows.mostPaths && seen.insert(path).inserted {
      let parts = path.split(separator: ".", omittingEmptySubsequences: false)
      let named = parts.filter { Int($0) == nil }.joined(separator: ".")
      if !named.isEmpty, all.count < UnmappedRows.mostPaths { all.insert(named) }
    }
  }
}
