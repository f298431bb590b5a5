// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Remediation

/// A column of what a statement gives. Its place is looked up once: to look for it by its name in each of a million rows takes longer than
/// to read it.
struct StoredColumn<Value: DatabaseValueConvertible & StatementColumnConvertible> {
  private let name: String
  private let place: Int

  init(_ name: String, of statement: Statement) throws {
    self.name = name
    guard let place = statement.index(ofColumn: name) else { throw LedgerError.unreadable(column: name) }
    self.place = place
  }

  /// - Throws: `LedgerError.unreadable` where the row holds something else.
  func of(_ row: Row) throws -> Value {
    do { return try row.decode(Value.self, atIndex: place) } catch { throw LedgerError.unreadable(column: name) }
  }
}

/// The columns of a record, in what a statement gives of `exceptions` joined with its source's name as `source_name`.
struct RecordColumns {
  private let source, reference, code, rawCode: StoredColumn<String>
  private let occurredAt: StoredColumn<Int64>
  private let rootCauses, rawRootCause, team, severity, status, caseReference, currency,
    deviation: StoredColumn<String?>
  private let amount, resolvedAt, updatedAt: StoredColumn<Int64?>

  init(of statement: Statement) throws {
    source = try StoredColumn("source_name", of: statement)
    reference = try StoredColumn("ref", of: statement)
    code = try StoredColumn("code", of: statement)
    rawCode = try StoredColumn("raw_code", of: statement)
    occurredAt = try StoredColumn("occurred_at", of: statement)
    rootCauses = try StoredColumn("root_causes", of: statement)
    rawRootCause = try StoredColumn("raw_root_cause", of: statement)
    team = try StoredColumn("team", of: statement)
    severity = try StoredColumn("severity", of: statement)
    status = try StoredColumn("status", of: statement)
    caseReference = try StoredColumn("case_ref", of: statement)
    amount = try StoredColumn("amount", of: statement)
    currency = try StoredColumn("currency", of: statement)
    deviation = try StoredColumn("deviation", of: statement)
    resolvedAt = try StoredColumn("resolved_at", of: statement)
    updatedAt = try StoredColumn("updated_at", of: statement)
  }

  func record(_ row: Row) throws -> ExceptionRecord {
    ExceptionRecord(
      source: try source.of(row), reference: try reference.of(row),
      occurredAt: Timestamp(milliseconds: try occurredAt.of(row)), code: try code.of(row), rawCode: try rawCode.of(row),
      rootCauses: try rootCauses.of(row)?.split(separator: " ").map(String.init) ?? [],
      rawRootCause: try rawRootCause.of(row), team: try team.of(row), severity: try severity.of(row),
      status: try status.of(row), caseReference: try caseReference.of(row), amount: try amount.of(row),
      currency: try currency.of(row), deviation: try deviation.of(row),
      resolvedAt: try resolvedAt.of(row).map(Timestamp.init(milliseconds:)),
      updatedAt: try updatedAt.of(row).map(Timestamp.init(milliseconds:)))
  }
}
