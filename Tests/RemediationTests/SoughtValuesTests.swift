// SPDX-License-Identifier: Apache-2.0

import Remediation
import Testing

/// Values that name somebody, in rows as they stand in a file.
struct SoughtValuesTests {
  @Test(arguments: [
    (#"{"who": "zo\u00e9 ray"}"#, true), (#"{"who": "ZO\u0045\u0301  ray"}"#, true), (#"{"zoé ray": 1}"#, true),
    (#"{"who": "zo\u+0e9 ray"}"#, false), (#"{"who": "zo\u00g9 ray"}"#, false), (#"{"who": "zo\u00e"#, false),
    (#"{"who": "zoé rays"}"#, false), (#"{"who": "zoe ray"}"#, false),
  ])
  func escapesOfJSONAreRead(row: String, isThere: Bool) {
    #expect(SoughtValues(["Zoé Ray"]).occur(inRow: Array(row.utf8)) == isThere)
  }

  @Test(arguments: [
    "Ali \u{130}pek\u{E7}i", "AL\u{130} \u{130}PEK\u{C7}\u{130}", "ali ipek\u{E7}i", "Ali I\u{307}pek\u{E7}i",
    "AL\u{131} IPEK\u{C7}I",
  ])
  func theLettersIOfTurkishAreOne(text: String) {
    #expect(SoughtValues(["Ali \u{130}pek\u{E7}i"]).occur(in: text))
    #expect(!SoughtValues(["Ali Ipe"]).occur(in: text))
  }

  /// Greek has two small letters for one capital.
  @Test(arguments: ["ΟΔΥΣΣΕΥΣ", "Οδυσσευς", "οδυσσευσ", "Οδυσσευς, Ithaka"])
  func aSigmaAtTheEndOfAWordIsOne(text: String) {
    #expect(SoughtValues(["Οδυσσευς"]).occur(in: text))
    #expect(SoughtValues(["ΟΔΥΣΣΕΥΣ"]).occur(in: text))
  }

  @Test(arguments: [
    ("Jane Röe", "ask JANE RÖE.", true), ("Li", "Lieferung", false), ("Li", "(Li)", true), ("a.b", "a.b", true),
    ("Jane", "Janes", false), ("Jane", "xJane", false), ("Jane Röe", "Jane \u{A0}\nRo\u{308}e", true),
    ("Jane Ro\u{308}e", "Jane RÖE", true), ("Rene", "Rene\u{301}", false), ("Röe", "Ro\u{AD}\u{308}e", true),
    (" Jane ", "Jane", true), ("Jane", "4Jane", false), ("7", "17", false), ("aab", "aaab aab", true),
    ("Jane", "", false), ("李小龍", "(李小龍)", true),
  ])
  func valuesAreFoundAsWholeWords(value: String, text: String, isThere: Bool) {
    #expect(SoughtValues([value]).occur(in: text) == isThere)
  }

  @Test func valuesAreFoundInRowsHoweverTheyAreWritten() {
    let sought = SoughtValues(["Jane \"JJ\" Röe"])
    #expect(sought.occur(inRow: Array("1,\"Jane \"\"JJ\"\" Röe\",2".utf8)))
    #expect(sought.occur(inRow: Array("1,Jane \"JJ\" R".utf8) + [0xF6] + Array("e,2".utf8)), "Latin-1")
    #expect(sought.occur(inRow: Array(#"{"a":{"b":["\nJane \"JJ\" R\u00f6e"]}}"#.utf8)))
    #expect(!sought.occur(inRow: Array("1,Jane,2".utf8)))
    #expect(sought.occur(inRow: Array(#"{"Jane \"JJ\" R\u00f6e":1}"#.utf8)), "the name of a member")
    #expect(sought.occur(inRow: Array(#"{"a":"Jane\t\"JJ\" R\u00F6e, b":"cut"#.utf8)), "no JSON")
    #expect(!sought.occur(inRow: Array(#"{"a":"Jane \"JJ\" R\u00f6ex"}"#.utf8)))
    #expect(SoughtValues(["Šimek"]).occur(inRow: [0x8A] + Array("imek".utf8)), "windows-1252")
    #expect(SoughtValues(["a 𝒳 b"]).occur(inRow: Array(#""a \ud835\udcb3 b""#.utf8)))
  }
}
