// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import Remediation
import Testing

@testable import Tracker

@Suite struct SuggestTaxonomyTests {
  private let folder = NSTemporaryDirectory() + "sopwright-suggest-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  /// Rows of `id,at,reason,note`, one a day from 2025-01-01 on.
  private func export(_ values: [(reason: String, count: Int, note: String)]) throws -> String {
    var lines = ["id,at,reason,note"]
    for (reason, count, note) in values {
      for _ in 0..<count {
        let day = Timestamp(seconds: 1_735_689_600 + Int64(lines.count - 1) * 86_400)
        lines.append("A-\(lines.count),\(day),\"\(reason)\",\"\(note.isEmpty ? "" : "\(note) \(lines.count)")\"")
      }
    }
    let path = "\(folder)/\(UUID().uuidString).csv"
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func suggest(
    _ values: [(reason: String, count: Int, note: String)], map: String? = nil, top: Int = 29,
    in workspace: Workspace? = nil
  ) throws -> TaxonomySuggestion {
    var mapPath: String?
    if let map {
      mapPath = "\(folder)/\(UUID().uuidString).yaml"
      try map.write(toFile: mapPath ?? "", atomically: true, encoding: .utf8)
    }
    return try Workspace.suggestTaxonomy(
      from: export(values), mapPath: mapPath, top: top, in: workspace, at: Timestamp(seconds: 1_780_315_200))
  }

  private let damages = [
    ("damaged", 40, ""), ("Damaged", 5, ""), ("Damaged?", 6, ""), ("damgaed", 1, ""), ("lost", 30, ""),
    ("late", 20, ""),
  ]

  // MARK: Codes

  @Test func codesHaveCountsSharesAndWhatTheyWouldOpen() throws {
    let codes = try suggest(damages).codes
    #expect(codes.map(\.id) == ["DAMAGED", "LOST", "LATE", "DAMAGED-", "DAMGAED"])
    #expect(codes.map(\.count) == [45, 30, 20, 6, 1])
    #expect(abs(codes[0].share - 45.0 / 102) < 0.0001)
    #expect(abs(codes[4].cumulative - 1) < 0.0001)
    #expect(codes.map(\.opens.count) == [3, 3, 3, 2, 0])
    #expect(codes.allSatisfy { $0.standing == .unknown })
  }

  @Test func theTaxonomyInForceKnowsSomeOfThem() throws {
    let test = try TestWorkspace([Row("a", day: 1, "Lost"), Row("b", day: 2, "Late!")])
    let suggestion = try suggest(damages, in: test.workspace)
    #expect(suggestion.comparedWith == 1)
    #expect(suggestion.codes.first { $0.value == "lost" }?.standing == .known)
    #expect(suggestion.codes.first { $0.value == "damaged" }?.standing == .new)
    #expect(suggestion.readiness.first { $0.check == "taxonomy" }?.verdict == .attention)
  }

  @Test func idsOfTheTaxonomyAreNotGivenToOthers() {
    let entries = [TaxonomyEntry(id: "RF-01", title: "Damaged in transit"), TaxonomyEntry(id: "LOST", title: "Stolen")]
    #expect(
      EntryID.proposed(forAll: ["damaged IN transit", "stolen", "Lost", "lost!", "Other"], knowing: entries)
        == ["RF-01", "LOST", "LOST", "LOST-", "OTHER-2"])
  }

  // MARK: Values that are probably one

  @Test func valuesThatAreProbablyOneAreOfferedAsLinesOfTheMap() throws {
    let alike = try suggest(damages).alike
    #expect(alike.map(\.group.kept.text) == ["damaged"])
    #expect(alike.first?.lines == ["\"damaged\": DAMAGED", "\"Damaged?\": DAMAGED", "\"damgaed\": DAMAGED"])
    #expect(alike.first?.opensTogether == false)
  }

  @Test func nothingIsJoinedByItself() throws {
    let suggestion = try suggest(damages)
    #expect(suggestion.codes.contains { $0.value == "Damaged?" })
    #expect(
      suggestion.mapText.contains("\"Damaged?\": DAMAGED-\n")
        || suggestion.mapText.contains("\"Damaged?\": \"DAMAGED-\"\n"))
  }

  @Test func whatRecursOnlyTogetherIsSaid() throws {
    let alike = try suggest([("lost", 40, ""), ("?missing", 1, ""), ("missing", 1, ""), ("missing??", 1, "")]).alike
    #expect(alike.map(\.opensTogether) == [true])
    #expect(alike.first?.id == "MISSING")
  }

  @Test func whatTheMapJoinsAlreadyIsNotOffered() throws {
    let map = """
      source: s
      id: id
      occurred_at: at
      code: {column: reason, values: {damaged: DMG, "Damaged?": DMG, lost: LOST}, otherwise: OTHER}

      """
    let alike = try suggest(damages, map: map).alike
    #expect(alike.first?.group.others.map(\.value.text) == ["damgaed"])
    #expect(alike.first?.lines == ["\"damaged\": DMG", "\"damgaed\": DMG"])
  }

  // MARK: The catch-all

  @Test func whatRecursWithoutACodeIsNamed() throws {
    let catchAll = try suggest(
      [("lost", 40, ""), ("late", 20, ""), ("broken", 9, ""), ("Other", 10, "the badge reader of bay"), ("", 3, "x")],
      top: 2
    ).catchAll
    #expect(catchAll.count == 22)
    #expect(catchAll.withoutValue == 13)
    #expect(catchAll.values.map(\.value) == ["broken"])
    #expect(catchAll.values.first?.opens.count == 2)
    #expect(catchAll.textColumn == "note")
    #expect(catchAll.phrases.map(\.text) == ["badge reader", "reader bay"])
    #expect(catchAll.phrases.map(\.count) == [10, 10])
  }

  @Test func whatAMapDoesNotNameIsInTheCatchAll() throws {
    let map = "source: s\nid: id\noccurred_at: at\ncode: {column: reason, values: {lost: LOST}, otherwise: OTHER}\n"
    let catchAll = try suggest([("lost", 40, ""), ("late", 20, ""), ("broken", 2, ""), ("", 1, "")], map: map).catchAll
    #expect(catchAll.count == 23)
    #expect(catchAll.withoutValue == 1)
    #expect(catchAll.values.map(\.value) == ["late"])
  }

  @Test func everyExceptionMayHaveACode() throws {
    #expect(try suggest([("lost", 4, ""), ("late", 4, "")]).catchAll.count == 0)
  }

  // MARK: The map

  @Test func theLineToChangeIsTheOneThatIsThere() throws {
    for export in VerbatimExport.all {
      let path = "\(folder)/\(UUID().uuidString).csv"
      try export.csv().write(toFile: path, atomically: true, encoding: .utf8)
      let suggestion = try Workspace.suggestTaxonomy(
        from: path, mapPath: nil, top: 29, in: nil, at: Timestamp(seconds: 1_780_315_200))
      let lines = suggestion.mapText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for column in suggestion.columns {
        guard let place = column.place else {
          #expect(column.choice.column == nil, "\(export.name) \(column.choice.field)")
          continue
        }
        #expect(lines[place.line - 1].trimmed == place.text)
        guard column.choice.field != "amount" || column.choice.column != nil else { continue }
        for other in column.choice.runnersUp {
          var changed = lines
          let indent = lines[place.line - 1].prefix { $0 == " " }
          changed[place.line - 1] = indent + other.line
          _ = try ExportMap(YAMLFile(Array(changed.joined(separator: "\n").utf8), named: other.line))
        }
      }
    }
  }

  @Test func aStoredMapIsNotOverwritten() throws {
    let suggestion = try suggest(damages)
    let path = "\(folder)/stored.yaml"
    try Workspace.storeMap(suggestion.mapText, at: path)
    _ = try ExportMap(at: path)
    #expect(throws: FileProblem.self) { try Workspace.storeMap("other", at: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == suggestion.mapText)
    #expect(throws: FileProblem.self) { try Workspace.storeMap("other", at: "\(folder)/no/such/folder.yaml") }
  }

  // MARK: Whether it is enough to begin with

  private func verdicts(_ suggestion: TaxonomySuggestion) -> [String: ReadinessLine.Verdict] {
    Dictionary(uniqueKeysWithValues: suggestion.readiness.map { ($0.check, $0.verdict) })
  }

  @Test func everyVerdictButOkSaysWhatToDo() throws {
    for suggestion in [try suggest(damages), try suggest([("lost", 4, ""), ("late", 4, "")])] {
      #expect(suggestion.readiness.allSatisfy { ($0.verdict == .ok) == $0.remedy.isEmpty })
    }
  }

  @Test func littleIsToldFromEnough() throws {
    let few = verdicts(try suggest([("lost", 4, ""), ("late", 4, "")]))
    #expect(few["volume"] == .missing)
    #expect(few["period"] == .missing)
    #expect(few["taxonomy"] == .missing)
    #expect(few["root_cause"] == .missing)
    #expect(few["id"] == .ok)
    #expect(few["rows"] == .ok)
    let many = verdicts(try suggest((0..<12).map { ("Reason \($0)", 18, "") }))
    #expect(many["volume"] == .ok)
    #expect(many["period"] == .ok)
    #expect(many["codes"] == .ok)
    #expect(many["recurrence"] == .ok)
    #expect(many["catch_all"] == .ok)
  }

  @Test func codesThatAreMissingAreCounted() throws {
    let verdicts = verdicts(try suggest([("lost", 20, ""), ("late", 10, ""), ("", 30, "")]))
    #expect(verdicts["code_missing"] == .missing)
    #expect(verdicts["catch_all"] == .attention)
  }

  @Test func textsThatHardlyRepeatAreNoCodes() throws {
    let map = "source: s\nid: id\noccurred_at: at\ncode: note\n"
    let suggestion = try suggest([("lost", 40, "It is")], map: map)
    #expect(verdicts(suggestion)["codes"] == .missing)
    #expect(verdicts(suggestion)["recurrence"] == .missing)
  }

  @Test func rowsThatCannotBeReadAreSaid() throws {
    let map = "source: s\nid: id\noccurred_at: {column: note, format: unix}\ncode: reason\n"
    #expect(verdicts(try suggest([("lost", 40, "no time")], map: map))["rows"] == .missing)
  }

  @Test func theOrderOfRowsDoesNotMatter() throws {
    let path = try export(damages + [("Lost!", 2, ""), ("LOST", 30, "")])
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let turned = "\(folder)/turned/\(URL(fileURLWithPath: path).lastPathComponent)"
    try FileManager.default.createDirectory(atPath: "\(folder)/turned", withIntermediateDirectories: true)
    try ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n").appending("\n").write(
      toFile: turned, atomically: true, encoding: .utf8)
    let suggestions = try [path, turned].map {
      try Workspace.suggestTaxonomy(from: $0, mapPath: nil, top: 29, in: nil, at: Timestamp(seconds: 1_780_315_200))
    }
    #expect(suggestions[0].json == suggestions[1].json)
  }
}
