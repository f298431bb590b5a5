// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@testable import Tracker

/// What people write into maps and taxonomy files, and mean otherwise than it reads; and what the tool writes for them.
@Suite struct ForeignYAMLTests {
  private static let beginning = "source: tests\nid: id\noccurred_at: at\n"

  private func map(_ text: String) throws -> ExportMap { try ExportMap(YAMLFile(Array(text.utf8), named: "map")) }

  private func proposal(of values: [String], header: String = "id,at,code", mapText: String? = nil) throws
    -> ExportProposal
  {
    let folder = NSTemporaryDirectory() + "foreign-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the system's temporary folder
    let rows = values.enumerated().map { "\($0),2026-01-01,\"\($1)\"\n" }.joined()
    try (header + "\n" + rows).write(toFile: "\(folder)/ex.csv", atomically: true, encoding: .utf8)
    try mapText?.write(toFile: "\(folder)/map.yaml", atomically: true, encoding: .utf8)
    return try Workspace.proposeTaxonomy(
      from: "\(folder)/ex.csv", mapPath: mapText == nil ? nil : "\(folder)/map.yaml", top: 5,
      rule: RecurrenceRule(count: 3, window: Days(30)))
  }

  @Test func aByteOrderMarkIsPassedOver() throws {
    let text = "\u{FEFF}" + ForeignYAMLTests.beginning + "code: code\n"
    #expect(try map(text).source == "tests")
    #expect(try map(proposal(of: ["a", "b"], mapText: text).mapText).code.values.count == 2)
  }

  @Test(arguments: [
    ("code: {column: code, values: {Lost: RF-01, lost: RF-02}}\n", "\"Lost\" and \"lost\" are one value"),
    ("code: {column: code, values: {\"Lost \": RF-01, lost: RF-02}}\n", "are one value"),
    ("code: {column: code, values: {Lost: ~}}\n", "\"Lost\" has nothing behind it"),
    ("code: code\npersonal: team, case\n", "Put several into brackets, as [team, case]"),
    ("code: []\n", "map:4: Name at least one column"), ("code: {columns: []}\n", "map:4: Name at least one column"),
    ("code: c\nupdated_at: {column: u, format: []}\n", "map:5: Name at least one format"),
    ("code: c\ndelimiter: '\"'\n", "map:5: This cannot stand between the fields"),
    ("code: c\ndelimiter: \"\\n\"\n", "map:5: This cannot stand between the fields"),
    ("code:\n", "\"code\" is missing"), ("code: ~\n", "\"code\" is missing"),
    ("code: \"\nx\n", "map:4: A quotation mark"),
    ("code: c\n---\ncode: d\n", "map:5: Another document begins here"), ("code: @c\n", "map:4: A value begins with @"),
  ])
  func whatCannotBeMeantIsRefused(rest: String, expected: String) {
    let problem = #expect(throws: FileProblem.self) { try map(ForeignYAMLTests.beginning + rest) }
    #expect(problem?.sentence.contains(expected) == true, "\(problem?.sentence ?? "")")
  }

  /// A sentence quotes what was written, and nobody reads a megabyte of it.
  @Test func aSentenceAboutAMegabyteIsShort() throws {
    let long = String(repeating: "x", count: 1 << 20)
    for rest in ["code: c\nupdated_at: {column: u, format: \(long)}\n", "code: c\n\(long): 1\n"] {
      let problem = try #require(#expect(throws: FileProblem.self) { try map(ForeignYAMLTests.beginning + rest) })
      let said = sentence(for: problem)
      #expect(said.hasPrefix("map:") && said.hasSuffix(".") && said.count < 2_100, "\(said.count)")
    }
    let source = "source: \(long)\nid: id\noccurred_at: at\ncode: c\n"
    #expect(throws: FileProblem.self) { try map(source) }
    #expect(throws: FileProblem.self) { try map("source: tests\nid: []\noccurred_at: at\ncode: c\n") }
    #expect(sentence(for: Rejection.unknownPerson(long)).count < 2_100)
  }

  @Test func whatCanBeMeantIsTaken() throws {
    let map = try map(
      ForeignYAMLTests.beginning
        + "code: {column: code, values: {\" Lost \": RF-01, lost: RF-01, \"null\": RF-02}}\nteam: ~\ninputs:\nmissing: [NULL, ~]\n"
    )
    #expect(map.code.values.map(\.value) == ["Lost", "lost", "null"])
    #expect(map.team == nil && map.inputs.isEmpty)
    #expect(map.missing == ["NULL", "~", ""])
  }

  @Test func whatIsPersonalIsAColumnOrAField() throws {
    let text = ForeignYAMLTests.beginning + "code: code\npersonal: [Team]\n"
    let problem = #expect(throws: FileProblem.self) { try proposal(of: ["a"], mapText: text) }
    #expect(problem?.sentence.contains("calls \"Team\" personal, which is no column") == true)
    _ = try proposal(of: ["a"], mapText: text.replacing("Team", with: "team"))
  }

  @Test(arguments: [
    "\"code\": code\n", "code : code\n", "code: [\ncode\n]\n",
  ])
  func aMapThatCannotBeFilledInIsRefusedBeforeAnythingIsMade(code: String) throws {
    let text = ForeignYAMLTests.beginning + code
    _ = try map(text)
    do {
      let filled = try proposal(of: ["a", "b"], mapText: text).mapText
      #expect(try map(filled).code.values.count == 2)
    } catch let problem as FileProblem {
      #expect(problem.sentence.contains("cannot be added to this map"))
    }
  }

  /// Text of another encoding, read as Latin-1, has control characters in it.
  @Test(arguments: [
    "Lost\u{93}item\u{94}", "Lost\u{7F}", "Lost\u{85}item", "Lost\u{2028}item", "Lost\u{FFFE}", "Lost\u{FEFF}?", "? x",
    "reason:?",
  ])
  func whatTheToolWritesIsReadAsItWas(text: String) throws {
    for yaml in [
      "k: \(YAMLText.scalar(text))\n", "k: \(YAMLText.list([text]))\n", "k: {a: \(YAMLText.scalar(text))}\n",
    ] {
      let root = try YAMLFile(Array(yaml.utf8), named: "k").root.anyMapping()
      let value = try root.required("k")
      let read = try value.isMapping ? value.anyMapping().required("a").string() : value.list().first?.string()
      #expect(read?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }
    let proposal = try proposal(of: Array(repeating: text, count: 6) + ["Damaged"])
    #expect(
      try map(proposal.mapText).code.values.contains { $0.value.unicodeScalars.elementsEqual(text.unicodeScalars) })
  }

  @Test func anIdThatIsProposedIsOne() {
    let ids = EntryID.proposed(forAll: [String(repeating: "x", count: 300), String(repeating: "x", count: 301)])
    #expect(Set(ids).count == 2 && ids.allSatisfy(EntryID.isValid))
  }
}
