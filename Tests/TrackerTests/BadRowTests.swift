// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

/// Rows that were made to be misread or to be costly: held back with a short sentence, and the rows beside them are kept.
@Suite struct BadRowTests {
  private func test(map: String = TestWorkspace.map) throws -> TestWorkspace {
    try TestWorkspace([Row("a", day: 1, "Damaged"), Row("b", day: 1, "Lost", tags: ["late", "policy"])], map: map)
  }

  /// Imports the rows between two good ones, which must be kept.
  private func held(_ rows: String, in test: TestWorkspace, new: Int = 0) throws -> [(reason: String, raw: String)] {
    let good = { (id: String) in "\(id),2026-02-01T00:00:00Z,Lost,late,1.00,\n" }
    let report = try test.importText(Row.header + good("first") + rows + good("last"), after: 60)
    #expect(report.new == 2 + new)
    #expect(try test.findings().isEmpty)
    return try test.workspace.held().map { ($0.row.reason, String(decoding: $0.row.raw, as: UTF8.self)) }
  }

  /// Read to the letter, the first two rows are one with a strange code, and the second exception would be gone.
  @Test func aQuoteThatIsMissingDoesNotMakeTwoRowsOne() throws {
    let rows =
      "q1,2026-02-01,\"Lost,,,\nq2,2026-02-01,\"Lost,,,\nq3,2026-02-01,\"Lost\",,,\"two\nlines \"\"here\"\"\"\n"
    let held = try held(rows, in: test(), new: 1)
    #expect(held.map(\.raw) == ["q1,2026-02-01,\"Lost,,,\nq2,2026-02-01,\"Lost,,,"])
    #expect(held.first?.reason.hasPrefix("A quotation mark that opens in line 3 is closed in a later line") == true)
  }

  @Test(arguments: [10_001, 1_000_000]) func aRowOfFarTooManyFields(count: Int) throws {
    let held = try held("w,2026-02-01,Lost" + String(repeating: ",", count: count - 3) + "\n", in: test())
    #expect(held.map(\.reason) == ["The row has more than 10000 fields, and the header 6. Is a line end missing?"])
  }

  /// A sentence shows the beginning of a value, and the row itself is kept whole.
  @Test(arguments: [
    ("LONG,2026-02-01,Lost,late,1.00,", "is longer than 1000 bytes"), ("x,LONG,Lost,late,1.00,", "is not a time"),
    ("x,2026-02-01,LONG,late,1.00,", "is not in the taxonomy"),
    ("x,2026-02-01,Lost,LONG,1.00,", "is not in the taxonomy"),
    ("x,2026-02-01,Lost,late,LONG,", "is not an amount"),
  ])
  func aValueThatIsFarTooLong(row: String, expected: String) throws {
    let map = TestWorkspace.map.replacing(
      "code: code", with: "code: {column: code, values: {Damaged: DAMAGED, Lost: LOST}}"
    )
    .replacing(
      "root_cause: {column: tags, split: \";\"}",
      with: "root_cause: {column: tags, split: \";\", values: {late: LATE, policy: POLICY}}")
    let row = row.replacing("LONG", with: String(repeating: "1é", count: 400_000))
    let held = try held(row + "\n", in: test(map: map))
    let reason = try #require(held.first?.reason)
    #expect(reason.contains(expected) && reason.contains("…") && reason.count < 400, "\(reason.prefix(400))")
    #expect(held.map(\.raw) == [row])
  }

  @Test(arguments: [
    ("5 EUR", "Export the number alone"), ("€5.00", "Export the number alone"), ("1e3", "without an exponent"),
    ("1.2.3", "right decimal sign"), (String(repeating: "9", count: 30), "more digits than an amount has"),
    ("none", "right decimal sign"),
  ])
  func anAmountThatIsNoneSaysWhatToDo(text: String, expected: String) throws {
    let held = try held("x,2026-02-01,Lost,late,\(text),\n", in: test())
    #expect(held.first?.reason.contains("is not an amount. ") == true)
    #expect(held.first?.reason.contains(expected) == true, "\(held.first?.reason ?? "")")
  }

  @Test func anAmountOfManyDigitsIsTooLargeAndNotNoNumber() throws {
    let test = try test()
    for (amount, expected) in [
      (String(repeating: "9", count: 30), "is too large"), ("99999999999999.99", "is too large"),
      ("5 x", "is no number"),
    ] {
      var report = ExceptionReport()
      report.code = "LOST"
      (report.amount, report.currency) = (amount, "EUR")
      let error = try #require(
        #expect(throws: ReportError.self) {
          try test.workspace.record(report, by: TestWorkspace.caller("ana"))
        })
      #expect(error.sentence.contains(expected), "\(error.sentence)")
    }
  }

  @Test func anIDOfExactlyTheLimitIsTaken() throws {
    let id = String(repeating: "i", count: ExceptionRecord.longestReference)
    #expect(try held("\(id),2026-02-01,Lost,late,1.00,\n", in: test(), new: 1).isEmpty)
  }

  @Test func aHundredThousandTagsInOneField() throws {
    let tags = (0..<100_000).map { "t\($0)" }.joined(separator: ";")
    let test = try test()
    #expect(try held("t,2026-02-01,Lost,late;\(tags),1.00,\n", in: test, new: 1).isEmpty)
    var found: [String]?
    try test.workspace.forEachException(ExceptionQuery()) {
      if $0.record.reference == "t" { found = $0.record.rootCauses }
    }
    #expect(found == ["LATE", "OTHER"])
  }

  @Test func aQuestionMarkIsNoValueWhereTheMapSaysSo() throws {
    let test = try test(map: TestWorkspace.map + "missing: [\"?\", \"\"]\n")
    let held = try held("m,2026-02-01,Lost,?,?,?\n?,2026-02-01,Lost,,,\nn,?,Lost,,,\n", in: test, new: 1)
    #expect(
      held.map(\.reason) == [
        "The id is missing. A row without it cannot be told from others.", "The time at which it occurred is missing.",
      ])
  }

  @Test func aHeaderOfThousandsOfColumnsIsNotReadOut() throws {
    let test = try test()
    let long = String(repeating: "x", count: 10_000)
    let header = "id,at,code," + (0..<9_000).map { "\(long.prefix($0 == 0 ? 10_000 : 1))\($0)" }.joined(separator: ",")
    do {
      try test.importText(header + "\n")
      Issue.record("it was taken")
    } catch {
      let found = sentence(for: error)
      #expect(found.contains("reads the column \"tags\", which the file does not have. It has: id, at, code, xxx"))
      #expect(found.count < 2_000, "\(found.count)")
    }
  }

  /// A million lines within quotes, each of which could be the end: time that grows with the square would show here.
  @Test func linesWithoutEndWithinQuotesAreReadOnce() throws {
    let test = try test()
    let pack = "\(test.folder)/lines"
    try FileManager.default.createDirectory(atPath: pack, withIntermediateDirectories: true)
    try ("\"" + String(repeating: "\n", count: 1_000_000) + "\"\nnext\n").write(
      toFile: "\(pack)/table.csv", atomically: true, encoding: .utf8)
    let lines = try PackLines(PackFolder(pack), "table.csv")
    #expect(try lines.next(ofCSV: true)?.count == 1_000_002)
    #expect(try lines.next(ofCSV: true) == Array("next".utf8))
    #expect(try lines.next(ofCSV: true) == nil)
  }
}
