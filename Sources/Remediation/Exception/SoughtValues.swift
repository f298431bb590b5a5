// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Values that name somebody, to be looked for in what can be erased: as whole words, whatever the case of letters, the white space between
/// the words, and whether a letter with its accent is one character or two.
package struct SoughtValues: Equatable, Sendable {
  private let folded: [[UInt8]]

  package init(_ values: [String]) {
    self.init(folded: values.map { FoldedText.bytes(of: Array($0.trimmedOfWhitespace.utf8)) }.filter { !$0.isEmpty })
  }

  private init(folded: [[UInt8]]) { self.folded = folded }

  package var isEmpty: Bool { folded.isEmpty }

  /// These and one more, where there is one.
  package func with(_ value: String?) -> SoughtValues {
    SoughtValues(folded: folded + SoughtValues(value.map { [$0] } ?? []).folded)
  }

  package func occur(in text: String) -> Bool { occur(inUTF8: Array(text.utf8)) }

  /// The same in rows of an export as they stand in the file: UTF-8, or else windows-1252 and so Latin-1; CSV with its doubled quotes; JSON
  /// with its escapes, names of members too. Work and memory are proportional to the bytes.
  package func occur(inRow bytes: [UInt8]) -> Bool {
    let isUTF8 = bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    let readings = isUTF8 ? [bytes] : [bytes, Windows1252.utf8(bytes)]
    let isEscaped = bytes.contains(UInt8(ascii: "\\"))
    let quote = UInt8(ascii: "\"")
    let isDoubled = folded.contains { $0.contains(quote) } && bytes.contains(quote)
    return readings.contains { text in
      occur(inUTF8: text) || (isEscaped && occur(inUTF8: JSONEscapes.resolved(in: text)))
        || (isDoubled && occur(inUTF8: SoughtValues.undoubled(text)))
    }
  }

  private func occur(inUTF8 text: [UInt8]) -> Bool {
    // Folding makes a text three times as long at most.
    guard folded.contains(where: { $0.count <= 3 * text.count }) else { return false }
    return FoldedText.bytes(of: text).withUnsafeBytes { text in
      folded.contains { value in value.withUnsafeBytes { SoughtValues.occurs($0, in: text) } }
    }
  }

  private static func occurs(_ value: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer) -> Bool {
    guard let start = text.baseAddress, let word = value.baseAddress else { return false }
    var from = 0
    while from + value.count <= text.count,
      let found = memchr(start + from, Int32(value[0]), text.count - value.count - from + 1)
    {
      let at = start.distance(to: UnsafeRawPointer(found))
      if memcmp(found, word, value.count) == 0, !endsInWord(text[..<at]), !beginsInWord(text[(at + value.count)...]) {
        return true
      }
      from = at + 1
    }
    return false
  }

  private static func endsInWord(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let first = text.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return false }
    return isWord(text[first...])
  }

  private static func beginsInWord(_ text: Slice<UnsafeRawBufferPointer>) -> Bool { isWord(text.prefix(4)) }

  /// Whether the first character belongs to a word. An accent that follows a letter makes another letter of it.
  private static func isWord(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
  }

  private static func undoubled(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var isSecond = false
    for byte in text {
      isSecond = byte == UInt8(ascii: "\"") && !isSecond && result.last == byte
      if !isSecond { result.append(byte) }
    }
    return result
  }
}

extension String {
  fileprivate var trimmedOfWhitespace: Substring {
    let start = drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
  }
}
