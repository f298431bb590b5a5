// SPDX-License-Identifier: Apache-2.0

/// One exception as it was reported: evidence, never changed. An amendment is a new record that supersedes.
///
/// What identifies people or is free text is not in here but in `PersonalFields`, which can be erased.
package struct ExceptionRecord: Equatable, Sendable {
  /// Which system reported it, as its map names it.
  package var source: String
  /// Its id there. Source and reference together are the exception's identity.
  package var reference: String
  /// The most bytes of a reference; more is another column's text.
  package static let longestReference = 1_000
  package var occurredAt: Timestamp
  package var code: String
  /// What the export said where the code was taken from.
  package var rawCode: String
  /// Root-cause tags, each once, in the order of the export.
  package var rootCauses: [String]
  package var rawRootCause: String?
  package var team: String?
  package var severity: String?
  package var status: String?
  package var caseReference: String?
  /// In minor units of `currency`.
  package var amount: Int64?
  package var currency: String?
  /// Deviation from policy in percent, as a decimal.
  package var deviation: String?
  package var resolvedAt: Timestamp?
  /// When the reporting system last changed it.
  package var updatedAt: Timestamp?

  package init(
    source: String, reference: String, occurredAt: Timestamp, code: String, rawCode: String, rootCauses: [String] = [],
    rawRootCause: String? = nil, team: String? = nil, severity: String? = nil, status: String? = nil,
    caseReference: String? = nil, amount: Int64? = nil, currency: String? = nil, deviation: String? = nil,
    resolvedAt: Timestamp? = nil, updatedAt: Timestamp? = nil
  ) {
    self.source = source
    self.reference = reference
    self.occurredAt = occurredAt
    self.code = code
    self.rawCode = rawCode
    self.rootCauses = rootCauses
    self.rawRootCause = rawRootCause
    self.team = team
    self.severity = severity
    self.status = status
    self.caseReference = caseReference
    self.amount = amount
    self.currency = currency
    self.deviation = deviation
    self.resolvedAt = resolvedAt
    self.updatedAt = updatedAt
  }

  /// The keys under which it counts.
  package var keys: [RecurrenceKey] {
    [RecurrenceKey(.code, code)] + rootCauses.map { RecurrenceKey(.rootCause, $0) }
  }
}
