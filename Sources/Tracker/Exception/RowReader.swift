// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// Why a row was held back.
struct RowProblem: Error {
  let field: String
  let reason: String
}

/// Makes exceptions out of the rows of one file, as its map says.
struct RowReader {
  private let map: ExportMap
  private let header: [String]
  private let columns: [String: [Int]]
  private var codes: KeyResolver
  private var rootCauses: KeyResolver?
  /// How often a row's content was seen, where rows have no id.
  private var ordinals: [Digest: Int] = [:]

  /// - Throws: `FileProblem` where the file lacks a column of the map.
  init(map: ExportMap, header: CSVRecord, file: String, taxonomy: Taxonomy?) throws {
    self.map = map
    self.header = try (0..<header.count).map { index in
      guard let name = RowReader.text(header, index, map.encoding) else {
        throw FileProblem(file: file, line: 1, "The header is not UTF-8. Name its encoding in the map.")
      }
      return name
    }
    var columns: [String: [Int]] = [:]
    for (index, name) in self.header.enumerated() { columns[name, default: []].append(index) }
    self.columns = columns
    if let absent = map.columns.first(where: { columns[$0] == nil }) {
      throw FileProblem(
        file: file, line: 1,
        "The map reads the column \"\(absent)\", which the file does not have. It has: "
          + self.header.joined(separator: ", ") + ".")
    }
    codes = KeyResolver(map.code, entries: taxonomy?.codes)
    rootCauses = map.rootCause.map { KeyResolver($0, entries: taxonomy?.rootCauses) }
  }

  // MARK: Shape and identity

  /// - Throws: `RowProblem` where the row cannot be one of this file.
  func checkShape(_ row: CSVRecord) throws(RowProblem) {
    if row.isCutInQuotes && row.lastLine > row.line + 20 {
      throw RowProblem(
        field: "(row)",
        reason: "A quotation mark that opens in this row is not closed before the file ends in line \(row.lastLine). Close it, "
          + "or export the file again, whole.")
    }
    if row.isCutInQuotes || !row.endsWithNewline && row.count < header.count {
      throw RowProblem(field: "(row)", reason: "The file ends in the middle of this row. Export it again, whole.")
    }
    if row.isTooLong {
      throw RowProblem(field: "(row)", reason: "The row is too long. Is a quotation mark not closed?")
    }
    if row.hasNUL { throw RowProblem(field: "(row)", reason: "The row holds a NUL byte. Export it again.") }
    if row.count > header.count, (header.count..<row.count).contains(where: { !row.bytes($0).isEmpty }) {
      throw RowProblem(
        field: "(row)",
        reason: "The row has \(row.count) fields and the header \(header.count). Is a delimiter not in quotes?")
    }
    if row.count < header.count {
      throw RowProblem(
        field: "(row)",
        reason: "The row has \(row.count) fields and the header \(header.count). Is a line end not in quotes?")
    }
  }

  var hasIdentity: Bool { !map.id.isEmpty }

  /// The reference of a row that has an id.
  /// - Throws: `RowProblem` where a part of it is missing.
  func reference(_ row: CSVRecord) throws(RowProblem) -> String {
    var parts: [String] = []
    for column in map.id {
      guard let part = try value(column, row) else {
        throw RowProblem(field: column, reason: "The id is missing. A row without it cannot be told from others.")
      }
      parts.append(part)
    }
    guard parts.count > 1 else { return parts.first ?? "" }
    return parts.map { $0.replacing("%", with: "%25").replacing("/", with: "%2F") }.joined(separator: "/")
  }

  /// Digest of what the map reads of a row: two rows with the same one say the same.
  func contentDigest(_ row: CSVRecord) -> Digest {
    var bytes: [UInt8] = []
    for column in map.columns {
      for index in columns[column] ?? [] {
        bytes.append(contentsOf: row.bytes(index))
        bytes.append(0)
      }
    }
    return MerkleTree.sha256(bytes)
  }

  /// When the row says that it was changed last; nil where the map does not ask.
  func updatedAt(_ row: CSVRecord) throws(RowProblem) -> Timestamp? {
    guard let column = map.updatedAt else { return nil }
    return try time(column, row, "updated_at")
  }

  // MARK: The record

  /// - Throws: `RowProblem`, naming the field and what to do.
  mutating func record(_ row: CSVRecord) throws(RowProblem) -> ReceivedRecord {
    guard let occurredAt = try time(map.occurredAt, row, "occurred_at") else {
      throw RowProblem(field: map.occurredAt.column, reason: "The time at which it occurred is missing.")
    }
    let (code, rawCode) = try code(row)
    var record = ExceptionRecord(
      source: map.source, reference: try hasIdentity ? reference(row) : contentReference(row), occurredAt: occurredAt,
      code: code, rawCode: rawCode)
    (record.rootCauses, record.rawRootCause) = try rootCauses(row)
    var personal = PersonalFields()
    func plain(_ column: String?, _ name: String) throws(RowProblem) -> String? {
      guard let column, let text = try value(column, row) else { return nil }
      guard map.personal.contains(column) || map.personal.contains(name) else { return text }
      personal.fields[name] = text
      return nil
    }
    record.team = try plain(map.team, "team")
    record.severity = try plain(map.severity, "severity")
    record.status = try plain(map.status, "status")
    record.caseReference = try plain(map.caseReference, "case")
    record.deviation = try deviation(row)
    record.resolvedAt = try map.resolvedAt.flatMap { column throws(RowProblem) in
      try time(column, row, "resolved_at")
    }
    record.updatedAt = try updatedAt(row)
    if let money = try money(row) {
      record.amount = money.minorUnits
      record.currency = money.currency.code
    }
    for (name, column) in [("requester", map.requester), ("approver", map.approver), ("rationale", map.rationale)] {
      if let column, let text = try value(column, row) { personal.fields[name] = text }
    }
    for column in map.inputs {
      if let text = try value(column, row) { personal.inputs[column] = text }
    }
    return ReceivedRecord(record: record, personal: personal, line: row.line)
  }

  private mutating func code(_ row: CSVRecord) throws(RowProblem) -> (id: String, raw: String) {
    var parts: [String] = []
    for column in map.code.columns {
      if let part = try value(column, row) { parts.append(part) }
    }
    let raw = parts.isEmpty ? nil : parts.joined(separator: map.code.join)
    if case .id(let id) = codes.resolve(raw) { return (id, raw ?? "") }
    let field = map.code.columns.joined(separator: map.code.join)
    guard let raw else {
      throw RowProblem(field: field, reason: "The code is missing. Name one for such rows in the map: otherwise: OTHER.")
    }
    throw RowProblem(
      field: field,
      reason: "The code \"\(raw)\" is not in the taxonomy in force. Add it under values in the map, or to "
        + "taxonomy/codes.yaml and adopt that; then import the file again.")
  }

  private mutating func rootCauses(_ row: CSVRecord) throws(RowProblem) -> (ids: [String], raw: String?) {
    guard let column = map.rootCause, rootCauses != nil else { return ([], nil) }
    var values: [String] = []
    for name in column.columns {
      for index in columns[name] ?? [] {
        guard let text = try value(at: index, row, name) else { continue }
        values += column.split.map { text.split(separator: $0).map(String.init) } ?? [text]
      }
    }
    values = values.map(\.trimmed).filter { !map.missing.contains($0) }
    guard !values.isEmpty else {
      if column.otherwise != nil, case .id(let id)? = rootCauses?.resolve(nil) { return ([id], nil) }
      return ([], nil)
    }
    var ids: [String] = []
    for value in values {
      guard case .id(let id)? = rootCauses?.resolve(value) else {
        throw RowProblem(
          field: column.columns.joined(separator: ", "),
          reason: "The root-cause tag \"\(value)\" is not in the taxonomy in force. Add it under values in the map, or "
            + "to taxonomy/root_causes.yaml and adopt that; then import the file again.")
      }
      if !ids.contains(id) { ids.append(id) }
    }
    return (ids, values.joined(separator: column.split ?? ", "))
  }

  /// The reference of a row without id: what it says, and how often the file said it before.
  private mutating func contentReference(_ row: CSVRecord) -> String {
    var bytes: [UInt8] = []
    for index in 0..<header.count {
      bytes.append(contentsOf: row.bytes(index))
      bytes.append(0x1F)
    }
    let digest = MerkleTree.sha256(bytes)
    ordinals[digest, default: 0] += 1
    return "\(digest.description.prefix(32))-\(ordinals[digest] ?? 1)"
  }

  // MARK: Values

  private func deviation(_ row: CSVRecord) throws(RowProblem) -> String? {
    guard let column = map.deviation, let text = try value(column, row) else { return nil }
    let digits = text.hasSuffix("%") ? String(text.dropLast()).trimmed : text
    guard let number = ExactDecimal(digits) else {
      throw RowProblem(field: column, reason: "\"\(text)\" is not a number of percent, as 12.5.")
    }
    return number.description
  }

  private func money(_ row: CSVRecord) throws(RowProblem) -> Money? {
    guard let amount = map.amount, let text = try value(amount.column, row) else { return nil }
    func number(_ text: String, _ column: String) throws(RowProblem) -> ExactDecimal {
      guard let number = ExactDecimal(Array(text.utf8), decimalSeparator: amount.decimalSeparator) else {
        throw RowProblem(field: column, reason: "\"\(text)\" is not an amount. Does the map name the right decimal sign?")
      }
      return number
    }
    var value = try number(text, amount.column)
    if let times = amount.times {
      guard let factor = try self.value(times, row) else { return nil }
      guard let product = value.times(try number(factor, times)) else {
        throw RowProblem(field: amount.column, reason: "The amount is too large.")
      }
      value = product
    }
    let currency: Currency
    switch amount.currency {
    case .fixed(let fixed): currency = fixed
    case .column(let column):
      guard let text = try self.value(column, row), let named = Currency(text) else {
        throw RowProblem(field: column, reason: "The amount has no currency of three letters, as EUR.")
      }
      currency = named
    }
    guard let units = value.minorUnits(exponent: amount.unit == .minor ? 0 : currency.exponent),
      units.magnitude < 1 << 53
    else { throw RowProblem(field: amount.column, reason: "The amount is too large.") }
    switch amount.sign {
    case .asIs: return Money(minorUnits: units, currency: currency)
    case .absolute: return Money(minorUnits: abs(units), currency: currency)
    case .negated: return Money(minorUnits: -units, currency: currency)
    }
  }

  private func time(
    _ column: ExportMap.TimeColumn, _ row: CSVRecord, _ name: String
  ) throws(RowProblem) -> Timestamp? {
    for index in columns[column.column] ?? [] {
      let time: Timestamp? = row.withField(index) { bytes in
        for format in column.formats {
          if let time = format.parse(bytes, zone: column.zone) { return time }
        }
        return nil
      }
      if let time { return time }
    }
    guard let text = try value(column.column, row) else { return nil }
    throw RowProblem(
      field: column.column, reason: "\"\(text)\" is not a time as the map's \(name) writes it. Add its format to the map.")
  }

  /// The first value of a column that is not missing, trimmed.
  private func value(_ column: String, _ row: CSVRecord) throws(RowProblem) -> String? {
    for index in columns[column] ?? [] {
      if let text = try value(at: index, row, column) { return text }
    }
    return nil
  }

  private func value(at index: Int, _ row: CSVRecord, _ column: String) throws(RowProblem) -> String? {
    guard let text = RowReader.text(row, index, map.encoding)?.trimmed else {
      throw RowProblem(
        field: column, reason: "The text is not UTF-8. Name the file's encoding in the map, as: encoding: windows-1252.")
    }
    return map.missing.contains(text) ? nil : text
  }

  private static func text(_ row: CSVRecord, _ index: Int, _ encoding: ExportMap.TextEncoding) -> String? {
    switch encoding {
    case .utf8: row.string(index)
    case .latin1, .windows1252: encoding.decode(row.bytes(index))
    }
  }
}
