// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What can be read of a row that is held back, as a person would tell it. What cannot be read stands as it is in the row.
struct LegibleRow {
  var report = ExceptionReport()
  /// What no form asks for.
  var resolvedAt: Timestamp?
  var updatedAt: Timestamp?
  var inputs: [String: String] = [:]
  /// The code as the row writes it, empty where it has none; nil where the row is cut.
  var rawCode: String?
  var rawRootCause: String?
  /// Fields of the report that the map calls personal: `team`, `severity`, `status`, `case`.
  var personal: Set<String> = []

  /// What a person tells of the row, with what only the row says. What the map calls personal stands apart, as after an import, so that it
  /// can be erased.
  func completing(_ told: ToldException) -> ToldException {
    var (record, fields) = (told.record, told.personal)
    (record.resolvedAt, record.updatedAt) = (resolvedAt, updatedAt)
    if let rawCode { (record.rawCode, record.rawRootCause) = (rawCode, rawRootCause) }
    func plain(_ name: String, _ text: String?) -> String? {
      guard personal.contains(name) else { return text }
      if let text { fields.set(name, text) }
      return nil
    }
    record.team = plain("team", record.team)
    record.severity = plain("severity", record.severity)
    record.status = plain("status", record.status)
    record.caseReference = plain("case", record.caseReference)
    for (column, value) in inputs { fields.setInput(column, value) }
    return ToldException(record: record, personal: fields, reference: told.reference)
  }
}

extension RowReader {
  /// Each field for itself, so that one which is wrong hides no other.
  mutating func legible(_ row: some ExportRow) -> LegibleRow {
    var legible = LegibleRow()
    legible.personal = personalFields
    guard (try? checkShape(row)) != nil else { return legible }  // of a row that is cut nothing can be known
    legible.report = told(row)
    legible.resolvedAt = try? columns.resolvedAt.flatMap { column in
      try map.resolvedAt.flatMap { try time(column, $0, row, "resolved_at") }
    }
    legible.updatedAt = try? updatedAt(row)
    legible.rawCode = ((try? rawCode(row)) ?? nil) ?? ""
    legible.rawRootCause = (try? rawRootCause(row)) ?? nil
    for column in columns.inputs {
      if let text = text(column, row) { legible.inputs[column.name] = text }
    }
    return legible
  }

  private mutating func told(_ row: some ExportRow) -> ExceptionReport {
    var report = ExceptionReport()
    if hasIdentity { report.reference = try? reference(row) }
    let time = try? time(columns.occurredAt, map.occurredAt, row, "occurred_at")
    report.occurredAt = time?.description ?? text(columns.occurredAt, row)
    report.code = (try? code(row).id) ?? columns.code.compactMap { text($0, row) }.joined(separator: map.code.join)
    // Before any entry was retired, where nobody knows when: then the tags are as the row says.
    report.rootCauses = (try? rootCauses(row, at: time ?? Timestamp(seconds: 0)).ids) ?? []
    if let money = try? money(row) {
      report.amount = Words.money(money.minorUnits, money.currency.code).split(separator: " ").first.map(String.init)
      report.currency = money.currency.code
    } else {
      (report.amount, report.currency) = (text(columns.amount, row), text(columns.currency, row))
    }
    report.deviation = (try? deviation(row)) ?? text(columns.deviation, row)
    (report.team, report.severity) = (text(columns.team, row), text(columns.severity, row))
    (report.status, report.caseReference) = (text(columns.status, row), text(columns.caseReference, row))
    func personal(_ name: String) -> String? {
      columns.alwaysPersonal.first { $0.0 == name }.flatMap { text($0.1, row) }
    }
    (report.requester, report.approver) = (personal("requester"), personal("approver"))
    report.rationale = personal("rationale")
    return report
  }

  /// Nil where it is missing, or no text in the map's encoding.
  private func text(_ column: BoundColumn?, _ row: some ExportRow) -> String? {
    guard let column else { return nil }
    return (try? value(column, row)) ?? nil
  }
}
