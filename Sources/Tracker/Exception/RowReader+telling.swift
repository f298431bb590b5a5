// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// What can be read of a row that is held back, as a person would tell it. What cannot be read stands as it is in the row.
struct LegibleRow {
  var report = ExceptionReport()
  /// What no form asks for.
  var resolvedAt: Timestamp?
  var updatedAt: Timestamp?
  var inputs: [String: String] = [:]
}

extension RowReader {
  /// Each field for itself, so that one which is wrong hides no other.
  mutating func legible(_ row: some ExportRow) -> LegibleRow {
    var legible = LegibleRow()
    guard (try? checkShape(row)) != nil else { return legible }  // of a row that is cut nothing can be known
    legible.report = told(row)
    legible.resolvedAt = try? columns.resolvedAt.flatMap { column in
      try map.resolvedAt.flatMap { try time(column, $0, row, "resolved_at") }
    }
    legible.updatedAt = try? updatedAt(row)
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
    if let time { report.rootCauses = (try? rootCauses(row, at: time).ids) ?? [] }
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
