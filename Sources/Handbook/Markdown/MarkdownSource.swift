// SPDX-License-Identifier: Apache-2.0

/// The text that is parsed, and where its lines begin.
struct MarkdownSource {
  /// Bytes after the text that the parser may look at but are no part of it. md4c 0.4.8 reads a byte past the end in
  /// rare cases.
  static let padding = 16

  /// UTF-8 without NUL that ends in LF, then the padding.
  let padded: [UInt8]
  /// How many bytes of `padded` are text.
  let count: Int
  /// Whether a line ends in CR alone, which ends a line of Markdown but not one of the file.
  let hasLoneReturn: Bool
  private let firstLine: Int
  /// Offsets of the lines' first bytes; never empty.
  private let lineStarts: [Int]

  init(_ body: [UInt8], firstLine: Int) {
    self.firstLine = firstLine
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = String(decoding: body.starts(with: mark) ? body[3...] : body[...], as: UTF8.self)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 1 + MarkdownSource.padding)
    for byte in text.utf8 {
      if byte == 0 { bytes += HiddenCharacter.replacement } else { bytes.append(byte) }
    }
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    count = bytes.count
    bytes += repeatElement(UInt8(ascii: "\n"), count: MarkdownSource.padding)
    padded = bytes
    var starts = [0]
    var hasLoneReturn = false
    for offset in 0..<count {
      if bytes[offset] == UInt8(ascii: "\n"), offset + 1 < count { starts.append(offset + 1) }
      if bytes[offset] == UInt8(ascii: "\r"), bytes[offset + 1] != UInt8(ascii: "\n") { hasLoneReturn = true }
    }
    lineStarts = starts
    self.hasLoneReturn = hasLoneReturn
  }

  var lineCount: Int { lineStarts.count }

  /// The line of the file, for a line of the text counted from 0.
  func fileLine(_ line: Int) -> Int { firstLine + line }

  /// The line of the text, from 0, that holds the byte at the offset.
  func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The line's bytes with what ends it.
  func bytes(ofLine line: Int) -> ArraySlice<UInt8> {
    padded[lineStarts[line]..<(line + 1 < lineStarts.count ? lineStarts[line + 1] : count)]
  }

  /// The spaces and tabs before the byte that fill exactly so many columns, with tab stops every four; nil where there
  /// are none, as where a tab begins further to the left.
  func blanks(before offset: Int, width: Int) -> Range<Int>? {
    var column = 0
    var columns: [Int] = []
    let start = lineStarts[line(at: offset)]
    for byte in padded[start..<offset] {
      columns.append(column)
      column += byte == UInt8(ascii: "\t") ? 4 - column % 4 : 1
    }
    guard let begin = columns.lastIndex(of: column - width).map({ start + $0 }),
      padded[begin..<offset].allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
    else { return nil }
    return begin..<offset
  }

  /// The whole text in one element.
  func preformatted() -> String {
    var writer = HTMLWriter()
    writer.open("pre", line: fileLine(0))
    writer.open("code")
    writer.replacesHidden = true
    padded.withUnsafeBufferPointer { writer.write(text: UnsafeBufferPointer(rebasing: $0[..<count])) }
    writer.close()
    writer.close()
    return writer.finish()
  }
}

extension MarkdownSource {
  /// Whether md4c surely parses the text in a fraction of a second.
  ///
  /// Its time is linear but for two things, found with version 0.4.8: for a bracket or tilde it goes through the lines,
  /// or the other brackets and tildes, of the paragraph; and for a line through the containers that are open. It takes
  /// no more steps than the sum here, some 500 million a second: a paragraph has no blank line, and a container takes
  /// at least one column before the text of a line.
  var isCheapToParse: Bool {
    var steps = 0
    var lines = 0
    var marks = 0
    var deepest = 0
    var column: Int? = 0
    var isBlank = true
    for offset in 0..<count {
      switch padded[offset] {
      case UInt8(ascii: "\r") where padded[offset + 1] == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        lines += 1
        if isBlank {
          steps += (lines + marks) * marks
          lines = 0
          marks = 0
        }
        isBlank = true
        column = 0
        continue
      case UInt8(ascii: " "): column? += 1
      case UInt8(ascii: "\t"): column? += 4
      case let byte:
        isBlank = false
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "~"):
          marks += 1
          column = nil
        case UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "."),
          UInt8(ascii: ")"), UInt8(ascii: "0")...UInt8(ascii: "9"):
          column? += 1  // the mark of a container, perhaps
        default: column = nil
        }
      }
      deepest = max(deepest, column ?? 0)
    }
    return steps + (lines + marks) * marks + deepest * lineCount <= MarkdownSource.mostSteps
  }

  private static let mostSteps = 100_000_000
}
