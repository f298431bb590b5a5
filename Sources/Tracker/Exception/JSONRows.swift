// SPDX-License-Identifier: Apache-2.0

/// The lines of a file in JSON Lines as rows; the keys are columns, as `a.b` for the key `b` in the object `a`.
struct JSONRows: RowSource {
  let columns: BoundColumns
  let header: [UInt8]? = nil
  private let reader: JSONLinesReader
  private let names: [String]
  private let map: ExportMap
  private let path: String

  /// - Throws: `FileProblem` where the map wants an encoding that JSON does not have.
  init(path: String, map: ExportMap, tap: ((UnsafeRawBufferPointer) -> Void)?) throws {
    guard map.encoding == .utf8 else {
      throw FileProblem(
        file: path, "JSON is always UTF-8, and the map says \(map.encoding.rawValue). Take encoding out of the map.")
    }
    var names: [String] = []
    for column in map.columns where !names.contains(column) { names.append(column) }
    self.names = names
    self.map = map
    self.path = path
    columns = BoundColumns(map: map, count: names.count) { column in names.firstIndex(of: column).map { [$0] } ?? [] }
    reader = try JSONLinesReader(path: path, columns: names, wantsContent: map.id.isEmpty, tap: tap)
  }

  var bytesRead: Int64 { reader.bytesRead }
  var fileSize: Int64 { reader.fileSize }

  func next(_ row: inout JSONRecord) throws -> Bool { try reader.next(&row) }

  /// A key may be absent from any line. But where id, time or code are nowhere in the file, the map is not meant for it.
  func checkWhole() throws {
    let occurring = Set(zip(names, reader.occurs).filter(\.1).map(\.0))
    let absent =
      (map.id + [map.occurredAt.column]).first { !occurring.contains($0) }
      ?? (map.code.columns.contains(where: occurring.contains) ? nil : map.code.columns.joined(separator: ", "))
    guard let absent else { return }
    guard reader.bytesRead > 0 else { throw FileProblem(file: path, "The file is empty. Export it again.") }
    let (keys, fault) = try JSONRows.head(of: path)
    let problem =
      keys.isEmpty
      ? "No line of the file can be read."
      : "The map reads the key \"\(absent)\", which no line of the file has. The first lines have: "
        + keys.joined(separator: ", ") + "."
    throw FileProblem(
      file: path, problem + (fault.map { " Line \($0.line) cannot be read. \($0.fault.sentence)" } ?? ""))
  }

  /// Of the first hundred lines, the first fifty keys as a map names them, and the first line that cannot be read.
  private static func head(of path: String) throws -> (keys: [String], fault: (line: Int, fault: JSONFault)?) {
    let reader = try JSONLinesReader(path: path, columns: [], wantsContent: true)
    var row = JSONRecord()
    var keys: [String] = []
    var fault: (line: Int, fault: JSONFault)?
    for _ in 0..<100 {
      guard try reader.next(&row) else { break }
      if fault == nil { fault = row.fault.map { (row.line, $0) } }
      for key in row.paths where keys.count < 50 && !keys.contains(key) { keys.append(key) }
    }
    return (keys, fault)
  }
}
