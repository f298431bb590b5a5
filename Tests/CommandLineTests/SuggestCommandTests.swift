// SPDX-License-Identifier: Apache-2.0

import Foundation
import Remediation
import Testing

@Suite struct SuggestCommandTests {
  private static let incidents = "\(Sopwright.repository)/Tests/Fixtures/servicenow-incidents.csv"
  private static let credits = "\(Sopwright.repository)/Tests/Fixtures/online-retail-credits.csv"

  @Test func withoutAWorkspaceItComparesWithNothing() throws {
    let folder = try Folder()
    let result = try Sopwright.process(
      "/usr/bin/env",
      ["-C", folder.path, Sopwright.path, "taxonomy", "suggest", SuggestCommandTests.incidents, "--format", "json"])
    #expect(result.status == 0, "\(result.errors)")
    let json = try result.json
    #expect(
      json.names == [
        "exceptions", "unreadable", "first", "last", "columns", "people", "codes", "root_causes", "would_open",
        "catch_all", "alike", "readiness", "taxonomy_version", "map", "source",
      ])
    #expect(json["exceptions"] == 160)
    #expect(json["taxonomy_version"] == .null)
    #expect(json["codes"]?.elements.first?["id"] == "CATEGORY-53")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty, "it writes nothing")
  }

  @Test func aWorkspaceThatIsNamedMustBeThere() throws {
    let folder = try Folder()
    let sopwright = Sopwright(workspace: "\(folder.path)/none")
    let result = try sopwright.run("taxonomy", "suggest", SuggestCommandTests.incidents)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
  }

  @Test func theTextSaysWhatAProcessOwnerNeeds() throws {
    let folder = try Folder()
    let sopwright = Sopwright(workspace: "\(folder.path)/ws")
    let made = try Sopwright.process(
      Sopwright.path, ["init", sopwright.workspace, "--people", "ana,ben", "--as", "ana"])
    #expect(made.status == 0, "\(made.errors)")
    let result = try sopwright.run("taxonomy", "suggest", SuggestCommandTests.credits)
    #expect(result.status == 0, "\(result.errors)")
    for part in [
      "source is \"online-retail-credits\" (likely): the file is called", "code is \"Description\" (unsure)",
      "Line 6 of the map: columns: [Description]", "columns: [Country]", "in force",
      "MANUAL", "These recur enough for a code of their own:", "Probably one", "Is it enough to begin with?",
      "--write-map",
    ] { #expect(result.output.contains(part), "\(part)") }
  }

  @Test func theMapIsStoredOnceAndCanBeUsed() throws {
    let folder = try Folder()
    let map = "\(folder.path)/map.yaml"
    let ask = ["taxonomy", "suggest", SuggestCommandTests.incidents, "--write-map", map]
    #expect(try Sopwright.process(Sopwright.path, ask).status == 0)
    let again = try Sopwright.process(Sopwright.path, ask)
    #expect(again.status == 1)
    #expect(again.errors.contains("There is a file already"))
    let used = try Sopwright.process(
      Sopwright.path, ["taxonomy", "suggest", SuggestCommandTests.incidents, "--map", map, "--format", "json"])
    #expect(try used.json["exceptions"] == 160)
    let made = try Sopwright.process(
      Sopwright.path,
      ["init", "\(folder.path)/ws", "--from", SuggestCommandTests.incidents, "--map", map, "--format", "json"])
    #expect(made.status == 0, "\(made.errors)")
    #expect(try made.json["import"]?["new"] == 160)
  }

  @Test func aListOfCodesIsRefusedWithASentence() throws {
    let folder = try Folder()
    let list = try folder.write("codes.csv", "code,title\nR01,Insufficient Funds\nR02,Account Closed\n")
    let result = try Sopwright.process(Sopwright.path, ["taxonomy", "suggest", list])
    #expect(result.status == 1)
    #expect(result.errors.contains("no export of exceptions"))
  }
}
