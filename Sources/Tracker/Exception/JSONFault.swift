// SPDX-License-Identifier: Apache-2.0

internal import Remediation

/// Why a line of a file in JSON Lines is not taken.
enum JSONFault: Error, Equatable {
  /// The line ends before its object does.
  case cut
  /// The line holds something else than an object.
  case notAnObject
  /// Not JSON; `offset` counts the bytes of the line from 0 on.
  case syntax(offset: Int, String)
  case notUTF8
  case nul
  case loneSurrogate
  case duplicateKey(String)
  case tooDeep
  case tooManyValues
  case tooLong

  /// What is wrong and what to do about it, for people.
  var sentence: String {
    switch self {
    case .cut:
      "The object is not closed at the end of the line. JSON Lines have one object a line; make it so with: "
        + "jq -c . OLD > NEW"
    case .notAnObject:
      "The line is not a JSON object. JSON Lines have one object a line; an array becomes that with: "
        + "jq -c '.[]' OLD > NEW"
    case .syntax(let offset, let what):
      "The line is not JSON: at its byte \(offset + 1), \(what). Correct it where it comes from, or export it again."
    case .notUTF8:
      "The line is not UTF-8, as JSON has to be. Export it in UTF-8, or convert it, as with: "
        + "iconv -f WINDOWS-1252 -t UTF-8 < OLD > NEW"
    case .nul: "The row holds a NUL byte (\\u0000). Remove it where it comes from, and export it again."
    case .loneSurrogate:
      "A text holds half of a character (one of \\uD800 to \\uDFFF alone). It was cut in the middle: correct it where it "
        + "comes from, and export it again."
    case .duplicateKey(let key):
      "The key \(key.quoted) occurs twice in one object, so nobody knows which one counts. Export each key once."
    case .tooDeep: "Its objects and arrays are nested deeper than \(JSONScan.deepestNesting) levels. Export it flatter."
    case .tooManyValues:
      "The row has more than \(CSVLimits().fields) values. Export less of it: only the keys that the map reads matter."
    case .tooLong: "The row is too long. Is a line end missing? JSON Lines have one object a line."
    }
  }
}
