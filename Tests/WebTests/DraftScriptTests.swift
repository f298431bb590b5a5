// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

private let node = "/usr/bin/node"

/// What the pages' script does with the drafts of an SOP that a browser keeps. Node runs it, where there is one; the walk in a real
/// browser has the rest.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: node)))
struct DraftScriptTests {
  private static let place = "sopwright draft ana REM-1 a.md"

  private struct Loading: Encodable {
    struct Page: Encodable {
      var name = "ana REM-1 a.md"
      var fresh = false
      var fields = ["base": "new", "body": "As it is"]
    }

    var path = "/items/REM-1/propose"
    var sent: String?
    var kept: [String: String]
    var page: Page? = Page()
  }

  private struct Outcome: Decodable {
    let kept: [String: String]
    let isClaimed: Bool
    let fields: [String: String]
  }

  private func load(_ pages: [Loading]) throws -> [Outcome] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: node)
    process.arguments = [
      tests.appendingPathComponent("Fixtures/Scripts/drafts.cjs").path,
      tests.appendingPathComponent("../../Sources/Web/Assets/sopwright.js").path,
    ]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(pages))
    try input.fileHandleForWriting.close()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode([Outcome].self, from: answer)
  }

  @Test func bothDraftsGoOnceTheChangeIsThere() throws {
    let (fields, whole) = (DraftScriptTests.place, DraftScriptTests.place + " whole")
    let kept = [fields: "{}", whole: "{}", "other": "{}"]
    let outcomes = try load(
      [fields, whole].map { Loading(path: "/changes/CHG-1", sent: $0, kept: kept, page: nil) }
        + ["/changes/CHG-1/revise", "/items/REM-1/propose", "/sign-in"].map {
          Loading(path: $0, sent: fields, kept: kept, page: nil)
        })
    #expect(outcomes.map(\.kept) == [["other": "{}"], ["other": "{}"], kept, kept, kept])
  }

  @Test func aDraftIsShownWhereItIsNewerThanThePage() throws {
    let place = DraftScriptTests.place
    let draft = #"{"base": "old", "body": "Mine"}"#
    let outcomes = try load([
      Loading(kept: [place: draft]), Loading(kept: [place: draft], page: Loading.Page(fresh: true)),
      // Of earlier versions of the page.
      Loading(kept: [place: #"["a.md", "Mine", "Why"]"#]), Loading(kept: [place: #"{"body": "Mine"}"#]),
    ])
    #expect(outcomes.map(\.isClaimed) == [true, false, false, false])
    // The text and the commit that it was made from belong together.
    #expect(outcomes[0].fields == ["base": "old", "body": "Mine"])
    for outcome in outcomes.dropFirst() { #expect(outcome.fields == ["base": "new", "body": "As it is"]) }
  }
}
