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
}
