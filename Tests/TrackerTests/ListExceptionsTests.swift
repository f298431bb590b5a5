// SPDX-License-Identifier: Apache-2.0

import Ledger
import Remediation
import Synchronization
import Testing

@testable import Tracker

/// Lists are written from the rows' bytes, long ones on two threads; they say what the records say.
@Suite struct ListExceptionsTests {
  @Test func aLongListIsInOrderAndSaysWhatTheRecordsSay() throws {
    let rows = (0..<9_000).map { number in
      Row(
        "row \(number) é\\", day: number * 7_919 % 300, number % 3 == 0 ? "Lost" : "Damaged",
        tags: number % 4 == 0 ? ["LATE"] : [], amount: number % 5 == 0 ? "" : "\(number % 90).05")
    }
    let test = try TestWorkspace(rows)
    for query in try queries(test) {
      var expected: [ExceptionView] = []
      try test.workspace.forEachException(query) { expected.append($0) }
      let bytes = Mutex<[UInt8]>([])
      try test.workspace.listExceptions(query, startingWith: [UInt8]()) { exception, part in
        part.append(UInt8(ascii: part.isEmpty ? " " : ","))
        exception.appendJSON(to: &part)
      } deliver: { part in
        bytes.withLock { $0 += $0.isEmpty ? part : [UInt8(ascii: ",")] + part }
      }
      let text = bytes.withLock { [UInt8(ascii: "[")] + $0 + [UInt8(ascii: "]")] }
      guard case .array(let listed) = try JSONValue(parsing: text) else {
        Issue.record("no list")
        continue
      }
      #expect(listed.count == expected.count)
      #expect(!expected.isEmpty)
      for (value, view) in zip(listed, expected) {
        #expect(value == json(of: view))
      }
      let times = expected.map(\.record.occurredAt)
      #expect(times == times.sorted())
    }
  }

  private func queries(_ test: TestWorkspace) throws -> [ExceptionQuery] {
    var ofCode = ExceptionQuery()
    ofCode.key = RecurrenceKey(.code, "LOST")
    var ofTag = ExceptionQuery()
    ofTag.key = RecurrenceKey(.rootCause, "LATE")
    var ofItem = ExceptionQuery()
    ofItem.item = try #require(try test.item(of: RecurrenceKey(.code, "LOST"))).item.id
    return [ExceptionQuery(), ofCode, ofTag, ofItem]
  }

  private func json(of view: ExceptionView) -> JSONValue {
    let record = view.record
    let amount = record.amount.flatMap { amount in
      record.currency.map { JSONValue.fields(["minor_units": .integer(amount), "currency": .string($0)]) }
    }
    let sop = view.sopInForce.map { sop in
      JSONValue.fields([
        "id": .string(sop.id), "path": .text(sop.path), "version": .int(sop.version), "commit": .text(sop.commit),
      ])
    }
    return .fields([
      "source": .string(record.source), "ref": .string(record.reference), "occurred_at": .text(record.occurredAt),
      "received_at": .text(view.receivedAt), "code": .string(record.code), "raw_code": .string(record.rawCode),
      "taxonomy_version": .int(view.taxonomyVersion), "root_causes": .array(record.rootCauses.map(JSONValue.string)),
      "team": .optional(record.team), "severity": .optional(record.severity), "status": .optional(record.status),
      "case": .optional(record.caseReference), "amount": amount ?? .null, "deviation": .optional(record.deviation),
      "resolved_at": .text(record.resolvedAt), "items": .array(view.items.map(JSONValue.text)),
      "sop_in_force": sop ?? .null, "revisions": .int(view.revisions),
      "amendment": .optional(view.amendment?.rawValue),
    ])
  }
}
