// SPDX-License-Identifier: Apache-2.0

internal import Ledger
internal import Remediation

/// Why a row was held back.
struct RowProblem: Error {
  let field: String
  let reason: String
  /// The file ends in the middle of the row.
  var isCut = false
}

/// Makes exceptions out of the rows of one file, as its map says. The columns are looked up once, in `init`.
struct RowReader {
  let map: ExportMap
  let columns: BoundColumns
  private let missing: MissingValues
  private var codes: KeyResolver
  private var rootCauses: KeyResolver?
  private let retired: RetiredEntries?
  /// What occurred later is held back; nil where nobody asks.
  private let latest: Timestamp?
  var currencies: [String: Currency] = [:]
  /// How often a row's content was seen, where rows have no id.
  private var ordinals: [Digest: Int] = [:]

  /// - Parameters:
  ///   - zone: in which a retirement's date begins.
  ///   - latest: what occurred later is held back; nil where nobody asks.
  init(map: ExportMap, columns: BoundColumns, taxonomy: Taxonomy?, zone: Zone, latest: Timestamp? = nil) {
    self.map = map
    self.columns = columns
    missing = MissingValues(map.missing)
    codes = KeyResolver(map.code, entries: taxonomy?.codes)
    rootCauses = map.rootCause.map { KeyResolver($0, entries: taxonomy?.rootCauses) }
    retired = taxonomy.map { RetiredEntries($0, zone: zone) }
    self.latest = latest
  }

  // MARK: Identity

  /// - Throws: `RowProblem` where the row cannot be one of this file.
  func checkShape(_ row: some ExportRow) throws(RowProblem) {
    try row.checkShape(columns)
  }

  var hasIdentity: Bool { !map.id.isEmpty }

  /// The reference of a row that has an id.
  /// - Throws: `RowProblem` where a part of it is missing.
  func reference(_ row: some ExportRow) throws(RowProblem) -> String {
    var parts: [String] = []
    for column in columns.id {
      guard let part = try value(column, row) else {
        throw RowProblem(field: column.name, reason: "The id is missing. A row without it cannot be told from others.")
      }
      parts.append(part)
    }
    let reference =
      parts.count == 1
      ? parts[0] : parts.map { $0.replacing("%", with: "%25").replacing("/", with: "%2F") }.joined(separator: "/")
    guard reference.utf8.count <= ExceptionRecord.longestReference else {
      throw RowProblem(
        field: map.id.joined(separator: ", "),
        reason:
          "The id \(reference.quoted) is longer than \(ExceptionRecord.longestReference) bytes. Does the map name the "
          + "column of the id?")
    }
    return reference
  }

  /// What the map reads of a row, as a fingerprint: two rows with the same one say the same.
  func content(_ row: some ExportRow) -> Fingerprint {
    Fingerprint { feed in
      for column in columns.used {
        for place in row.places(of: column) { row.withField(place) { feed(UnsafeRawBufferPointer($0)) } }
        feed(UnsafeRawBufferPointer(start: nil, count: 0))
      }
    }
  }

  /// When the row says that it was changed last; nil where the map does not ask.
  func updatedAt(_ row: some ExportRow) throws(RowProblem) -> Timestamp? {
    guard let column = columns.updatedAt, let format = map.updatedAt else { return nil }
    return try time(column, format, row, "updated_at")
  }

  // MARK: The record

  /// - Throws: `RowProblem`, naming the field and what to do.
  mutating func record(_ row: some ExportRow) throws(RowProblem) -> ReceivedRecord {
    guard let occurredAt = try time(columns.occurredAt, map.occurredAt, row, "occurred_at") else {
      throw RowProblem(field: map.occurredAt.column, reason: "The time at which it occurred is missing.")
    }
    try mustHaveHappened(occurredAt, row)
    let (known, rawCode) = try code(row)
    let code = try inForce(RecurrenceKey(.code, known), at: occurredAt, map.code)
    var record = ExceptionRecord(
      source: map.source, reference: try hasIdentity ? reference(row) : contentReference(row), occurredAt: occurredAt,
      code: code, rawCode: rawCode)
    (record.rootCauses, record.rawRootCause) = try rootCauses(row, at: occurredAt)
    var personal = PersonalFields()
    record.team = try plain(columns.team, "team", row, &personal)
    record.severity = try plain(columns.severity, "severity", row, &personal)
    record.status = try plain(columns.status, "status", row, &personal)
    record.caseReference = try plain(columns.caseReference, "case", row, &personal)
    record.deviation = try deviation(row)
    if let column = columns.resolvedAt, let format = map.resolvedAt {
      record.resolvedAt = try time(column, format, row, "resolved_at")
    }
    record.updatedAt = try updatedAt(row)
    if let money = try money(row) {
      record.amount = money.minorUnits
      record.currency = money.currency.code
    }
    for (name, column) in columns.alwaysPersonal {
      if let text = try value(column, row) { personal.set(name, text) }
    }
    for column in columns.inputs {
      if let text = try value(column, row) { personal.setInput(column.name, text) }
    }
    return ReceivedRecord(record: record, personal: personal, line: row.line)
  }

  /// An exception is what happened. Clocks and zones may differ by a day.
  private func mustHaveHappened(_ time: Timestamp, _ row: some ExportRow) throws(RowProblem) {
    guard let latest, time > latest else { return }
    let text = try value(columns.occurredAt, row) ?? ""
    throw RowProblem(
      field: columns.occurredAt.name,
      reason:
        "\(text.quoted), read as \"\(time)\", is more than a day in the future, and an exception is what happened. Correct "
        + "it where it comes from, or the format or zone of occurred_at in the map; then import the file again.")
  }

  /// The value of a plain field; nil where it is missing, or personal and so moved there.
  private func plain(
    _ column: BoundColumn?, _ name: String, _ row: some ExportRow, _ personal: inout PersonalFields
  ) throws(RowProblem) -> String? {
    guard let column, let text = try value(column, row) else { return nil }
    guard isPersonal(column, name) else { return text }
    personal.set(name, text)
    return nil
  }

  private func isPersonal(_ column: BoundColumn?, _ name: String) -> Bool {
    column?.isPersonal == true || map.personal.contains(name)
  }

  /// The plain fields that are personal by this map, whatever a row says.
  var personalFields: Set<String> {
    let plain = [
      ("team", columns.team), ("severity", columns.severity), ("status", columns.status),
      ("case", columns.caseReference),
    ]
    return Set(plain.filter { isPersonal($1, $0) }.map(\.0))
  }

  /// The code as the row writes it; nil where it has none.
  func rawCode(_ row: some ExportRow) throws(RowProblem) -> String? {
    var raw: String?
    for column in columns.code {
      guard let part = try value(column, row) else { continue }
      raw = raw.map { $0 + map.code.join + part } ?? part
    }
    return raw
  }

  mutating func code(_ row: some ExportRow) throws(RowProblem) -> (id: String, raw: String) {
    let raw = try rawCode(row)
    if case .id(let id) = codes.resolve(raw) { return (id, raw ?? "") }
    let field = map.code.columns.joined(separator: map.code.join)
    guard let raw else {
      throw RowProblem(
        field: field, reason: "The code is missing. Name one for such rows in the map: otherwise: OTHER.")
    }
    throw RowProblem(
      field: field,
      reason: "The code \(raw.quoted) is not in the taxonomy in force. Add it under values in the map, or to "
        + "taxonomy/codes.yaml and adopt that; then import the file again.")
  }

  /// The id to record: the heir's, where the entry was retired before the exception occurred.
  private func inForce(
    _ key: RecurrenceKey, at time: Timestamp, _ column: ExportMap.KeyColumn
  ) throws(RowProblem) -> String {
    switch retired?.successor(of: key, at: time) {
    case nil: return key.value
    case .heir(let heir): return heir
    case .undecided(let heirs):
      throw RowProblem(
        field: column.columns.joined(separator: column.join),
        reason: Rejection.retiredEntry(key, heirs: heirs).sentence
          + " Correct it under values in the map, then import the file again.")
    }
  }

  mutating func rootCauses(
    _ row: some ExportRow, at time: Timestamp
  ) throws(RowProblem) -> (ids: [String], raw: String?) {
    guard let column = map.rootCause, rootCauses != nil else { return ([], nil) }
    let values = try rawRootCauses(row)
    guard !values.isEmpty else {
      if column.otherwise != nil, case .id(let id)? = rootCauses?.resolve(nil) {
        return ([try inForce(RecurrenceKey(.rootCause, id), at: time, column)], nil)
      }
      return ([], nil)
    }
    var ids: [String] = []
    for value in values {
      guard case .id(let id)? = rootCauses?.resolve(value) else {
        throw RowProblem(
          field: column.columns.joined(separator: ", "),
          reason:
            "The root-cause tag \(value.quoted) is not in the taxonomy in force. Add it under values in the map, or "
            + "to taxonomy/root_causes.yaml and adopt that; then import the file again.")
      }
      let tag = try inForce(RecurrenceKey(.rootCause, id), at: time, column)
      if !ids.contains(tag) { ids.append(tag) }
    }
    return (ids, joined(values))
  }

  /// The tags as the row writes them, in its order.
  private func rawRootCauses(_ row: some ExportRow) throws(RowProblem) -> [String] {
    guard let column = map.rootCause else { return [] }
    var values: [String] = []
    for bound in columns.rootCause {
      for place in row.places(of: bound) {
        guard let text = try value(at: place, row, bound.name) else { continue }
        if let split = column.split {
          values += text.split(separator: split).map { String($0).trimmed }.filter { !missing.contains($0) }
        } else {
          values.append(text)
        }
      }
    }
    return values
  }

  /// The tags as the row writes them, in one text; nil where it has none.
  func rawRootCause(_ row: some ExportRow) throws(RowProblem) -> String? { joined(try rawRootCauses(row)) }

  private func joined(_ tags: [String]) -> String? {
    tags.isEmpty ? nil : tags.joined(separator: map.rootCause?.split ?? ", ")
  }

  /// The reference of a row without id: what it says, and how often the file said it before.
  private mutating func contentReference(_ row: some ExportRow) -> String {
    var bytes: [UInt8] = []
    row.appendContent(to: &bytes, columns)
    let digest = MerkleTree.sha256(bytes)
    ordinals[digest, default: 0] += 1
    return "\(digest.description.prefix(32))-\(ordinals[digest] ?? 1)"
  }

  // MARK: Values

  func time(
    _ column: BoundColumn, _ format: ExportMap.TimeColumn, _ row: some ExportRow, _ name: String
  ) throws(RowProblem) -> Timestamp? {
    for place in row.places(of: column) {
      let time: Timestamp? = row.withField(place) { bytes in
        for pattern in format.formats {
          if let time = pattern.parse(bytes, zone: format.zone) { return time }
        }
        return nil
      }
      if let time { return time }
    }
    guard let text = try value(column, row) else { return nil }
    throw RowProblem(
      field: column.name,
      reason:
        "\(text.quoted) is not a time as the map's \(name) writes it, or there is no such day. Add its format to the map, or "
        + "correct the row where it comes from."
    )
  }

  /// The first value of a column that is not missing, trimmed.
  func value(_ column: BoundColumn, _ row: some ExportRow) throws(RowProblem) -> String? {
    for place in row.places(of: column) {
      if let text = try value(at: place, row, column.name) { return text }
    }
    return nil
  }

  private func value(at place: Int, _ row: some ExportRow, _ column: String) throws(RowProblem) -> String? {
    guard let text = row.text(place, map.encoding)?.trimmed else {
      throw RowProblem(
        field: column, reason: "The text is not UTF-8. Name the file's encoding in the map, as: encoding: windows-1252."
      )
    }
    return missing.contains(text) ? nil : text
  }
}
