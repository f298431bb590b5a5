// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

@Suite struct MapGuessTests {
  private final class Folder {
    let path = NSTemporaryDirectory() + "sopwright-guess-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit {
      try? FileManager.default.removeItem(atPath: path)  // what stays is in the system's temporary folder
    }

    func write(_ text: String, _ name: String = "export.csv") throws -> String {
      try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
      return "\(path)/\(name)"
    }
  }

  private let folder: Folder

  init() throws { folder = try Folder() }

  private func guess(_ text: String) throws -> MapGuess { try MapGuess(folder.write(text)) }

  private func choice(_ field: String, _ guess: MapGuess) -> ColumnChoice? {
    guess.roles.choices.first { $0.field == field }
  }

  private func problem(_ text: String) throws -> String? {
    do {
      _ = try guess(text)
      return nil
    } catch let problem as FileProblem { return problem.problem }
  }

  // MARK: Exports of the systems that people use

  @Test(arguments: VerbatimExport.all)
  func theColumnsOfKnownExportsAreFound(export: VerbatimExport) throws {
    let guess = try guess(export.csv())
    let map = try ExportMap(YAMLFile(Array(guess.text.utf8), named: "map"))
    for (field, column) in export.expected {
      switch field {
      case "format": #expect(map.occurredAt.formats.map(\.text) == [column], "\(guess.text)")
      case "rows": #expect(map.rows.rawValue == column)
      case "delimiter": #expect(map.delimiter == column.utf8.first)
      case "currency":
        guard case .column(let name)? = map.amount?.currency else {
          Issue.record("no column of currencies: \(guess.text)")
          continue
        }
        #expect(name == column)
      default: #expect(choice(field, guess)?.column == column, "\(field): \(guess.text)")
      }
    }
    if export.expected["amount"] == nil { #expect(map.amount == nil, "\(guess.text)") }
    if export.expected["rows"] == nil { #expect(map.rows == .each) }
  }

  /// The same rows as objects: a column that a CSV file names several times is an array.
  private func jsonLines(_ csv: String, delimiter: UInt8) throws -> String {
    let reader = try CSVReader(path: folder.write(csv), delimiter: delimiter)
    var row = CSVRecord()
    guard try reader.next(&row) else { return "" }
    func text(_ index: Int) -> String { ExportMap.TextEncoding.utf8.text(row, index) ?? "" }
    let names = (0..<row.count).map(text)
    var lines: [String] = []
    while try reader.next(&row) {
      var values: [String: [JSONValue]] = [:]
      for index in names.indices where index < row.count {
        values[names[index], default: []].append(.string(text(index)))
      }
      let fields = values.map { name, values in
        "\(JSONValue.string(name).compactText):\((values.count == 1 ? values[0] : .array(values)).compactText)"
      }
      lines.append("{\(fields.sorted().joined(separator: ","))}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(arguments: VerbatimExport.all)
  func theSameColumnsAreFoundInJSONLines(export: VerbatimExport) throws {
    let expected = try guess(export.csv())
    let json = try jsonLines(export.csv(), delimiter: expected.roles.sample.delimiter)
    let found = try MapGuess(folder.write(json, "export.jsonl"))
    for choice in expected.roles.choices {
      #expect(
        found.roles.choices.first { $0.field == choice.field }?.column == choice.column,
        "\(choice.field): \(found.text)")
    }
    let rule = RecurrenceRule(count: 3, window: Days(30))
    func survey(_ path: String) throws -> ExportSurvey {
      try Workspace.proposeTaxonomy(from: path, mapPath: nil, top: 29, rule: rule).survey
    }
    let lines = try survey("\(folder.path)/export.jsonl")
    let rows = try survey(folder.write(export.csv()))
    #expect(lines.exceptions == rows.exceptions && lines.unreadable == 0)
    #expect(lines.codes.mapValues(\.count) == rows.codes.mapValues(\.count), "\(found.text)")
  }

  @Test func columnsWithinObjectsAndArraysAreFound() throws {
    let lines = (1...60).map { number in
      """
      {"key": "INC-\(number)", "when": {"opened": "2026-03-\(10 + number % 20)T08:00:00Z"}, "labels": ["a\(number % 4)", "x"], \
      "reason": {"code": "\(["Damaged", "Late", "Lost"][number % 3])"}, "notes": [{"by": {"name": "Ann Lee \(number)"}}]}
      """
    }
    let guess = try MapGuess(folder.write(lines.joined(separator: "\n"), "export.jsonl"))
    #expect(choice("id", guess)?.column == "key")
    #expect(choice("occurred_at", guess)?.column == "when.opened")
    #expect(choice("code", guess)?.column == "reason.code")
    #expect(guess.roles.sample.header == ["key", "labels", "notes.by.name", "reason.code", "when.opened"])
  }

  @Test func aFileWithoutObjectsIsSaidToBeNone() throws {
    for text in ["[1, 2]\n", "nothing\n", "\n\n"] {
      #expect(throws: FileProblem.self) { try MapGuess(folder.write(text, "export.jsonl")) }
    }
  }

  @Test(arguments: VerbatimExport.all)
  func theOrderOfRowsDoesNotMatter(export: VerbatimExport) throws {
    let plain = try guess(export.csv())
    let shuffled = try guess(export.csv(shuffled: 13))
    #expect(plain.text == shuffled.text)
    #expect(plain.roles.choices == shuffled.roles.choices)
  }

  @Test(arguments: VerbatimExport.all)
  func whatTheGuessReadsCanBeRead(export: VerbatimExport) throws {
    let path = try folder.write(export.csv())
    let proposal = try Workspace.proposeTaxonomy(
      from: path, mapPath: nil, top: 29, rule: RecurrenceRule(count: 3, window: Days(30)))
    #expect(proposal.survey.unreadable == 0)
    #expect(proposal.survey.exceptions == (export.name.contains("audit") ? 60 : 240))
    #expect(proposal.codes.count > 1)
  }

  @Test func aLargeFileIsSampledAlikeInAnyOrder() throws {
    let plain = try guess(VerbatimExport.serviceNowAudit.csv(rows: 7_000))
    let shuffled = try guess(VerbatimExport.serviceNowAudit.csv(rows: 7_000, shuffled: 101))
    #expect(plain.roles.sample.rows.count == ExportSample.size)
    #expect(plain.text == shuffled.text)
    #expect(
      choice("id", plain)?.column == "number", "rows of one id are seen together, though few of them are in the sample")
  }

  // MARK: Real files

  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  @Test func creditNotesHaveNoCurrencyAndNoId() throws {
    let guess = try MapGuess("\(MapGuessTests.fixtures)/online-retail-credits.csv")
    #expect(choice("code", guess)?.column == "Description")
    #expect(choice("code", guess)?.certainty == .unsure)
    #expect(choice("case", guess)?.column == "InvoiceNo")
    #expect(choice("id", guess)?.column == nil)
    #expect(choice("inputs", guess)?.column == "CustomerID")
    #expect(guess.text.hasSuffix("# amount: {column: UnitPrice, times: Quantity, currency: EUR, sign: absolute}\n"))
  }

  @Test func changesOfIncidentsAreOneIncident() throws {
    let guess = try MapGuess("\(MapGuessTests.fixtures)/servicenow-incidents.csv")
    #expect(guess.text.contains("id: number\nrows: last\nupdated_at: {column: sys_updated_at"))
    #expect(choice("code", guess)?.column == "category")
    #expect(choice("code", guess)?.runnersUp.first?.column == "subcategory")
    #expect(choice("requester", guess)?.column == "caller_id")
  }

  @Test func incidentsOfPipelinesHaveSeveralCausesInOneField() throws {
    let guess = try guess(VerbatimExport.pipelineIncidents.csv())
    #expect(guess.text.contains("root_cause: {column: WhyItHappened_EN_LIST, split: \",\"}"))
    #expect(choice("code", guess)?.runnersUp.first?.column == "WhatHappened_EN_LIST")
  }

  // MARK: By content, whatever the names

  private func rows(_ header: String, _ row: (Int) -> String) -> String {
    ([header] + (0..<120).map(row)).joined(separator: "\n") + "\n"
  }

  @Test func columnsWithoutTellingNamesAreFoundByTheirContent() throws {
    let guess = try guess(
      rows("a,b,c,d,e") {
        "\($0 % 3 == 0 ? "true" : "false"),X-\($0 + 100),2026-01-\(10 + $0 % 20) 10:00,2026-03-\(10 + $0 % 20) 11:00,k\($0 % 7)"
      })
    #expect(choice("id", guess)?.column == "b")
    #expect(choice("occurred_at", guess)?.column == "c")
    #expect(choice("code", guess)?.column == "e")
    #expect(choice("code", guess)?.certainty == .unsure)
  }

  @Test func numbersOfOneLengthMayBeAnID() throws {
    let long = try guess(rows("notification,at,code") { "\(10_002_000 + $0),2026-01-05,k\($0 % 5)" })
    #expect(choice("id", long)?.column == "notification")
    #expect(choice("id", long)?.certainty == .likely)
    let counted = try guess(rows("weight,at,code") { "\(7 + $0 * 31),2026-01-05,k\($0 % 5)" })
    #expect(choice("id", counted)?.column == nil)
  }

  @Test func aNameDoesNotOutweighWhatIsInAColumn() throws {
    let guess = try guess(
      rows("id,created,category,why") { "\($0 / 2),on hold,\($0 * 7),w\($0 % 4)" + "" }
        .replacing("on hold", with: "2026-01-05"))
    #expect(choice("code", guess)?.column != "category", "a number that hardly repeats is no category")
    #expect(choice("id", guess)?.column == nil, "an id that repeats without changes is none")
  }

  @Test func dayAndMonthAreToldApartByAValueOver12() throws {
    let dayFirst = try guess(rows("at,code") { "\(13 + $0 % 10)/2/2026 10:00,k\($0 % 5)" })
    #expect(dayFirst.text.contains("format: \"d/M/yyyy HH:mm\""))
    let monthFirst = try guess(rows("at,code") { "2/\(13 + $0 % 10)/2026 10:00,k\($0 % 5)" })
    #expect(monthFirst.text.contains("format: \"M/d/yyyy HH:mm\""))
  }

  @Test func whatCannotBeToldApartIsSaid() throws {
    let guess = try guess(rows("at,code") { "\($0 % 12 + 1)/\($0 % 9 + 1)/2026 10:00,k\($0 % 5)" })
    #expect(choice("occurred_at", guess)?.certainty == .unsure)
    #expect(choice("occurred_at", guess)?.reason.contains("it could be M/d/yyyy HH:mm") == true)
  }

  @Test func anotherColumnOfTheFileTellsThemApart() throws {
    let guess = try guess(
      rows("opened,closed,code") { "\($0 % 12 + 1)/1/2026,\($0 % 5 + 1)/\(14 + $0 % 9)/2026,k\($0 % 5)" })
    #expect(guess.text.contains("occurred_at: {column: opened, format: \"M/d/yyyy\"}"), "\(guess.text)")
    #expect(choice("occurred_at", guess)?.reason.contains("\"closed\"") == true)
  }

  @Test func severalFormatsInOneColumnAreListed() throws {
    let guess = try guess(
      rows("at,code") { $0 % 4 == 0 ? "2026-01-05 10:00,k\($0 % 5)" : "29/2/2024 10:00,k\($0 % 5)" })
    #expect(guess.text.contains("format: [\"d/M/yyyy HH:mm\", \"iso8601\"]"), "\(guess.text)")
  }

  @Test(arguments: [
    ("1767571200", "created", "unix"), ("1767571200123", "created_at", "unix_ms"),
    ("05-Jan-2026 10:00", "date", "dd-MMM-yyyy HH:mm"),
    ("Jan 5, 2026", "date", "MMM d, yyyy"), ("2026/01/05 10:00:01", "date", "yyyy/MM/dd HH:mm:ss"),
    ("5.1.2026 10:00", "Datum", "d.M.yyyy HH:mm"),
    ("1/25/2026 3:04 PM", "date", "M/d/yyyy h:mm a"), ("20260105", "date", "yyyyMMdd"),
  ])
  func formatsOfTimes(value: String, name: String, format: String) throws {
    let guess = try guess(rows("\(name),code") { "\"\(value)\",k\($0 % 5)" })
    #expect(guess.text.contains("format: \"\(format)\""), "\(guess.text)")
  }

  @Test func everyFormatIsOne() { #expect(TimeShape.unreadableFormats.isEmpty) }

  @Test func largeNumbersAreNoTimesUnlessTheyAreCalledSo() throws {
    #expect(
      try problem(rows("order,code") { "\(1_767_571_200 + $0),k\($0 % 5)" })?.hasPrefix("No column holds a time")
        == true)
  }

  @Test(arguments: [
    ("amount,currency", "\"12,5", ",EUR", "amount: {column: amount, currency: {column: currency}, decimal: \",\"}"),
    ("amount_eur", "12.5", "", "amount: {column: amount_eur, currency: EUR}"),
    (
      "amount_cents,currency", "125", ",usd",
      "amount: {column: amount_cents, currency: {column: currency}, unit: minor}"
    ),
    ("gross,currency", "-12.5", ",usd", "amount: {column: gross, currency: {column: currency}, sign: absolute}"),
  ])
  func money(header: String, number: String, currency: String, line: String) throws {
    let quote = number.hasPrefix("\"") ? "\"" : ""
    let guess = try guess(rows("at,code,\(header)") { "2026-01-05,k\($0 % 5),\(number)\($0 % 10)\(quote)\(currency)" })
    #expect(guess.text.contains(line + "\n"), "\(guess.text)")
  }

  @Test func peopleAreKeptWhereTheyCanBeErasedOrLeftOut() throws {
    let guess = try guess(
      rows("id,at,code,contact,requested by,approved by,resolved by") {
        "A-\($0),2026-01-05,k\($0 % 5),p\($0 % 9)@example.com,Ana \($0 % 5),Ben \($0 % 3),Cy \($0 % 4)"
      })
    #expect(choice("requester", guess)?.column == "requested by")
    #expect(choice("approver", guess)?.column == "approved by")
    #expect(guess.text.contains("personal: [contact, requested by, approved by, resolved by]"), "\(guess.text)")
    #expect(!guess.text.contains("inputs"))
  }

  @Test func anotherEncodingIsNamed() throws {
    let path = "\(folder.path)/latin.csv"
    let text = rows("at,Grund") { "2026-01-05,\($0 % 2 == 0 ? "Gr@sse" : "Lager")" }
    try Data(text.utf8.map { $0 == UInt8(ascii: "@") ? 0xF6 : $0 }).write(to: URL(fileURLWithPath: path))
    let guess = try MapGuess(path)
    #expect(guess.text.contains("encoding: windows-1252"))
    #expect(choice("code", guess)?.column == "Grund")
  }

  @Test func aFileWithThousandsOfColumnsIsSampledInBounds() throws {
    let names = (0..<9000).map { "c\($0)" }.joined(separator: ",")
    let empty = String(repeating: ",", count: 8998)
    let guess = try guess(
      "id,at,code,\(names.dropFirst(9))\n".replacing(",,", with: ",")
        + (0..<300).map { "A-\($0),2026-01-05,k\($0 % 5)\(empty)\n" }.joined())
    #expect(guess.roles.sample.rows.count <= 230)
    #expect(choice("id", guess)?.column == "id")
    #expect(choice("code", guess)?.column == "code")
  }

  // MARK: What is no export

  @Test func aListOfCodesIsGoodForNamingCodes() throws {
    let text = "code,title\n" + (1...40).map { "R\($0 < 10 ? "0" : "")\($0),Reason \($0)\n" }.joined()
    let problem = try #require(try problem(text))
    #expect(problem.contains("no export of exceptions"))
    #expect(problem.contains("a list of 40 entries, by its column \"code\""))
    #expect(problem.contains("taxonomy/codes.yaml"))
  }

  @Test func textsAloneGiveNoCode() throws {
    #expect(
      try problem(rows("at,subject") { "2026-01-05,This is the text number \($0)" })?.contains("none can be the code")
        == true)
  }

  @Test func aTimeInFewRowsIsNoTime() throws {
    #expect(
      try problem(rows("closed,code") { "\($0 % 5 == 0 ? "2026-01-05" : ""),k\($0 % 5)" })?.contains(
        "\"closed\" does in 20 %") == true)
  }

  @Test(arguments: ["", "id,at,code\n", "\n\n"])
  func anEmptyFileSaysSo(text: String) throws {
    #expect(try problem(text)?.hasPrefix("The file") == true)
  }
}
