// SPDX-License-Identifier: Apache-2.0

/// Values that name somebody, to be looked for in what can be erased: as whole words, whatever the case of letters.
package struct SoughtValues: Equatable, Sendable {
  private let folded: [String]

  package init(_ values: [String]) {
    folded = values.map { $0.lowercased() }.filter { !$0.isEmpty }
  }

  package var isEmpty: Bool { folded.isEmpty }

  /// In lower case.
  package var texts: [String] { folded }

  /// These and one more, where there is one.
  package func with(_ value: String?) -> SoughtValues { SoughtValues(folded + (value.map { [$0] } ?? [])) }

  package func occur(in text: String) -> Bool {
    let text = text.lowercased()
    return folded.contains { value in
      text.ranges(of: value).contains { range in
        let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
        let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
        return !SoughtValues.isWord(before) && !SoughtValues.isWord(after)
      }
    }
  }

  /// The same in a row of an export as it stands in the file: UTF-8 or Latin-1, CSV with its doubled quotes, or a line
  /// of JSON.
  package func occur(inRow bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let latin = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    if [text, latin].contains(where: { occur(in: $0) || occur(in: $0.replacing("\"\"", with: "\"")) }) { return true }
    // What is no JSON has no strings of JSON.
    guard let json = try? JSONValue(parsing: bytes) else { return false }
    return SoughtValues.texts(in: json).contains(where: occur)
  }

  private static func texts(in json: JSONValue) -> [String] {
    switch json {
    case .string(let text): [text]
    case .array(let values): values.flatMap(texts)
    case .object(let members): members.flatMap { texts(in: $0.value) }
    case .null, .bool, .integer, .decimal: []
    }
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
