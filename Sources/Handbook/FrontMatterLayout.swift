// SPDX-License-Identifier: Apache-2.0

/// Where the parts of an SOP's file are, as offsets of its bytes.
struct FrontMatterLayout: Equatable, Sendable {
  /// The most bytes between the two lines of dashes.
  static let largest = 64 << 10

  /// After the byte order mark, if there is one.
  var start: Int
  /// The lines between the two lines of dashes; nil where the file has no front matter.
  var text: Range<Int>?
  /// After the closing line.
  var bodyStart: Int
  /// What the first line ends in: LF or CRLF.
  var lineEnd: [UInt8]
  /// How far the keys are indented.
  var indentation = 0
  /// The value of `version:`, without the white space around it; empty where the key stands alone.
  var version: Range<Int>?
  /// The value of `effective:`, likewise.
  var effective: Range<Int>?
  /// The whole lines of each key with its value.
  var keys: [String: Range<Int>] = [:]

  /// - Throws: where the front matter is never closed, or too long.
  init(of bytes: [UInt8]) throws(HandbookError) {
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    bodyStart = start
    var line = FrontMatterLayout.line(at: start, in: bytes)
    lineEnd = line.end - line.contentEnd == 2 ? Array("\r\n".utf8) : Array("\n".utf8)
    guard FrontMatterLayout.isMarker(bytes[start..<line.contentEnd], "---") else { return }
    let textStart = line.end
    while line.end < bytes.count {
      let lineStart = line.end
      line = FrontMatterLayout.line(at: lineStart, in: bytes)
      let content = bytes[lineStart..<line.contentEnd]
      guard FrontMatterLayout.isMarker(content, "---") || FrontMatterLayout.isMarker(content, "...") else { continue }
      guard lineStart - textStart <= FrontMatterLayout.largest else {
        throw .notAnSOP(
          "its front matter has \(lineStart - textStart) bytes; it may have \(FrontMatterLayout.largest); "
            + "move text below it")
      }
      text = textStart..<lineStart
      bodyStart = line.end
      return
    }
    throw .notAnSOP(
      line: 1,
      "--- begins front matter that never ends; write a line --- after it, or *** if the first line is meant as a rule")
  }

  func with(_ reading: FrontMatterReader.Reading?) -> FrontMatterLayout {
    var layout = self
    layout.indentation = reading?.indentation ?? 0
    layout.version = reading?.version
    layout.effective = reading?.effective
    layout.keys = reading?.keys ?? [:]
    return layout
  }

  /// Where the line's text ends, and where the next line begins.
  static func line(at start: Int, in bytes: [UInt8]) -> (contentEnd: Int, end: Int) {
    guard let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return (bytes.count, bytes.count) }
    let hasReturn = newline > start && bytes[newline - 1] == UInt8(ascii: "\r")
    return (hasReturn ? newline - 1 : newline, newline + 1)
  }

  /// Blanks after it do not count; they cannot be seen.
  private static func isMarker(_ line: ArraySlice<UInt8>, _ marker: String) -> Bool {
    let blanks: [UInt8] = [0x20, 0x09]
    let end = line.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? line.startIndex
    return line[line.startIndex..<end].elementsEqual(marker.utf8)
  }
}
