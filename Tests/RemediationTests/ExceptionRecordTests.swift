// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct ExceptionRecordTests {
  private static let least = ExceptionRecord(
    source: "by hand", reference: "1", occurredAt: opening, code: "RF-07", rawCode: "RF-07")

  private static let most = ExceptionRecord(
    source: "servicenow", reference: "INC0000045", occurredAt: time("2026-11-20T23:59:59.999Z"), code: "RF-07",
    rawCode: "Category 42/Subcategory \"223\"", rootCauses: ["RC-ADDRESS", "RC-FORM"], rawRootCause: "address; form",
    team: "Köln\t\\2", severity: "1 - High", status: "Closed", caseReference: "C-17/4", amount: -1250, currency: "EUR",
    deviation: "12.5", resolvedAt: opening, updatedAt: time("2026-11-22T00:00:00.001Z"))

  private static let samples: [(ExceptionRecord, Digest?)] = [
    (least, nil), (least, digest(0x70)), (most, nil), (most, digest(0x71)),
  ]

  private static func canonical(_ record: ExceptionRecord, _ personal: Digest?) -> [UInt8] {
    var bytes: [UInt8] = []
    record.appendCanonical(to: &bytes, personal: personal)
    return bytes
  }

  /// The same fields by the general encoder, in no order.
  private static func fields(_ record: ExceptionRecord, _ personal: Digest?) -> JSONValue {
    .fields([
      "updated_at": record.updatedAt.map { JSONValue.text($0) },
      "team": record.team.map(JSONValue.string),
      "status": record.status.map(JSONValue.string),
      "source": .string(record.source),
      "severity": record.severity.map(JSONValue.string),
      "root_causes": record.rootCauses.isEmpty ? nil : .array(record.rootCauses.map(JSONValue.string)),
      "resolved_at": record.resolvedAt.map { JSONValue.text($0) },
      "ref": .string(record.reference),
      "raw_root_cause": record.rawRootCause.map(JSONValue.string),
      "raw_code": .string(record.rawCode),
      "personal": personal.map { JSONValue.text($0) },
      "occurred_at": .text(record.occurredAt),
      "deviation": record.deviation.map(JSONValue.string),
      "currency": record.currency.map(JSONValue.string),
      "code": .string(record.code),
      "case": record.caseReference.map(JSONValue.string),
      "amount": record.amount.map(JSONValue.integer),
    ])
  }

  @Test func theBytesAreThoseOfTheGoldenFile() throws {
    let made = Self.samples.map { Self.canonical($0, $1) }
    let lines = try Golden("records.jsonl").lines(comparedWith: made)
    #expect(lines.map { String(decoding: $0, as: UTF8.self) } == made.map { String(decoding: $0, as: UTF8.self) })
    #expect(lines == made)
  }

  @Test func theGeneralEncoderWritesTheSameBytes() throws {
    var seed = Seed("exception records")
    for _ in 0..<1000 {
      let record = randomRecord(&seed)
      let personal = seed.chance(50) ? digest(UInt8(seed.number(0...255))) : nil
      let bytes = Self.canonical(record, personal)
      #expect(bytes == Self.fields(record, personal).canonicalBytes, "\(seed)")
      #expect(try JSONValue(parsing: bytes).canonicalBytes == bytes, "\(seed)")
    }
  }

  private func randomRecord(_ seed: inout Seed) -> ExceptionRecord {
    func text() -> String? { seed.chance(50) ? seed.text(upTo: 10) : nil }
    func instant() -> Timestamp {
      let second = Int64(seed.number(-62_135_596_800...253_402_300_799))
      return Timestamp(milliseconds: second * 1000 + (seed.chance(50) ? Int64(seed.number(0...999)) : 0))
    }
    return ExceptionRecord(
      source: seed.text(upTo: 8), reference: seed.text(upTo: 8), occurredAt: instant(), code: seed.text(upTo: 8),
      rawCode: seed.text(upTo: 8), rootCauses: (0..<seed.number(0...3)).map { _ in seed.text(upTo: 6) },
      rawRootCause: text(), team: text(), severity: text(), status: text(), caseReference: text(),
      amount: seed.chance(50) ? Int64(seed.number(-9_007_199_254_740_991...9_007_199_254_740_991)) : nil,
      currency: text(), deviation: text(), resolvedAt: seed.chance(50) ? instant() : nil,
      updatedAt: seed.chance(50) ? instant() : nil)
  }

  /// What no import writes is read by nothing: in packs it would be counted twice, or in no currency.
  @Test func aRecordOfATagTwiceOrOfHalfAnAmountIsRefused() throws {
    #expect(try ExceptionRecord.read(canonicalBytes: Self.canonical(Self.most, nil)).record == Self.most)
    var records = Array(repeating: Self.most, count: 3)
    records[0].rootCauses.append(records[0].rootCauses[0])
    records[1].currency = nil
    records[2].amount = nil
    for record in records {
      #expect(throws: DecodingFailure.self) {
        try ExceptionRecord.read(canonicalBytes: Self.canonical(record, nil))
      }
    }
  }

  @Test func bytesAreAppendedToWhatIsThere() {
    var bytes = Array("{".utf8)
    Self.least.appendCanonical(to: &bytes, personal: nil)
    #expect(bytes == Array("{".utf8) + Self.canonical(Self.least, nil))
  }

  @Test func everyFieldIsInTheBytes() {
    let original = Self.canonical(Self.most, digest(0x71))
    var records = Array(repeating: Self.most, count: 16)
    records[0].source += "x"
    records[1].reference += "x"
    records[2].occurredAt.milliseconds += 1
    records[3].code += "x"
    records[4].rawCode += "x"
    records[5].rootCauses.reverse()
    records[6].rawRootCause = nil
    records[7].team = nil
    records[8].severity = nil
    records[9].status = nil
    records[10].caseReference = nil
    records[11].amount = 1250
    records[12].currency = nil
    records[13].deviation = nil
    records[14].resolvedAt = nil
    records[15].updatedAt = nil
    let all = records.map { Self.canonical($0, digest(0x71)) } + [original, Self.canonical(Self.most, digest(0x72))]
    #expect(Set(all).count == all.count)
  }

  @Test func itCountsUnderItsCodeAndEachTag() {
    #expect(Self.least.keys == [duplicateCharge])
    #expect(Self.most.keys == [duplicateCharge, wrongAddress, RecurrenceKey(.rootCause, "RC-FORM")])
  }

  @Test func personalFieldsAreReadAsTheyWereWritten() throws {
    let personal = PersonalFields(
      fields: ["requester": "Zoë", "rationale": "\"we\nsaid so\""], inputs: ["contract": "17", "Übergabe": ""])
    let text = #"{"inputs":{"contract":"17","Übergabe":""},"rationale":"\"we\nsaid so\"","requester":"Zoë"}"#
    #expect(String(decoding: personal.canonicalBytes, as: UTF8.self) == text)
    #expect(try PersonalFields(json: JSONValue(parsing: personal.canonicalBytes)) == personal)
    #expect(PersonalFields().canonicalBytes == Array("{}".utf8))
    #expect(PersonalFields().isEmpty && !personal.isEmpty)
    #expect(throws: DecodingFailure.self) { try PersonalFields(json: .array([1])) }
    #expect(throws: DecodingFailure.self) { try PersonalFields(json: .fields(["requester": 1])) }
    #expect(throws: DecodingFailure.self) { try PersonalFields(json: .fields(["requester": .fields(["a": "b"])])) }
  }

  /// Names before and after "inputs", in any order, with the inputs there or absent.
  @Test func theGeneralEncoderWritesTheSamePersonalFields() throws {
    var seed = Seed("personal fields")
    for _ in 0..<500 {
      var fields: [String: String] = [:]
      var inputs: [String: String] = [:]
      let names = ["requester", "approver", "rationale", "input", "inputs2", "a", "z", "Inputs"]
      for _ in 0..<seed.number(0...4) {
        fields[seed.chance(60) ? seed.pick(names) : seed.text(upTo: 4)] = seed.text(upTo: 6)
      }
      for _ in 0..<seed.number(0...3) { inputs[seed.text(upTo: 4)] = seed.text(upTo: 6) }
      let personal = PersonalFields(fields: fields, inputs: inputs)
      func members(_ values: [String: String]) -> [JSONValue.Member] {
        values.map { JSONValue.Member(name: $0.key, value: .string($0.value)) }
      }
      let inner = inputs.isEmpty ? [] : [JSONValue.Member(name: "inputs", value: .object(members(inputs)))]
      #expect(personal.canonicalBytes == JSONValue.object(members(fields) + inner).canonicalBytes, "\(seed)")
      #expect(try PersonalFields(json: JSONValue(parsing: personal.canonicalBytes)) == personal, "\(seed)")
      #expect(personal.isEmpty == (personal.canonicalBytes == Array("{}".utf8)), "\(seed)")
      for (name, value) in fields { #expect(personal[name] == value, "\(seed)") }
    }
  }
}
