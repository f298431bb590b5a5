// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Remediation

/// An SOP's file, read: what its front matter says, and where in the bytes it says so.
///
/// Only that it can be read; whether it may come into force is for the rules to say.
package struct ParsedSOP: Equatable, Sendable {
  /// Empty, version 0, where the file has none.
  package let frontMatter: SOPFrontMatter
  /// The file as it is.
  package let bytes: [UInt8]
  let layout: FrontMatterLayout

  /// The file's bytes after the front matter, or all but the byte order mark where there is none.
  package var body: [UInt8] { Array(bytes[layout.bodyStart...]) }

  /// Reads a file: UTF-8, lines ended by LF or CRLF, with front matter between a first line `---` and a line `---` or
  /// `...`, or without.
  ///
  /// - Throws: a sentence that names the line of the file, what is wrong, and what to write.
  package init(bytes: [UInt8]) throws(HandbookError) {
    try SOPText.check(bytes)
    let layout = try FrontMatterLayout(of: bytes)
    let reading = try layout.text.map { (text) throws(HandbookError) in
      try FrontMatterReader.read(Array(bytes[text]), startingAt: text.lowerBound)
    }
    self.bytes = bytes
    self.frontMatter = reading?.frontMatter ?? SOPFrontMatter()
    self.layout = layout.with(reading)
  }
}

extension ParsedSOP {
  /// Where a file's text begins behind its front matter, whether or not that can be read; 0 where there is none.
  package static func bodyStart(of bytes: [UInt8]) -> Int { (try? FrontMatterLayout(of: bytes))?.bodyStart ?? 0 }
}

/// What every SOP must be before anything of it is read.
enum SOPText {
  /// Throws where the bytes are not UTF-8 or hold a NUL, naming the byte's offset from 0.
  static func check(_ bytes: [UInt8]) throws(HandbookError) {
    guard bytes.count <= SOPDocument.largest else {
      throw .notAnSOP("it has \(bytes.count) bytes; an SOP has at most \(SOPDocument.largest)")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .notAnSOP("it is UTF-16, as the bytes at offset 0 show; save it as UTF-8")
    }
    let hasNull = bytes.withUnsafeBytes { $0.baseAddress.flatMap { memchr($0, 0, bytes.count) } != nil }
    if !hasNull, String(validating: bytes, as: UTF8.self) != nil { return }
    if let offset = bytes.firstIndex(of: 0) {
      let line = line(of: offset, in: bytes)
      throw .notAnSOP(line: line, "the byte at offset \(offset) is a NUL character; remove it, or save as UTF-8")
    }
    if let offset = firstInvalidOffset(in: bytes) {
      let line = line(of: offset, in: bytes)
      throw .notAnSOP(line: line, "the byte at offset \(offset) is not UTF-8; save the file as UTF-8")
    }
  }

  /// Counted from 1.
  static func line(of offset: Int, in bytes: [UInt8]) -> Int {
    bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
  }

  private static func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error: return offset
      case .emptyInput: return nil
      }
    }
  }
}
