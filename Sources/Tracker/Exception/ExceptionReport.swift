// SPDX-License-Identifier: Apache-2.0

package import Remediation

/// One exception as a person tells it: texts, which still have to make sense.
package struct ExceptionReport: Sendable {
  package var code = ""
  package var rootCauses: [String] = []
  /// As people write times; nil means now.
  package var occurredAt: String?
  package var amount: String?
  package var currency: String?
  package var deviation: String?
  package var team: String?
  package var severity: String?
  package var status: String?
  package var caseReference: String?
  package var requester: String?
  package var approver: String?
  package var rationale: String?
  /// The caller's own; nil asks for the next number.
  package var reference: String?

  package init() {}
}

/// Why a report makes no sense. Nothing was recorded.
package enum ReportError: Error, Equatable, Sendable {
  case noCode
  case moneyIncomplete
  case amount(String)
  case amountTooLarge(String)
  case currency(String)
  case deviation(String)

  package var sentence: String {
    switch self {
    case .noCode: "Say which exception code it is."
    case .moneyIncomplete: "An amount and its currency belong together: 12.50 and EUR."
    case .amount(let text): "The amount \"\(text)\" is no number. Write it as 12.50."
    case .amountTooLarge(let text): "The amount \"\(text)\" is too large: at most 15 digits with its cents."
    case .currency(let text): "The currency \"\(text)\" is unknown. It has three letters, as EUR."
    case .deviation(let text): "The deviation \"\(text)\" is no number. Write it in percent, as 12.5."
    }
  }
}

extension Workspace {
  /// Records what a person tells. With a reference it is idempotent; without, it gets the next number.
  /// - Throws: `ReportError`, `TimeProblem`, and what `recordException` throws.
  package func record(_ report: ExceptionReport, by caller: Caller) throws -> RecordedException {
    try record([report], by: caller)[0].get()
  }

  /// Records several in one transaction: what makes no sense is refused, and the rest is kept.
  /// - Returns: for each, in their order, what `record` would return or throw.
  package func record(
    _ reports: [ExceptionReport], by caller: Caller
  ) throws -> [Result<RecordedException, any Error>] {
    let told = reports.map { report in Result { try read(report, at: caller.now) } }
    var recorded = try recordExceptions(told.compactMap { try? $0.get() }, by: caller)[...]
    return told.map { told in
      switch told {
      case .success: recorded.removeFirst()
      case .failure(let error): .failure(error)
      }
    }
  }

  /// - Throws: `ReportError`, `TimeProblem`.
  func read(_ report: ExceptionReport, at now: Timestamp) throws -> ToldException {
    guard !report.code.isEmpty else { throw ReportError.noCode }
    var record = ExceptionRecord(
      source: "", reference: "",
      occurredAt: try report.occurredAt.map { try occurrence($0, at: now) } ?? now.wholeSecond,
      code: report.code, rawCode: report.code, rootCauses: report.rootCauses.eachOnce)
    record.team = report.team
    record.severity = report.severity
    record.status = report.status
    record.caseReference = report.caseReference
    record.deviation = try report.deviation.map { text in
      guard let number = ExactDecimal(text) else { throw ReportError.deviation(text) }
      return number.description
    }
    guard (report.amount == nil) == (report.currency == nil) else { throw ReportError.moneyIncomplete }
    if let amount = report.amount, let currency = report.currency {
      guard let known = Currency(currency) else { throw ReportError.currency(currency) }
      guard let number = ExactDecimal(amount) else {
        if case .fewerDigits = AmountRemedy(for: amount) { throw ReportError.amountTooLarge(amount) }
        throw ReportError.amount(amount)
      }
      guard let units = number.minorUnits(exponent: known.exponent), units.magnitude < 1 << 53 else {
        throw ReportError.amountTooLarge(amount)
      }
      (record.amount, record.currency) = (units, known.code)
    }
    let personal = PersonalFields(
      fields: ["requester": report.requester, "approver": report.approver, "rationale": report.rationale]
        .compactMapValues { $0 })
    return ToldException(record: record, personal: personal, reference: report.reference)
  }
}

extension [String] {
  /// Without what stands in it before.
  fileprivate var eachOnce: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

extension RecordedException {
  package var json: JSONValue {
    .fields([
      "ref": .string(reference), "new": .bool(isNew), "items_opened": .array(opened.map(JSONValue.text)),
      "items_joined": .array(joined.map(JSONValue.text)), "amended": .bool(isAmended),
    ])
  }
}
