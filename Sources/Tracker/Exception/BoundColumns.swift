// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// A column of a map with its places in one file: several where a CSV header names it several times. In JSON Lines it is the
/// column's number, and each row says where its values are.
struct BoundColumn {
  let name: String
  let indexes: [Int]
  /// The map calls it personal.
  let isPersonal: Bool
}

/// The columns that a map reads, with their places in one file.
struct BoundColumns {
  /// Columns of a CSV file; of JSON Lines, those that the map reads.
  let count: Int
  let id: [BoundColumn]
  let occurredAt: BoundColumn
  let updatedAt: BoundColumn?
  let resolvedAt: BoundColumn?
  let code: [BoundColumn]
  let rootCause: [BoundColumn]
  let amount: BoundColumn?
  let times: BoundColumn?
  let currency: BoundColumn?
  let team: BoundColumn?
  let severity: BoundColumn?
  let status: BoundColumn?
  let caseReference: BoundColumn?
  let deviation: BoundColumn?
  let inputs: [BoundColumn]
  /// Fields that are personal whatever the map says, with their columns.
  let alwaysPersonal: [(String, BoundColumn)]
  /// Every column that the map reads, each once.
  let used: [BoundColumn]

  /// - Throws: `FileProblem` where the file lacks a column of the map.
  init(map: ExportMap, header: CSVRecord, file: String) throws {
    let names = try (0..<header.count).map { index in
      guard let name = map.encoding.text(header, index) else {
        throw FileProblem(file: file, line: 1, "The header is not UTF-8. Name its encoding in the map.")
      }
      return name
    }
    var known: String {
      names.prefix(40).map { String($0.prefix(40)) }.joined(separator: ", ") + (names.count > 40 ? ", …" : "")
    }
    if let absent = map.columns.first(where: { !names.contains($0) }) {
      throw FileProblem(
        file: file, line: 1,
        "The map reads the column \"\(absent)\", which the file does not have. "
          + (BoundColumns.remedy(for: file, map) ?? "It has: \(known)."))
    }
    if let stranger = map.personal.sorted().first(where: { !names.contains($0) && !ExportMap.erasable.contains($0) }) {
      throw FileProblem(
        file: file, line: 1,
        "The map calls \"\(stranger)\" personal, which is no column of the file, and none of \(ExportMap.erasable.joined(separator: ", ")). The file has: \(known)."
      )
    }
    self.init(map: map, count: header.count) { column in names.indices.filter { names[$0] == column } }
  }

  /// What to do where the file's fields seem to be separated by something else than the map says.
  private static func remedy(for file: String, _ map: ExportMap) -> String? {
    guard let delimiter = try? ExportSample.delimiter(of: file), delimiter != map.delimiter else { return nil }
    return "Its fields are separated otherwise: write \(MapGuess.line(delimiter)) into the map."
  }

  /// - Parameters:
  ///   - count: columns of the file.
  ///   - places: where a column of the map is among them.
  init(map: ExportMap, count: Int, places: (_ column: String) -> [Int]) {
    func bind(_ column: String) -> BoundColumn {
      BoundColumn(name: column, indexes: places(column), isPersonal: map.personal.contains(column))
    }
    self.count = count
    id = map.id.map(bind)
    occurredAt = bind(map.occurredAt.column)
    updatedAt = (map.updatedAt?.column).map(bind)
    resolvedAt = (map.resolvedAt?.column).map(bind)
    code = map.code.columns.map(bind)
    rootCause = (map.rootCause?.columns ?? []).map(bind)
    amount = (map.amount?.column).map(bind)
    times = (map.amount?.times).map(bind)
    if case .column(let column)? = map.amount?.currency { currency = bind(column) } else { currency = nil }
    team = map.team.map(bind)
    severity = map.severity.map(bind)
    status = map.status.map(bind)
    caseReference = map.caseReference.map(bind)
    deviation = map.deviation.map(bind)
    inputs = map.inputs.map(bind)
    alwaysPersonal = [("approver", map.approver), ("rationale", map.rationale), ("requester", map.requester)]
      .compactMap { name, column in column.map { (name, bind($0)) } }
    used = Set(map.columns).sorted().map(bind)
  }
}

extension ExportMap.TextEncoding {
  /// A field's text; nil where its bytes mean nothing in the encoding.
  func text(_ row: CSVRecord, _ index: Int) -> String? {
    switch self {
    case .utf8: row.string(index)
    case .latin1, .windows1252: decode(row.bytes(index))
    }
  }
}
