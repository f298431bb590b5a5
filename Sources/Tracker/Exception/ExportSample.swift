// SPDX-License-Identifier: Apache-2.0

/// The rows of an export that a guess looks at: all of a small file, and of a large one those whose content has the
/// lowest hashes. So the same rows in another order give the same sample, and the same guess.
struct ExportSample {
  let path: String
  let delimiter: UInt8
  let encoding: ExportMap.TextEncoding
  /// Names of the columns; of JSON Lines, the paths of all values.
  let header: [String]
  /// Values by the header's columns, trimmed; what stands for no value as it stands.
  let rows: [[String]]
  /// Rows of the file that are whole.
  let total: Int

  static let size = 5000
  /// Values that are kept at most: of a file with thousands of columns, fewer rows.
  private static let cells = 2_000_000
  private static let longestValue = 400

  /// - Throws: `FileProblem` where there is nothing to look at.
  init(_ path: String) throws {
    switch ExportFormat(of: path) {
    case .jsonLines:
      let comma = UInt8(ascii: ",")
      guard let sample = try ExportSample(path, comma, .utf8, paths: UnmappedRows.paths(of: path)) else {
        throw FileProblem(file: path, "The text is not UTF-8. JSON always is.")
      }
      self = sample
    case .csv:
      let delimiter = try ExportSample.delimiter(of: path)
      for encoding in [ExportMap.TextEncoding.utf8, .windows1252, .latin1] {
        guard let sample = try ExportSample(path, delimiter, encoding, paths: []) else { continue }
        self = sample
        return
      }
      throw FileProblem(file: path, "The text is not UTF-8. Export it as UTF-8.")
    }
  }

  /// A row that is kept, and whether its bytes mean something in the encoding.
  private struct Kept {
    let hash: UInt64
    let values: [String]
    let isText: Bool
  }

  /// Nil where what is looked at is no text in this encoding.
  private init?(_ path: String, _ delimiter: UInt8, _ encoding: ExportMap.TextEncoding, paths: [String]) throws {
    var source = try UnmappedRows(path, delimiter: delimiter, paths: paths)
    let names: [String?]
    switch ExportFormat(of: path) {
    case .jsonLines: names = paths
    case .csv:
      guard let header = try source.header(encoding) else {
        throw FileProblem(file: path, "The file is empty. Export it again.")
      }
      names = header
    }
    let size = min(ExportSample.size, max(200, ExportSample.cells / max(names.count, 1)))
    var kept: [Kept] = []
    var limit = UInt64.max
    var count = 0
    while try source.next() {
      guard source.isWhole(columns: names.count) else { continue }
      count += 1
      let hash = ContentHash.of(source.raw)
      guard hash <= limit else { continue }
      let values = names.indices.map { source.text($0, encoding)?.trimmed.prefix(ExportSample.longestValue) }
      kept.append(Kept(hash: hash, values: values.map { String($0 ?? "") }, isText: !values.contains(nil)))
      if kept.count == 2 * size { limit = ExportSample.trim(&kept, to: size) }
    }
    _ = ExportSample.trim(&kept, to: size)
    guard !kept.isEmpty else {
      throw FileProblem(
        file: path, ExportFormat(of: path) == .csv ? "The file has a header and no rows." : "No line is a JSON object.")
    }
    guard !names.contains(nil), kept.allSatisfy(\.isText) else { return nil }
    self.path = path
    self.delimiter = delimiter
    self.encoding = encoding
    header = names.map { $0 ?? "" }
    rows = kept.map(\.values)
    total = count
  }

  /// Keeps those with the lowest hashes, in their order; returns the highest that is kept.
  private static func trim(_ kept: inout [Kept], to size: Int) -> UInt64 {
    kept.sort { $0.hash < $1.hash }
    if kept.count > size { kept.removeLast(kept.count - size) }
    return kept.last?.hash ?? .max
  }

  /// What divides the first rows into the most columns, and all of them into as many.
  static func delimiter(of path: String) throws -> UInt8 {
    var best: (delimiter: UInt8, score: Int) = (UInt8(ascii: ","), 0)
    for delimiter in ",;\t|".utf8 {
      let reader = try CSVReader(path: path, delimiter: delimiter)
      var row = CSVRecord()
      guard try reader.next(&row) else { break }
      let columns = row.count
      var (rows, alike) = (0, 0)
      while rows < 50, try reader.next(&row) {
        rows += 1
        if row.count == columns { alike += 1 }
      }
      let score = (columns - 1) * (1 + 10 * alike / max(rows, 1))
      if score > best.score { best = (delimiter, score) }
    }
    return best.delimiter
  }

  // MARK: Rows that belong together

  /// The rows of the whole file by their value in one column, for the values with the lowest hashes.
  struct Groups {
    let column: Int
    /// Values that were followed through the file; `isComplete` where those are all.
    fileprivate(set) var values = 0
    fileprivate(set) var isComplete = true
    fileprivate(set) var rows = 0
    /// Values with more than one row.
    fileprivate(set) var repeated = 0
    /// Of those, how many differ in a column.
    fileprivate(set) var differing: [Int]

    /// The share of the repeated values whose rows differ in a column.
    func varies(_ column: Int) -> Double { repeated == 0 ? 0 : Double(differing[column]) / Double(repeated) }
  }

  fileprivate struct Group {
    var rows = 0
    var firsts: [UInt64]
    var differs: [Bool]
  }

  private static let followed = 2000

  /// Follows some values of each column through the whole file, which is read once more. Memory does not grow with the
  /// file.
  func groups(of columns: [Int]) throws -> [Groups] {
    guard !columns.isEmpty else { return [] }
    let isJSON = ExportFormat(of: path) == .jsonLines
    var source = try UnmappedRows(path, delimiter: delimiter, paths: isJSON ? header : [])
    var found: [[UInt64: Group]] = columns.map { _ in [:] }
    var limits = columns.map { _ in UInt64.max }
    let size = min(ExportSample.followed, max(50, ExportSample.cells / max(header.count * columns.count, 1)))
    if !isJSON { guard try source.header(encoding) != nil else { return [] } }
    while try source.next() {
      guard source.isWhole(columns: header.count) else { continue }
      var hashes: [UInt64]?
      for (place, column) in columns.enumerated() {
        let key = ContentHash.of(source.bytes(column))
        guard key <= limits[place] else { continue }
        let all = hashes ?? header.indices.map { ContentHash.of(source.bytes($0)) }
        hashes = all
        found[place][key, default: Group(firsts: all, differs: all.map { _ in false })].add(all)
        if found[place].count == 2 * size {
          let kept = found[place].keys.sorted().prefix(size)
          limits[place] = kept.last ?? .max
          let limit = limits[place]
          found[place] = found[place].filter { $0.key <= limit }
        }
      }
    }
    return zip(columns, zip(found, limits)).map { column, found in
      var groups = Groups(column: column, differing: header.map { _ in 0 })
      groups.isComplete = found.1 == .max
      groups.values = found.0.count
      for group in found.0.values {
        groups.rows += group.rows
        guard group.rows > 1 else { continue }
        groups.repeated += 1
        for column in header.indices where group.differs[column] { groups.differing[column] += 1 }
      }
      return groups
    }
  }
}

extension ExportSample.Group {
  fileprivate mutating func add(_ hashes: [UInt64]) {
    rows += 1
    for column in firsts.indices where firsts[column] != hashes[column] { differs[column] = true }
  }
}

/// A hash that is the same in every run and on every machine, for choosing rows; not for recognizing them.
enum ContentHash {
  static func of(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      var at = 0
      func mix(_ word: UInt64) {
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
      }
      while at + 8 <= bytes.count {
        mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
        at += 8
      }
      var rest = UInt64(bytes.count) << 56
      var shift: UInt64 = 0
      while at < bytes.count {
        rest |= UInt64(bytes[at]) << shift
        shift += 8
        at += 1
      }
      mix(rest)
      mix(0x2545_F491_4F6C_DD1D)
      return hash
    }
  }
}
