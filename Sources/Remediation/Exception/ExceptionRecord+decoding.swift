// SPDX-License-Identifier: Apache-2.0

extension ExceptionRecord {
  /// Reads what `appendCanonical` wrote: the record, and the salted digest of its personal fields. Bytes that are not in that form
  /// are refused, so that a record has one form only.
  package static func read(
    canonicalBytes bytes: [UInt8]
  ) throws(DecodingFailure) -> (record: ExceptionRecord, personal: Digest?) {
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw DecodingFailure(field: "(record)", problem: "cannot be read. \(error.sentence)")
    }
    let fields = Fields(json)
    let record = ExceptionRecord(
      source: try fields.string("source"), reference: try fields.string("ref"),
      occurredAt: try fields.time("occurred_at"), code: try fields.string("code"),
      rawCode: try fields.string("raw_code"),
      rootCauses: json["root_causes"] == nil ? [] : try fields.strings("root_causes"),
      rawRootCause: try fields.optionalString("raw_root_cause"), team: try fields.optionalString("team"),
      severity: try fields.optionalString("severity"), status: try fields.optionalString("status"),
      caseReference: try fields.optionalString("case"), amount: try fields.optionalInt("amount").map(Int64.init),
      currency: try fields.optionalString("currency"), deviation: try fields.optionalString("deviation"),
      resolvedAt: try fields.optionalTime("resolved_at"), updatedAt: try fields.optionalTime("updated_at"))
    let personal = try fields.optionalDigest("personal")
    var again: [UInt8] = []
    again.reserveCapacity(bytes.count)
    record.appendCanonical(to: &again, personal: personal)
    guard again == bytes else { throw DecodingFailure(field: "(record)", problem: "is not in canonical form") }
    guard Set(record.rootCauses).count == record.rootCauses.count else {
      throw DecodingFailure(field: "root_causes", problem: "names a tag twice")
    }
    guard (record.amount == nil) == (record.currency == nil) else {
      throw DecodingFailure(field: "currency", problem: "is there without an amount, or an amount without it")
    }
    return (record, personal)
  }
}
