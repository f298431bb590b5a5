// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

@testable import Handbook

/// Fields that people fill in, put into a file as text.
@Suite struct FieldsTests {
  private func parsed(_ text: String) throws -> ParsedSOP { try ParsedSOP(bytes: Array(text.utf8)) }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static let file = """
    ---
    # Who reads this?
    id: refunds
    title: "Refunds: how"   # short
    codes:
      - RF-01
      # the double one
      - RF-07

    # For the auditors
    audience: desk
    owner: ana
    review_by: 2026-12-01
    version: 3
    ---

    # Refunds

    title: not this one

    """

  @Test func whatIsUnchangedStaysToTheByte() throws {
    let sop = try parsed(FieldsTests.file)
    #expect(sop.with(sop.fields) == sop.bytes)
    for text in ["", "Only a text.\n", "---\n---\nBody\n", "---\r\ntitle: A\r\n---\r\nBody\r\n"] {
      let sop = try parsed(text)
      #expect(sop.with(sop.fields) == sop.bytes, "\(text)")
    }
  }

  @Test func oneFieldChangesItsOwnLinesAlone() throws {
    let sop = try parsed(FieldsTests.file)
    var fields = sop.fields
    fields.codes = ["RF-01"]
    #expect(
      text(sop.with(fields))
        == FieldsTests.file.replacing("codes:\n  - RF-01\n  # the double one\n  - RF-07\n", with: "codes: [RF-01]\n"))
    fields = sop.fields
    fields.title = "Refunds # and more"
    #expect(
      text(sop.with(fields))
        == FieldsTests.file.replacing(
          "title: \"Refunds: how\"   # short\n", with: "title: \"Refunds # and more\"\n"))
  }

  @Test func aFieldThatIsGoneLosesItsLinesAndANewOneStandsLast() throws {
    let sop = try parsed(FieldsTests.file)
    var fields = sop.fields
    (fields.reviewBy, fields.owner, fields.rootCauses) = (nil, nil, ["LATE", "T&C"])
    fields.effective = CalendarDate("2026-11-30")
    let expected = FieldsTests.file.replacing("owner: ana\nreview_by: 2026-12-01\n", with: "")
      .replacing("version: 3\n---", with: "version: 3\nroot_causes: [LATE, \"T&C\"]\neffective: 2026-11-30\n---")
    #expect(text(sop.with(fields)) == expected)
  }

  @Test func aFileWithoutFrontMatterGetsOneWhereThereIsSomethingToSay() throws {
    let fields = SOPFields(title: "Refunds", codes: ["RF-01"])
    #expect(
      text(try parsed("# Refunds\n").with(fields)) == "---\ntitle: Refunds\ncodes: [RF-01]\n---\n# Refunds\n")
    #expect(text(try parsed("# Refunds\n").with(SOPFields())) == "# Refunds\n")
    #expect(
      text(try parsed("---\r\n---\r\nBody\r\n").with(fields))
        == "---\r\ntitle: Refunds\r\ncodes: [RF-01]\r\n---\r\nBody\r\n")
  }

  /// Whatever is typed is read as it was typed, and nothing else of the file changes.
  @Test(arguments: [
    "Plain", "2026-01-01", "yes", "null", "~", "a: b", "a #b", "- a", "[a]", "{a}", "'a'", "\"a\"", "a\\b", "ä ö", "*a",
    "&a", "!a", "%",
    "@", "`", "|", ">", "?", ":", "-", "---", "a:", " a", "0x10", "日本", "a, b", "…", "\u{1F600}",
  ])
  func whatIsTypedIsReadAsItWasTyped(value: String) throws {
    for base in [FieldsTests.file, "Body\n", "---\n  audience: all\n---\nBody\n"] {
      let sop = try parsed(base)
      var fields = sop.fields
      (fields.title, fields.owner, fields.codes, fields.rootCauses) = (value, value, [value, "B"], [value])
      let written = try ParsedSOP(bytes: sop.with(fields))
      #expect(written.fields == fields, "\(text(written.bytes))")
      #expect(written.body == sop.body)
      #expect(written.frontMatter.version == sop.frontMatter.version)
    }
  }
}
