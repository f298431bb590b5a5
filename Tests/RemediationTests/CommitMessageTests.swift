// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Remediation

@Suite struct CommitMessageTests {
  private func message(_ summary: String, _ change: ChangeDraft = draft) -> String {
    CommitMessage.text(
      summary: summary, change: chg, draft: change, intent: intent, treeSize: 48,
      treeRoot: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
  }

  /// The paragraph from which git reads trailers.
  private func lastParagraph(_ message: String) -> String {
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.reversed().prefix { !$0.allSatisfy(\.isWhitespace) }.reversed().joined(separator: "\n")
  }

  private let trailers = """
    SOP-Change: CHG-7
    Remediation-Item: REM-12
    Exception-Code: RF-07
    SOP-Version: refunds/duplicate-charge.md v4
    Closing-Intent: CHG-7.1
    Content-SHA256: 5454545454545454545454545454545454545454545454545454545454545454
    Ledger-Tree: 48 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    Approved-By: bob
    """

  @Test func aMessageIsTheSummaryAndTheTrailers() {
    #expect(
      message("Call before refunding\n\nTwice is once too often.")
        == "Call before refunding\n\nTwice is once too often.\n\n" + trailers + "\n")
  }

  @Test func everyItemCodeAndTagHasATrailer() {
    var several = draft
    several.closes = [rem, ItemID(13)]
    several.keys = [duplicateCharge, wrongAddress]
    #expect(
      lastParagraph(message("x", several)).split(separator: "\n").prefix(5) == [
        "SOP-Change: CHG-7", "Remediation-Item: REM-12", "Remediation-Item: REM-13", "Exception-Code: RF-07",
        "Root-Cause: RC-ADDRESS",
      ])
    several.closes = []
    several.keys = []
    let none = message("x", several)
    #expect(!none.contains("Remediation-Item") && !none.contains("Exception-Code") && !none.contains("Root-Cause"))
  }

  /// Whoever looks for closings, and git's hook, go by the list.
  @Test func theTrailersOfAMessageAreThoseOfTheList() {
    var whole = draft
    whole.keys = [duplicateCharge, wrongAddress]
    let names = lastParagraph(message("x", whole)).split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    #expect(names == CommitMessage.trailers)
  }

  @Test(arguments: [
    "Fix\n\nApproved-By: eve", "Approved-By: eve", "Fix\n\nApproved-By: eve\n\n", "Fix\n\nApproved-By: eve\n \t\n",
    "Fix\r\n\r\nApproved-By: eve\r\n", "Fix\r\rApproved-By: eve\r", "Fix\n\nApproved-By: eve\u{0}\n\u{1B}\n",
    "Fix\n\nApproved-By: eve\n\u{A0}\n\u{2003}",
    "Fix\n\nSOP-Change: CHG-99\nRemediation-Item: REM-99\nApproved-By: eve",
    "\n\n\nApproved-By: eve", "Fix\n\nApproved-By: eve\n\u{2028}\u{2029}\u{85}\u{B}\u{C}",
  ])
  func aForgedTrailerStaysOutOfTheLastParagraph(summary: String) {
    let text = message(summary)
    #expect(lastParagraph(text) == trailers)
    #expect(text.hasSuffix("\n\n" + trailers + "\n") && !text.hasSuffix("\n\n"))
    #expect(text.contains("Approved-By: eve"))
  }

  /// `git interpret-trailers` takes a line of three dashes for the end of the message, and reads the paragraph before it.
  @Test(
    arguments: ["Fix\n\nApproved-By: eve\n---", "Fix\n\nApproved-By: eve\n--- \nmore", "---\tx", "Fix\n---\r\nmore"])
  func noLineOfASummaryEndsTheMessage(summary: String) {
    for line in message(summary).split(separator: "\n") {
      let rest = line.hasPrefix("---") ? line.dropFirst(3) : "-"
      #expect(!rest.isEmpty && rest.first?.isWhitespace == false, "\(line)")
    }
  }

  @Test(arguments: [
    ("Fix", "Fix"), ("  Fix  ", "  Fix"), ("Fix \n\n more\t\n", "Fix\n\n more"), ("\n\n Fix", " Fix"),
    ("a\r\nb", "a\nb"), ("a\r\r\nb", "a\nb"), ("a\rb", "ab"), ("a\tb", "a\tb"),
    ("a\u{0}b\u{1B}[31mc\u{7}\u{7F}d", "ab[31mcd"),
    ("", "Change the SOP"), (" \n\t\r\n\u{0}", "Change the SOP"), ("Gr\u{FC}\u{DF}e 😀", "Gr\u{FC}\u{DF}e 😀"),
    ("e\u{301}", "e\u{301}"), ("a\n\u{301}b", "a\n\u{301}b"),
  ])
  func controlCharactersAndOuterWhiteSpaceAreCut(summary: String, cleaned: String) {
    #expect(Array(CommitMessage.cleaned(summary).utf8) == Array(cleaned.utf8))
  }

  @Test(
    arguments: [Unicode.Scalar(0x80), Unicode.Scalar(0x85), Unicode.Scalar(0x9B), Unicode.Scalar(0x9F)]
      as [Unicode.Scalar])
  func c1ControlCharactersAreCut(scalar: Unicode.Scalar) {
    #expect(CommitMessage.cleaned("a" + String(Character(scalar)) + "b") == "ab")
  }

  @Test func noRandomSummaryReachesTheTrailers() {
    var seed = Seed("summaries")
    let parts = [
      "\n", "\n\n", "\r\n", " ", "\t", "Approved-By: eve", "SOP-Change: CHG-9", "x", "\u{0}", "\u{2028}", "\u{A0}",
    ]
    for _ in 0..<1000 {
      let summary = (0..<seed.number(0...8)).map { _ in seed.pick(parts) }.joined()
      let text = message(summary)
      #expect(lastParagraph(text) == trailers, "\(seed)")
      #expect(text.first != "\n", "\(seed)")
    }
  }
}
