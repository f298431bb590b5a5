// SPDX-License-Identifier: Apache-2.0

/// The lines of a file in JSON Lines as rows; the keys are columns, as `a.b` for the key `b` in the object `a`.
struct JSONRows: RowSource {
  let columns: BoundColumns
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
    let keys = try JSONRows.keys(of: path)
    guard !keys.isEmpty else {
      throw FileProblem(
        file: path,
        reader.bytesRead == 0
          ? "The file is empty." : "No line of the file can be read. The first: \(try JSONRows.firstFault(of: path))")
    }
    throw FileProblem(
      file: path,
      "The map reads the key \"\(absent)\", which no line of the file has. The first lines have: "
        + keys.joined(separator: ", ") + ".")
  }

  /// The first fifty keys of the first lines, as a map names them.
  private static func keys(of path: String) throws -> [String] {
    var keys: [String] = []
    let reader = try JSONLinesReader(path: path, columns: [], wantsContent: true)
    var row = JSONRecord()
    for _ in 0..<100 where keys.count < 50 {
      guard try reader.next(&row) else { break }
      for key in row.paths where !keys.contains(key) { keys.append(key) }
    }
    return Array(keys.prefix(50))
  }

  private static func firstFault(of path: String) throws -> String {
    let reader = try JSONLinesReader(path: path, columns: [], wantsContent: false)
    var row = JSONRecord()
    guard try reader.next(&row) else { return "There is none." }
    return row.fault?.sentence ?? "It has no keys."
  }
}
