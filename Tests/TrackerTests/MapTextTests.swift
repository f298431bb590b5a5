// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tracker

/// What a person wrote into a map stays there when it is filled in.
@Suite struct MapTextTests {
  private func filled(_ text: String) throws -> String {
    let map = try ExportMap(YAMLFile(Array(text.utf8), named: "the map"))
    let filled = MapText.filled(
      text, map: map, codes: [(value: "Too late", id: "TOO-LATE", count: 3)],
      rootCauses: [(value: "Rain", id: "RAIN", count: 2)])
    let again = try ExportMap(YAMLFile(Array(filled.utf8), named: "the map"))
    #expect(again.code.values.map(\.id) == ["TOO-LATE"])
    #expect(again.code.columns == map.code.columns && again.code.join == map.code.join)
    #expect(again.rootCause?.columns == map.rootCause?.columns && again.rootCause?.split == map.rootCause?.split)
    #expect(again.occurredAt.column == "at")
    return filled
  }

  @Test func commentsStayAtTheirKeys() throws {
    let text = """
      source: tests   # the help desk
      code:           # what the ticket says
        # two levels, as the help desk has them
        columns: [category, subcategory] # both "must" be there
        # a slash
        join: "/" # as in # the report
        otherwise: OTHER
        # nothing else

      # who counts
      root_cause: {column: tags, split: ";"} # the desk's own
      # when it was
      occurred_at: at

      """
    #expect(
      try filled(text) == """
        source: tests   # the help desk
        code: # what the ticket says
          # two levels, as the help desk has them
          # a slash
          # as in # the report
          columns: [category, subcategory] # both "must" be there
          values:
            "Too late": TOO-LATE
          otherwise: OTHER
          # nothing else

        # who counts
        root_cause: # the desk's own
          columns: [tags]
          split: ";"
          values:
            "Rain": RAIN
          otherwise: OTHER
        # when it was
        occurred_at: at

        """)
  }

  @Test(arguments: [
    "code: \"C # 1\" # the \"first\"\n", "code:\n  - \"C # 1\" # the \"first\"\n",
    "code:\n- \"C # 1\" # the \"first\"\n", "code: {\n  column: \"C # 1\", # the \"first\"\n}\n",
  ])
  func howeverTheColumnIsWritten(code: String) throws {
    let text = try filled("source: tests\noccurred_at: at\n\(code)# the end\n")
    #expect(text.contains(" # the \"first\"\n"))
    #expect(text.hasSuffix("\n# the end\n"))
    #expect(text.contains("columns: [\"C # 1\"]"))
  }

  @Test func linesEndAsTheyDid() throws {
    let text = "source: tests\r\ncode: category # theirs\r\n\r\n# when\r\noccurred_at: at\r\n"
    let result = try filled(text)
    #expect(result.unicodeScalars.count { $0 == "\n" } == result.unicodeScalars.count { $0 == "\r" })
    #expect(result.contains("\r\n\r\n# when\r\noccurred_at: at\r\n"))
    #expect(
      MapText.replacing("source", in: text, with: "desk")
        == text.replacing("source: tests", with: "source: desk"))
    #expect(MapText.replacing("rows", in: text, with: "each") == "rows: each\r\n" + text)
  }
}
